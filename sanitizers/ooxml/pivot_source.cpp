#include "sanitizers/ooxml/pivot_source.h"

#include "sanitizers/ooxml/namespaces.h"
#include "sanitizers/xml/xml_parser.h"

namespace mugai::sanitize::ooxml {

namespace {

class Source : public XmlEvents {
 public:
  bool inside = false, outside = false;

  void on_start(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser&) override {
    const bool source = name.is("x", "cacheSource"), range = name.is("x", "worksheetSource"), set = name.is("x", "rangeSet");
    inside = inside || source;
    for (const XmlAttribute& one : attributes) {
      if (one.name.in("r") && (range || set)) outside = true;
      if (source && one.name.local == "type" && one.value != "worksheet" && one.value != "consolidation") outside = true;
      if (source && one.name.local == "connectionId" && one.value != "0") outside = true;
    }
  }
  void on_end() override {}
  void on_text(std::string_view) override {}
};

}  // namespace

bool pivot_source_is_inside(Bytes untrusted) {
  Source source;
  return XmlParser(namespace_by_uri).parse(untrusted, source).empty() && source.inside && !source.outside;
}

}  // namespace mugai::sanitize::ooxml
