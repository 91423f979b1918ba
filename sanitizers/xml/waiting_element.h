// An element that is written later, or never: names of the parser do not live that long. Owns its words.
#pragma once

#include <string>
#include <vector>

#include "sanitizers/xml/xml_writer.h"

namespace mugai::sanitize {

class WaitingElement {
 public:
  WaitingElement(const XmlName& name, const std::vector<XmlAttribute>& given, std::vector<const Namespace*> also)
      : space_(name.space), local_(name.local), also_(std::move(also)) {
    for (const XmlAttribute& one : given) attributes_.push_back({one.name.space, std::string(one.name.local), one.value});
  }
  void write(XmlWriter& writer) const {
    std::vector<XmlAttribute> now;
    for (const Attribute& one : attributes_) now.push_back({{one.space, false, one.local}, one.value});
    writer.start({space_, false, local_}, now, also_);
  }
  // Of an attribute without a vocabulary; null when there is none.
  const std::string* value(std::string_view name) const {
    for (const Attribute& one : attributes_)
      if (!one.space && one.local == name) return &one.value;
    return nullptr;
  }

 private:
  struct Attribute {
    const Namespace* space;
    std::string local, value;
  };
  const Namespace* space_;
  std::string local_;
  std::vector<Attribute> attributes_;
  std::vector<const Namespace*> also_;
};

}  // namespace mugai::sanitize
