// The threads that talk to the virus scanner, so that the loop never waits for it. A job is one message: its original and
// what was taken out of it, each asked about once. Jobs wait in order; each takes one connection at a time.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/av/judge.h"
#include "gateway/file.h"

namespace mugai::gateway {

struct ScanJob {
  struct Subject {
    std::string path, sha256;                // see Scanned
    uint64_t offset = 0, size = 0;           // in `source`
    std::shared_ptr<const Mapping> source;   // keeps the bytes alive
  };
  std::shared_ptr<const config::Config> config;
  std::vector<Subject> subjects;
  std::function<void(std::vector<Scanned>)> done;   // through `post`
};

// One after the other, in this thread. Stops early when the scanner cannot be reached: the rest is failed too.
std::vector<Scanned> scan_all(const config::Antivirus& antivirus, const std::vector<ScanJob::Subject>& subjects);

class Scanner {
 public:
  using Post = std::function<void(std::function<void()>)>;
  Scanner(uint32_t threads, Post post);
  ~Scanner();   // what waits is not done: its messages are in the spool

  void submit(ScanJob job);

 private:
  void run();

  Post post_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<ScanJob> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mugai::gateway
