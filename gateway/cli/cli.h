// The command line of the contract. Each command is a function that returns the exit status: 0 a result was written,
// 2 usage or configuration error, 1 could not (I/O, resources), 3 refused: nothing was written, the report says why.
// Mistakes are one line on standard error that names file, place and remedy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/base/result.h"
#include "config/config.h"

namespace mugai::gateway::cli {

enum Exit : int { kOk = 0, kCouldNot = 1, kUsage = 2, kRefused = 3 };

struct TreatOptions {
  std::string input = "-", output;
  std::string profile = "sanitize", config, report, name, passwords;
};
int mail(const TreatOptions& options);
int file(const TreatOptions& options);
int verify(const TreatOptions& options);   // objections on standard output, one a line

int serve(const std::string& config_file);

int config_check(const std::string& file);
int config_sample(bool japanese);
int config_settings(bool japanese);
int config_default(const std::string& state, uint16_t internet_port, uint16_t lgwan_port, uint16_t console_port);

struct QueueOptions {
  std::string config;
  bool json = false;
  std::vector<std::string> ids;
};
int queue_list(const QueueOptions& options);
int queue_show(const QueueOptions& options);
int queue_change(const std::string& verb, const QueueOptions& options);   // retry, hold, delete

struct QuarantineOptions : QueueOptions {
  std::string state, profile, passwords, reason;
  bool original = false, checked = false;
  std::string words, sender, recipient, subject, name, why, since, until, cursor;   // list: which
  uint32_t limit = 0;                                                               // 0: all
};
int quarantine_list(const QuarantineOptions& options);
int quarantine_show(const QuarantineOptions& options);
int quarantine_release(const QuarantineOptions& options);   // 3: refused for one of them
int quarantine_deny(const QuarantineOptions& options);
int quarantine_delete(const QuarantineOptions& options);

int vault_rotate(const std::string& config_file);

struct AuditOptions {
  std::string config, head, output;
  bool json = false;
  int64_t before = 0;
  uint32_t limit = 0;
};
int audit_list(const AuditOptions& options);
int audit_verify(const AuditOptions& options);   // 3: the log does not hold
int audit_export(const AuditOptions& options);   // CSV

struct ReportOptions {
  std::string config, month, output, format = "html";
};
int audit_report(const ReportOptions& options);   // the evidence of a month

struct UserOptions {
  std::string config, name, password_file, file, output, label, id;
  std::optional<std::string> display, role, language;
  std::vector<std::string> domains, scopes;
  bool json = false, all_domains = false, directory = false, final_password = false, dry_run = false, disable_missing = false;
  uint32_t days = 365;
};
int user_list(const UserOptions& options);
int user_show(const UserOptions& options);
int user_add(const UserOptions& options);
int user_change(const UserOptions& options);
int user_password(const UserOptions& options);
int user_act(const std::string& verb, const UserOptions& options);   // disable, enable, reset-totp, unlock
int user_import(const UserOptions& options);   // 3: the file has mistakes, each named with its line; nothing was changed
int user_export(const UserOptions& options);
int token_add(const UserOptions& options);
int token_list(const UserOptions& options);
int token_revoke(const UserOptions& options);

int run(int argc, char** argv);

// Shared by the commands.
int complain(const Error& error, int status);
Result<config::Config> load_config(const std::string& file);
// Before a person's act at the command line: what cannot be recorded is not done.
Status record_act(const config::Config& config, const std::string& action, const std::string& object, const std::string& detail);

}  // namespace mugai::gateway::cli
