// What may stand in a document of ours: the vocabularies of OpenDocument (ODF 1.3 part 3, MathML, and what LibreOffice adds for
// the look of documents), their elements and their attributes. What is not here does not come along; what is here and can hold
// a reference, a formula or a program is looked at by rules.h besides. Pure tables.
#pragma once

#include "sanitizers/xml/xml_parser.h"

namespace mugai::sanitize::odf {

// null: not known. Older names of a vocabulary lead to the row of the usual one.
const Namespace* namespace_by_uri(std::string_view uri);

bool is_element(const XmlName& name);
// Only MathML has attributes without a vocabulary.
bool is_attribute(const XmlName& element, const XmlName& name);

}  // namespace mugai::sanitize::odf
