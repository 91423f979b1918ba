// Address lists (RFC 5322 §3.4) decoded and written anew: From, To, Cc, Reply-To, Sender, Resent-*. The parser accepts
// what people's mailers really send (unquoted Japanese names, dots, missing brackets, groups, comments) and never
// drops an address it can read. A display name that itself looks like another address is marked. Pure, linear.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct Mailbox {
  std::string display_name;  // UTF-8, one clean line; may be empty
  std::string address;       // local@domain as ASCII or UTF-8, no comments, no blanks
};

struct AddressList {
  std::vector<Mailbox> mailboxes;      // groups are flattened
  std::vector<std::string> notes;      // "malformed-address", "address-in-display-name", "too-many-addresses"
};

AddressList parse_addresses(Bytes untrusted_raw_value, size_t max_addresses);

// "To: =?UTF-8?B?...?= <a@b>,\r\n c@d\r\n"
std::string encode_address_header(std::string_view name, const std::vector<Mailbox>& mailboxes);

}  // namespace mugai::sanitize
