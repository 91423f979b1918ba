// Where in Word's fields a reading of a part stands. Each story (a note, a comment, a text box, a branch of alternatives) has
// fields of its own: one that is not closed there is none.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sanitizers/office/field_readings.h"
#include "sanitizers/ooxml/part_filter.h"

namespace mugai::sanitize::ooxml {

class FieldState {
 public:
  void enter_story() { stories_.emplace_back(); }
  void leave_story();

  // Marks; the answer says whether the mark may be written.
  bool begin(uint64_t element);
  bool separate();
  bool end();
  std::string take_shown() { return std::exchange(shown_, {}); }   // after end(): text to stand in place of the field

  bool in_code() const;           // of the innermost field
  bool in_dropped_code() const { return dropped_codes_ > 0; }   // of any around
  void collect(std::string_view text, bool deleted, bool inserted);

  // First reading: verdicts are made. Without findings every field stays for now.
  void finish();
  void judge_with(const Links& links, Links& counted, Tally& tally) { judge_ = {&links, &counted, &tally}; }
  void follow(const Findings* findings) { findings_ = findings; }
  Findings take() { return std::move(found_); }

 private:
  struct Open {
    uint64_t element = 0;
    bool code = true, dropped = false;
    FieldReadings readings;
  };
  using Story = std::vector<Open>;
  void settle(const Open& field);
  void close(const Open& unclosed);

  struct Judge {
    const Links* links = nullptr;
    Links* counted = nullptr;
    Tally* tally = nullptr;
  } judge_;
  const Findings* findings_ = nullptr;
  Findings found_;
  std::vector<Story> stories_{1};
  size_t dropped_codes_ = 0;
  std::string shown_;
};

}  // namespace mugai::sanitize::ooxml
