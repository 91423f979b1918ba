// Finds what a mail reader would turn into a link, and makes it unclickable or takes it out. Mail addresses
// are left alone. Pure, linear; both functions leave their own output unchanged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugai::sanitize {

// "http://evil.example/x" -> "hxxp://evil[.]example/x"; "www.evil.example" -> "www[.]evil[.]example".
std::string defang_urls(std::string_view text, uint64_t& count);

// -> "[URL削除 / URL removed]"
std::string remove_urls(std::string_view text, uint64_t& count);

}  // namespace mugai::sanitize
