// The attributes of one element as they may be written: those that vocabulary.h knows, formulas judged, names that speak by a
// prefix told again by ours, whatever the document called it. References are not looked at here: `href` is taken out, for the
// element decides about it. Borrows everything.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sanitizers/odf/vocabulary.h"
#include "sanitizers/office/links.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize::odf {

struct PassedAttributes {
  std::vector<XmlAttribute> kept;
  std::vector<const Namespace*> spaces;   // that their values speak of
  std::optional<XmlAttribute> href;       // xlink:href as it came

  std::string* find(std::string_view prefix, std::string_view local);
  void erase(std::string_view prefix, std::string_view local);
  void lead_to(std::string target);       // puts href back
};

class AttributesPass {
 public:
  AttributesPass(Links& links, Tally& tally) : links_(links), tally_(tally) {}
  PassedAttributes pass(const XmlName& element, std::vector<XmlAttribute>& untrusted, const XmlParser& parser);

 private:
  bool pass_value(const XmlName& element, XmlAttribute& attribute, const XmlParser& parser, std::vector<const Namespace*>& spaces);
  bool pass_formula(std::string& value, const XmlParser& parser, std::vector<const Namespace*>& spaces);
  bool refuse_formula(std::string_view what);

  Links& links_;
  Tally& tally_;
};

}  // namespace mugai::sanitize::odf
