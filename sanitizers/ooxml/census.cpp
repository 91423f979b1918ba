#include "sanitizers/ooxml/census.h"

namespace mugai::sanitize::ooxml {

namespace {

struct Sign {
  std::string_view word;   // in the content type or the name of a part, lower-case
  std::string_view what;   // empty: nobody misses it
};

// The first that fits counts.
constexpr Sign kSigns[] = {
    {"calcchain", ""},
    {"printersettings", ""},
    {"vbaproject", "macro"},
    {"vbadata", "macro"},
    {"macrosheet", "macro"},
    {"keymapcustomizations", "macro"},
    {"attachedtoolbars", "macro"},
    {"activex", "activex"},
    {"oleobject", "embedded-file"},
    {"embeddings/", "embedded-file"},
    {"externallink", "external-reference"},
    {"volatiledependencies", "external-reference"},
    {"connections", "data-connection"},
    {"querytable", "data-connection"},
    {"pivotcache", "data-connection"},
    {"pivottable", "data-connection"},
    {"datamodel", "data-connection"},
    {"xl/model/", "data-connection"},
    {"slicer", "slicer"},
    {"timeline", "slicer"},
    {"customui", "add-in"},
    {"webextension", "add-in"},
    {"customxml", "custom-data"},
    {"xmlmaps", "custom-data"},
    {"tablesinglecells", "custom-data"},
    {"obfuscatedfont", "embedded-font"},
    {"fonts/", "embedded-font"},
    {"x-fontdata", "embedded-font"},
    {"thumbnail", "thumbnail"},
    {"digital-signature", "digital-signature"},
    {"_xmlsignatures", "digital-signature"},
    {"docprops/", "metadata"},
    {"docmetadata", "metadata"},
    {"audio/", "media"},
    {"video/", "media"},
    {"media/media", "media"},
    {"text/html", "embedded-file"},
    {"afchunk", "embedded-file"},
    {"tags/", ""},
};

std::string_view reason_for(const std::string& key, const std::string& type) {
  for (const Sign& sign : kSigns)
    if (key.find(sign.word) != key.npos || type.find(sign.word) != type.npos) return sign.what;
  return "other-entry";
}

}  // namespace

void count_parts_that_go(const Package& package, const std::set<std::string>& taken, Tally& tally) {
  for (const std::string& key : package.keys()) {
    if (taken.contains(key)) continue;
    const std::string_view what = reason_for(key, package.content_type(key));
    if (!what.empty()) tally.add(what);
  }
}

void count_external(const Relationship& relationship, Tally& tally) {
  if (relationship.type.ends_with("/hyperlink")) return;   // counted where it stands
  tally.add(relationship.type.ends_with("/attachedTemplate") ? "remote-template" : "external-reference");
}

}  // namespace mugai::sanitize::ooxml
