// A mail address whose domain is beyond ASCII, with the domain in its ASCII form (RFC 5891), for headers and
// hops without SMTPUTF8. Pure.
#pragma once

#include <string>

namespace mugai::sanitize {

// As it is when the domain has no such form, or when the local part is beyond ASCII as well and nothing would
// be won.
std::string ascii_domain(const std::string& address);

}  // namespace mugai::sanitize
