#include "gateway/av/scanner.h"

#include "gateway/av/clamd.h"

namespace mugai::gateway {

std::vector<Scanned> scan_all(const config::Antivirus& antivirus, const std::vector<ScanJob::Subject>& subjects) {
  constexpr int kPatience = 2;   // failures in a row; a dead scanner must not cost a time-out for each of 10,000 members
  int failures = 0;
  std::vector<Scanned> scanned;
  for (const ScanJob::Subject& subject : subjects) {
    Scanned one{subject.path, subject.sha256, {ScanResult::Kind::failed, "not tried: the scanner does not answer"}};
    const Bytes bytes = slice(subject.source->bytes(), subject.offset, subject.size);
    if (bytes.size() != subject.size) one.result.detail = "the bytes are missing";
    else if (failures < kPatience) one.result = scan_with_clamd(antivirus, bytes);
    failures = one.result.kind == ScanResult::Kind::failed ? failures + 1 : 0;
    scanned.push_back(std::move(one));
  }
  return scanned;
}

Scanner::Scanner(uint32_t threads, Post post) : post_(std::move(post)) {
  for (uint32_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Scanner::~Scanner() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Scanner::submit(ScanJob job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void Scanner::run() {
  for (;;) {
    ScanJob job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
    }
    std::vector<Scanned> scanned = scan_all(job.config->antivirus, job.subjects);
    // The mappings end with the job, on the loop's thread as everything else of an attempt.
    post_([job = std::make_shared<ScanJob>(std::move(job)), scanned = std::move(scanned)]() mutable {
      job->done(std::move(scanned));
    });
  }
}

}  // namespace mugai::gateway
