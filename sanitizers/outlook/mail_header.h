// The header of an item of Outlook as RFC 5322 writes it. Fields come from properties, which are decoded already; what
// only the header has that the mail travelled with (Received, the sender's time zone, the ids of a thread) comes from there.
// Addresses of an Exchange server that have no form for the Internet become NAME@exchange.invalid: the person is named,
// and nobody's mail can go there (RFC 6761). Pure.
#pragma once

#include <string>

#include "sanitizers/outlook/item.h"

namespace mugai::sanitize::outlook {

// CRLF line ends, without MIME-Version, Content-* and the final blank line.
std::string mail_header_of(const Item& item);

}  // namespace mugai::sanitize::outlook
