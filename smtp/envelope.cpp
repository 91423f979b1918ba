#include "smtp/envelope.h"

#include "config/base/bytes.h"

namespace mugai::smtp {

std::string Address::local() const {
  return text.substr(0, text.rfind('@'));
}

std::string Address::domain() const {
  const size_t at = text.rfind('@');
  if (at == std::string::npos) return {};
  std::string domain = text.substr(at + 1);
  for (char& c : domain) c = ascii_lower(c);
  return domain;
}

}  // namespace mugai::smtp
