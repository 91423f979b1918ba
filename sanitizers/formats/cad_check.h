// Drawings that are text: are they what they say, and what do they lead to? SXF and STEP (ISO 10303-21) carry
// nothing but numbers and names; a DXF can also hold programs and foreign objects, and can name files that a
// CAD program opens by itself, from another computer if a path says so. Fed in pieces of whole lines. Pure,
// linear.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugai::sanitize {

// The clear text encoding of ISO 10303-21: its sections, in order, outside of strings and comments.
class StepCheck {
 public:
  void read(std::string_view utf8);
  bool is_complete() const { return state_ == State::ended && !wrong_; }

 private:
  enum class State { start, header_wanted, header, data_wanted, data, between, ended };
  enum class Inside { nothing, string, comment } inside_ = Inside::nothing;
  void end_of_statement();

  State state_ = State::start;
  bool wrong_ = false;
  char last_ = '\0';
  std::string word_;  // of the statement at hand, its beginning
};

// Pairs of lines: a group code and a value.
class DxfEditor {
 public:
  // The lines, with paths cut down to the names of the files.
  std::string edit(std::string_view utf8_lines);

  // Empty, or why such a drawing is held. To be asked at the end.
  std::string_view obstacle() const;
  uint64_t paths() const { return paths_; }  // cut

 private:
  std::string value(std::string_view line);
  void entity(std::string_view name);

  bool code_next_ = true, wrong_ = false, foreign_ = false, ended_ = false, reference_ = false;
  bool section_seen_ = false;
  int code_ = 0;
  std::string entity_;
  uint64_t paths_ = 0;
};

}  // namespace mugai::sanitize
