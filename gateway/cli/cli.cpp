#include "gateway/cli/cli.h"

#include <CLI/CLI.hpp>

#include <cstdio>

#include "gateway/cli/user_options.h"
#include "gateway/worker/worker_main.h"

namespace mugai::gateway::cli {

namespace {

constexpr const char* kDefaultConfig = "/etc/mugai/mugai.toml";

void add_treat_options(CLI::App& app, TreatOptions& options) {
  app.add_option("--profile", options.profile, "profile to apply; built in: sanitize, relay");
  app.add_option("--config", options.config, "take profiles from this configuration");
  app.add_option("--report", options.report, "write the report (JSON) here; - for standard output");
}

void add_queue_options(CLI::App& app, QueueOptions& options) {
  app.add_option("--config", options.config, "configuration of the gateway")->envname("MUGAI_CONFIG")->default_val(kDefaultConfig);
  app.add_flag("--json", options.json, "print JSON");
}

}  // namespace

int complain(const Error& error, int status) {
  std::fprintf(stderr, "mugai: %s%s%s\n", error.text.c_str(), error.detail.empty() ? "" : ": ", error.detail.c_str());
  return status;
}

int run(int argc, char** argv) {
  CLI::App app("Mugai: takes mail and files apart and rebuilds them harmless");
  app.set_version_flag("--version", "mugai 0.1.0");
  app.require_subcommand(1);
  int status = kOk;

  TreatOptions treat;
  CLI::App* mail_command = app.add_subcommand("mail", "rebuild one message");
  mail_command->add_option("input", treat.input, "message to read; - for standard input");
  mail_command->add_option("-o,--output", treat.output, "where to write; - for standard output")->default_str("-");
  add_treat_options(*mail_command, treat);
  mail_command->callback([&] { status = mail(treat); });

  CLI::App* file_command = app.add_subcommand("file", "rebuild one file");
  file_command->add_option("input", treat.input, "file to read; - for standard input")->required();
  file_command->add_option("-o,--output", treat.output, "file or directory to write to; - for standard output");
  bool verify_only = false;
  file_command->add_flag("--verify", verify_only, "write nothing: say what is still wrong with the file, exit 0 (nothing) or 3");
  file_command->add_option("--name", treat.name, "name of the file, when it is not that of the input");
  file_command->add_option("--passwords", treat.passwords, "file with passwords to try, one a line; - for standard input");
  add_treat_options(*file_command, treat);
  file_command->callback([&] {
    if (verify_only == !treat.output.empty()) throw CLI::ValidationError("give either --output or --verify");
    status = verify_only ? verify(treat) : file(treat);
  });

  std::string config_file;
  CLI::App* serve_command = app.add_subcommand("serve", "run the gateway");
  serve_command->add_option("--config", config_file, "configuration file")->required();
  serve_command->callback([&] { status = serve(config_file); });

  bool japanese = false;
  CLI::App* config_command = app.add_subcommand("config", "check or print configuration")->require_subcommand(1);
  CLI::App* check = config_command->add_subcommand("check", "check a configuration file");
  check->add_option("file", config_file, "configuration file")->required();
  check->callback([&] { status = config_check(config_file); });
  CLI::App* sample = config_command->add_subcommand("sample", "print a commented sample");
  sample->add_flag("--ja", japanese, "in Japanese");
  sample->callback([&] { status = config_sample(japanese); });
  CLI::App* settings = config_command->add_subcommand("settings", "print the settings page (Markdown)");
  settings->add_flag("--ja", japanese, "in Japanese");
  settings->callback([&] { status = config_settings(japanese); });

  std::string state;
  uint16_t internet_port = 2525, lgwan_port = 2526, console_port = 0;
  CLI::App* trial = config_command->add_subcommand("default", "print a configuration for trying out on this host");
  trial->add_option("--state", state, "directory for everything it keeps")->required();
  trial->add_option("--internet-port", internet_port, "port of the Internet side");
  trial->add_option("--lgwan-port", lgwan_port, "port of the LGWAN side");
  trial->add_option("--console-port", console_port, "port of the console; 0: no console");
  trial->callback([&] { status = config_default(state, internet_port, lgwan_port, console_port); });

  QueueOptions queue;
  CLI::App* queue_command = app.add_subcommand("queue", "messages that are not finished yet")->require_subcommand(1);
  CLI::App* list = queue_command->add_subcommand("list", "list them");
  add_queue_options(*list, queue);
  list->callback([&] { status = queue_list(queue); });
  CLI::App* show = queue_command->add_subcommand("show", "show one: envelope and what happened");
  add_queue_options(*show, queue);
  show->add_option("id", queue.ids, "message id")->required();
  show->callback([&] { status = queue_show(queue); });
  const std::pair<const char*, const char*> changes[] = {
      {"retry", "try again now"}, {"hold", "keep until retried"}, {"delete", "remove for ever; nobody is told"}};
  for (const auto& [verb, help] : changes) {
    CLI::App* change = queue_command->add_subcommand(verb, help);
    add_queue_options(*change, queue);
    change->add_option("id", queue.ids, "message ids")->required();
    change->callback([&status, &queue, name = std::string(verb)] { status = queue_change(name, queue); });
  }

  CLI::App* quarantine = app.add_subcommand("quarantine", "things that were held")->require_subcommand(1);
  QuarantineOptions held;
  const auto quarantine_verb = [&](const char* name, const char* help, int (*command)(const QuarantineOptions&)) {
    CLI::App* verb = quarantine->add_subcommand(name, help);
    add_queue_options(*verb, held);
    verb->callback([&status, &held, command] { status = command(held); });
    return verb;
  };
  CLI::App* items = quarantine_verb("list", "list them, newest first", quarantine_list);
  items->add_option("--state", held.state, "only those in this state");
  items->add_option("--words", held.words, "with these words in sender, recipients, subject or file name");
  items->add_option("--sender", held.sender, "of this sender: an address, @domain or words");
  items->add_option("--recipient", held.recipient, "for this recipient: an address, @domain or words");
  items->add_option("--subject", held.subject, "with these words in the subject");
  items->add_option("--name", held.name, "with these words in the file name");
  items->add_option("--reason", held.why, "held for this reason: macro");
  items->add_option("--since", held.since, "since this day: 2026-11-21");
  items->add_option("--until", held.until, "until this day, and on it");
  items->add_option("--limit", held.limit, "at most so many; the next page's --cursor is told on standard error");
  items->add_option("--cursor", held.cursor, "go on there");
  quarantine_verb("show", "show one: why it was held, what was decided, and the whole report", quarantine_show)
      ->add_option("id", held.ids, "item id")->required();
  CLI::App* release = quarantine_verb("release", "send them to their recipients, made harmless", quarantine_release);
  release->add_flag("--original", held.original, "as they came; wants --checked and --reason");
  release->add_flag("--checked", held.checked, "you have looked at the content");
  release->add_option("--profile", held.profile, "treat them by this profile");
  release->add_option("--passwords", held.passwords, "file with passwords to try, one a line; - for standard input");
  CLI::App* deny = quarantine_verb("deny", "refuse to release them; they stay until they expire", quarantine_deny);
  CLI::App* destroy = quarantine_verb("delete", "delete them for ever", quarantine_delete);
  for (CLI::App* verb : {release, deny, destroy}) {
    verb->add_option("id", held.ids, "item ids")->required();
    verb->add_option("--reason", held.reason, "why; goes into the audit log");
  }

  CLI::App* vault_command = app.add_subcommand("vault", "the encrypted store of originals")->require_subcommand(1);
  CLI::App* rotate = vault_command->add_subcommand("rotate", "make a new key and encrypt everything anew; the gateway may run");
  rotate->add_option("--config", config_file, "configuration of the gateway")->envname("MUGAI_CONFIG")->default_val(kDefaultConfig);
  rotate->callback([&] { status = vault_rotate(config_file); });

  AuditOptions audit;
  CLI::App* audit_command = app.add_subcommand("audit", "who did what")->require_subcommand(1);
  const auto audit_verb = [&](const char* name, const char* help, int (*command)(const AuditOptions&)) {
    CLI::App* verb = audit_command->add_subcommand(name, help);
    verb->add_option("--config", audit.config, "configuration file")->required();
    verb->callback([&status, &audit, command] { status = command(audit); });
    return verb;
  };
  CLI::App* audit_rows = audit_verb("list", "the newest acts", audit_list);
  audit_rows->add_flag("--json", audit.json, "as JSON");
  audit_rows->add_option("--limit", audit.limit, "how many (100)")->check(CLI::Range(1, 10000));
  audit_rows->add_option("--before", audit.before, "only those before this number");
  CLI::App* audit_check = audit_verb("verify", "whether anybody has changed the log; exit 3 if so", audit_verify);
  audit_check->add_flag("--json", audit.json, "as JSON");
  audit_check->add_option("--head", audit.head, "SEQ:HASH of a log line audit.head, kept elsewhere");
  ReportOptions report;
  CLI::App* audit_month = audit_command->add_subcommand("report", "the evidence of a month, to print or for a spreadsheet");
  audit_month->add_option("--config", report.config, "configuration file")->required();
  audit_month->add_option("--month", report.month, "which, as 2026-11")->required();
  audit_month->add_option("-o,--output", report.output, "directory to write to")->required();
  audit_month->add_option("--format", report.format, "html or csv")->check(CLI::IsMember({"html", "csv"}));
  audit_month->callback([&] { status = audit_report(report); });
  audit_verb("export", "all of it as CSV", audit_export)->add_option("-o,--output", audit.output, "file to write; - for standard output");

  add_user_commands(app, status);

  std::string probe;
  CLI::App* worker = app.add_subcommand("worker", "")->group("");   // the gateway starts these
  Limits limits;
  worker->add_option("--probe", probe, "");
  worker->add_option("--memory", limits.max_worker_memory_bytes, "");
  worker->add_option("--expanded", limits.max_expanded_bytes, "");
  worker->callback([&] { status = worker_main(limits, probe); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  return status;
}

}  // namespace mugai::gateway::cli
