// What a PDF of ours may consist of: for each kind of object the keys it may have and what their values are (ISO
// 32000-2). Whatever stands here is copied, value by value; whatever does not is left behind, which is how actions,
// scripts, files, forms, media, metadata and everything that is not yet invented disappear. Pure tables.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mugai::sanitize::pdf {

enum class Shape : uint8_t {
  nothing,
  // plain values
  boolean, integer, number, name, string, numbers, number_or_numbers, nested_numbers, names, name_or_names, booleans, name_or_integers,
  // choices: what it is stands in the object itself
  xobject, font, pattern, shading, function, functions, color_space, encoding, cmap, soft_mask, smask_function,
  optional_content, optional_groups, properties, mask, cid_to_gid, cid_fonts, font_and_size, descriptor_file,
  // maps from any name
  ext_gstates, color_spaces, patterns, shadings, xobjects, fonts, property_lists, glyphs,
  // dictionaries
  page, resources, ext_gstate, soft_mask_dictionary, group, transition, simple_font, type3_font, composite_font, cid_font,
  cid_system, font_descriptor, font_style, encoding_dictionary, shading_pattern, shading_dictionary, exponential_function,
  stitching_function, calibrated, group_of_content, membership, property_list, border_style,
  // streams
  form, picture, drawn_picture, tiling_pattern, shading_mesh, sampled_function, calculator_function, icc_profile, cmap_stream, glyph,
  type1_file, truetype_file, compact_file, plain_bytes,
};

struct Key {
  std::string_view name;   // with its slash, as qpdf has it
  Shape shape;
};

// The keys that a dictionary or the dictionary of a stream may have; empty for every other shape.
std::span<const Key> keys_of(Shape shape);

// What the values of a map are; `nothing` for every other shape.
Shape element_of(Shape map);

bool is_dictionary(Shape shape);
bool is_stream(Shape shape);

}  // namespace mugai::sanitize::pdf
