#include "config/document.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>

#include "config/units.h"

namespace mugai::config {
namespace {

using Shape = Table::Shape;

Place place_of(const toml::node& node) {
  return {node.source().begin.line, node.source().begin.column};
}
Place place_of(const toml::key& key) {
  return {key.source().begin.line, key.source().begin.column};
}
std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string hint(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? std::string() : "; did you mean " + quoted(near) + "?";
}

std::string number_text(Kind kind, int64_t number) {
  if (kind == Kind::size) return size_text(number);
  if (kind == Kind::duration) return duration_text(number);
  return std::to_string(number);
}

std::string choices_text(std::string_view choices) {
  std::string text;
  for (const auto choice : split(choices, '|')) text.append(text.empty() ? "" : ", ").append(quoted(choice));
  return text;
}

class Reader {
 public:
  Reader(Document& document, std::span<const std::string_view> known_types)
      : document_(document), known_types_(known_types) {}

  void read(const toml::table& root) {
    std::vector<std::string_view> names;
    for (const Table& table : schema_tables())
      if (table.shape != Shape::inline_child) names.push_back(table.path);
    for (const auto& [key, node] : root)
      if (std::find(names.begin(), names.end(), key.str()) == names.end())
        problem(place_of(key), "unknown table [" + std::string(key.str()) + "]" + hint(key.str(), names));
    for (const Table& table : schema_tables())
      if (table.shape != Shape::inline_child) read_top(table, root.get(table.path));
  }

 private:
  void problem(Place place, std::string message) {
    document_.problems.push_back({place, std::move(message)});
  }

  void read_top(const Table& table, const toml::node* node) {
    const std::string path(table.path);
    if (table.shape == Shape::single) {
      if (node && !node->is_table()) problem(place_of(*node), path + " must be a table: [" + path + "]");
      document_.single[path] = read_section(table, node ? node->as_table() : nullptr, {1, 1});
    } else if (table.shape == Shape::array) {
      auto& sections = document_.arrays[path];
      if (!node) return;
      const toml::array* array = node->as_array();
      if (!array) return problem(place_of(*node), path + " must be written [[" + path + "]], once for each");
      for (const toml::node& element : *array) {
        if (!element.is_table())
          problem(place_of(element), path + " must be written [[" + path + "]], once for each");
        else
          sections.push_back(read_section(table, element.as_table(), {1, 1}));
      }
    } else {
      auto& sections = document_.named[path];
      if (!node) return;
      if (!node->is_table()) return problem(place_of(*node), path + " must be written [" + path + ".NAME]");
      for (const auto& [key, element] : *node->as_table()) {
        if (!element.is_table()) {
          problem(place_of(key),
                  path + "." + std::string(key.str()) + " must be a table: [" + path + ".NAME]");
          continue;
        }
        sections.push_back(read_section(table, element.as_table(), {1, 1}));
        sections.back().name = key.str();
      }
    }
  }

  Section read_section(const Table& table, const toml::table* source, Place parent) {
    Section section;
    section.given = source != nullptr;
    section.place = source ? place_of(*source) : parent;
    const auto keys = keys_of(table.path);
    std::vector<std::string_view> names;
    for (const Key* key : keys) names.push_back(key->name);
    for (const Table& other : schema_tables())
      if (other.path.size() > table.path.size() + 1 &&
          child_table(table.path, other.path.substr(table.path.size() + 1)) == &other)
        names.push_back(other.path.substr(table.path.size() + 1));
    if (source)
      for (const auto& [key, node] : *source)
        if (std::find(names.begin(), names.end(), key.str()) == names.end())
          problem(place_of(key), "unknown key " + quoted(key.str()) + " in " + std::string(table.path) +
                                     hint(key.str(), names));
    for (const Key* key : keys) {
      const toml::node* node = source ? source->get(key->name) : nullptr;
      // An absent table may lack what it requires only if it is itself optional: a child, or one with
      // defaults.
      if (!node && key->required && (source || table.shape == Shape::single))
        problem(section.place, "[" + std::string(table.path) + "] lacks " + quoted(key->name) +
                                   ", for example " + std::string(key->name) + " = " + quoted(key->value));
      section.set(std::string(key->name),
                  node ? read_value(*key, *node) : default_value(*key, section.place));
    }
    for (const std::string_view name : names) {
      const Table* child = child_table(table.path, name);
      if (!child) continue;
      const toml::node* node = source ? source->get(name) : nullptr;
      if (node && !node->is_table())
        problem(place_of(*node), std::string(name) + " must be a table: " + std::string(name) + " = { ... }");
      section.children[std::string(name)] =
          read_section(*child, node ? node->as_table() : nullptr, section.place);
    }
    return section;
  }

  Value default_value(const Key& key, Place place) {
    Value value;
    value.place = place;
    if (key.required) return value;
    switch (key.kind) {
      case Kind::boolean:
        value.flag = key.value == "true";
        break;
      case Kind::integer:
        std::from_chars(key.value.data(), key.value.data() + key.value.size(), value.number);
        break;
      case Kind::size:
        value.number = parse_size(key.value).value_or(-1);
        break;
      case Kind::duration:
        value.number = parse_duration_ms(key.value).value_or(-1);
        break;
      case Kind::text:
      case Kind::choice:
        value.text = key.value;
        break;
      case Kind::list:
      case Kind::type_map:
        break;
    }
    return value;
  }

  Value read_value(const Key& key, const toml::node& node) {
    Value value;
    value.given = true;
    value.place = place_of(node);
    switch (key.kind) {
      case Kind::boolean:
        if (const auto* boolean = node.as_boolean())
          value.flag = boolean->get();
        else
          problem(value.place, std::string(key.name) + " must be true or false");
        break;
      case Kind::integer:
        if (const auto* integer = node.as_integer())
          check_range(key, value, integer->get());
        else
          problem(value.place, std::string(key.name) + " must be a whole number");
        break;
      case Kind::size:
        read_measure(key, node, value, parse_size, "a size with its unit, like \"10 MiB\"");
        break;
      case Kind::duration:
        read_measure(key, node, value, parse_duration_ms,
                     "a time with its unit, like \"30s\", \"5m\", \"4h\" or \"5d\"");
        break;
      case Kind::text:
        if (const auto* text = node.as_string())
          value.text = text->get();
        else
          problem(value.place, std::string(key.name) + " must be a text in quotes");
        if (value.text.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos)
          problem(value.place, std::string(key.name) + " must be one line");
        break;
      case Kind::choice:
        read_choice(key, node, value.text);
        break;
      case Kind::list:
        read_list(key, node, value);
        break;
      case Kind::type_map:
        read_map(key, node, value);
        break;
    }
    return value;
  }

  void check_range(const Key& key, Value& value, int64_t number) {
    if (number < key.minimum || number > key.maximum)
      problem(value.place, std::string(key.name) + " must lie between " + number_text(key.kind, key.minimum) +
                               " and " + number_text(key.kind, key.maximum));
    value.number = std::clamp(number, key.minimum, key.maximum);
  }

  template <class Parse>
  void read_measure(const Key& key, const toml::node& node, Value& value, Parse parse,
                    std::string_view wanted) {
    std::optional<int64_t> number;
    if (const auto* text = node.as_string()) number = parse(text->get());
    if (const auto* integer = node.as_integer(); integer && integer->get() == 0) number = 0;
    if (number)
      check_range(key, value, *number);
    else
      problem(value.place, std::string(key.name) + " must be " + std::string(wanted));
  }

  void read_choice(const Key& key, const toml::node& node, std::string& chosen) {
    const auto choices = split(key.choices, '|');
    const auto* text = node.as_string();
    if (text && std::find(choices.begin(), choices.end(), text->get()) != choices.end()) {
      chosen = text->get();
      return;
    }
    chosen = choices.front();
    problem(place_of(node), std::string(key.name) + " must be one of " + choices_text(key.choices) +
                                (text ? hint(text->get(), choices) : std::string()));
  }

  void read_list(const Key& key, const toml::node& node, Value& value) {
    const toml::array* array = node.as_array();
    if (!array)
      return problem(value.place,
                     std::string(key.name) + " must be a list: " + std::string(key.name) + " = [\"...\"]");
    for (const toml::node& element : *array) {
      const auto* text = element.as_string();
      if (!text) {
        problem(place_of(element), std::string(key.name) + " must be a list of texts in quotes");
        continue;
      }
      value.list.push_back(text->get());
      value.item_places.push_back(place_of(element));
    }
  }

  void read_map(const Key& key, const toml::node& node, Value& value) {
    const toml::table* table = node.as_table();
    if (!table)
      return problem(value.place, std::string(key.name) + " must be a table: " + std::string(key.name) +
                                      " = { svg = \"hold\" }");
    for (const auto& [name, element] : *table) {
      if (!known_types_.empty() &&
          std::find(known_types_.begin(), known_types_.end(), name.str()) == known_types_.end())
        problem(place_of(name), "unknown type " + quoted(name.str()) + hint(name.str(), known_types_));
      std::string chosen;
      read_choice(key, element, chosen);
      value.map.emplace(name.str(), chosen);
    }
  }

  Document& document_;
  std::span<const std::string_view> known_types_;
};

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

const Value& Section::operator[](std::string_view key) const {
  static const Value none;
  read_[std::string(key)] = true;
  const auto found = values_.find(key);
  return found == values_.end() ? none : found->second;
}

std::vector<std::string> Section::unread() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : values_)
    if (!read_.contains(key)) keys.push_back(key);
  return keys;
}

Document read_document(std::string_view toml_text, std::span<const std::string_view> known_types) {
  Document document;
  try {
    const toml::table root = toml::parse(toml_text, std::string_view{});
    Reader(document, known_types).read(root);
  } catch (const toml::parse_error& error) {
    document.problems.push_back(
        {{error.source().begin.line, error.source().begin.column}, std::string(error.description())});
  }
  return document;
}

std::string nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > 64) return {};
  std::string_view best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return std::string(best);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    pieces.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return pieces;
}

}  // namespace mugai::config
