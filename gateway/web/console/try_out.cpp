#include "gateway/web/console/console.h"
#include "gateway/web/console/preview.h"
#include "gateway/web/console/rows.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"
#include "sanitizers/text/utf8.h"

namespace mugai::gateway::web {

namespace {

constexpr size_t kLargest = 64'000'000;
constexpr size_t kShown = 100'000;

Response form(Visit& visit, const std::string& problem = {}, int status = 200) {
  Data profiles = Data::array();
  for (const auto& [name, profile] : visit.config->profiles)
    if (!profile.relay) profiles.push_back({{"name", name}, {"chosen", name == "sanitize"}});
  return visit.page("try", "try", "try_title", {{"profiles", std::move(profiles)}, {"problem", problem}, {"largest", size_of(kLargest)}}, status);
}

// The upload goes to a worker and nowhere else. The result is in the answer itself: nothing is kept for a second request.
Response run(Visit& visit) {
  const Fields& form_fields = visit.request.form;
  const UploadedFile* file = visit.request.file("file");
  if (!file || file->content.empty()) return form(visit, text(visit.language(), "try_no_file"), 400);
  TryOut how;
  how.kind = form_fields.get("kind") == "mail" ? WorkRequest::Kind::message : WorkRequest::Kind::file;
  how.name = file->name;
  how.profile = form_fields.get("profile");
  if (!form_fields.get("password").empty()) how.passwords = {form_fields.get("password")};
  Result<TriedOut> tried = visit.services.try_out(how, file->content);
  if (!tried) return form(visit, visit.told(tried.error()), status_of(tried.error()));
  const bool mail = how.kind == WorkRequest::Kind::message;
  const std::string name = mail ? "mugai.eml" : tried->report.items.empty() ? "" : tried->report.items.front().output_name;
  if (form_fields.get("answer") == "file") {
    if (tried->output.empty()) return form(visit, text(visit.language(), "try_no_output"), 400);
    return download(std::move(tried->output), name.empty() ? "mugai.bin" : name);
  }
  std::string shown = mail ? text_of_rebuilt(tried->output) : sanitize::is_valid_utf8(tried->output) ? tried->output : "";
  const bool cut = shown.size() > kShown;
  if (cut) shown.resize(kShown);
  return visit.page("tried", "try", "tried_title",
                    {{"name", file->name}, {"size", size_of(file->content.size())}, {"report", report_data(tried->report, visit.language())},
                     {"subject", tried->report.subject}, {"text", shown}, {"cut", cut}, {"output_size", tried->output.empty() ? "" : size_of(tried->output.size())}});
}

}  // namespace

void add_try_out(Console& console, Router& router) {
  console.get(router, "/try", Permission::try_out, [](Visit& visit) { return form(visit); });
  console.post(router, "/try", Permission::try_out, run, kLargest);
}

}  // namespace mugai::gateway::web
