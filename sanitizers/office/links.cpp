#include "sanitizers/office/links.h"

#include <algorithm>

namespace mugai::sanitize {

namespace {
constexpr size_t kMaxTarget = 2083, kMaxTargets = 1'000;
}

bool is_web_or_mail(std::string_view target) {
  if (target.size() > kMaxTarget) return false;
  if (std::any_of(target.begin(), target.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\'; }))
    return false;
  for (const std::string_view scheme : {"http://", "https://", "mailto:"})
    if (target.size() > scheme.size() && equals_ignoring_case(target.substr(0, scheme.size()), scheme)) return true;
  return false;
}

void Links::drop(std::string_view target) {
  if (!is_web_or_mail(target)) return tally_.add("unsafe-link");
  tally_.add(policy_ == UrlPolicy::remove ? "url" : "url-defanged");
  if (targets_.size() < kMaxTargets && std::find(targets_.begin(), targets_.end(), target) == targets_.end())
    targets_.emplace_back(target);
}

}  // namespace mugai::sanitize
