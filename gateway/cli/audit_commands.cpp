#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "gateway/accounts/person.h"
#include "gateway/audit/audit_log.h"
#include "gateway/cli/cli.h"
#include "gateway/relay/clock.h"
#include "sanitizers/formats/csv_cells.h"

namespace mugai::gateway::cli {

using nlohmann::ordered_json;

namespace {

constexpr uint32_t kDefaultRows = 100;

ordered_json row_json(const AuditRecord& row) {
  ordered_json detail = ordered_json::parse(row.detail, nullptr, false);
  if (detail.is_discarded()) detail = row.detail;
  return {{"seq", row.seq},       {"at", iso8601(row.at_ms)}, {"actor", row.actor},   {"source", row.source},
          {"action", row.action}, {"object", row.object},     {"detail", detail},     {"hash", row.hash}};
}

std::string dump(const ordered_json& value) { return value.dump(2, ' ', false, ordered_json::error_handler_t::replace); }

Result<std::unique_ptr<Database>> open_database(const std::string& config_file, int& status) {
  const Result<config::Config> config = load_config(config_file);
  status = kUsage;
  if (!config) return config.error();
  status = kCouldNot;
  return Database::open_existing(config->node);
}

// "SEQ:HASH", as the log line audit.head says it.
std::optional<AuditHead> parse_head(std::string_view text) {
  AuditHead head;
  const size_t colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  const auto parsed = std::from_chars(text.data(), text.data() + colon, head.seq);
  head.hash = text.substr(colon + 1);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + colon || head.hash.size() != 64) return std::nullopt;
  return head;
}

std::string cell(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + "\"";
}

}  // namespace

Status record_act(const config::Config& config, const std::string& action, const std::string& object, const std::string& detail) {
  Result<std::unique_ptr<Database>> database = Database::open_existing(config.node);
  if (!database) return database.error();
  return AuditLog(**database).record({person_at_the_terminal(), "cli", action, object, detail}, now_ms());
}

int audit_list(const AuditOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options.config, status);
  if (!database) return complain(database.error(), status);
  const Result<std::vector<AuditRecord>> rows =
      AuditLog(**database).newest(options.before, options.limit ? options.limit : kDefaultRows);
  if (!rows) return complain(rows.error(), kCouldNot);
  if (options.json) {
    ordered_json all = ordered_json::array();
    for (const AuditRecord& row : *rows) all.push_back(row_json(row));
    std::printf("%s\n", dump(all).c_str());
    return kOk;
  }
  for (const AuditRecord& row : *rows)
    std::printf("%6lld  %s  %-12s %-18s %s  %s  (%s)\n", static_cast<long long>(row.seq), iso8601(row.at_ms).c_str(),
                row.actor.c_str(), row.action.c_str(), row.object.c_str(), row.detail.c_str(), row.source.c_str());
  if (rows->empty()) std::printf("Nobody has done anything yet.\n");
  return kOk;
}

int audit_verify(const AuditOptions& options) {
  std::optional<AuditHead> kept;
  if (!options.head.empty() && !(kept = parse_head(options.head)))
    return complain({"audit.usage", "--head wants SEQ:HASH, as the log line audit.head has it", ""}, kUsage);
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options.config, status);
  if (!database) return complain(database.error(), status);
  const Result<AuditCheck> check = AuditLog(**database).verify(kept);
  if (!check) return complain(check.error(), kCouldNot);
  const Result<AuditHead> head = AuditLog(**database).head();
  if (!head) return complain(head.error(), kCouldNot);
  const bool good = check->first_bad == 0;
  if (options.json)
    std::printf("%s\n", dump({{"ok", good}, {"records", check->records}, {"first_bad", check->first_bad}, {"why", check->why},
                              {"head", std::to_string(head->seq) + ":" + head->hash}}).c_str());
  else if (good)
    std::printf("The audit log is whole: %lld records, head %lld:%s\n", static_cast<long long>(check->records),
                static_cast<long long>(head->seq), head->hash.c_str());
  else
    std::printf("The audit log does NOT hold from record %lld on (%s).\n", static_cast<long long>(check->first_bad),
                check->why.c_str());
  return good ? kOk : kRefused;
}

// For spreadsheets: no cell of it may act as a formula, whoever chose the words.
int audit_export(const AuditOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options.config, status);
  if (!database) return complain(database.error(), status);
  std::FILE* out = options.output.empty() || options.output == "-" ? stdout : std::fopen(options.output.c_str(), "w");
  if (!out) return complain({"output.write", "cannot write " + options.output, ""}, kCouldNot);
  std::fputs("\xef\xbb\xbf" "seq,at,actor,source,action,object,detail,hash\r\n", out);
  sanitize::CsvCells cells;
  const Status walked = AuditLog(**database).each([&](const AuditRecord& row) {
    std::string line = std::to_string(row.seq) + "," + iso8601(row.at_ms);
    for (const std::string* field : {&row.actor, &row.source, &row.action, &row.object, &row.detail, &row.hash})
      line += "," + cell(*field);
    std::fputs(cells.neutralise(line + "\r\n").c_str(), out);
    return std::ferror(out) == 0;
  });
  const bool written = std::ferror(out) == 0 && std::fflush(out) == 0;
  if (out != stdout) std::fclose(out);
  if (!walked) return complain(walked.error(), kCouldNot);
  return written ? kOk : complain({"output.write", "cannot write " + options.output, ""}, kCouldNot);
}

}  // namespace mugai::gateway::cli
