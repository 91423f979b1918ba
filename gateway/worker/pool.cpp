#include "gateway/worker/pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <list>
#include <optional>

#include "gateway/log.h"
#include "gateway/worker/process.h"

namespace mugai::gateway {

namespace {
constexpr uint64_t kInMemoryBytes = 1 << 20;   // originals up to this size are treated without touching the disk
constexpr int kTries = 2;
constexpr int kDeadWorkers = 20;
}  // namespace

struct WorkerPool::Impl : std::enable_shared_from_this<WorkerPool::Impl> {
  struct Task {
    WorkJob job;
    int tries = 0;
    int dead_workers = 0;   // met before any took the message
  };

  // One worker and what it is doing.
  struct Slot {
    Slot(asio::io_context& loop, WorkerProcess started)
        : process(std::move(started)), stream(loop, ::dup(process.socket())), timer(loop) {}
    WorkerProcess process;
    asio::posix::stream_descriptor stream;
    asio::steady_timer timer;
    WorkDeadline deadline;
    std::array<char, 16384> buffer{};
    std::string received;
    std::optional<Task> task;
    Fd output, extracted;
    Fd held, scratch;   // held and scratch lie in memory and serve again when nothing is in them
    uint32_t served = 0;
    bool timed_out = false;
  };

  Impl(asio::io_context& context, uint32_t count, uint32_t recycle, const Limits& bounds, int nice)
      : loop(context), workers(count), recycle_after(recycle), limits(bounds), niceness(nice) {}

  Result<WorkerProcess> start_process() {
    Result<WorkerProcess> process = WorkerProcess::start(limits);
    // Fails only when we may not lower ourselves, which everybody may.
    if (process && niceness != 0) ::setpriority(PRIO_PROCESS, static_cast<id_t>(process->pid()), niceness);
    return process;
  }

  // A worker takes some 50 ms to load its libraries: the next one does that beforehand. Whether the spare one could be
  // started does not matter here; without it the next slot waits for its own.
  Status add_slot() {
    if (!spare) {
      Result<WorkerProcess> process = start_process();
      if (!process) return process.error();
      spare = std::move(*process);
    }
    slots.push_back(std::make_shared<Slot>(loop, std::move(*spare)));
    spare.reset();
    if (slots.size() < workers) return Ok{};
    if (Result<WorkerProcess> next = start_process(); next) spare = std::move(*next);
    return Ok{};
  }

  void pump() {
    while (!waiting.empty()) {
      std::shared_ptr<Slot> idle;
      for (const std::shared_ptr<Slot>& slot : slots)
        if (!slot->task) {
          idle = slot;
          break;
        }
      if (!idle) return;
      Task task = std::move(waiting.front());
      waiting.pop_front();
      give(idle, std::move(task));
    }
  }

  void give(const std::shared_ptr<Slot>& slot, Task task) {
    const bool small = task.job.request.size <= kInMemoryBytes;
    const auto file = [&](Fd& kept) -> Result<Fd> {
      return kept && small ? std::move(kept) : unnamed_file(task.job.scratch_directory, small);
    };
    Result<Fd> output = unnamed_file(task.job.scratch_directory, small);
    Result<Fd> held = file(slot->held), scratch = file(slot->scratch);
    if (!output || !held || !scratch) {
      const Error error = !output ? output.error() : !held ? held.error() : scratch.error();
      task.job.done(error);
      return;
    }
    slot->extracted.reset();
    if (task.job.request.extract) {
      Result<Fd> extracted = unnamed_file(task.job.scratch_directory, small);
      if (!extracted) {
        task.job.done(extracted.error());
        return;
      }
      slot->extracted = std::move(*extracted);
    }
    slot->output = std::move(*output);
    slot->held = std::move(*held);
    slot->scratch = std::move(*scratch);
    slot->received.clear();
    slot->timed_out = false;
    ++task.tries;
    slot->task = std::move(task);
    const WorkJob& job = slot->task->job;
    // Who extracts nothing writes nothing there.
    const int extracted = (slot->extracted ? slot->extracted : slot->held).get();
    const Status sent = send_request(slot->process.socket(), job.request,
                                     {job.original, slot->output.get(), slot->held.get(), slot->scratch.get(), extracted});
    if (!sent) return not_taken(slot);
    slot->deadline = WorkDeadline(job.request.profile.limits, job.request.size);
    wait(slot);
    read(slot);
  }

  // Setting the timer anew ends the wait before.
  void wait(const std::shared_ptr<Slot>& slot) {
    slot->timer.expires_at(slot->deadline.end());
    slot->timer.async_wait([self = shared_from_this(), slot](const std::error_code& canceled) {
      if (canceled || !slot->task || WorkDeadline::Clock::now() < slot->deadline.end()) return;
      slot->timed_out = true;
      self->lose(slot, "time-out");
    });
  }

  void read(const std::shared_ptr<Slot>& slot) {
    slot->stream.async_read_some(
        asio::buffer(slot->buffer), [self = shared_from_this(), slot](const std::error_code& failure, size_t count) {
          if (!slot->task) return;
          if (failure) return self->lose(slot, failure.message());
          slot->received.append(slot->buffer.data(), count);
          self->look(slot);
        });
  }

  void look(const std::shared_ptr<Slot>& slot) {
    std::string& received = slot->received;
    const auto end = slot->deadline.end();
    if (!slot->deadline.take_requests(received)) return lose(slot, "it always wants more time");
    if (slot->deadline.end() != end) wait(slot);
    if (received.size() < kFrameHeader) return read(slot);
    const uint32_t length = frame_length(received);
    if (length > slot->task->job.request.profile.limits.max_report_bytes) return lose(slot, "report too large");
    if (received.size() < kFrameHeader + length) return read(slot);
    Result<WorkResponse> response = response_from_json(Bytes(received).substr(kFrameHeader, length));
    if (!response) return lose(slot, response.error().detail);
    slot->timer.cancel();
    Task task = std::move(*slot->task);
    slot->task.reset();
    WorkJob::Done done{std::move(*response), std::move(slot->output), {}, std::move(slot->extracted)};
    const bool small = task.job.request.size <= kInMemoryBytes;
    if (!small || !done.response.held.empty() || ::lseek(slot->held.get(), 0, SEEK_END) != 0)
      done.held = std::move(slot->held);
    if (!small || ::ftruncate(slot->scratch.get(), 0) != 0) slot->scratch.reset();
    // The worker still has what it wrote open; what we map must not shrink or change under us. Files in memory are
    // sealed; for files on disk the worker, which may be anybody's by now, has served its time.
    const bool sealed = small && seal(done.output.get()) && (!done.held || seal(done.held.get())) &&
                        (!done.extracted || seal(done.extracted.get()));
    if (!sealed || ++slot->served >= recycle_after) replace(slot);
    if (!done.response.ok) task.job.done(done.response.error);
    else task.job.done(std::move(done));
    pump();
  }

  // The worker was dead before it got the message, which is not the message's fault. Called from pump(), which goes on.
  void not_taken(const std::shared_ptr<Slot>& slot) {
    Task task = std::move(*slot->task);
    slot->task.reset();
    log::warning("worker.lost", {{"message", task.job.request.id}, {"try", "0"}, {"why", "dead while idle"}});
    replace(slot);
    --task.tries;
    if (++task.dead_workers < kDeadWorkers) waiting.push_front(std::move(task));
    else task.job.done(Error{"worker.start", "no worker stays alive; the message will be tried again", ""});
  }

  // The worker is gone or must go; its message is tried once more or reported.
  void lose(const std::shared_ptr<Slot>& slot, const std::string& why) {
    Task task = std::move(*slot->task);
    slot->task.reset();
    slot->timer.cancel();
    log::warning("worker.lost", {{"message", task.job.request.id}, {"try", std::to_string(task.tries)}, {"why", why}});
    const bool time_out = slot->timed_out;
    replace(slot);
    if (task.tries < kTries) waiting.push_front(std::move(task));
    else task.job.done(Error{"worker.lost", "the message could not be treated", time_out ? "time-out" : "worker-failed"});
    pump();
  }

  void replace(const std::shared_ptr<Slot>& slot) {
    slots.remove(slot);
    std::error_code ignored;
    slot->stream.close(ignored);
    slot->process.stop();
    if (const Status added = add_slot(); !added) {
      log::error("worker.start-failed", {{"detail", added.error().detail}});
      retry_later();
    }
  }

  // Without any worker nothing would ever pump again.
  void retry_later() {
    retry.expires_after(std::chrono::seconds(1));
    retry.async_wait([weak = weak_from_this()](const std::error_code& canceled) {
      const std::shared_ptr<Impl> self = weak.lock();
      if (canceled || !self) return;
      if (self->slots.size() < self->workers && !self->add_slot()) return self->retry_later();
      self->pump();
    });
  }

  asio::io_context& loop;
  uint32_t workers, recycle_after;
  Limits limits;
  int niceness;
  std::list<std::shared_ptr<Slot>> slots;
  std::optional<WorkerProcess> spare;
  std::deque<Task> waiting;
  asio::steady_timer retry{loop};
};

WorkerPool::WorkerPool(asio::io_context& loop, uint32_t workers, uint32_t recycle_after, const Limits& limits, int niceness)
    : impl_(std::make_shared<Impl>(loop, workers, recycle_after, limits, niceness)) {}

WorkerPool::~WorkerPool() {
  impl_->waiting.clear();
  for (const auto& slot : impl_->slots) {
    slot->task.reset();
    std::error_code ignored;
    slot->stream.close(ignored);
    slot->timer.cancel();
  }
  impl_->slots.clear();
  impl_->spare.reset();
  impl_->retry.cancel();
}

Status WorkerPool::start() {
  for (uint32_t i = 0; i < impl_->workers; ++i)
    if (const Status added = impl_->add_slot(); !added) return added;
  return Ok{};
}

void WorkerPool::submit(WorkJob job) {
  impl_->waiting.push_back({std::move(job), 0});
  impl_->pump();
}

size_t WorkerPool::waiting() const { return impl_->waiting.size(); }

bool WorkerPool::is_idle() const {
  return impl_->waiting.empty() &&
         std::any_of(impl_->slots.begin(), impl_->slots.end(), [](const auto& slot) { return !slot->task.has_value(); });
}

}  // namespace mugai::gateway
