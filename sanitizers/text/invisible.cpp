#include "sanitizers/text/invisible.h"

#include <unicode/uchar.h>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr char32_t kJoiner = 0x200D, kBlackFlag = 0x1F3F4, kCancelTag = 0xE007F;

bool is_variation_selector(char32_t c) {
  return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
}
bool is_tag(char32_t c) {
  return c >= 0xE0020 && c <= kCancelTag;
}

bool is_emoji(char32_t c) {
  const UChar32 point = static_cast<UChar32>(c);
  return c >= 0x80 && (u_hasBinaryProperty(point, UCHAR_EXTENDED_PICTOGRAPHIC) ||
                       u_hasBinaryProperty(point, UCHAR_EMOJI_MODIFIER));
}

}  // namespace

Visibility visibility(char32_t c, char32_t previous, std::string_view text, size_t after) {
  if (c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0)) return Visibility::control;
  if (c < 0xAD) return Visibility::visible;
  if ((c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF)) return Visibility::control;
  if (c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
      (c >= 0x2066 && c <= 0x2069))
    return Visibility::bidi;
  if (c == kJoiner) {
    const bool joins =
        (is_emoji(previous) || previous == 0xFE0F) && is_emoji(code_point_at(text, after).value);
    return joins ? Visibility::visible : Visibility::zero_width;
  }
  // One selector says how the character before it looks; more of them can only carry hidden data.
  if (is_variation_selector(c)) {
    const bool bare = previous <= 0x20 || is_variation_selector(previous) || is_tag(previous);
    return bare ? Visibility::zero_width : Visibility::visible;
  }
  if (is_tag(c))
    return previous == kBlackFlag || (is_tag(previous) && previous != kCancelTag) ? Visibility::visible
                                                                                  : Visibility::zero_width;
  if (c == 0xAD || c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x180B ||
      c == 0x180C || c == 0x180D || c == 0x180E || (c >= 0x200B && c <= 0x200C) ||
      (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || c == 0xFEFF || c == 0xFFA0 ||
      (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0x1D173 && c <= 0x1D17A) || (c >= 0xE0000 && c <= 0xE0FFF))
    return Visibility::zero_width;
  return Visibility::visible;
}

}  // namespace mugai::sanitize
