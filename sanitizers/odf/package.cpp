#include "sanitizers/odf/package.h"

#include <algorithm>

#include "sanitizers/odf/vocabulary.h"
#include "sanitizers/text/hex.h"

namespace mugai::sanitize::odf {

namespace {

constexpr std::string_view kManifest = "META-INF/manifest.xml", kMimetype = "mimetype", kSignatures = "signatures";
constexpr size_t kMaxMimetype = 255, kMaxHref = 4'096;

std::string key_of(std::string_view name) {
  std::string key;
  for (char c : name) {
    if (c == '\\') c = '/';
    if (c == '/' && (key.empty() || key.back() == '/')) continue;
    key += c;
  }
  return key;
}

// Of the manifest only these are read: the media type of the whole, and that something is encrypted.
class ManifestReader : public XmlEvents {
 public:
  std::string media_type;
  bool encrypted = false;

  void on_start(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser&) override {
    if (name.local.starts_with("encrypt") || name.local == "keyinfo") encrypted = true;
    if (!name.is("manifest", "file-entry")) return;
    std::string path, type;
    for (XmlAttribute& one : attributes) {
      if (one.name.is("manifest", "full-path")) path = std::move(one.value);
      else if (one.name.is("manifest", "media-type")) type = std::move(one.value);
    }
    if (path == "/" && media_type.empty()) media_type = std::move(type);
  }
  void on_end() override {}
  void on_text(std::string_view) override {}
};

}  // namespace

std::string Package::open(Bytes untrusted, const Limits& limits, Budget& budget, Workspace& workspace) {
  if (std::string trouble = parts_.open(untrusted, limits, budget, key_of); !trouble.empty()) return trouble;
  if (std::string trouble = read_manifest(workspace); !trouble.empty()) return trouble;
  const std::string name(kMimetype);
  if (!parts_.has(name)) return {};
  if (parts_.size(name) > kMaxMimetype) return "damaged-document";
  Blob stated(workspace);
  if (std::string trouble = parts_.read(name, stated); !trouble.empty()) return trouble;
  std::string type(stated.bytes());
  type.erase(type.find_last_not_of(" \t\r\n") + 1);
  // Of two statements readers take the one or the other.
  if (!mimetype_.empty() && mimetype_ != type) return "conflicting-entry";
  mimetype_ = type;
  return {};
}

bool Package::is_signed() const {
  const std::vector<std::string> keys = parts_.keys();
  return std::any_of(keys.begin(), keys.end(), [](const std::string& key) {
    return key.starts_with("META-INF/") && key.find(kSignatures) != key.npos && key.find("macro") == key.npos;
  });
}

std::string Package::read_manifest(Workspace& workspace) {
  const std::string name(kManifest);
  if (!parts_.has(name)) return {};
  if (parts_.size(name) > ZipParts::kSmallBytes) return "damaged-document";
  Blob bytes(workspace);
  if (std::string trouble = parts_.read(name, bytes); !trouble.empty()) return trouble;
  ManifestReader manifest;
  const std::string_view trouble = XmlParser(namespace_by_uri).parse(bytes.bytes(), manifest);
  if (trouble == "xml-entity") return {};   // the programs of 2005 wrote a document type; what it says we can do without
  if (!trouble.empty()) return std::string(trouble);
  mimetype_ = manifest.media_type;
  encrypted_ = manifest.encrypted;
  return {};
}

std::string place_of(const std::string& folder, std::string_view href) {
  if (href.size() > kMaxHref || href.starts_with('/')) return {};
  while (href.starts_with("./")) href.remove_prefix(2);
  const std::string name = key_of(percent_decoded(href));
  if (name.empty() || name.find(':') != name.npos || name.starts_with("..") || name.find("/..") != name.npos) return {};
  return folder + (name.ends_with('/') ? name.substr(0, name.size() - 1) : name);
}

}  // namespace mugai::sanitize::odf
