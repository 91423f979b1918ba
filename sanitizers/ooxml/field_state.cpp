#include "sanitizers/ooxml/field_state.h"

namespace mugai::sanitize::ooxml {

namespace {
constexpr size_t kMaxOpen = 1'000;   // further ones are dropped, so that depth costs nothing
}  // namespace

void FieldState::leave_story() {
  if (stories_.size() < 2) return;
  for (const Open& field : stories_.back()) close(field);
  stories_.pop_back();
}

void FieldState::finish() {
  while (stories_.size() > 1) leave_story();
  for (const Open& field : stories_.back()) close(field);
}

void FieldState::close(const Open& unclosed) {
  found_.fields[unclosed.element] = Findings::Field::unclosed;
  if (unclosed.dropped && unclosed.code) --dropped_codes_;
}

bool FieldState::begin(uint64_t element) {
  const bool hidden = in_dropped_code();
  Story& story = stories_.back();
  if (story.size() >= kMaxOpen) return false;
  // Whoever nests a field in an instruction makes a part of it that stands nowhere.
  if (in_code()) collect({&kNested, 1}, false, false);
  Open field;
  field.element = element;
  if (findings_) {
    const auto found = findings_->fields.find(element);
    const Findings::Field verdict = found == findings_->fields.end() ? Findings::Field::unclosed : found->second;
    if (verdict == Findings::Field::unclosed) return false;
    field.dropped = verdict == Findings::Field::goes;
  }
  if (field.dropped) ++dropped_codes_;
  story.push_back(field);
  return !hidden && !field.dropped;
}

bool FieldState::separate() {
  const bool written = !in_dropped_code();
  Story& story = stories_.back();
  if (story.empty() || !story.back().code) return false;
  story.back().code = false;
  if (story.back().dropped) --dropped_codes_;
  return written && !story.back().dropped;
}

bool FieldState::end() {
  Story& story = stories_.back();
  if (story.empty()) return false;
  const Open field = std::move(story.back());
  story.pop_back();
  if (field.dropped && field.code) --dropped_codes_;
  settle(field);
  if (findings_ && field.dropped && field.code && !in_dropped_code())
    if (const auto found = findings_->buttons.find(field.element); found != findings_->buttons.end()) shown_ = found->second;
  return !field.dropped && !in_dropped_code();
}

void FieldState::settle(const Open& field) {
  if (findings_ || !judge_.links) return;
  Findings::Field result = Findings::Field::stays;
  const FieldVerdict worst = field.readings.judge(*judge_.links);
  if (!worst.stays || field.readings.empty()) {
    result = Findings::Field::goes;
    if (!worst.shown.empty()) found_.buttons[field.element] = worst.shown;
    if (!worst.link.empty()) judge_.counted->drop(worst.link);
    else if (!worst.stays) judge_.tally->add("field-code");   // an empty one nobody misses
  }
  found_.fields[field.element] = result;
}

bool FieldState::in_code() const { return !stories_.back().empty() && stories_.back().back().code; }

void FieldState::collect(std::string_view text, bool deleted, bool inserted) {
  Story& story = stories_.back();
  if (findings_ || story.empty() || !story.back().code) return;
  story.back().readings.add(text, deleted, inserted);
}

}  // namespace mugai::sanitize::ooxml
