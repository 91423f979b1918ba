#include "sanitizers/pdf/choices.h"

namespace mugai::sanitize::pdf {

namespace {

bool is_name(Handle dictionary, const char* key, const char* name) {
  Handle value = dictionary.getKey(key);
  return value.isName() && value.getName() == name;
}

long long number(Handle dictionary, const char* key) {
  Handle value = dictionary.getKey(key);
  return value.isNumber() ? static_cast<long long>(value.getNumericValue()) : -1;
}

Shape font_of(Handle value) {
  if (!value.isDictionary()) return Shape::nothing;
  for (const char* simple : {"/Type1", "/MMType1", "/TrueType"})
    if (is_name(value, "/Subtype", simple)) return Shape::simple_font;
  if (is_name(value, "/Subtype", "/Type3")) return Shape::type3_font;
  if (is_name(value, "/Subtype", "/Type0")) return Shape::composite_font;
  return Shape::nothing;
}

// Reference XObjects are pages of other files: without Ref, which no shape has, their own content is shown.
Shape xobject_of(Handle value) {
  if (!value.isStream()) return Shape::nothing;
  if (is_name(value.getDict(), "/Subtype", "/Image")) return Shape::picture;
  if (is_name(value.getDict(), "/Subtype", "/Form")) return Shape::form;
  return Shape::nothing;
}

Shape pattern_of(Handle value) {
  if (value.isStream() && number(value.getDict(), "/PatternType") == 1) return Shape::tiling_pattern;
  if (value.isDictionary() && number(value, "/PatternType") == 2) return Shape::shading_pattern;
  return Shape::nothing;
}

Shape function_of(Handle value) {
  if (value.isStream()) {
    if (number(value.getDict(), "/FunctionType") == 0) return Shape::sampled_function;
    if (number(value.getDict(), "/FunctionType") == 4) return Shape::calculator_function;
    return Shape::nothing;
  }
  if (!value.isDictionary()) return Shape::nothing;
  if (number(value, "/FunctionType") == 2) return Shape::exponential_function;
  if (number(value, "/FunctionType") == 3) return Shape::stitching_function;
  return Shape::nothing;
}

Shape properties_of(Handle value) {
  if (!value.isDictionary()) return Shape::nothing;
  if (is_name(value, "/Type", "/OCG")) return Shape::group_of_content;
  if (is_name(value, "/Type", "/OCMD")) return Shape::membership;
  return Shape::property_list;
}

Shape descriptor_file_of(Handle value) {
  if (!value.isStream()) return Shape::nothing;
  for (const char* compact : {"/Type1C", "/CIDFontType0C", "/OpenType"})
    if (is_name(value.getDict(), "/Subtype", compact)) return Shape::compact_file;
  return Shape::nothing;
}

Shape named(Handle value, Shape otherwise) { return value.isName() ? Shape::name : otherwise; }

}  // namespace

Shape choose(Handle value, Shape shape) {
  switch (shape) {
    case Shape::font: return font_of(value);
    case Shape::xobject: return xobject_of(value);
    case Shape::pattern: return pattern_of(value);
    case Shape::function: return function_of(value);
    case Shape::shading: return value.isStream() ? Shape::shading_mesh : value.isDictionary() ? Shape::shading_dictionary : Shape::nothing;
    case Shape::properties:
    case Shape::optional_content: {
      const Shape chosen = properties_of(value);
      return shape == Shape::optional_content && chosen == Shape::property_list ? Shape::nothing : chosen;
    }
    case Shape::encoding: return named(value, value.isDictionary() ? Shape::encoding_dictionary : Shape::nothing);
    case Shape::cmap: return named(value, Shape::cmap_stream);
    case Shape::soft_mask: return named(value, Shape::soft_mask_dictionary);
    case Shape::smask_function: return value.isName() ? Shape::name : function_of(value);
    case Shape::mask: return value.isArray() ? Shape::numbers : Shape::picture;
    case Shape::cid_to_gid: return named(value, Shape::plain_bytes);
    case Shape::descriptor_file: return descriptor_file_of(value);
    default: return shape;
  }
}

}  // namespace mugai::sanitize::pdf
