#include "sanitizers/odf/census.h"

#include <algorithm>

namespace mugai::sanitize::odf {

namespace {

struct Sign {
  std::string_view start;   // of a part's name
  std::string_view what;    // empty: nobody misses it
};

// The first that fits counts.
constexpr Sign kSigns[] = {
    {"mimetype", ""},
    {"META-INF/manifest.xml", ""},
    {"META-INF/documentsignatures", "digital-signature"},
    {"META-INF/packagesignatures", "digital-signature"},
    {"META-INF/macrosignatures", "digital-signature"},
    {"Basic/", "macro"},
    {"Scripts/", "macro"},
    {"Dialogs/", "macro"},
    {"Thumbnails/", "thumbnail"},
    {"Configurations2/", "add-in"},
    {"Configurations/", "add-in"},
    {"Fonts/", "embedded-font"},
    {"Versions/", "earlier-revision"},
    {"VersionList.xml", "earlier-revision"},
    {"Media/", "media"},
    {"manifest.rdf", ""},
    {"layout-cache", ""},
    {"ObjectReplacements/", ""},
    {"database/", "data-connection"},
};

std::string_view reason_for(const std::string& key) {
  const auto* found = std::find_if(std::begin(kSigns), std::end(kSigns), [&](const Sign& sign) { return key.starts_with(sign.start); });
  return found == std::end(kSigns) ? "other-entry" : found->what;
}

// "Object 1/Configurations2/a.xml" is of "Object 1/".
std::string inside_of_document(const std::string& key, const std::set<std::string>& seen) {
  for (size_t slash = key.rfind('/'); slash != key.npos && slash > 0; slash = key.rfind('/', slash - 1))
    if (seen.contains(key.substr(0, slash + 1))) return key.substr(slash + 1);
  return key;
}

}  // namespace

void count_parts_that_go(const Package& package, const std::set<std::string>& seen, Tally& tally) {
  for (const std::string& key : package.keys()) {
    if (seen.contains(key) || package.size(key) == 0) continue;
    const std::string_view what = reason_for(inside_of_document(key, seen));
    if (!what.empty()) tally.add(what);
  }
}

}  // namespace mugai::sanitize::odf
