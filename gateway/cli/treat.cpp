#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "gateway/cli/cli.h"
#include "gateway/file.h"
#include "gateway/relay/clock.h"
#include "gateway/spool/spool_file.h"
#include "gateway/worker/process.h"

namespace mugai::gateway::cli {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMaxPasswordFile = 64 << 10;
constexpr size_t kMaxPasswords = 100;

Result<Profile> profile_named(const TreatOptions& options) {
  if (!options.config.empty()) {
    Result<config::Config> config = load_config(options.config);
    if (!config) return config.error();
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

sanitize::Report refused(const WorkRequest& request, const std::string& reason) {
  sanitize::Report report;
  report.id = request.id;
  report.profile = request.profile.name;
  report.verdict = sanitize::Verdict::refused;
  report.notes = {reason};
  return report;
}

// Twice, as the gateway does: a worker may have been unlucky.
Result<Treated> treat(const WorkRequest& request, int input) {
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
    if (!output || !held || !scratch) return Error{"file.temporary", "cannot make a temporary file in " + scratch_directory, ""};
    Result<WorkerProcess> worker = WorkerProcess::start(request.profile.limits);
    if (!worker) return worker.error();
    Result<WorkResponse> response = worker->run(request, {input, output->get(), held->get(), scratch->get()},
                                                deadline_ms(request.profile.limits, request.size));
    if (!response) {
      last = response.error();
      continue;
    }
    if (!response->ok) return response->error;
    out.report = std::move(response->report);
    out.output = std::move(*output);
    out.written = true;
    return out;
  }
  out.report = refused(request, last.detail == "time-out" ? "time-out" : "worker-failed");
  return out;
}

std::optional<int> write_report(const TreatOptions& options, const sanitize::Report& report) {
  if (options.report.empty()) return std::nullopt;
  if (const Status written = write_output(options.report, sanitize::to_json(report, 2) + "\n"); !written)
    return complain(written.error(), kCouldNot);
  return std::nullopt;
}

Result<WorkRequest> make_request(const TreatOptions& options, WorkRequest::Kind kind, Fd& input) {
  Result<Profile> profile = profile_named(options);
  if (!profile) return profile.error();
  WorkRequest request;
  request.kind = kind;
  request.profile = std::move(*profile);
  request.id = new_message_id(now_ms()).text;
  Result<Fd> opened = open_input(options.input, request.profile.limits.max_message_bytes);
  if (!opened) return opened.error();
  input = std::move(*opened);
  struct stat status {};
  ::fstat(input.get(), &status);
  request.size = static_cast<uint64_t>(status.st_size);
  return request;
}

int status_for(const Error& error) {
  return error.id.starts_with("profile.") || error.id.starts_with("config.") ? kUsage : kCouldNot;
}

}  // namespace

int mail(const TreatOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  Fd input;
  Result<WorkRequest> request = make_request(options, WorkRequest::Kind::message, input);
  if (!request) return complain(request.error(), status_for(request.error()));
  const std::string output = options.output.empty() ? "-" : options.output;
  if (request->profile.relay) {
    const Result<Mapping> mapping = Mapping::of(input.get());
    if (!mapping) return complain(mapping.error(), kCouldNot);
    if (const Status written = write_output(output, mapping->bytes()); !written) return complain(written.error(), kCouldNot);
    return kOk;
  }
  Result<Treated> treated = treat(*request, input.get());
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
  Fd input;
  Result<WorkRequest> request = make_request(options, WorkRequest::Kind::file, input);
  if (!request) return complain(request.error(), status_for(request.error()));
  if (request->profile.relay) return complain({"profile.unknown", "the profile relay is for mail, not for files", ""}, kUsage);
  request->name = options.name.empty() ? (options.input == "-" ? "" : fs::path(options.input).filename().string()) : options.name;
  Result<std::vector<std::string>> passwords = read_passwords(options.passwords);
  if (!passwords) return complain(passwords.error(), kCouldNot);
  request->passwords = std::move(*passwords);
  Result<Treated> treated = treat(*request, input.get());
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

}  // namespace mugai::gateway::cli
