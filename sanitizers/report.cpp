#include "sanitizers/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mugai::sanitize {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 4> kVerdicts = {"clean", "altered", "held", "refused"};
constexpr std::array<std::string_view, 7> kActions = {"rebuilt", "converted", "text", "image",
                                                      "removed", "held",      "locked"};

template <class Enum, size_t N>
bool parse_enum(const std::array<std::string_view, N>& names, const std::string& text, Enum& out) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return false;
  out = static_cast<Enum>(found - names.begin());
  return true;
}

json item_json(const Item& item) {
  json removed = json::array();
  for (const Removed& one : item.removed) removed.push_back({{"what", one.what}, {"count", one.count}});
  return {{"path", item.path},
          {"name", item.name},
          {"output_name", item.output_name},
          {"declared", item.declared},
          {"detected", item.detected},
          {"action", to_string(item.action)},
          {"method", item.method ? json(item.method) : json(nullptr)},
          {"reasons", item.reasons},
          {"removed", std::move(removed)},
          {"size_in", item.size_in},
          {"size_out", item.size_out},
          {"sha256_in", item.sha256_in},
          {"sha256_out", item.sha256_out}};
}

// Throws json::exception on a wrong shape; the one caller converts.
Item item_from(const json& from) {
  Item item;
  from.at("path").get_to(item.path);
  from.at("name").get_to(item.name);
  from.at("output_name").get_to(item.output_name);
  from.at("declared").get_to(item.declared);
  from.at("detected").get_to(item.detected);
  if (!parse_enum(kActions, from.at("action").get<std::string>(), item.action)) item.action = Action::held;
  if (!from.at("method").is_null()) from.at("method").get_to(item.method);
  from.at("reasons").get_to(item.reasons);
  for (const json& one : from.at("removed"))
    item.removed.push_back({one.at("what").get<std::string>(), one.at("count").get<uint64_t>()});
  from.at("size_in").get_to(item.size_in);
  from.at("size_out").get_to(item.size_out);
  from.at("sha256_in").get_to(item.sha256_in);
  from.at("sha256_out").get_to(item.sha256_out);
  return item;
}

}  // namespace

std::string_view to_string(Verdict verdict) { return kVerdicts[static_cast<size_t>(verdict)]; }
std::string_view to_string(Action action) { return kActions[static_cast<size_t>(action)]; }

std::string to_json(const Report& report, int indent) {
  json items = json::array();
  for (const Item& item : report.items) items.push_back(item_json(item));
  json out = {{"id", report.id},
              {"profile", report.profile},
              {"verdict", to_string(report.verdict)},
              {"subject", report.subject},
              {"notes", report.notes},
              {"items", std::move(items)}};
  return out.dump(indent, ' ', false, json::error_handler_t::replace);
}

Result<Report> report_from_json(Bytes untrusted_json) {
  try {
    const json from = json::parse(untrusted_json);
    Report report;
    from.at("id").get_to(report.id);
    from.at("profile").get_to(report.profile);
    if (!parse_enum(kVerdicts, from.at("verdict").get<std::string>(), report.verdict)) report.verdict = Verdict::held;
    from.at("subject").get_to(report.subject);
    from.at("notes").get_to(report.notes);
    for (const json& item : from.at("items")) report.items.push_back(item_from(item));
    return report;
  } catch (const json::exception& failure) {
    return Error{"report.malformed", "the report cannot be read", failure.what()};
  }
}

}  // namespace mugai::sanitize
