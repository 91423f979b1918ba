#include "sanitizers/ooxml/dates.h"

#include <cstddef>

namespace mugai::sanitize::ooxml {

namespace {

constexpr size_t kMaxFraction = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes its text piece by piece from the front.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool number(size_t digits, int least, int most) {
    if (text_.size() < digits) return false;
    int value = 0;
    for (const char c : text_.substr(0, digits)) {
      if (!is_digit(c)) return false;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(digits);
    return value >= least && value <= most;
  }
  bool fraction() {
    size_t digits = 0;
    while (digits < text_.size() && is_digit(text_[digits])) ++digits;
    text_.remove_prefix(digits);
    return digits > 0 && digits <= kMaxFraction;
  }
  bool zone() {
    if (done() || take('Z')) return true;
    return (take('+') || take('-')) && number(2, 0, 14) && take(':') && number(2, 0, 59);
  }

 private:
  std::string_view text_;
};

}  // namespace

bool is_date(std::string_view untrusted_text) {
  Reader reader(untrusted_text);
  if (!reader.number(4, 1, 9999)) return false;
  if (reader.done()) return true;
  if (!reader.take('-') || !reader.number(2, 1, 12)) return false;
  if (reader.done()) return true;
  if (!reader.take('-') || !reader.number(2, 1, 31)) return false;
  if (reader.done()) return true;
  if (!reader.take('T') || !reader.number(2, 0, 23) || !reader.take(':') || !reader.number(2, 0, 59)) return false;
  if (reader.take(':')) {
    if (!reader.number(2, 0, 59)) return false;
    if (reader.take('.') && !reader.fraction()) return false;
  }
  return reader.zone() && reader.done();
}

}  // namespace mugai::sanitize::ooxml
