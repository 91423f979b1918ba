#include "sanitizers/mime/same_text.h"

#include <string>

namespace mugai::sanitize {

namespace {

constexpr std::string_view kPicture = "[画像: ", kWideBlank = "\u3000", kNoBreakBlank = "\u00a0", kBullet = "\u00b7";

bool is_letter(unsigned char c) {
  return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Letters and digits alone.
std::string reading_of(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("http") || rest.starts_with("hxxp") || rest.starts_with("mailto:")) {
      while (at < text.size() && static_cast<unsigned char>(text[at]) > ' ' && text[at] != '>') ++at;
    } else if (rest.starts_with(kPicture)) {
      at = std::min(text.find(']', at), text.size());
    } else if (rest.starts_with(kWideBlank)) {
      at += kWideBlank.size();
    } else if (rest.starts_with(kNoBreakBlank) || rest.starts_with(kBullet)) {
      at += kNoBreakBlank.size();
    } else {
      if (is_letter(static_cast<unsigned char>(text[at]))) out.push_back(text[at]);
      ++at;
    }
  }
  return out;
}

}  // namespace

bool repeats(std::string_view text, std::string_view other) {
  const std::string one = reading_of(text), two = reading_of(other);
  return two.starts_with(one) || two.ends_with(one);
}

bool says_nothing(std::string_view text) {
  return reading_of(text).empty();
}

}  // namespace mugai::sanitize
