// The small grammars inside of values: endpoints, next hops, domains, addresses. Each returns nothing when
// the text is not exactly right; the loader says where. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"

namespace mugai::config {

std::optional<Endpoint> parse_endpoint(std::string_view text);  // "127.0.0.1:25", "[::1]:25"
std::optional<NextHop> parse_next_hop(
    std::string_view text);  // "smtp://host:25", "lmtp://[::1]", "maildir:PATH"
std::optional<PostgreSql> parse_database(std::string_view text);  // "postgresql://user:password@host:5432/name"
std::optional<Antivirus> parse_clamd(std::string_view text);  // "unix:/PATH", "tcp://host:3310"
std::optional<std::string> parse_host_name(std::string_view text);    // lower-cased
std::optional<std::string> parse_domain_rule(std::string_view text);  // a name, ".name" or "*"; lower-cased
std::optional<std::string> parse_address_rule(
    std::string_view text);                // "user@domain" or "@domain"; lower-cased
std::string lower(std::string_view text);  // ASCII only

}  // namespace mugai::config
