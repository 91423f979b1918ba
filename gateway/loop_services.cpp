#include "gateway/loop_services.h"

#include <chrono>
#include <optional>

namespace mugai::gateway {

namespace {
constexpr std::chrono::seconds kLongestWait{30};
constexpr std::chrono::seconds kLongestWork{600};   // a worker's own deadline ends it before
const Error kStopping{"console.stopping", "the gateway is busy or stopping; try again", ""};
}  // namespace

struct LoopServices::Shared : std::enable_shared_from_this<Shared> {
  explicit Shared(Parts from) : parts(std::move(from)) {}

  // One answer that a thread waits for. It may give up waiting; then nobody reads what comes.
  template <class T>
  struct Answer {
    std::optional<T> value;
  };

  template <class T>
  std::optional<T> wait(const std::shared_ptr<Answer<T>>& answer, std::chrono::seconds longest) {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, longest, [&] { return stopped || answer->value.has_value(); });
    return std::move(answer->value);
  }

  template <class T>
  void give(const std::shared_ptr<Answer<T>>& answer, T value) {
    {
      const std::lock_guard lock(mutex);
      answer->value = std::move(value);
    }
    wake.notify_all();
  }

  template <class T>
  std::optional<T> ask(std::function<T(Parts&)> what) {
    auto answer = std::make_shared<Answer<T>>();
    parts.post([self = shared_from_this(), answer, what = std::move(what)] {
      if (!self->is_stopped()) self->give(answer, what(self->parts));
    });
    return wait(answer, kLongestWait);
  }

  bool is_stopped() {
    const std::lock_guard lock(mutex);
    return stopped;
  }

  Result<TriedOut> try_out(const TryOut& what, Bytes content) {
    const std::shared_ptr<const config::Config> current = [this] {
      const std::lock_guard lock(mutex);
      return config;
    }();
    const auto profile = current->profiles.find(what.profile.empty() ? "sanitize" : what.profile);
    if (profile == current->profiles.end() || profile->second.relay)
      return Error{"console.profile", "there is no profile " + what.profile + " that makes mail safe", ""};
    Result<Fd> file = unnamed_file(parts.scratch_directory, content.size() < (1 << 20));
    if (!file) return file.error();
    if (!write_all(file->get(), content)) return io_error("console.scratch", "cannot write a temporary file");
    auto original = std::make_shared<Fd>(std::move(*file));
    auto answer = std::make_shared<Answer<Result<WorkJob::Done>>>();
    WorkJob job;
    job.request.kind = what.kind;
    job.request.id = "TRY";
    job.request.name = what.name;
    job.request.size = content.size();
    job.request.hostname = current->node.hostname;
    job.request.received = "by " + current->node.hostname;
    job.request.passwords = what.passwords;
    job.request.page = what.page;
    job.request.profile = profile->second;
    if (what.as_text) job.request.profile.attachments = AttachmentPolicy::text;
    job.original = original->get();
    job.scratch_directory = parts.scratch_directory;
    job.done = [self = shared_from_this(), answer, original](Result<WorkJob::Done> done) { self->give(answer, std::move(done)); };
    parts.post([self = shared_from_this(), job = std::move(job)]() mutable {
      if (!self->is_stopped()) self->parts.work(std::move(job));
    });
    std::optional<Result<WorkJob::Done>> done = wait(answer, kLongestWork);
    if (!done) return kStopping;
    if (!*done) return done->error();
    TriedOut out;
    out.report = std::move((**done).response.report);
    out.pages = (**done).response.pages;
    Result<Mapping> output = Mapping::of((**done).output.get());
    if (!output) return output.error();
    // Without an item that leaves, what stands there counts for nothing.
    const bool leaves = what.kind == WorkRequest::Kind::message ||
                        (!out.report.items.empty() && !out.report.items.front().output_name.empty());
    if (leaves) out.output = std::string(output->bytes());
    return out;
  }

  Parts parts;
  std::mutex mutex;
  std::condition_variable wake;
  bool stopped = false;
  std::shared_ptr<const config::Config> config;
};

LoopServices::LoopServices(Parts parts) : shared_(std::make_shared<Shared>(std::move(parts))) {}

void LoopServices::publish(std::shared_ptr<const config::Config> config) {
  const std::lock_guard lock(shared_->mutex);
  shared_->config = std::move(config);
}

void LoopServices::stop() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stopped = true;
  }
  shared_->wake.notify_all();
}

WebServices LoopServices::services() {
  const std::shared_ptr<Shared> shared = shared_;
  WebServices out;
  out.config = [shared] {
    const std::lock_guard lock(shared->mutex);
    return shared->config;
  };
  out.status = [shared] {
    return shared->ask<GatewayStatus>([](Parts& parts) { return parts.status(); }).value_or(GatewayStatus{});
  };
  out.queue_command = [shared](const std::string& verb, const std::string& message) -> Status {
    const std::optional<Status> done =
        shared->ask<Status>([verb, message](Parts& parts) { return parts.queue_command(verb, message); });
    return done ? *done : Status(kStopping);
  };
  out.release_ordered = [shared](const std::string& item, std::vector<std::string> passwords) {
    shared->parts.post([shared, item, passwords = std::move(passwords)]() mutable {
      if (!shared->is_stopped()) shared->parts.release_ordered(item, std::move(passwords));
    });
  };
  out.try_out = [shared](const TryOut& what, Bytes content) { return shared->try_out(what, content); };
  out.vault = shared->parts.vault;
  return out;
}

}  // namespace mugai::gateway
