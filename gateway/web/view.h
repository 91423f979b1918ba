// From values to HTML: one layout, templates that escape everything by themselves, texts in the reader's language. What a
// mail can fill is data and never markup; characters that reverse or hide text are shown by their code ("[U+202E]"). Pure,
// any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace mugai::gateway::web {

// Objects, lists, strings, numbers, booleans. An empty string, list or null is false to a section; a
// list "rows" also makes "has_rows".
using Data = nlohmann::json;

// `page` is a name in pages/ without its ending. In the data, "t" is taken: the texts ("{{t.nav_queue}}").
std::string render(std::string_view page, const Data& data, std::string_view language);

// Within layout.mustache, which gets `data` too and "content".
std::string render_in_layout(std::string_view page, Data data, std::string_view language);

std::string escape(std::string_view text);

// An asset's address carries a hash of its content, so that browsers may keep it.
std::string asset_url(std::string_view name);

}  // namespace mugai::gateway::web
