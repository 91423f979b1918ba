#include "sanitizers/ooxml/main_part.h"

#include <algorithm>
#include <iterator>

namespace mugai::sanitize::ooxml {

namespace {

// A template stays one, without its macros: whoever sends a form to be filled in wants it to open as a new document.
// Add-ins are not here: they are nothing but code.
constexpr MainPart kMainParts[] = {
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", Kind::document, "word/", "docx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"},
    {"application/vnd.ms-word.document.macroenabled.main+xml", Kind::document, "word/", "docx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", Kind::document, "word/", "dotx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"},
    {"application/vnd.ms-word.template.macroenabledtemplate.main+xml", Kind::document, "word/", "dotx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", Kind::workbook, "xl/", "xlsx",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"},
    {"application/vnd.ms-excel.sheet.macroenabled.main+xml", Kind::workbook, "xl/", "xlsx",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml", Kind::workbook, "xl/", "xltx",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"},
    {"application/vnd.ms-excel.template.macroenabled.main+xml", Kind::workbook, "xl/", "xltx",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", Kind::presentation, "ppt/", "pptx",
     "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"},
    {"application/vnd.ms-powerpoint.presentation.macroenabled.main+xml", Kind::presentation, "ppt/", "pptx",
     "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"},
    {"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml", Kind::presentation, "ppt/", "ppsx",
     "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml"},
    {"application/vnd.ms-powerpoint.slideshow.macroenabled.main+xml", Kind::presentation, "ppt/", "ppsx",
     "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml"},
    {"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml", Kind::presentation, "ppt/", "potx",
     "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"},
    {"application/vnd.ms-powerpoint.template.macroenabled.main+xml", Kind::presentation, "ppt/", "potx",
     "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"},
};

}  // namespace

const MainPart* main_part_of(std::string_view content_type) {
  const auto* found = std::find_if(std::begin(kMainParts), std::end(kMainParts), [&](const MainPart& row) { return row.content_type == content_type; });
  return found == std::end(kMainParts) ? nullptr : found;
}

}  // namespace mugai::sanitize::ooxml
