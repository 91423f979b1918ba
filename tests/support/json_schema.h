// As much of JSON Schema as our OpenAPI document uses, and no more: a keyword that it does not know is an objection, so that
// no schema is looked at only in part. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace mugai::test {

// The first thing about `value` that `schema` does not allow, with its place; empty when there is none. `$ref` is looked up
// in `document`.
std::string objection(const nlohmann::json& value, const nlohmann::json& schema, const nlohmann::json& document,
                      const std::string& place = "");

}  // namespace mugai::test
