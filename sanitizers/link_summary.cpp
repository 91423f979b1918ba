#include "sanitizers/link_summary.h"

namespace mugai::sanitize {

namespace {
constexpr size_t kMostShown = 20;
}

std::string link_summary(const std::string& name, const std::vector<std::string>& targets, UrlPolicy policy) {
  if (targets.empty() || policy == UrlPolicy::remove) return {};
  std::string text = "[" + name + " のリンク先 / links in this document]\n";
  for (size_t i = 0; i < std::min(targets.size(), kMostShown); ++i) text += targets[i] + "\n";
  if (targets.size() > kMostShown) text += "ほか " + std::to_string(targets.size() - kMostShown) + " 件 / and more\n";
  return text;
}

}  // namespace mugai::sanitize
