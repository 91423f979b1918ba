// The types of file that Mugai knows by name, and how dangerous each is. A Type is a row of one static table
// (type.cpp); pointers to rows are stable for the life of the process and compare by address.
#pragma once

#include <span>
#include <string_view>

namespace mugai::sanitize {

enum class Danger {
  inert,       // text, pixels: can be rebuilt completely
  document,    // can carry active content
  container,   // carries other files
  unknown,     // not recognised, or no treatment exists
  active,      // runs, or makes something run, when opened
};

struct Type {
  std::string_view id;          // stable: "text", "csv", "png", "docx", "exe", "unknown"
  std::string_view media_type;  // what we declare when we write it
  std::string_view extension;   // canonical, without the dot
  Danger danger;
  std::string_view name_ja;     // for the notice: "Word 文書"
  std::string_view name_en;
};

std::span<const Type> all_types();
const Type& type_unknown();
const Type* type_by_id(std::string_view id);                 // null when there is none
const Type* type_by_media_type(std::string_view media_type); // null when there is none
const Type* type_by_extension(std::string_view extension);   // lower-case, no dot; null when there is none
bool has_extension(const Type& type, std::string_view extension);  // canonical or another usual one

}  // namespace mugai::sanitize
