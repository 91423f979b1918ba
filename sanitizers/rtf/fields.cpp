#include "sanitizers/rtf/fields.h"

#include <algorithm>

#include "sanitizers/ooxml/fields.h"

namespace mugai::sanitize::rtf {

namespace {
constexpr size_t kMaxInstruction = 8 << 10;
}

void Fields::begin() {
  // Whoever nests a field in an instruction makes a part of it that stands nowhere.
  if (!open_.empty()) read({&ooxml::kNested, 1}, false, false);
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
  const auto is_empty = [](const std::string& text) { return text.find_first_not_of(" \t\r\n") == text.npos; };
  ooxml::FieldVerdict worst{true, {}, {}};
  for (const std::string& reading : field.readings) {
    if (is_empty(reading)) continue;
    ooxml::FieldVerdict one = ooxml::judge_field(reading, field.cut_short, links_);
    if (!one.stays && worst.stays) worst = std::move(one);
  }
  if (!worst.stays) {
    if (!worst.link.empty()) links_.drop(worst.link);
    else tally_.add("field-code");
  }
  verdict.stays = field.stays = worst.stays && !is_empty(field.readings[0]);   // an empty one nobody misses
  field.shown = std::move(worst.shown);
  return verdict;
}

bool Fields::in_code() const {
  return std::any_of(open_.begin(), open_.end(), [](const Open& field) { return field.in_code; });
}

void Fields::read(std::string_view text, bool deleted, bool inserted) {
  if (open_.empty() || !open_.back().in_code) return;
  Open& field = open_.back();
  if (field.readings[0].size() + text.size() > kMaxInstruction) {
    field.cut_short = true;
    text = text.substr(0, kMaxInstruction - std::min(kMaxInstruction, field.readings[0].size()));
  }
  field.readings[0] += text;
  if (!deleted) field.readings[1] += text;
  if (!inserted) field.readings[2] += text;
}

}  // namespace mugai::sanitize::rtf
