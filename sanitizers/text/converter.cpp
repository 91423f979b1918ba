#include "sanitizers/text/converter.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>

#include <array>
#include <map>
#include <memory>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

// ICU's own substitution writes U+001A where a charset file says so; this one always says U+FFFD.
void replace_bad_bytes(const void*, UConverterToUnicodeArgs* args, const char*, int32_t,
                       UConverterCallbackReason reason, UErrorCode* status) {
  if (reason > UCNV_IRREGULAR) return;
  *status = U_ZERO_ERROR;
  const UChar replacement = static_cast<UChar>(kReplacement);
  ucnv_cbToUWriteUChars(args, &replacement, 1, 0, status);
}

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// Null when ICU has no such charset.
UConverter* converter_named(const char* icu_name) {
  thread_local std::map<std::string, Converter> cache;
  const auto [entry, inserted] = cache.try_emplace(icu_name);
  if (inserted) {
    UErrorCode status = U_ZERO_ERROR;
    Converter converter(ucnv_open(icu_name, &status));
    if (U_SUCCESS(status))
      ucnv_setToUCallBack(converter.get(), replace_bad_bytes, nullptr, nullptr, nullptr, &status);
    if (U_FAILURE(status)) converter.reset();
    entry->second = std::move(converter);
  }
  return entry->second.get();
}

// Appends UTF-16 as UTF-8; a pair may be split between calls.
void append_utf16(const UChar* from, const UChar* end, UChar& pending, std::string& out) {
  for (; from != end; ++from) {
    const UChar unit = *from;
    if (pending != 0) {
      if (U16_IS_TRAIL(unit)) {
        append_utf8(out, static_cast<char32_t>(U16_GET_SUPPLEMENTARY(pending, unit)));
        pending = 0;
        continue;
      }
      append_utf8(out, kReplacement);
      pending = 0;
    }
    if (U16_IS_LEAD(unit))
      pending = unit;
    else
      append_utf8(out, unit);
  }
}

}  // namespace

bool icu_to_utf8(Bytes bytes, const char* icu_name, std::string& out) {
  UConverter* const converter = converter_named(icu_name);
  if (converter == nullptr) return false;
  ucnv_resetToUnicode(converter);
  const size_t before = out.size();
  out.reserve(before + bytes.size() + bytes.size() / 2);
  const char* source = bytes.data();
  const char* const source_end = source + bytes.size();
  UChar pending = 0;
  for (bool more = true; more;) {
    std::array<UChar, 4096> units;
    UChar* target = units.data();
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(converter, &target, units.data() + units.size(), &source, source_end, nullptr, true,
                   &status);
    append_utf16(units.data(), target, pending, out);
    more = status == U_BUFFER_OVERFLOW_ERROR;
    if (U_FAILURE(status) && !more) append_utf8(out, kReplacement);
  }
  if (pending != 0) append_utf8(out, kReplacement);
  return out.find("\xEF\xBF\xBD", before) == std::string::npos;
}

std::optional<std::string> icu_from_utf8(std::string_view utf8, const char* icu_name) {
  UConverter* const converter = converter_named(icu_name);
  if (converter == nullptr) return std::nullopt;
  ucnv_resetFromUnicode(converter);
  ucnv_setFallback(converter, false);
  UErrorCode status = U_ZERO_ERROR;
  ucnv_setFromUCallBack(converter, UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string out;
  std::array<UChar, 1024> units;
  std::array<char, 8192> bytes;  // more than the units can become in any charset we name
  for (size_t i = 0; i < utf8.size();) {
    size_t count = 0;
    while (i < utf8.size() && count + 2 <= units.size()) {
      const char32_t c = next_code_point(utf8, i);
      if (c >= 0x10000) {
        units[count++] = U16_LEAD(c);
        units[count++] = U16_TRAIL(c);
      } else {
        units[count++] = static_cast<UChar>(c);
      }
    }
    const UChar* source = units.data();
    char* target = bytes.data();
    ucnv_fromUnicode(converter, &target, bytes.data() + bytes.size(), &source, units.data() + count, nullptr,
                     i == utf8.size(), &status);
    if (U_FAILURE(status)) return std::nullopt;
    out.append(bytes.data(), static_cast<size_t>(target - bytes.data()));
  }
  return out;
}

}  // namespace mugai::sanitize
