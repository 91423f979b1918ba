#include "sanitizers/mime/ascii_domain.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {

namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

}  // namespace

std::string ascii_domain(const std::string& address) {
  const size_t at = address.rfind('@');
  if (at == std::string::npos || is_plain_ascii(std::string_view(address).substr(at)) ||
      !is_plain_ascii(std::string_view(address).substr(0, at)))
    return address;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, void (*)(UIDNA*)> idna(
      uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_USE_STD3_RULES, &status), uidna_close);
  std::array<char, 512> ascii;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const int32_t length = uidna_nameToASCII_UTF8(idna.get(), address.data() + at + 1,
                                                static_cast<int32_t>(address.size() - at - 1), ascii.data(),
                                                static_cast<int32_t>(ascii.size()), &info, &status);
  if (U_FAILURE(status) || info.errors != 0 || length <= 0 || length > static_cast<int32_t>(ascii.size()))
    return address;
  // Full-width "＞，＜" maps to ASCII as well: a domain must not become the end of its address and the next one.
  const std::string_view domain(ascii.data(), static_cast<size_t>(length));
  if (!std::all_of(domain.begin(), domain.end(), is_host_character)) return address;
  return address.substr(0, at + 1).append(domain);
}

}  // namespace mugai::sanitize
