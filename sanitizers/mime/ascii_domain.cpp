#include "sanitizers/mime/ascii_domain.h"

#include <unicode/uidna.h>

#include <array>
#include <memory>
#include <string_view>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {

std::string ascii_domain(const std::string& address) {
  const size_t at = address.rfind('@');
  if (at == std::string::npos || is_plain_ascii(std::string_view(address).substr(at)) ||
      !is_plain_ascii(std::string_view(address).substr(0, at)))
    return address;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, void (*)(UIDNA*)> idna(
      uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &status), uidna_close);
  std::array<char, 512> ascii;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const int32_t length = uidna_nameToASCII_UTF8(idna.get(), address.data() + at + 1,
                                                static_cast<int32_t>(address.size() - at - 1), ascii.data(),
                                                static_cast<int32_t>(ascii.size()), &info, &status);
  if (U_FAILURE(status) || info.errors != 0 || length <= 0 || length > static_cast<int32_t>(ascii.size()))
    return address;
  return address.substr(0, at + 1) + std::string(ascii.data(), static_cast<size_t>(length));
}

}  // namespace mugai::sanitize
