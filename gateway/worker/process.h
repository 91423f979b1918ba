// One worker process and the socket to it. Starting is fork and exec of our own binary; destroying kills and reaps. The
// blocking run() is for the command line; the gateway's pool does the same without blocking.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "gateway/file.h"
#include "gateway/worker/protocol.h"
#include "gateway/worker/work_deadline.h"

namespace mugai::gateway {

class WorkerProcess {
 public:
  // `limits`: what the cage bounds for the life of the process; a request brings the rest.
  static Result<WorkerProcess> start(const Limits& limits);
  ~WorkerProcess();
  WorkerProcess(WorkerProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), socket_(std::move(other.socket_)) {}
  WorkerProcess& operator=(WorkerProcess&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(socket_, other.socket_);
    return *this;
  }

  // Ends it now; afterwards nobody but us has its files open.
  void stop();

  pid_t pid() const { return pid_; }
  int socket() const { return socket_.get(); }

  // Sends, waits until the deadline, which the worker may ask to move, reads the answer. An Error means that the worker
  // is lost.
  Result<WorkResponse> run(const WorkRequest& request, const std::array<int, kDescriptors>& descriptors,
                           WorkDeadline deadline);

 private:
  WorkerProcess(pid_t pid, Fd socket) : pid_(pid), socket_(std::move(socket)) {}

  pid_t pid_;
  Fd socket_;
};

}  // namespace mugai::gateway
