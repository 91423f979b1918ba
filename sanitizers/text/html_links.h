// Where a link in a page really goes, how that is shown, and whether its text says something else. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mugai::sanitize {

struct LinkTarget {
  enum class Kind { none, web, mail, unsafe };  // none: stays on the page, or cannot be told
  Kind kind = Kind::none;
  std::string shown;  // a URL or a mail address
  std::string host;   // lower-case, without "www."
};

// `href` has its character references replaced; `base` is that of <base>, or empty.
LinkTarget resolve_link(std::string_view href, std::string_view base);

// True when the visible text already says the target, so that it need not stand twice.
bool says_target(std::string_view text, const LinkTarget& target);
// True when the visible text names a host, and the target is on another one.
bool names_other_host(std::string_view text, const LinkTarget& target);

}  // namespace mugai::sanitize
