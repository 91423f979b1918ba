// The arguments of MAIL and RCPT (RFC 5321 §4.1.2, RFC 1870, RFC 3461, RFC 6152, RFC 6531), and xtext. Strict
// about structure (control characters, brackets, repeated parameters), lenient about local parts: dots
// anywhere, because Japanese carriers gave out such addresses for years. Pure, linear; a failure is the reply
// to give.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "config/base/bytes.h"
#include "smtp/envelope.h"
#include "smtp/reply.h"

namespace mugai::smtp {

// What stands behind "MAIL" or "RCPT": "FROM:<a@b> SIZE=100". Fills the envelope or the recipient and returns
// nothing, or returns the refusal. `smtputf8` says whether MAIL asked for it.
std::optional<Reply> parse_mail(Bytes untrusted_argument, Envelope& envelope);
std::optional<Reply> parse_rcpt(Bytes untrusted_argument, bool smtputf8, Recipient& recipient);

// One <path> at the beginning of `rest`, which is moved behind it. A source route is read over (RFC 5321
// §4.1.1.3).
std::optional<Address> parse_path(Bytes& rest);

bool is_ascii(Bytes bytes);
bool is_utf8(Bytes bytes);
bool is_xtext(Bytes bytes);                       // RFC 3461 §4
std::string decode_xtext(std::string_view text);  // malformed escapes stay as they are

}  // namespace mugai::smtp
