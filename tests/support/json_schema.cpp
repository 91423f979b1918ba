#include "tests/support/json_schema.h"

#include <algorithm>
#include <set>

namespace mugai::test {

using nlohmann::json;

namespace {

bool is_of(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "boolean") return value.is_boolean();
  return type == "null" && value.is_null();
}

bool is_of_any(const json& value, const json& types) {
  if (types.is_string()) return is_of(value, types.get<std::string>());
  return std::any_of(types.begin(), types.end(), [&](const json& one) { return is_of(value, one.get<std::string>()); });
}

std::string in_object(const json& value, const json& schema, const json& document, const std::string& place) {
  for (const json& name : schema.value("required", json::array()))
    if (!value.contains(name.get<std::string>())) return place + ": lacks " + name.get<std::string>();
  const json known = schema.value("properties", json::object());
  for (const auto& [name, member] : value.items()) {
    if (!known.contains(name)) {
      if (!schema.value("additionalProperties", true)) return place + ": has " + name + ", which is not in the document";
      continue;
    }
    if (std::string found = objection(member, known[name], document, place + "." + name); !found.empty()) return found;
  }
  return "";
}

}  // namespace

std::string objection(const json& value, const json& schema, const json& document, const std::string& place) {
  static const std::set<std::string> kKnown{"$ref",     "type",     "properties", "required", "additionalProperties", "items",  "enum",
                                            "oneOf",    "minimum",  "maximum",    "maxItems", "format",               "default", "description"};
  for (const auto& [keyword, ignored] : schema.items())
    if (!kKnown.contains(keyword)) return place + ": the checker does not know " + keyword;
  if (schema.contains("$ref"))
    return objection(value, document.at(json::json_pointer(schema["$ref"].get<std::string>().substr(1))), document, place);
  if (schema.contains("oneOf")) {
    const json& all = schema["oneOf"];
    const auto fitting = std::count_if(all.begin(), all.end(), [&](const json& one) { return objection(value, one, document, place).empty(); });
    return fitting == 1 ? "" : place + ": fits " + std::to_string(fitting) + " of oneOf";
  }
  if (schema.contains("type") && !is_of_any(value, schema["type"])) return place + ": is not " + schema["type"].dump();
  if (schema.contains("enum") && std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
    return place + ": " + value.dump() + " is none of " + schema["enum"].dump();
  if (value.is_number_integer() && schema.contains("minimum") && value < schema["minimum"]) return place + ": too small";
  if (value.is_number_integer() && schema.contains("maximum") && value > schema["maximum"]) return place + ": too large";
  if (value.is_array() && schema.contains("items"))
    for (size_t i = 0; i < value.size(); ++i)
      if (std::string found = objection(value[i], schema["items"], document, place + "[" + std::to_string(i) + "]"); !found.empty()) return found;
  return value.is_object() ? in_object(value, schema, document, place) : "";
}

}  // namespace mugai::test
