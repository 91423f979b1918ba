// Every string of the web pages, in Japanese and English: templates name them "{{t.id}}". Constant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mugai::gateway::web {

struct Text {
  std::string_view id, ja, en;
};

std::span<const Text> all_texts();

// The id itself when there is none, so that a gap shows.
std::string text(std::string_view language, std::string_view id);
bool has_text(std::string_view id);

}  // namespace mugai::gateway::web
