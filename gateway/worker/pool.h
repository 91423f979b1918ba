// The workers of a running gateway: pre-started, one request at a time each, replaced after `recycle_after` messages and
// whenever one crashes, outlives its deadline or answers nonsense; a spare one waits, so that no message waits for a
// start. A request that loses its worker is tried once more with a fresh one, then reported as lost: the message is held
// whole. Runs on the loop's thread only; starting a worker is a fork and an exec, the rest never blocks.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "config/base/result.h"
#include "gateway/file.h"
#include "gateway/worker/protocol.h"

namespace asio {
class io_context;
}

namespace mugai::gateway {

struct WorkJob {
  WorkRequest request;
  int original = -1;               // stays the caller's; open until `done`
  std::string scratch_directory;
  // An Error with id "worker.lost" means twice lost; others are temporary. The files hold what the worker wrote.
  struct Done {
    WorkResponse response;
    Fd output, held, extracted;
  };
  std::function<void(Result<Done>)> done;
};

class WorkerPool {
 public:
  WorkerPool(asio::io_context& loop, uint32_t workers, uint32_t recycle_after, const Limits& limits,
             int niceness = 0);   // 19: only what nobody else wants of the processors
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  Status start();
  void submit(WorkJob job);
  size_t waiting() const;
  // Nothing waits, and a worker would take something at once.
  bool is_idle() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace mugai::gateway
