// Mails through one worker process, caged as in the gateway, with nothing around it: no SMTP, no spool, no
// database. For each round and file it prints a line of JSON; tests/bench/bench.py makes the tables.
//   pipeline_bench ROUNDS SECONDS FILE...
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "gateway/worker/process.h"
#include "gateway/worker/worker_main.h"
#include "sanitizers/report.h"

namespace {

using namespace mugai;
using namespace mugai::gateway;
using Clock = std::chrono::steady_clock;

struct Measured {
  uint64_t mails = 0, bytes_out = 0;
  double seconds = 0, cpu_seconds = 0;
  uint64_t peak_anonymous_kib = 0;
  std::string verdict;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "pipeline_bench: %s\n", what.c_str());
  std::exit(1);
}

Fd file_with(const std::string& bytes) {
  Result<Fd> file = unnamed_file("/tmp", true);
  if (!file || !write_all(file->get(), bytes)) fail("cannot make a file in memory");
  return std::move(*file);
}

uint64_t anonymous_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("RssAnon:")) return std::strtoull(line.c_str() + 8, nullptr, 10);
  return 0;
}

// User and system time of the process with all its threads.
double cpu_seconds(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::stringstream text;
  text << stat.rdbuf();
  const std::string all = text.str();
  // The fields after the name, which may contain blanks: utime and stime are the 12th and 13th.
  std::istringstream fields(all.substr(all.rfind(')') + 1));
  std::string word;
  uint64_t user = 0, system = 0;
  for (int i = 0; i < 11; ++i) fields >> word;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

WorkResponse treat(WorkerProcess& worker, const std::string& mail, const Fd& original) {
  const bool small = mail.size() <= (1 << 20);  // as in the gateway's pool
  Result<Fd> output = unnamed_file("/tmp", small), held = unnamed_file("/tmp", small),
             scratch = unnamed_file("/tmp", small);
  if (!output || !held || !scratch) fail("cannot make temporary files");
  WorkRequest request;
  request.id = "BENCH-1";
  request.size = mail.size();
  request.hostname = "gw.example";
  request.received =
      "from load.example ([127.0.0.1]) by gw.example with ESMTP id BENCH-1; Fri, 20 Nov 2026 10:00:00 +0900";
  Result<WorkResponse> response =
      worker.run(request, {original.get(), output->get(), held->get(), scratch->get()},
                 WorkDeadline(request.profile.limits, request.size));
  if (!response) fail(response.error().text + ": " + response.error().detail);
  if (!response->ok) fail(response->error.text);
  return std::move(*response);
}

Measured measure(const std::string& mail, double seconds) {
  Result<WorkerProcess> worker = WorkerProcess::start();
  if (!worker) fail(worker.error().text);
  const Fd original = file_with(mail);
  Measured out;
  treat(*worker, mail, original);  // the first mail waits until the libraries are loaded
  std::atomic<bool> over = false;
  std::atomic<uint64_t> peak = 0;
  std::thread poller([&, pid = worker->pid()] {
    while (!over) {
      peak = std::max(peak.load(), anonymous_kib(pid));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  const double cpu_before = cpu_seconds(worker->pid());
  const auto begin = Clock::now();
  do {
    const WorkResponse response = treat(*worker, mail, original);
    ++out.mails;
    out.bytes_out = response.output_size;
    out.verdict = sanitize::to_string(response.report.verdict);
    out.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  } while (out.seconds < seconds);
  out.cpu_seconds = cpu_seconds(worker->pid()) - cpu_before;
  over = true;
  poller.join();
  out.peak_anonymous_kib = peak;
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  // A worker is this same binary, started anew.
  if (argc >= 2 && std::strcmp(argv[1], "worker") == 0) return worker_main("");
  if (argc < 4) fail("usage: pipeline_bench ROUNDS SECONDS FILE...");
  const int rounds = std::atoi(argv[1]);
  const double seconds = std::atof(argv[2]);
  // Files take turns, so that what else the machine does falls on all of them.
  for (int round = 0; round < rounds; ++round) {
    for (int i = 3; i < argc; ++i) {
      std::ifstream file(argv[i], std::ios::binary);
      std::stringstream bytes;
      bytes << file.rdbuf();
      if (!file || bytes.str().empty()) fail(std::string("cannot read ") + argv[i]);
      const Measured one = measure(bytes.str(), seconds);
      std::printf("{\"file\": \"%s\", \"bytes\": %zu, \"mails\": %" PRIu64
                  ", \"seconds\": %.4f, \"cpu_seconds\": %.2f, "
                  "\"bytes_out\": %" PRIu64 ", \"peak_anonymous_kib\": %" PRIu64 ", \"verdict\": \"%s\"}\n",
                  argv[i], bytes.str().size(), one.mails, one.seconds, one.cpu_seconds, one.bytes_out,
                  one.peak_anonymous_kib, one.verdict.c_str());
      std::fflush(stdout);
    }
  }
  return 0;
}
