#include <cstdio>
#include <filesystem>
#include <fstream>

#include "gateway/audit/evidence_output.h"
#include "gateway/cli/cli.h"
#include "gateway/relay/clock.h"

namespace mugai::gateway::cli {

namespace {

// Names and reasons of people are in it: only for whoever made it.
Status write_private(const std::string& file, const std::string& content) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  std::ofstream out(file, std::ios::binary);
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  out << content;
  out.close();
  return out ? Status(Ok{}) : Status(Error{"output.write", "cannot write " + file, ""});
}

}  // namespace

int audit_report(const ReportOptions& options) {
  const Result<Month> month = Month::parse(options.month);
  if (!month) return complain(month.error(), kUsage);
  const Result<config::Config> config = load_config(options.config);
  if (!config) return complain(config.error(), kUsage);
  const Result<std::unique_ptr<Database>> database = Database::open_existing(config->node);
  if (!database) return complain(database.error(), kCouldNot);
  const Result<Evidence> evidence = gather_evidence(**database, *config, *month, now_ms());
  if (!evidence) return complain(evidence.error(), kCouldNot);
  std::error_code failure;
  std::filesystem::create_directories(options.output, failure);
  std::vector<std::pair<std::string, std::string>> files;
  if (options.format == "csv") files = evidence_csv(*evidence);
  else files.emplace_back("evidence-" + month->text() + ".html", evidence_html(*evidence));
  for (const auto& [name, content] : files) {
    const std::string file = options.output + "/" + name;
    if (const Status written = write_private(file, content); !written) return complain(written.error(), kCouldNot);
    std::printf("%s\n", file.c_str());
  }
  return kOk;
}

}  // namespace mugai::gateway::cli
