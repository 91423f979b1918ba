// The settings of a document: only those by which it is laid out or shown come along, each with a value of its own kind. What
// names printers, passwords, databases, or says when macros run and links are followed is not on the list. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mugai::sanitize::odf {

bool is_config_set(std::string_view name);                              // config:config-item-set
bool is_config_map(std::string_view name);                              // config:config-item-map-...
bool is_config_value(std::string_view name, std::string_view type, std::string_view text);   // config:config-item

}  // namespace mugai::sanitize::odf
