#include "sanitizers/odf/kinds.h"

#include <algorithm>
#include <iterator>

namespace mugai::sanitize::odf {

namespace {

// A template stays one: whoever sends a form to be filled in wants it to open as a new document. The sections of a master
// document lie in other files; what it shows of them is a text.
constexpr Kind kKinds[] = {
    {"application/vnd.oasis.opendocument.text", "text", "application/vnd.oasis.opendocument.text", "odt", "fodt"},
    {"application/vnd.oasis.opendocument.spreadsheet", "spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", "ods", "fods"},
    {"application/vnd.oasis.opendocument.presentation", "presentation", "application/vnd.oasis.opendocument.presentation", "odp", "fodp"},
    {"application/vnd.oasis.opendocument.graphics", "drawing", "application/vnd.oasis.opendocument.graphics", "odg", "fodg"},
    {"application/vnd.oasis.opendocument.chart", "chart", "application/vnd.oasis.opendocument.chart", "", ""},
    {"application/vnd.oasis.opendocument.formula", "math", "application/vnd.oasis.opendocument.formula", "", ""},
    {"application/vnd.oasis.opendocument.text-template", "text", "application/vnd.oasis.opendocument.text-template", "ott", "fodt"},
    {"application/vnd.oasis.opendocument.spreadsheet-template", "spreadsheet", "application/vnd.oasis.opendocument.spreadsheet-template", "ots", "fods"},
    {"application/vnd.oasis.opendocument.presentation-template", "presentation", "application/vnd.oasis.opendocument.presentation-template", "otp", "fodp"},
    {"application/vnd.oasis.opendocument.graphics-template", "drawing", "application/vnd.oasis.opendocument.graphics-template", "otg", "fodg"},
    {"application/vnd.oasis.opendocument.text-master", "text", "application/vnd.oasis.opendocument.text", "odt", "fodt"},
    {"application/vnd.oasis.opendocument.text-master-template", "text", "application/vnd.oasis.opendocument.text-template", "ott", "fodt"},
    {"application/vnd.oasis.opendocument.text-web", "text", "application/vnd.oasis.opendocument.text", "odt", "fodt"},
};

}  // namespace

const Kind* kind_of(std::string_view mimetype) {
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& row) { return row.mimetype == mimetype; });
  return found == std::end(kKinds) ? nullptr : found;
}

const Kind* kind_of_inner(std::string_view body) {
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& row) { return row.body == body; });
  return found == std::end(kKinds) ? nullptr : found;
}

}  // namespace mugai::sanitize::odf
