// The templates, style and script of the web pages, compiled in: name below gateway/web ("pages/layout.mustache") to
// content. Made by embed.cmake from the files of pages/, assets/ and api/. Constant.
#pragma once

#include <map>
#include <string_view>

namespace mugai::gateway::web {

const std::map<std::string_view, std::string_view>& embedded_files();

}  // namespace mugai::gateway::web
