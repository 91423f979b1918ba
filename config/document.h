// The adapter around toml++: reads a TOML text and checks it against the schema, so that the loader sees only
// known keys with values of the right kind and range. It never stops at the first mistake: all of them are
// collected, each with its place. No toml++ type leaves document.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema.h"

namespace mugai::config {

struct Place {
  uint32_t line = 0, column = 0;
};

struct Problem {
  Place place;
  std::string message;
};

struct Value {
  bool given = false;  // stands in the file; else the default
  Place place;         // of the value; of the table when not given
  bool flag = false;
  int64_t number = 0;  // integer, bytes or milliseconds
  std::string text;
  std::vector<std::string> list;
  std::vector<Place> item_places;  // as long as `list` when given
  std::map<std::string, std::string> map;
};

// One table of the document with a value for every key that the schema gives it.
class Section {
 public:
  std::string name;  // of [x.NAME]
  Place place;
  bool given = false;
  std::map<std::string, Section> children;

  const Value& operator[](std::string_view key) const;
  std::vector<std::string> unread() const;  // keys that nobody asked for: a gap in the loader
  const std::map<std::string, Value, std::less<>>& values() const { return values_; }
  void set(std::string key, Value value) { values_[std::move(key)] = std::move(value); }

 private:
  std::map<std::string, Value, std::less<>> values_;
  mutable std::map<std::string, bool, std::less<>> read_;
};

struct Document {
  std::map<std::string, Section> single;
  std::map<std::string, std::vector<Section>> arrays, named;
  std::vector<Problem> problems;
};

// `known_types`: the type ids that may stand in profile.types; empty means that they are not checked.
Document read_document(std::string_view toml_text, std::span<const std::string_view> known_types);

// The candidate that is nearest to a misspelt word, or empty when none is near.
std::string nearest(std::string_view word, std::span<const std::string_view> candidates);
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace mugai::config
