#include "sanitizers/formats/json_check.h"

namespace mugai::sanitize {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

void JsonCheck::open(bool object) {
  if (open_.size() >= kMostDepth) {
    state_ = State::deep;
    return;
  }
  open_.push_back(object);
  state_ = object ? State::first_in_object : State::first_in_array;
}

void JsonCheck::close(bool object) {
  if (open_.empty() || open_.back() != object) {
    state_ = State::bad;
    return;
  }
  open_.pop_back();
  end_value();
}

void JsonCheck::begin_value(char c) {
  started_ = true;
  name_string_ = false;
  switch (c) {
    case '{':
      open(true);
      return;
    case '[':
      open(false);
      return;
    case '"':
      state_ = State::string;
      return;
    case 't':
      word_ = "rue";
      state_ = State::word;
      return;
    case 'f':
      word_ = "alse";
      state_ = State::word;
      return;
    case 'n':
      word_ = "ull";
      state_ = State::word;
      return;
    default:
      break;
  }
  number_ = c == '-' ? Number::minus : c == '0' ? Number::zero : Number::whole;
  state_ = c == '-' || is_digit(c) ? State::number : State::bad;
}

void JsonCheck::step(char c) {
  switch (state_) {
    case State::bad:
    case State::deep:
      return;
    case State::string:
      if (c == '\\')
        state_ = State::escape;
      else if (c == '"')
        state_ = name_string_ ? State::colon : State::after_value;
      else if (static_cast<unsigned char>(c) < 0x20)
        state_ = State::bad;
      return;
    case State::escape:
      hex_left_ = 4;
      state_ = c == 'u'                                                           ? State::hex
               : std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos ? State::string
                                                                                  : State::bad;
      return;
    case State::hex:
      if (!is_hex(c))
        state_ = State::bad;
      else if (--hex_left_ == 0)
        state_ = State::string;
      return;
    case State::word:
      if (c != word_.front()) {
        state_ = State::bad;
        return;
      }
      word_.remove_prefix(1);
      if (word_.empty()) end_value();
      return;
    case State::number: {
      using N = Number;
      const N before = number_;
      if (is_digit(c)) {
        if (before == N::minus)
          number_ = c == '0' ? N::zero : N::whole;
        else if (before == N::zero)
          state_ = State::bad;
        else if (before == N::point)
          number_ = N::fraction;
        else if (before == N::e || before == N::e_sign)
          number_ = N::exponent;
        return;
      }
      if (c == '.' && (before == N::zero || before == N::whole)) {
        number_ = N::point;
        return;
      }
      if ((c == 'e' || c == 'E') && (before == N::zero || before == N::whole || before == N::fraction)) {
        number_ = N::e;
        return;
      }
      if ((c == '+' || c == '-') && before == N::e) {
        number_ = N::e_sign;
        return;
      }
      const bool complete =
          before == N::zero || before == N::whole || before == N::fraction || before == N::exponent;
      if (!complete) {
        state_ = State::bad;
        return;
      }
      end_value();
      break;  // the character that ended it is looked at below
    }
    default:
      break;
  }
  if (is_blank(c)) return;
  switch (state_) {
    case State::value:
      begin_value(c);
      return;
    case State::first_in_array:
      c == ']' ? close(false) : begin_value(c);
      return;
    case State::first_in_object:
    case State::name:
      if (c == '}' && state_ == State::first_in_object) {
        close(true);
        return;
      }
      name_string_ = true;
      state_ = c == '"' ? State::string : State::bad;
      return;
    case State::colon:
      state_ = c == ':' ? State::value : State::bad;
      return;
    case State::after_value:
      if (open_.empty())
        begin_value(c);
      else if (c == ',')
        state_ = open_.back() ? State::name : State::value;
      else if (c == ']' || c == '}')
        close(c == '}');
      else
        state_ = State::bad;
      return;
    default:
      state_ = State::bad;
      return;
  }
}

void JsonCheck::read(std::string_view utf8) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (!started_ && utf8.starts_with(kMark)) utf8.remove_prefix(kMark.size());
  for (const char c : utf8) step(c);
}

JsonCheck::Verdict JsonCheck::verdict() const {
  if (state_ == State::deep) return Verdict::too_deep;
  JsonCheck ended = *this;
  ended.step('\n');
  return ended.started_ && ended.state_ == State::after_value && ended.open_.empty() ? Verdict::json
                                                                                     : Verdict::not_json;
}

}  // namespace mugai::sanitize
