// safe_name() of identify.h.
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "sanitizers/detect/identify.h"
#include "sanitizers/detect/name.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxBytes = 200;  // leaves room for ".txt" and the like under the 255 of file systems
constexpr size_t kMaxRead = 4'096;

void note(std::vector<std::string>& changed, std::string reason) {
  if (std::find(changed.begin(), changed.end(), reason) == changed.end())
    changed.push_back(std::move(reason));
}

// macOS sends か + ゛; Windows shows them apart. The composed form is what people typed.
std::string composed(const std::string& utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return utf8;
  const icu::UnicodeString normal = nfc->normalize(icu::UnicodeString::fromUTF8(utf8), status);
  std::string result;
  if (U_FAILURE(status)) return utf8;
  normal.toUTF8String(result);
  return result;
}

bool is_reserved(char32_t c) {
  return c == '<' || c == '>' || c == '"' || c == '|' || c == '?' || c == '*' || c == '/' || c == '\\' ||
         c == ':';
}

std::string visible_characters(std::string_view untrusted_name, std::vector<std::string>& changed) {
  std::string out;
  for (const char32_t c : to_code_points(untrusted_name)) {
    if (is_bidi_control(c))
      note(changed, "bidi-in-name");
    else if (is_invisible(c))
      note(changed, "invisible-in-name");
    else if (c == 0xfffd || c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
             (c >= 0xe000 && c < 0xf900 && c != 0xf8ff))
      out.push_back('_');
    else if (c == 0x2024 || c == 0xfe52)
      out.push_back('_');  // dots that no keyboard has
    else
      append_utf8(out, is_reserved(c) ? U'_' : c);
  }
  return out;
}

std::string_view without_path(std::string_view name, std::vector<std::string>& changed) {
  const size_t slash = name.find_last_of("/\\");
  if (slash == name.npos) return name;
  // ￥ and a backslash are one byte in old Japanese charsets; only what looks like a way out is worth
  // telling.
  if (name.find("..") != name.npos || name[0] == '/' || name[0] == '\\' || name.substr(1, 1) == ":")
    note(changed, "path-in-name");
  return name.substr(slash + 1);
}

std::string_view trimmed(std::string_view text) {
  const std::string_view wide_blank = "\u3000";
  const auto drop_end = [&](size_t length) { return text.remove_suffix(length), true; };
  const auto drop_start = [&](size_t length) { return text.remove_prefix(length), true; };
  for (bool more = true; more && !text.empty();) {
    more = text.back() == '.' || text.back() == ' ' ? drop_end(1)
           : text.ends_with(wide_blank)             ? drop_end(wide_blank.size())
           : text.front() == ' '                    ? drop_start(1)
           : text.starts_with(wide_blank)           ? drop_start(wide_blank.size())
                                                    : false;
  }
  return text;
}

bool is_device(std::string_view stem) {
  const std::string_view first = stem.substr(0, stem.find('.'));
  const std::string_view word = trimmed(first);
  for (const std::string_view device : {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"})
    if (equals_ignoring_case(word, device)) return true;
  // To Windows "COM¹" is "COM1".
  const std::string_view number = word.substr(std::min<size_t>(word.size(), 3));
  const bool digit = number.size() == 1 && number[0] >= '0' && number[0] <= '9';
  const bool numbered = digit || number == "\u00b9" || number == "\u00b2" || number == "\u00b3";
  return numbered &&
         (equals_ignoring_case(word.substr(0, 3), "com") || equals_ignoring_case(word.substr(0, 3), "lpt"));
}

std::string_view cut_to(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (byte_at(text, end) & 0xc0) == 0x80) --end;
  return trimmed(text.substr(0, end));
}

std::string lower_ascii(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), ascii_lower);
  return result;
}

// "photo.exe.png" runs nowhere, but it is made to deceive somebody.
void defuse_inner_extensions(std::string& stem, std::vector<std::string>& changed) {
  for (size_t dot = stem.rfind('.'); dot != std::string::npos && dot > 0; dot = stem.rfind('.', dot - 1)) {
    const size_t end = std::min(stem.find('.', dot + 1), stem.size());
    std::string_view label = trimmed(std::string_view(stem).substr(dot + 1, end - dot - 1));
    while (!label.empty() && (label.back() == '_' || label.back() == ' ')) label.remove_suffix(1);
    const Type* type = type_of_extension_in_name(lower_ascii(label));
    if (!type || type->danger != Danger::active) continue;
    stem[dot] = '_';
    note(changed, "double-extension");
  }
}

}  // namespace

std::string safe_name(std::string_view untrusted_name, const Type& type, std::vector<std::string>& changed) {
  if (untrusted_name.size() > kMaxRead) untrusted_name.remove_prefix(untrusted_name.size() - kMaxRead);
  const size_t nul = untrusted_name.find('\0');
  if (nul != untrusted_name.npos) note(changed, "nul-in-name");
  std::string_view untrusted_base = without_path(untrusted_name, changed);
  const size_t colon = untrusted_base.find("::$");  // NTFS stream: the name is what stands before
  if (colon != untrusted_base.npos) note(changed, "stream-in-name");
  const std::string name = composed(visible_characters(untrusted_base.substr(0, colon), changed));

  std::string_view stem = trimmed(name);
  std::string extension(type.extension);
  const size_t dot = stem.rfind('.');
  if (dot != stem.npos) {
    const std::string given = lower_ascii(stem.substr(dot + 1));
    // What is unknown never leaves under this name; its own extension tells people more than ".bin".
    if (has_extension(type, given) || (&type == &type_unknown() && given.size() <= 16)) {
      extension = stem.substr(dot + 1);
      stem = stem.substr(0, dot);
    } else if (type_by_extension(given)) {
      note(changed, "extension-corrected");
      stem = stem.substr(0, dot);
    }
    // An extension that we do not know may mean something to somebody; it stays, in front of the true one.
  }
  // Cut first: what is left may end, or mean, otherwise than the whole did.
  std::string result(cut_to(trimmed(stem), kMaxBytes - 2 - std::min<size_t>(extension.size(), 40)));
  while (!result.empty() && result[0] == '.') result = trimmed(std::string_view(result).substr(1));
  if (!result.empty() && (result[0] == '-' || result[0] == '~'))
    result[0] = '_';  // an option to one program, a home to another
  if (is_device(result)) {
    result.insert(0, "_");
    note(changed, "device-name");
  }
  defuse_inner_extensions(result, changed);
  if (result.empty() || result.find_first_not_of("_ ") == std::string::npos) result = "file";
  return result + "." + extension;
}

}  // namespace mugai::sanitize
