#include "gateway/relay/dispatcher.h"

#include "gateway/log.h"
#include "gateway/relay/attempt.h"
#include "gateway/relay/clock.h"

namespace mugai::gateway {

namespace {
constexpr size_t kMaxActive = 400;   // attempts at the same time; each holds its message and a few descriptors
}

Dispatcher::Dispatcher(Services services) : services_(std::move(services)) {
  services_.own_mail = [this](SpooledMessage message) { accept(std::move(message)); };
}
Dispatcher::~Dispatcher() = default;

void Dispatcher::accept(SpooledMessage message) {
  waiting_.push_back(std::move(message.header.id));
  pump();
}

void Dispatcher::recover() {
  size_t active = 0, deferred = 0, held = 0;
  for (SpoolEntry& entry : services_.spool.scan()) {
    switch (entry.state) {
      case SpoolState::active:
        waiting_.push_back(std::move(entry.id));
        ++active;
        break;
      case SpoolState::deferred:
        deferred_.emplace(entry.due_ms, std::move(entry.id));
        ++deferred;
        break;
      case SpoolState::hold: ++held; break;
    }
  }
  log::info("spool.recovered", {{"active", std::to_string(active)},
                                {"deferred", std::to_string(deferred)},
                                {"held", std::to_string(held)}});
  pump();
}

void Dispatcher::tick(int64_t now) {
  while (!deferred_.empty() && deferred_.begin()->first <= now) {
    MessageId id = deferred_.begin()->second;
    deferred_.erase(deferred_.begin());
    if (services_.spool.move(id, SpoolState::deferred, SpoolState::active)) waiting_.push_back(std::move(id));
  }
  pump();
}

void Dispatcher::pump() {
  while (!waiting_.empty() && active_.size() < kMaxActive) {
    const MessageId id = std::move(waiting_.front());
    waiting_.pop_front();
    if (active_.count(id)) continue;
    auto attempt = std::make_shared<Attempt>(services_, id, [this, id](Attempt::End end) {
      if (end.kind == Attempt::End::Kind::deferred) deferred_.emplace(end.due_ms, id);
      finished(id);
    });
    active_.emplace(id, attempt);
    attempt->start();
  }
}

void Dispatcher::finished(const MessageId& id) {
  active_.erase(id);
  if (services_.release_over && parse_release_id(id.text) && !services_.spool.find(id)) services_.release_over(id.text);
  pump();
}

Status Dispatcher::retry(const MessageId& id) {
  const std::optional<SpoolState> state = services_.spool.find(id);
  if (!state) return Error{"queue.unknown", "there is no message " + id.text + " in the queue", ""};
  if (*state == SpoolState::active) return Ok{};
  if (const Status moved = services_.spool.move(id, *state, SpoolState::active); !moved) return moved;
  std::erase_if(deferred_, [&](const auto& entry) { return entry.second == id; });
  services_.transport.forget_silence();
  waiting_.push_back(id);
  pump();
  return Ok{};
}

Status Dispatcher::hold(const MessageId& id) {
  const std::optional<SpoolState> state = services_.spool.find(id);
  if (!state) return Error{"queue.unknown", "there is no message " + id.text + " in the queue", ""};
  if (active_.count(id)) return Error{"queue.busy", "message " + id.text + " is being delivered now; try again", ""};
  std::erase_if(deferred_, [&](const auto& entry) { return entry.second == id; });
  std::erase(waiting_, id);
  return services_.spool.move(id, *state, SpoolState::hold);
}

Status Dispatcher::remove(const MessageId& id) {
  const std::optional<SpoolState> state = services_.spool.find(id);
  if (!state) return Error{"queue.unknown", "there is no message " + id.text + " in the queue", ""};
  if (active_.count(id)) return Error{"queue.busy", "message " + id.text + " is being delivered now; try again", ""};
  std::erase_if(deferred_, [&](const auto& entry) { return entry.second == id; });
  std::erase(waiting_, id);
  log::warning("message.deleted", {{"message", id.text}});
  const Status removed = services_.spool.remove(id, *state);
  if (removed && services_.release_removed && parse_release_id(id.text)) services_.release_removed(id.text);
  return removed;
}

}  // namespace mugai::gateway
