#include "gateway/worker/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "gateway/worker/worker_main.h"

namespace mugai::gateway {

namespace {

// Only what is safe between fork and exec in a program with threads.
[[noreturn]] void become_worker(int socket, char* memory, char* expanded) {
  if (socket == kWorkerSocket) ::fcntl(socket, F_SETFD, 0);
  else ::dup2(socket, kWorkerSocket);
  ::close_range(kWorkerSocket + 1, ~0U, 0);
  char program[] = "mugai";
  char command[] = "worker";
  char* const arguments[] = {program, command, memory, expanded, nullptr};
  char locale[] = "LC_ALL=C.UTF-8", path[] = "PATH=/usr/bin:/bin", slices[] = "VIPS_WARNING=0";
  char* const environment[] = {locale, path, slices, nullptr};
  ::execve("/proc/self/exe", arguments, environment);
  ::_exit(127);
}

Error lost(std::string detail) { return {"worker.lost", "a worker failed", std::move(detail)}; }

}  // namespace

Result<WorkerProcess> WorkerProcess::start(const Limits& limits) {
  std::string memory = "--memory=" + std::to_string(limits.max_worker_memory_bytes);
  std::string expanded = "--expanded=" + std::to_string(limits.max_expanded_bytes);
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    return io_error("worker.start", "cannot start a worker");
  Fd ours(pair[0]);
  const Fd theirs(pair[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return io_error("worker.start", "cannot start a worker");
  if (pid == 0) become_worker(theirs.get(), memory.data(), expanded.data());
  return WorkerProcess(pid, std::move(ours));
}

WorkerProcess::~WorkerProcess() { stop(); }

void WorkerProcess::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

Result<WorkResponse> WorkerProcess::run(const WorkRequest& request, const std::array<int, kDescriptors>& descriptors,
                                        WorkDeadline deadline) {
  if (const Status sent = send_request(socket(), request, descriptors); !sent) return sent.error();
  std::string received;
  for (;;) {
    if (!deadline.take_requests(received)) return lost("it always wants more time");
    if (received.size() >= kFrameHeader) {
      const uint32_t length = frame_length(received);
      if (length > request.profile.limits.max_report_bytes) return lost("report too large");
      if (received.size() >= kFrameHeader + length) return response_from_json(Bytes(received).substr(kFrameHeader, length));
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.end() - WorkDeadline::Clock::now());
    pollfd one{socket(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&one, 1, static_cast<int>(left.count())) <= 0) return lost("time-out");
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(socket(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return lost("it ended");
    received.append(buffer.data(), static_cast<size_t>(got));
  }
}

}  // namespace mugai::gateway
