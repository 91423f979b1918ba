// What may become of a link out of a document: only web and mail addresses are links at all, and the profile decides whether
// they stay. Remembers the targets of those that went, for the reader of the mail. One per document; borrows the tally.
#pragma once

#include <string>
#include <vector>

#include "config/base/profile.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize {

bool is_web_or_mail(std::string_view target);

class Links {
 public:
  Links(UrlPolicy policy, Tally& tally) : policy_(policy), tally_(tally) {}

  // Pure.
  bool stays(std::string_view untrusted_target) const { return policy_ == UrlPolicy::keep && is_web_or_mail(untrusted_target); }
  // Counts one that does not stay.
  void drop(std::string_view untrusted_target);

  const std::vector<std::string>& targets() const { return targets_; }

 private:
  UrlPolicy policy_;
  Tally& tally_;
  std::vector<std::string> targets_;
};

}  // namespace mugai::sanitize
