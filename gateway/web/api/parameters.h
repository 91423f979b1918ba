// Reading what a program asks for: query and JSON body, each name known or refused, so that a misspelt filter is not a
// longer list. Everything read is untrusted. Throws BadRequest, which the API's edge turns into a problem. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"
#include "gateway/quarantine/item.h"
#include "gateway/search/search.h"
#include "gateway/web/http.h"

namespace mugai::gateway::web {

struct BadRequest {
  Error error;
};

// The first name in the query that is not among these is refused.
void only_known(const Request& request, std::initializer_list<std::string_view> names);
const std::string& text(const Request& request, std::string_view name);
// from, to (RFC 3339, or a date: its midnight UTC), cursor, limit.
void read_window(const Request& request, Window& window);
uint32_t read_limit(const Request& request);
std::vector<ItemState> read_states(const Request& request);   // state=held&state=requested, or with commas

// A JSON object with no other members than these.
nlohmann::json read_object(const Request& request, std::initializer_list<std::string_view> names);
std::string text(const nlohmann::json& object, const char* name);
bool flag(const nlohmann::json& object, const char* name);
std::vector<std::string> texts(const nlohmann::json& object, const char* name);

}  // namespace mugai::gateway::web
