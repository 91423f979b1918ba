#include "sanitizers/office/field_readings.h"

namespace mugai::sanitize {

namespace {

constexpr size_t kMaxInstruction = 8 << 10;

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

}  // namespace

void FieldReadings::add(std::string_view text, bool deleted, bool inserted) {
  const bool counts[] = {true, !deleted, !inserted};
  for (size_t i = 0; i < readings_.size(); ++i) {
    if (!counts[i]) continue;
    const size_t room = kMaxInstruction - readings_[i].size();
    cut_short_ = cut_short_ || text.size() > room;
    readings_[i] += text.substr(0, room);
  }
}

bool FieldReadings::empty() const { return is_blank(readings_[0]); }

FieldVerdict FieldReadings::judge(const Links& links) const {
  FieldVerdict worst{true, {}, {}};
  for (const std::string& reading : readings_) {
    if (is_blank(reading)) continue;   // a field that is deleted as a whole is none without the deletion
    FieldVerdict one = judge_field(reading, cut_short_, links);
    if (!one.stays && worst.stays) worst = std::move(one);
  }
  return worst;
}

}  // namespace mugai::sanitize
