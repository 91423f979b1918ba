// What a package of ours may consist of: kinds of parts, where each is written and as what content type, and which
// relationship leads from which kind to which. A part that is not reached this way does not come along, which is how
// programs, controls, objects, connections, add-ins and everything that is not yet invented disappear. Pure tables.
#pragma once

#include <cstdint>
#include <string_view>

namespace mugai::sanitize::ooxml {

enum class Kind : uint8_t {
  none, package, core_properties, extended_properties,
  // Word
  document, glossary, word_styles, word_styles_with_effects, numbering, settings, glossary_settings, font_table, web_settings,
  header, footer, footnotes, endnotes, word_comments, comments_extended, comments_ids, comments_extensible, people,
  // Excel
  workbook, worksheet, chartsheet, emptied_sheet, sheet_styles, shared_strings, sheet_metadata, sheet_comments, threaded_comments, persons,
  table, pivot_table, pivot_cache, pivot_records, control_properties,
  // PowerPoint
  presentation, slide, slide_layout, slide_master, notes_slide, notes_master, handout_master, presentation_properties,
  view_properties, table_styles, comment_authors, slide_comments, modern_authors, modern_comments,
  // shared
  theme, theme_override, drawing, vml_drawing, chart, chart_ex, chart_style, chart_colors, chart_shapes, diagram_data, diagram_layout,
  diagram_style, diagram_colors, diagram_drawing, picture, workbook_inside, hyperlink,
};

struct KindRow {
  Kind kind;
  std::string_view name;           // "word/header#.xml": # becomes a number, from 1; so does ~, from 2
  std::string_view content_type;   // as it is written
  bool single;                     // a package has one at most
};

const KindRow& row_of(Kind kind);

struct Edge {
  Kind from;
  std::string_view type;   // the last word of the relationship's URI
  Kind to;
  bool implicit;           // is meant by being there; others only when the part names them
};

// null: that relationship leads nowhere that we know.
const Edge* edge_of(Kind from, std::string_view relationship_uri);

}  // namespace mugai::sanitize::ooxml
