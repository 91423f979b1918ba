// The adapter around expat for the parts of a document: names resolved to the vocabularies that are known, no document type,
// no entities but XML's own five, bounded depth, bounded attributes. Comments and processing instructions are not told.
// Memory does not grow with the part. Owns nothing of the caller; one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "sanitizers/xml/xml_namespace.h"

namespace mugai::sanitize {

struct XmlName {
  const Namespace* space = nullptr;   // null with `foreign`: a vocabulary that is not known; null without: none at all
  bool foreign = false;
  std::string_view local;

  bool is(std::string_view prefix, std::string_view name) const { return space && space->prefix == prefix && local == name; }
  bool in(std::string_view prefix) const { return space && space->prefix == prefix; }
};

struct XmlAttribute {
  XmlName name;
  std::string value;
};

class XmlParser;

class XmlEvents {
 public:
  virtual ~XmlEvents() = default;
  // Names are valid during the call.
  virtual void on_start(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser& parser) = 0;
  virtual void on_end() = 0;
  virtual void on_text(std::string_view text) = 0;   // in pieces
};

class XmlParser {
 public:
  explicit XmlParser(NamespaceLookup lookup) : lookup_(lookup) {}

  // Empty: well-formed to its end. Else a reason: "xml-entity", "xml-too-deep", "damaged-document".
  std::string_view parse(Bytes untrusted, XmlEvents& events);

  // During on_start(): the URI that a prefix stands for; empty when it is not declared.
  std::string_view uri_of(std::string_view prefix) const;

  // During on_start(): the known vocabularies that are declared here or around, outermost first.
  std::vector<const Namespace*> declared() const;

  void stop(std::string_view reason);   // from within an event

 private:
  struct Adapter;
  struct Binding {
    std::string prefix, uri;
  };
  const NamespaceLookup lookup_;
  std::vector<Binding> bindings_;   // innermost last
  std::vector<XmlAttribute> attributes_;
  void* parser_ = nullptr;
  XmlEvents* events_ = nullptr;
  std::string_view trouble_;
  size_t depth_ = 0;
};

}  // namespace mugai::sanitize
