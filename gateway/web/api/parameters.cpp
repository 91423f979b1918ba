#include "gateway/web/api/parameters.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <algorithm>
#include <charconv>

namespace mugai::gateway::web {

using nlohmann::json;

namespace {

constexpr size_t kMaxList = 100;

[[noreturn]] void refuse_parameter(std::string_view name, const std::string& why) {
  throw BadRequest{{"api.parameter", "parameter " + std::string(name.substr(0, 40)) + ": " + why, ""}};
}

[[noreturn]] void refuse_body(const std::string& why) { throw BadRequest{{"api.body", "body: " + why, ""}}; }

// Poco reads dates out of nearly anything.
bool looks_like_time(std::string_view text) {
  constexpr std::string_view kDate = "0000-00-00", kTime = "0000-00-00T00:00:00";
  const auto fits = [](std::string_view from, std::string_view shape) {
    return from.size() == shape.size() && std::equal(from.begin(), from.end(), shape.begin(), [](char a, char b) {
             return b == '0' ? a >= '0' && a <= '9' : a == b;
           });
  };
  if (fits(text, kDate)) return true;
  if (!fits(text.substr(0, kTime.size()), kTime)) return false;
  text.remove_prefix(kTime.size());
  if (text.starts_with('.')) text.remove_prefix(std::min(text.find_first_not_of("0123456789", 1), text.size()));
  return text == "Z" || fits(text, "+00:00") || fits(text, "-00:00");
}

int64_t time_of(std::string_view name, const std::string& text) {
  Poco::DateTime time;
  int difference = 0;
  const bool date = text.size() == 10;
  if (text.size() > 40 || !looks_like_time(text) || !Poco::DateTimeParser::tryParse(date ? "%Y-%m-%d" : Poco::DateTimeFormat::ISO8601_FRAC_FORMAT, text, time, difference))
    refuse_parameter(name, "write a time as 2026-11-21T09:00:00+09:00 or a date as 2026-11-21");
  if (!date) time.makeUTC(difference);
  return time.timestamp().epochMicroseconds() / 1000;
}

}  // namespace

void only_known(const Request& request, std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : request.query.list())
    if (std::find(names.begin(), names.end(), name) == names.end()) refuse_parameter(name, "there is no such parameter here");
}

const std::string& text(const Request& request, std::string_view name) { return request.query.get(name); }

uint32_t read_limit(const Request& request) {
  const std::string& value = text(request, "limit");
  uint32_t limit = Window{}.limit;
  if (value.empty()) return limit;
  const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), limit);
  if (failure != std::errc() || end != value.data() + value.size() || limit < 1 || limit > kMaxPage)
    refuse_parameter("limit", "a number from 1 to " + std::to_string(kMaxPage));
  return limit;
}

void read_window(const Request& request, Window& window) {
  if (const std::string& from = text(request, "from"); !from.empty()) window.from_ms = time_of("from", from);
  if (const std::string& to = text(request, "to"); !to.empty()) window.to_ms = time_of("to", to);
  window.cursor = text(request, "cursor");
  window.limit = read_limit(request);
}

std::vector<ItemState> read_states(const Request& request) {
  std::vector<ItemState> out;
  for (const std::string& value : request.query.all("state")) {
    for (size_t begin = 0; begin <= value.size();) {
      const size_t end = std::min(value.find(',', begin), value.size());
      const auto state = item_state_from(std::string_view(value).substr(begin, end - begin));
      if (!state) refuse_parameter("state", "there is no such state");
      if (std::find(out.begin(), out.end(), *state) == out.end()) out.push_back(*state);
      begin = end + 1;
    }
  }
  return out;
}

json read_object(const Request& request, std::initializer_list<std::string_view> names) {
  const std::string& type = request.headers.get("content-type");
  if (!request.body.empty() && !type.starts_with("application/json"))
    throw BadRequest{{"api.media-type", "send application/json", ""}};
  if (request.body.empty()) return json::object();
  json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) refuse_body("not a JSON object");
  for (const auto& [name, value] : body.items())
    if (std::find(names.begin(), names.end(), name) == names.end()) refuse_body("there is no member " + name.substr(0, 40) + " here");
  return body;
}

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "";
  if (!found->is_string()) refuse_body(std::string(name) + " is a text");
  return found->get<std::string>();
}

bool flag(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return false;
  if (!found->is_boolean()) refuse_body(std::string(name) + " is true or false");
  return found->get<bool>();
}

std::vector<std::string> texts(const json& object, const char* name) {
  std::vector<std::string> out;
  const auto found = object.find(name);
  if (found == object.end()) return out;
  if (!found->is_array() || found->size() > kMaxList) refuse_body(std::string(name) + " is a list of at most 100 texts");
  for (const json& one : *found) {
    if (!one.is_string()) refuse_body(std::string(name) + " is a list of texts");
    out.push_back(one.get<std::string>());
  }
  return out;
}

}  // namespace mugai::gateway::web
