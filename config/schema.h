// The one table of all settings. The loader checks and fills by it, `mugai config check` names the nearest
// key from it, and the annotated sample and the settings page are printed from it: what the documents say is
// what the program does. Static data. To add a setting: a row here, a field in config.h, a line in loader.cpp
// (which fails every load when a row is not read).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace mugai::config {

enum class Kind {
  boolean,
  integer,
  size,      // "100 MiB"
  duration,  // "4h"
  text,
  choice,    // one of `choices`
  list,      // of text
  type_map,  // type id -> one of `choices`
};

struct Key {
  std::string_view table;  // "node", "zone", "zone.tls", ...
  std::string_view name;
  Kind kind;
  bool required;
  std::string_view value;  // the default as text, or an example when required; lists are separated by blanks
  int64_t minimum, maximum;  // of numbers, bytes, milliseconds
  std::string_view choices;  // separated by '|'
  std::string_view en, ja;   // one sentence each
};

struct Table {
  enum class Shape { single, array, named, inline_child };  // [x], [[x]], [x.NAME], x = { ... } in its parent
  std::string_view path;
  Shape shape;
  std::string_view en, ja;
};

std::span<const Table> schema_tables();
std::span<const Key> schema_keys();
std::vector<const Key*> keys_of(std::string_view table_path);
const Table* child_table(std::string_view parent_path, std::string_view name);  // "zone", "tls" -> "zone.tls"

}  // namespace mugai::config
