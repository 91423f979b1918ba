#include "sanitizers/ooxml/schema.h"

#include <algorithm>
#include <iterator>

namespace mugai::sanitize::ooxml {

namespace {

#define MUGAI_WORD "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define MUGAI_SHEET "application/vnd.openxmlformats-officedocument.spreadsheetml."
#define MUGAI_SLIDE "application/vnd.openxmlformats-officedocument.presentationml."
#define MUGAI_DRAWING "application/vnd.openxmlformats-officedocument.drawingml."

constexpr KindRow kRows[] = {
    {Kind::none, "", "", true},
    {Kind::package, "", "", true},
    {Kind::core_properties, "docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", true},
    {Kind::extended_properties, "docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml", true},
    {Kind::document, "word/document.xml", MUGAI_WORD "document.main+xml", true},
    {Kind::glossary, "word/glossary/document.xml", MUGAI_WORD "document.glossary+xml", true},
    {Kind::word_styles, "word/styles~.xml", MUGAI_WORD "styles+xml", false},
    {Kind::word_styles_with_effects, "word/stylesWithEffects~.xml", "application/vnd.ms-word.stylesWithEffects+xml", false},
    {Kind::numbering, "word/numbering~.xml", MUGAI_WORD "numbering+xml", false},
    {Kind::settings, "word/settings.xml", MUGAI_WORD "settings+xml", true},
    {Kind::glossary_settings, "word/glossary/settings.xml", MUGAI_WORD "settings+xml", true},
    {Kind::font_table, "word/fontTable~.xml", MUGAI_WORD "fontTable+xml", false},
    {Kind::web_settings, "word/webSettings~.xml", MUGAI_WORD "webSettings+xml", false},
    {Kind::header, "word/header#.xml", MUGAI_WORD "header+xml", false},
    {Kind::footer, "word/footer#.xml", MUGAI_WORD "footer+xml", false},
    {Kind::footnotes, "word/footnotes~.xml", MUGAI_WORD "footnotes+xml", false},
    {Kind::endnotes, "word/endnotes~.xml", MUGAI_WORD "endnotes+xml", false},
    {Kind::word_comments, "word/comments~.xml", MUGAI_WORD "comments+xml", false},
    {Kind::comments_extended, "word/commentsExtended~.xml", MUGAI_WORD "commentsExtended+xml", false},
    {Kind::comments_ids, "word/commentsIds~.xml", MUGAI_WORD "commentsIds+xml", false},
    {Kind::comments_extensible, "word/commentsExtensible~.xml", MUGAI_WORD "commentsExtensible+xml", false},
    {Kind::people, "word/people~.xml", MUGAI_WORD "people+xml", false},
    {Kind::workbook, "xl/workbook.xml", MUGAI_SHEET "sheet.main+xml", true},
    {Kind::worksheet, "xl/worksheets/sheet#.xml", MUGAI_SHEET "worksheet+xml", false},
    {Kind::chartsheet, "xl/chartsheets/sheet#.xml", MUGAI_SHEET "chartsheet+xml", false},
    {Kind::emptied_sheet, "xl/worksheets/sheet#.xml", MUGAI_SHEET "worksheet+xml", false},
    {Kind::sheet_styles, "xl/styles.xml", MUGAI_SHEET "styles+xml", true},
    {Kind::shared_strings, "xl/sharedStrings.xml", MUGAI_SHEET "sharedStrings+xml", true},
    {Kind::sheet_metadata, "xl/metadata.xml", MUGAI_SHEET "sheetMetadata+xml", true},
    {Kind::sheet_comments, "xl/comments#.xml", MUGAI_SHEET "comments+xml", false},
    {Kind::threaded_comments, "xl/threadedComments/threadedComment#.xml", "application/vnd.ms-excel.threadedcomments+xml", false},
    {Kind::persons, "xl/persons/person#.xml", "application/vnd.ms-excel.person+xml", false},
    {Kind::table, "xl/tables/table#.xml", MUGAI_SHEET "table+xml", false},
    {Kind::pivot_table, "xl/pivotTables/pivotTable#.xml", MUGAI_SHEET "pivotTable+xml", false},
    {Kind::pivot_cache, "xl/pivotCache/pivotCacheDefinition#.xml", MUGAI_SHEET "pivotCacheDefinition+xml", false},
    {Kind::pivot_records, "xl/pivotCache/pivotCacheRecords#.xml", MUGAI_SHEET "pivotCacheRecords+xml", false},
    {Kind::control_properties, "xl/ctrlProps/ctrlProp#.xml", "application/vnd.ms-excel.controlproperties+xml", false},
    {Kind::presentation, "ppt/presentation.xml", MUGAI_SLIDE "presentation.main+xml", true},
    {Kind::slide, "ppt/slides/slide#.xml", MUGAI_SLIDE "slide+xml", false},
    {Kind::slide_layout, "ppt/slideLayouts/slideLayout#.xml", MUGAI_SLIDE "slideLayout+xml", false},
    {Kind::slide_master, "ppt/slideMasters/slideMaster#.xml", MUGAI_SLIDE "slideMaster+xml", false},
    {Kind::notes_slide, "ppt/notesSlides/notesSlide#.xml", MUGAI_SLIDE "notesSlide+xml", false},
    {Kind::notes_master, "ppt/notesMasters/notesMaster#.xml", MUGAI_SLIDE "notesMaster+xml", false},
    {Kind::handout_master, "ppt/handoutMasters/handoutMaster#.xml", MUGAI_SLIDE "handoutMaster+xml", false},
    {Kind::presentation_properties, "ppt/presProps.xml", MUGAI_SLIDE "presProps+xml", true},
    {Kind::view_properties, "ppt/viewProps.xml", MUGAI_SLIDE "viewProps+xml", true},
    {Kind::table_styles, "ppt/tableStyles.xml", MUGAI_SLIDE "tableStyles+xml", true},
    {Kind::comment_authors, "ppt/commentAuthors.xml", MUGAI_SLIDE "commentAuthors+xml", true},
    {Kind::slide_comments, "ppt/comments/comment#.xml", MUGAI_SLIDE "comments+xml", false},
    {Kind::modern_authors, "ppt/authors.xml", "application/vnd.ms-powerpoint.authors+xml", true},
    {Kind::modern_comments, "ppt/comments/modernComment#.xml", "application/vnd.ms-powerpoint.comments+xml", false},
    {Kind::theme, "theme/theme#.xml", "application/vnd.openxmlformats-officedocument.theme+xml", false},
    {Kind::theme_override, "theme/themeOverride#.xml", "application/vnd.openxmlformats-officedocument.themeOverride+xml", false},
    {Kind::drawing, "drawings/drawing#.xml", "application/vnd.openxmlformats-officedocument.drawing+xml", false},
    {Kind::vml_drawing, "drawings/vmlDrawing#.vml", "application/vnd.openxmlformats-officedocument.vmlDrawing", false},
    {Kind::chart, "charts/chart#.xml", MUGAI_DRAWING "chart+xml", false},
    {Kind::chart_ex, "charts/chartEx#.xml", "application/vnd.ms-office.chartex+xml", false},
    {Kind::chart_style, "charts/style#.xml", "application/vnd.ms-office.chartstyle+xml", false},
    {Kind::chart_colors, "charts/colors#.xml", "application/vnd.ms-office.chartcolorstyle+xml", false},
    {Kind::chart_shapes, "drawings/chartDrawing#.xml", MUGAI_DRAWING "chartshapes+xml", false},
    {Kind::diagram_data, "diagrams/data#.xml", MUGAI_DRAWING "diagramData+xml", false},
    {Kind::diagram_layout, "diagrams/layout#.xml", MUGAI_DRAWING "diagramLayout+xml", false},
    {Kind::diagram_style, "diagrams/quickStyle#.xml", MUGAI_DRAWING "diagramStyle+xml", false},
    {Kind::diagram_colors, "diagrams/colors#.xml", MUGAI_DRAWING "diagramColors+xml", false},
    {Kind::diagram_drawing, "diagrams/drawing#.xml", "application/vnd.ms-office.drawingml.diagramDrawing+xml", false},
    {Kind::picture, "media/image#", "", false},
    {Kind::workbook_inside, "embeddings/workbook#", "", false},
    {Kind::hyperlink, "", "", false},
};

// Kind::none as `from` stands for every part that shows pictures, links and drawings.
constexpr Edge kEdges[] = {
    {Kind::package, "officeDocument", Kind::document, true},   // which of the three, the content type says
    {Kind::package, "core-properties", Kind::core_properties, true},
    {Kind::package, "extended-properties", Kind::extended_properties, true},
    {Kind::package, "extendedProperties", Kind::extended_properties, true},   // strict
    {Kind::document, "styles", Kind::word_styles, true},
    {Kind::document, "stylesWithEffects", Kind::word_styles_with_effects, true},
    {Kind::document, "numbering", Kind::numbering, true},
    {Kind::document, "settings", Kind::settings, true},
    {Kind::document, "fontTable", Kind::font_table, true},
    {Kind::document, "webSettings", Kind::web_settings, true},
    {Kind::document, "theme", Kind::theme, true},
    {Kind::document, "header", Kind::header, false},
    {Kind::document, "footer", Kind::footer, false},
    {Kind::document, "footnotes", Kind::footnotes, true},
    {Kind::document, "endnotes", Kind::endnotes, true},
    {Kind::document, "comments", Kind::word_comments, true},
    {Kind::document, "commentsExtended", Kind::comments_extended, true},
    {Kind::document, "commentsIds", Kind::comments_ids, true},
    {Kind::document, "commentsExtensible", Kind::comments_extensible, true},
    {Kind::document, "people", Kind::people, true},
    {Kind::document, "glossaryDocument", Kind::glossary, true},
    {Kind::glossary, "styles", Kind::word_styles, true},
    {Kind::glossary, "stylesWithEffects", Kind::word_styles_with_effects, true},
    {Kind::glossary, "numbering", Kind::numbering, true},
    {Kind::glossary, "settings", Kind::glossary_settings, true},
    {Kind::glossary, "fontTable", Kind::font_table, true},
    {Kind::glossary, "webSettings", Kind::web_settings, true},
    {Kind::glossary, "header", Kind::header, false},
    {Kind::glossary, "footer", Kind::footer, false},
    {Kind::glossary, "footnotes", Kind::footnotes, true},
    {Kind::glossary, "endnotes", Kind::endnotes, true},
    {Kind::glossary, "comments", Kind::word_comments, true},
    {Kind::workbook, "worksheet", Kind::worksheet, false},
    {Kind::workbook, "chartsheet", Kind::chartsheet, false},
    {Kind::workbook, "dialogsheet", Kind::emptied_sheet, false},
    {Kind::workbook, "xlMacrosheet", Kind::emptied_sheet, false},
    {Kind::workbook, "xlIntlMacrosheet", Kind::emptied_sheet, false},
    {Kind::workbook, "styles", Kind::sheet_styles, true},
    {Kind::workbook, "sharedStrings", Kind::shared_strings, true},
    {Kind::workbook, "sheetMetadata", Kind::sheet_metadata, true},
    {Kind::workbook, "theme", Kind::theme, true},
    {Kind::workbook, "person", Kind::persons, true},
    {Kind::workbook, "pivotCacheDefinition", Kind::pivot_cache, false},
    {Kind::worksheet, "comments", Kind::sheet_comments, true},
    {Kind::worksheet, "threadedComment", Kind::threaded_comments, true},
    {Kind::worksheet, "table", Kind::table, false},
    {Kind::worksheet, "pivotTable", Kind::pivot_table, true},
    {Kind::worksheet, "drawing", Kind::drawing, false},
    {Kind::worksheet, "vmlDrawing", Kind::vml_drawing, false},
    {Kind::worksheet, "ctrlProp", Kind::control_properties, false},
    {Kind::chartsheet, "drawing", Kind::drawing, false},
    {Kind::chartsheet, "vmlDrawing", Kind::vml_drawing, false},
    {Kind::pivot_table, "pivotCacheDefinition", Kind::pivot_cache, true},
    {Kind::pivot_cache, "pivotCacheRecords", Kind::pivot_records, false},
    {Kind::presentation, "slideMaster", Kind::slide_master, false},
    {Kind::presentation, "slide", Kind::slide, false},
    {Kind::presentation, "notesMaster", Kind::notes_master, false},
    {Kind::presentation, "handoutMaster", Kind::handout_master, false},
    {Kind::presentation, "presProps", Kind::presentation_properties, true},
    {Kind::presentation, "viewProps", Kind::view_properties, true},
    {Kind::presentation, "tableStyles", Kind::table_styles, true},
    {Kind::presentation, "theme", Kind::theme, true},
    {Kind::presentation, "commentAuthors", Kind::comment_authors, true},
    {Kind::presentation, "authors", Kind::modern_authors, true},
    {Kind::slide_master, "slideLayout", Kind::slide_layout, false},
    {Kind::slide_master, "theme", Kind::theme, true},
    {Kind::slide_layout, "slideMaster", Kind::slide_master, true},
    {Kind::slide_layout, "themeOverride", Kind::theme_override, true},
    {Kind::slide, "slideLayout", Kind::slide_layout, true},
    {Kind::slide, "notesSlide", Kind::notes_slide, true},
    {Kind::slide, "themeOverride", Kind::theme_override, true},
    {Kind::slide, "comments", Kind::slide_comments, true},
    {Kind::slide, "slide", Kind::slide, false},
    {Kind::slide_layout, "slide", Kind::slide, false},
    {Kind::slide_master, "slide", Kind::slide, false},
    {Kind::notes_slide, "slide", Kind::slide, true},
    {Kind::notes_slide, "notesMaster", Kind::notes_master, true},
    {Kind::notes_slide, "themeOverride", Kind::theme_override, true},
    {Kind::notes_master, "theme", Kind::theme, true},
    {Kind::handout_master, "theme", Kind::theme, true},
    {Kind::chart, "chartUserShapes", Kind::chart_shapes, false},
    {Kind::chart, "chartStyle", Kind::chart_style, true},
    {Kind::chart, "chartColorStyle", Kind::chart_colors, true},
    {Kind::chart, "themeOverride", Kind::theme_override, true},
    {Kind::chart, "package", Kind::workbook_inside, false},
    {Kind::chart_ex, "chartStyle", Kind::chart_style, true},
    {Kind::chart_ex, "chartColorStyle", Kind::chart_colors, true},
    {Kind::none, "image", Kind::picture, false},
    {Kind::none, "hyperlink", Kind::hyperlink, false},
    {Kind::none, "chart", Kind::chart, false},
    {Kind::none, "chartEx", Kind::chart_ex, false},
    {Kind::none, "diagramData", Kind::diagram_data, false},
    {Kind::none, "diagramLayout", Kind::diagram_layout, false},
    {Kind::none, "diagramQuickStyle", Kind::diagram_style, false},
    {Kind::none, "diagramColors", Kind::diagram_colors, false},
    {Kind::none, "diagramDrawing", Kind::diagram_drawing, true},
    {Kind::none, "vmlDrawing", Kind::vml_drawing, false},
};

constexpr std::string_view kRelationshipBases[] = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/",
    "http://schemas.openxmlformats.org/officedocument/2006/relationships/metadata/",
    "http://schemas.microsoft.com/office/2006/relationships/",
    "http://schemas.microsoft.com/office/2007/relationships/",
    "http://schemas.microsoft.com/office/2011/relationships/",
    "http://schemas.microsoft.com/office/2014/relationships/",
    "http://schemas.microsoft.com/office/2016/09/relationships/",
    "http://schemas.microsoft.com/office/2017/10/relationships/",
    "http://schemas.microsoft.com/office/2018/08/relationships/",
    "http://schemas.microsoft.com/office/2018/10/relationships/",
};

}  // namespace

const KindRow& row_of(Kind kind) {
  const auto* found = std::find_if(std::begin(kRows), std::end(kRows), [&](const KindRow& row) { return row.kind == kind; });
  return found == std::end(kRows) ? kRows[0] : *found;
}

const Edge* edge_of(Kind from, std::string_view uri) {
  std::string_view word;
  for (const std::string_view base : kRelationshipBases)
    if (uri.starts_with(base)) word = uri.substr(base.size());
  if (word.empty()) return nullptr;
  // Two generations of comments on slides share a word.
  static constexpr Edge kModern{Kind::slide, "comments", Kind::modern_comments, true};
  if (from == Kind::slide && word == kModern.type && uri.find("/2018/10/") != uri.npos) return &kModern;
  for (const Edge& edge : kEdges)
    if ((edge.from == from || (edge.from == Kind::none && from != Kind::package)) && edge.type == word) return &edge;
  return nullptr;
}

}  // namespace mugai::sanitize::ooxml
