// Where a link in a page really goes, how that is shown, and whether its text says something else. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mugai::sanitize {

struct LinkTarget {
  // none: stays on the page. relative: to a place that a mail does not have.
  enum class Kind { none, web, mail, telephone, relative, unsafe };
  Kind kind = Kind::none;
  std::string shown;  // a URL, a mail address, a number, or the relative reference as it stands
  std::string host;   // lower-case, without "www."
};

// `href` has its character references replaced; `base` is that of <base>, or empty.
LinkTarget resolve_link(std::string_view href, std::string_view base);

// True when the visible text already says the target, so that it need not stand twice.
bool says_target(std::string_view text, const LinkTarget& target);
// True when the visible text names a host, and the target is on another one.
bool names_other_host(std::string_view text, const LinkTarget& target);

}  // namespace mugai::sanitize
