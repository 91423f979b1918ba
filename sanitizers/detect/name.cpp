#include "sanitizers/detect/name.h"

#include <algorithm>

#include "config/base/bytes.h"

namespace mugai::sanitize {
namespace {

// Names are compared only by ends and dots, so anything beyond this is noise; it keeps all below linear and
// small.
constexpr size_t kMaxNameBytes = 4'096;

// The ASCII character that `c` is drawn like or normalised to (full-width forms, other dots); else `c`.
char32_t folded(char32_t c) {
  if (c >= 0xff01 && c <= 0xff5e) return c - 0xff01 + '!';
  if (c == 0x2024 || c == 0xfe52 || c == 0xff61 || c == 0x3002) return '.';
  return c;
}

// Windows hides an extension that is a class id, and opens the file with that class: "請求書.{3050F4D8-...}"
// is an HTML application.
bool is_class_id(std::string_view extension) {
  static constexpr std::string_view kForm = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
  return extension.size() == kForm.size() &&
         std::equal(extension.begin(), extension.end(), kForm.begin(), [](char c, char form) {
           const bool hex = (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
           return form == 'x' ? hex : c == form;
         });
}

std::string lower_ascii(const std::u32string& text) {
  std::string result;
  for (const char32_t c : text)
    append_utf8(result, c < 0x80 ? static_cast<char32_t>(ascii_lower(static_cast<char>(c))) : c);
  return result;
}

// The last and the second-last extension of a name without path.
struct Extensions {
  std::string last, inner;
};

Extensions extensions_of(std::u32string name) {
  while (!name.empty() && (name.back() == '.' || name.back() == ' ' || name.back() == 0x3000))
    name.pop_back();
  Extensions extensions;
  const size_t last = name.rfind(U'.');
  if (last == name.npos) return extensions;
  extensions.last = lower_ascii(name.substr(last + 1));
  std::u32string stem = name.substr(0, last);
  // "請求書.pdf                .exe" hides the end behind blanks.
  while (!stem.empty() && (stem.back() == ' ' || stem.back() == 0x3000 || stem.back() == '_'))
    stem.pop_back();
  const size_t inner = stem.rfind(U'.');
  if (inner != stem.npos) extensions.inner = lower_ascii(stem.substr(inner + 1));
  return extensions;
}

std::u32string base_name(const std::u32string& name) {
  const size_t slash = name.find_last_of(U"/\\");
  return slash == name.npos ? name : name.substr(slash + 1);
}

// Windows reads it where a folder is looked at, and fetches the icon that it names from wherever that is.
bool is_folder_settings(std::u32string name) {
  while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.pop_back();
  return lower_ascii(name) == "desktop.ini";
}

void add(std::vector<std::string>& reasons, std::string reason) {
  if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
    reasons.push_back(std::move(reason));
}

}  // namespace

const Type* type_of_extension_in_name(std::string_view lower_extension) {
  return is_class_id(lower_extension) ? type_by_id("hta") : type_by_extension(lower_extension);
}

NameReading read_name(std::string_view untrusted_name) {
  NameReading reading;
  // The end of a name is what counts.
  if (untrusted_name.size() > kMaxNameBytes)
    untrusted_name.remove_prefix(untrusted_name.size() - kMaxNameBytes);
  std::u32string clean, plain;  // without invisible characters; the same with look-alikes folded
  for (const char32_t c : to_code_points(untrusted_name)) {
    if (is_bidi_control(c)) add(reading.reasons, "bidi-in-name");
    if (is_bidi_control(c) || is_invisible(c)) continue;
    clean.push_back(c);
    plain.push_back(folded(c));
  }
  std::vector<std::u32string> variants = {base_name(clean), base_name(plain)};
  for (size_t i = 0; i < 2; ++i) {
    for (const char32_t cut : {U'\0', U':', U';'}) {
      const size_t at = variants[i].find(cut);
      if (at != std::u32string::npos && at > 0) variants.push_back(variants[i].substr(0, at));
    }
  }
  for (const std::u32string& variant : variants) {
    const Extensions extensions = extensions_of(variant);
    if (reading.extension.empty()) reading.extension = extensions.last;
    const Type* type = is_folder_settings(variant) ? type_by_id("lnk") : type_of_extension_in_name(extensions.last);
    if (!type || (reading.type && reading.type->danger >= type->danger)) continue;
    if (&variant != &variants.front() && type->danger == Danger::active)
      add(reading.reasons, "deceptive-name");
    reading.type = type;
    reading.extension = extensions.last;
    reading.inner = type_of_extension_in_name(extensions.inner);
  }
  const bool hides_program = reading.type && reading.type->danger == Danger::active && reading.inner &&
                             reading.inner->danger != Danger::active;
  const bool looks_like_program = reading.inner && reading.inner->danger == Danger::active && reading.type &&
                                  reading.type->danger != Danger::active;
  if (hides_program || looks_like_program) add(reading.reasons, "double-extension");
  return reading;
}

std::u32string to_code_points(std::string_view bytes) {
  std::u32string result;
  for (size_t i = 0; i < bytes.size();) {
    const unsigned char lead = byte_at(bytes, i);
    const size_t length = lead < 0x80                   ? 1
                          : lead >= 0xc2 && lead < 0xe0 ? 2
                          : lead >= 0xe0 && lead < 0xf0 ? 3
                          : lead >= 0xf0 && lead < 0xf5 ? 4
                                                        : 0;
    char32_t c = length == 1 ? lead : length == 2 ? lead & 0x1f : length == 3 ? lead & 0x0f : lead & 0x07;
    bool valid = length > 0 && i + length <= bytes.size();
    for (size_t k = 1; valid && k < length; ++k) {
      valid = (byte_at(bytes, i + k) & 0xc0) == 0x80;
      c = c << 6 | (byte_at(bytes, i + k) & 0x3f);
    }
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    valid = valid && c >= kLeast[length] && c <= 0x10ffff && !(c >= 0xd800 && c < 0xe000);
    result.push_back(valid ? c : 0xfffd);
    i += valid ? length : 1;
  }
  return result;
}

void append_utf8(std::string& out, char32_t c) {
  const auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80 | (c >> shift & 0x3f))); };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xc0 | c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | c >> 12));
    tail(6), tail(0);
  } else {
    out.push_back(static_cast<char>(0xf0 | c >> 18));
    tail(12), tail(6), tail(0);
  }
}

bool is_bidi_control(char32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f ||
         c == 0x061c;
}

bool is_invisible(char32_t c) {
  return c == 0x00ad || c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 ||
         (c >= 0x180b && c <= 0x180e) || (c >= 0x200b && c <= 0x200d) || (c >= 0x2060 && c <= 0x2064) ||
         (c >= 0x206a && c <= 0x206f) || c == 0x3164 || c == 0xfeff || c == 0xffa0 ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

}  // namespace mugai::sanitize
