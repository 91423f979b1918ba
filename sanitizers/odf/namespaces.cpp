#include <algorithm>
#include <iterator>

#include "sanitizers/odf/vocabulary.h"

namespace mugai::sanitize::odf {

namespace {

constexpr Namespace kNamespaces[] = {
    {"http://openoffice.org/2004/calc", "oooc"},
    {"http://openoffice.org/2004/office", "ooo"},
    {"http://openoffice.org/2004/writer", "ooow"},
    {"http://openoffice.org/2009/table", "tableooo"},
    {"http://openoffice.org/2010/chart", "chartooo"},
    {"http://openoffice.org/2010/draw", "drawooo"},
    {"http://purl.org/dc/elements/1.1/", "dc"},
    {"http://www.w3.org/1998/Math/MathML", "math"},
    {"http://www.w3.org/1999/xlink", "xlink"},
    {"http://www.w3.org/2001/xml-events", "dom"},
    {"http://www.w3.org/TR/css3-text/", "css3t"},
    {"http://www.w3.org/XML/1998/namespace", "xml"},
    {"urn:oasis:names:tc:opendocument:xmlns:animation:1.0", "anim"},
    {"urn:oasis:names:tc:opendocument:xmlns:chart:1.0", "chart"},
    {"urn:oasis:names:tc:opendocument:xmlns:config:1.0", "config"},
    {"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0", "number"},
    {"urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0", "dr3d"},
    {"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", "draw"},
    {"urn:oasis:names:tc:opendocument:xmlns:form:1.0", "form"},
    {"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "manifest"},
    {"urn:oasis:names:tc:opendocument:xmlns:meta:1.0", "meta"},
    {"urn:oasis:names:tc:opendocument:xmlns:of:1.2", "of"},
    {"urn:oasis:names:tc:opendocument:xmlns:office:1.0", "office"},
    {"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0", "presentation"},
    {"urn:oasis:names:tc:opendocument:xmlns:script:1.0", "script"},
    {"urn:oasis:names:tc:opendocument:xmlns:smil-compatible:1.0", "smil"},
    {"urn:oasis:names:tc:opendocument:xmlns:style:1.0", "style"},
    {"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0", "svg"},
    {"urn:oasis:names:tc:opendocument:xmlns:table:1.0", "table"},
    {"urn:oasis:names:tc:opendocument:xmlns:text:1.0", "text"},
    {"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0", "fo"},
    {"urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0", "field"},
    {"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "calcext"},
    {"urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0", "loext"},
};

struct Older {
  std::string_view uri, usual;
};
constexpr Older kOlder[] = {
    {"http://www.w3.org/1999/XSL/Format", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"},
    {"http://www.w3.org/2000/svg", "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"},
    {"http://www.w3.org/2001/SMIL20", "urn:oasis:names:tc:opendocument:xmlns:smil-compatible:1.0"},
    {"http://www.w3.org/2001/SMIL20/", "urn:oasis:names:tc:opendocument:xmlns:smil-compatible:1.0"},
    {"urn:oasis:names:tc:opendocument:xmlns:fo-compatible:1.0", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"},
};

}  // namespace

const Namespace* namespace_by_uri(std::string_view uri) {
  for (const Older& row : kOlder)
    if (row.uri == uri) uri = row.usual;
  const auto* found = std::lower_bound(std::begin(kNamespaces), std::end(kNamespaces), uri,
                                       [](const Namespace& row, std::string_view key) { return row.uri < key; });
  return found != std::end(kNamespaces) && found->uri == uri ? found : nullptr;
}

}  // namespace mugai::sanitize::odf
