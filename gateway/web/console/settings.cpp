#include "config/schema.h"
#include "gateway/web/console/console.h"

namespace mugai::gateway::web {

namespace {

std::string_view help_of(std::string_view table, std::string_view key, std::string_view language) {
  for (const config::Key& one : config::schema_keys())
    if (one.table == table && one.name == key) return language == "en" ? one.en : one.ja;
  return {};
}

// As loaded, in the order of the file's tables; what keeps a secret was masked when it was loaded.
Response show(Visit& visit) {
  Data tables = Data::array();
  std::string last;
  for (const config::LoadedSetting& one : visit.config->settings) {
    if (one.table != last) tables.push_back({{"name", one.table}, {"rows", Data::array()}});
    last = one.table;
    tables.back()["rows"].push_back({{"key", one.key}, {"value", one.value}, {"given", one.given},
                                     {"help", help_of(one.schema_table, one.key, visit.language())}});
  }
  Data warnings = Data::array();
  for (const std::string& warning : visit.config->warnings) warnings.push_back({{"text", warning}});
  return visit.page("settings", "settings", "settings_title",
                    {{"file", visit.config->file_name}, {"tables", std::move(tables)}, {"warnings", std::move(warnings)}});
}

}  // namespace

void add_settings(Console& console, Router& router) { console.get(router, "/settings", Permission::see_settings, show); }

}  // namespace mugai::gateway::web
