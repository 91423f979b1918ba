// XML as Mugai writes it, read tag by tag for a second look: no blanks around '=', double quotes, no document type, no
// instruction but the declaration. Reads in order and believes no schema. Pure.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "config/base/bytes.h"
#include "sanitizers/verify/checks.h"

namespace mugai::sanitize {

struct XmlTag {
  std::string_view name;
  bool closes = false, empty = false;
  std::map<std::string_view, std::string> attributes;
  std::string value(std::string_view key) const;   // empty when there is none
};

std::string xml_unescaped(std::string_view text);

// Gives every tag and every text (still escaped) of the document; false when it is none of ours, and an objection says why.
bool read_xml_tags(Bytes document, const std::function<void(const XmlTag&)>& on_tag, const std::function<void(Bytes)>& on_text, Objections& found);

}  // namespace mugai::sanitize
