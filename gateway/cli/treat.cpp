#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "gateway/av/scanner.h"
#include "gateway/cli/cli.h"
#include "gateway/file.h"
#include "gateway/relay/clock.h"
#include "gateway/spool/spool_file.h"
#include "gateway/worker/process.h"
#include "sanitizers/reasons.h"
#include "sanitizers/text/scrub.h"

namespace mugai::gateway::cli {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMaxPasswordFile = 64 << 10;
constexpr size_t kMaxPasswords = 100;

Result<Profile> profile_named(const TreatOptions& options, config::Antivirus& antivirus) {
  if (!options.config.empty()) {
    Result<config::Config> config = load_config(options.config);
    if (!config) return config.error();
    antivirus = config->antivirus;
    const auto found = config->profiles.find(options.profile);
    if (found != config->profiles.end()) return found->second;
    return Error{"profile.unknown", options.config + ": there is no profile \"" + options.profile + "\"", ""};
  }
  Profile profile;
  profile.name = options.profile;
  if (options.profile == "relay") profile.relay = true;
  else if (options.profile != "sanitize")
    return Error{"profile.unknown", "there is no built-in profile \"" + options.profile +
                                        "\"; give --config, or use sanitize or relay", ""};
  return profile;
}

// The input as a file that can be mapped: itself, or a copy of what a pipe says.
Result<Fd> open_input(const std::string& path, uint64_t max_bytes) {
  Fd input(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!input || ::fstat(input.get(), &status) != 0) return io_error("input.read", "cannot read " + path);
  if (S_ISDIR(status.st_mode)) return Error{"input.read", "cannot read " + path, "it is a directory"};
  if (S_ISREG(status.st_mode) && ::lseek(input.get(), 0, SEEK_CUR) == 0) return input;
  Result<Fd> copy = unnamed_file(fs::temp_directory_path().string(), false);
  if (!copy) return copy;
  std::array<char, 65536> buffer;
  for (uint64_t total = 0;;) {
    const ssize_t count = ::read(input.get(), buffer.data(), buffer.size());
    if (count < 0) return io_error("input.read", "cannot read " + path);
    if (count == 0) return copy;
    total += static_cast<uint64_t>(count);
    if (total > max_bytes) return copy;   // one byte over is enough to be refused for its size
    if (!write_all(copy->get(), {buffer.data(), static_cast<size_t>(count)}))
      return io_error("input.copy", "cannot copy " + path);
  }
}

Result<std::vector<std::string>> read_passwords(const std::string& path) {
  std::vector<std::string> out;
  if (path.empty()) return out;
  const Result<std::string> text = read_file(path == "-" ? "/dev/stdin" : path, kMaxPasswordFile);
  if (!text) return text.error();
  for (size_t at = 0; at < text->size() && out.size() < kMaxPasswords;) {
    size_t end = text->find('\n', at);
    if (end == std::string::npos) end = text->size();
    std::string line = text->substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) out.push_back(std::move(line));
    at = end + 1;
  }
  return out;
}

// Whole or not at all: a temporary name beside the target, then a rename.
Status write_output(const std::string& path, Bytes bytes) {
  if (path == "-") {
    if (!write_all(STDOUT_FILENO, bytes)) return io_error("output.write", "cannot write to standard output");
    return Ok{};
  }
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {   // a device or a pipe
    const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file || !write_all(file.get(), bytes)) return io_error("output.write", "cannot write " + path);
    return Ok{};
  }
  const std::string temporary = path + ".mugai-" + std::to_string(::getpid());
  const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file || !write_all(file.get(), bytes) || ::rename(temporary.c_str(), path.c_str()) != 0) {
    Error error = io_error("output.write", "cannot write " + path);
    ::unlink(temporary.c_str());
    return error;
  }
  return Ok{};
}

struct Treated {
  sanitize::Report report;
  Fd output;
  bool written = false;   // there is a result in `output`
};

// What treat() needs to know beside the request.
struct Job {
  WorkRequest request;
  Fd input;
  config::Antivirus antivirus;
};

sanitize::Report refused(const WorkRequest& request, const std::string& reason) {
  sanitize::Report report;
  report.id = request.id;
  report.profile = request.profile.name;
  report.verdict = sanitize::Verdict::refused;
  report.notes = {reason};
  return report;
}

// Twice, as the gateway does: a worker may have been unlucky.
Result<Treated> treat_once(const WorkRequest& request, int input, std::vector<ExtractedRange>& ranges, Fd& extracted) {
  Treated out;
  if (request.size > request.profile.limits.max_message_bytes) {
    out.report = refused(request, "message-too-large");
    return out;
  }
  const std::string scratch_directory = fs::temp_directory_path().string();
  Error last;
  for (int attempt = 0; attempt < 2; ++attempt) {
    Result<Fd> output = unnamed_file(scratch_directory, false);
    Result<Fd> held = unnamed_file(scratch_directory, false);
    Result<Fd> scratch = unnamed_file(scratch_directory, false);
    Result<Fd> taken_out = unnamed_file(scratch_directory, false);
    if (!output || !held || !scratch || !taken_out) return Error{"file.temporary", "cannot make a temporary file in " + scratch_directory, ""};
    Result<WorkerProcess> worker = WorkerProcess::start(request.profile.limits);
    if (!worker) return worker.error();
    Result<WorkResponse> response = worker->run(request, {input, output->get(), held->get(), scratch->get(), taken_out->get()},
                                                WorkDeadline(request.profile.limits, request.size));
    if (!response) {
      last = response.error();
      continue;
    }
    if (!response->ok) return response->error;
    out.report = std::move(response->report);
    ranges = std::move(response->extracted);
    extracted = std::move(*taken_out);
    out.output = std::move(*output);
    out.written = true;
    return out;
  }
  out.report = refused(request, last.detail == "time-out" ? "time-out" : "worker-failed");
  return out;
}

Result<Judgement> ask_scanner(const Job& job, std::vector<ExtractedRange> ranges, const Fd& extracted) {
  Result<Mapping> original = Mapping::of(job.input.get());
  if (!original) return original.error();
  Result<Mapping> mapping = Mapping::of(extracted.get());
  if (!mapping) return mapping.error();
  const auto source = std::make_shared<const Mapping>(std::move(*mapping));
  std::vector<ScanJob::Subject> subjects;
  // A file is its own first piece.
  if (job.request.kind == WorkRequest::Kind::message)
    subjects.push_back({"", "", 0, job.request.size, std::make_shared<const Mapping>(std::move(*original))});
  for (ExtractedRange& range : ranges)
    subjects.push_back({std::move(range.path), std::move(range.sha256), range.offset, range.size, source});
  return judge(scan_all(job.antivirus, subjects), job.antivirus.on_failure);
}

Result<Treated> treat(Job& job) {
  job.request.extract = job.antivirus.enabled;
  std::vector<ExtractedRange> ranges;
  Fd extracted;
  Result<Treated> treated = treat_once(job.request, job.input.get(), ranges, extracted);
  if (!job.request.extract || !treated || !treated->written) return treated;
  Result<Judgement> judgement = ask_scanner(job, std::move(ranges), extracted);
  if (!judgement) return judgement.error();
  switch (judgement->kind) {
    case Judgement::Kind::pass: return treated;
    case Judgement::Kind::later: return Error{"scan.failed", "the virus scanner does not answer", ""};
    case Judgement::Kind::again:
      job.request.extract = false;
      job.request.condemned = std::move(judgement->condemned);
      treated = treat_once(job.request, job.input.get(), ranges, extracted);
      if (!treated || !treated->written || all_held(job.request.condemned, treated->report)) return treated;
      judgement->reason = "virus";
      break;
    case Judgement::Kind::whole: break;
  }
  Treated out;
  out.report = refused(job.request, judgement->reason);
  return out;
}

std::optional<int> write_report(const TreatOptions& options, const sanitize::Report& report) {
  if (options.report.empty()) return std::nullopt;
  if (const Status written = write_output(options.report, sanitize::to_json(report, 2) + "\n"); !written)
    return complain(written.error(), kCouldNot);
  return std::nullopt;
}

Result<Job> make_job(const TreatOptions& options, WorkRequest::Kind kind) {
  Job job;
  Result<Profile> profile = profile_named(options, job.antivirus);
  if (!profile) return profile.error();
  WorkRequest& request = job.request;
  request.kind = kind;
  request.profile = std::move(*profile);
  request.id = new_message_id(now_ms()).text;
  Result<Fd> opened = open_input(options.input, request.profile.limits.max_message_bytes);
  if (!opened) return opened.error();
  job.input = std::move(*opened);
  struct stat status {};
  ::fstat(job.input.get(), &status);
  request.size = static_cast<uint64_t>(status.st_size);
  return job;
}

std::string given_name(const TreatOptions& options) {
  if (!options.name.empty()) return options.name;
  return options.input == "-" ? "" : fs::path(options.input).filename().string();
}

int status_for(const Error& error) {
  return error.id.starts_with("profile.") || error.id.starts_with("config.") ? kUsage : kCouldNot;
}

}  // namespace

int mail(const TreatOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  Result<Job> job = make_job(options, WorkRequest::Kind::message);
  if (!job) return complain(job.error(), status_for(job.error()));
  const std::string output = options.output.empty() ? "-" : options.output;
  if (job->request.profile.relay) {
    const Result<Mapping> mapping = Mapping::of(job->input.get());
    if (!mapping) return complain(mapping.error(), kCouldNot);
    if (const Status written = write_output(output, mapping->bytes()); !written) return complain(written.error(), kCouldNot);
    return kOk;
  }
  Result<Treated> treated = treat(*job);
  if (!treated) return complain(treated.error(), kCouldNot);
  if (const auto failed = write_report(options, treated->report)) return *failed;
  if (!treated->written) {
    std::fprintf(stderr, "mugai: %s: refused (%s); nothing was written\n", options.input.c_str(),
                 treated->report.notes.front().c_str());
    return kRefused;
  }
  const Result<Mapping> mapping = Mapping::of(treated->output.get());
  if (!mapping) return complain(mapping.error(), kCouldNot);
  if (const Status written = write_output(output, mapping->bytes()); !written) return complain(written.error(), kCouldNot);
  return kOk;
}

int file(const TreatOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  Result<Job> job = make_job(options, WorkRequest::Kind::file);
  if (!job) return complain(job.error(), status_for(job.error()));
  WorkRequest* const request = &job->request;
  if (request->profile.relay) return complain({"profile.unknown", "the profile relay is for mail, not for files", ""}, kUsage);
  request->name = given_name(options);
  Result<std::vector<std::string>> passwords = read_passwords(options.passwords);
  if (!passwords) return complain(passwords.error(), kCouldNot);
  request->passwords = std::move(*passwords);
  Result<Treated> treated = treat(*job);
  if (!treated) return complain(treated.error(), kCouldNot);
  if (const auto failed = write_report(options, treated->report)) return *failed;
  const sanitize::Report& report = treated->report;
  if (!treated->written || report.items.empty() || report.items.front().output_name.empty()) {
    std::string why;
    const std::vector<std::string>& reasons = report.items.empty() ? report.notes : report.items.front().reasons;
    for (const std::string& reason : reasons) why += (why.empty() ? "" : ", ") + reason;
    std::fprintf(stderr, "mugai: %s: %s (%s); nothing was written\n", options.input.c_str(),
                 std::string(sanitize::to_string(report.verdict)).c_str(), why.c_str());
    return kRefused;
  }
  std::string output = options.output;
  if (output != "-" && fs::is_directory(output)) output += "/" + report.items.front().output_name;
  const Result<Mapping> mapping = Mapping::of(treated->output.get());
  if (!mapping) return complain(mapping.error(), kCouldNot);
  if (const Status written = write_output(output, mapping->bytes()); !written) return complain(written.error(), kCouldNot);
  return kOk;
}

int verify(const TreatOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  Result<Job> job = make_job(options, WorkRequest::Kind::verify);
  if (!job) return complain(job.error(), status_for(job.error()));
  job->request.name = given_name(options);
  Result<Treated> treated = treat(*job);
  if (!treated) return complain(treated.error(), kCouldNot);
  if (const auto failed = write_report(options, treated->report)) return *failed;
  const sanitize::Report& report = treated->report;
  for (const std::string& note : report.notes) std::printf("%s: %s\n", options.input.c_str(), note.c_str());
  for (const sanitize::Item& item : report.items)
    for (const std::string& reason : item.reasons)
      std::printf("%s %s: %s (%s)\n", item.path.c_str(), sanitize::scrub_line(item.name).c_str(), reason.c_str(),
                  std::string(sanitize::reason_text(reason).en).c_str());
  return report.verdict == sanitize::Verdict::clean ? kOk : kRefused;
}

}  // namespace mugai::gateway::cli
