#include <cstdio>

#include "config/defaults.h"
#include "config/loader.h"
#include "config/render.h"
#include "gateway/cli/cli.h"
#include "gateway/listeners.h"
#include "gateway/serve.h"
#include "sanitizers/detect/type.h"

namespace mugai::gateway::cli {

Result<config::Config> load_config(const std::string& file) {
  static const std::vector<std::string_view> known_types = [] {
    std::vector<std::string_view> ids;
    for (const sanitize::Type& type : sanitize::all_types()) ids.push_back(type.id);
    return ids;
  }();
  return config::load_file(file, known_types);
}

int serve(const std::string& config_file) {
  Result<config::Config> config = load_config(config_file);
  if (!config) return complain(config.error(), kUsage);
  for (const std::string& warning : config->warnings) std::fprintf(stderr, "%s\n", warning.c_str());
  return gateway::serve({std::make_shared<const config::Config>(std::move(*config)),
                         [config_file] { return load_config(config_file); }});
}

int config_check(const std::string& file) {
  const Result<config::Config> config = load_config(file);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().text.c_str());
    return kUsage;
  }
  for (const std::string& warning : config->warnings) std::printf("%s\n", warning.c_str());
  // Certificates may lie where only the gateway's user, or only its host, can read them: said, but not a mistake of the file.
  if (const auto listeners = listener_configs(*config); !listeners)
    std::printf("%s: the gateway would not start here: %s%s%s\n", file.c_str(), listeners.error().text.c_str(),
                listeners.error().detail.empty() ? "" : ": ", listeners.error().detail.c_str());
  std::printf("%s: good\n", file.c_str());
  return kOk;
}

int config_sample(bool japanese) {
  std::fputs(config::annotated_sample(japanese ? config::Language::ja : config::Language::en).c_str(), stdout);
  return kOk;
}

int config_settings(bool japanese) {
  std::fputs(config::settings_page(japanese ? config::Language::ja : config::Language::en).c_str(), stdout);
  return kOk;
}

int config_default(const std::string& state, uint16_t internet_port, uint16_t lgwan_port, uint16_t console_port) {
  std::fputs(config::default_config(state, internet_port, lgwan_port, console_port).c_str(), stdout);
  return kOk;
}

}  // namespace mugai::gateway::cli
