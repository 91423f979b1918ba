#include "sanitizers/rtf/fields.h"

#include <algorithm>

namespace mugai::sanitize::rtf {

void Fields::begin() {
  // Whoever nests a field in an instruction makes a part of it that stands nowhere.
  if (!open_.empty()) read({&kNested, 1}, false, false);
  open_.emplace_back();
}

std::string Fields::end() {
  std::string shown = std::move(open_.back().shown);
  open_.pop_back();
  return shown;
}

bool Fields::begin_result() {
  open_.back().shown.clear();
  return open_.back().stays;
}

bool Fields::begin_instruction(const Writer::Mark& mark) {
  Open& field = open_.back();
  if (field.seen) return false;
  field.seen = field.in_code = true;
  field.mark = mark;
  return true;
}

Fields::Verdict Fields::end_instruction() {
  Open& field = open_.back();
  field.in_code = false;
  Verdict verdict{true, field.mark};
  FieldVerdict worst = field.readings.judge(links_);
  if (!worst.stays) {
    if (!worst.link.empty()) links_.drop(worst.link);
    else tally_.add("field-code");
  }
  verdict.stays = field.stays = worst.stays && !field.readings.empty();   // an empty one nobody misses
  field.shown = std::move(worst.shown);
  return verdict;
}

bool Fields::in_code() const {
  return std::any_of(open_.begin(), open_.end(), [](const Open& field) { return field.in_code; });
}

void Fields::read(std::string_view text, bool deleted, bool inserted) {
  if (open_.empty() || !open_.back().in_code) return;
  open_.back().readings.add(text, deleted, inserted);
}

}  // namespace mugai::sanitize::rtf
