// Is a text JSON (RFC 8259)? Fed in pieces, keeps one bit for each open bracket and nothing else, so that
// neither length nor depth costs anything. Several values behind one another are JSON lines, and count as
// JSON. Pure, linear.
#pragma once

#include <string_view>
#include <vector>

namespace mugai::sanitize {

class JsonCheck {
 public:
  static constexpr size_t kMostDepth = 1'000;  // deeper than anybody writes, shallower than readers break at

  void read(std::string_view utf8);
  enum class Verdict { json, not_json, too_deep };
  Verdict verdict() const;  // of all that was read

 private:
  enum class State {
    value,
    first_in_array,
    first_in_object,
    name,
    colon,
    after_value,
    string,
    escape,
    hex,
    number,
    word,
    bad,
    deep
  };
  void step(char c);
  void begin_value(char c);
  void end_value() { state_ = State::after_value; }
  void open(bool object);
  void close(bool object);

  State state_ = State::value;
  std::vector<bool> open_;    // true: an object
  bool name_string_ = false;  // the string at hand is the name of a member
  bool started_ = false;
  int hex_left_ = 0;
  std::string_view word_;  // rest of true, false, null
  enum class Number { minus, zero, whole, point, fraction, e, e_sign, exponent } number_ = Number::minus;
};

}  // namespace mugai::sanitize
