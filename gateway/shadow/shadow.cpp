#include "gateway/shadow/shadow.h"

#include "gateway/log.h"
#include "gateway/relay/clock.h"

namespace mugai::gateway {

namespace {

constexpr size_t kMostWaiting = 16;
constexpr uint64_t kMostWaitingBytes = 256ull << 20;
constexpr int64_t kAskEveryMs = 3'000;

std::string why_over(const ShadowRun& run, const config::Config& config, int64_t now_ms) {
  if (now_ms >= run.ends_ms) return "time";
  if (!config.profiles.count(run.profile) || !config.profiles.count(run.candidate)) return "profile";
  return "";
}

}  // namespace

void Shadow::offer(Offer offer) {
  if (!run_) return;
  if (waiting_.size() >= kMostWaiting || waiting_bytes_ + offer.request.size > kMostWaitingBytes) {
    ++dropped_;
    return;
  }
  waiting_bytes_ += offer.request.size;
  waiting_.push_back(std::move(offer));
  pump();
}

void Shadow::pump() {
  if (busy_ || !run_ || waiting_.empty() || !services_.has_idle_worker()) return;
  const std::shared_ptr<const config::Config> config = services_.config();
  const auto candidate = config->profiles.find(run_->candidate);
  if (candidate == config->profiles.end()) return;
  if (!worker_) {
    Result<std::unique_ptr<WorkerPool>> made = services_.make_worker();
    if (!made) return log::error("shadow.failed", {{"error", made.error().id}, {"detail", made.error().detail}});
    worker_ = std::move(*made);
  }
  auto offer = std::make_shared<Offer>(std::move(waiting_.front()));
  waiting_.pop_front();
  waiting_bytes_ -= offer->request.size;
  busy_ = true;
  WorkJob job;
  job.request = offer->request;
  job.request.profile = candidate->second;
  job.original = offer->original.get();
  job.scratch_directory = services_.scratch_directory;
  job.done = [self = shared_from_this(), offer, run = run_->number](Result<WorkJob::Done> done) {
    // Not from within the worker's own call: the next one is given out there.
    self->services_.post([self, offer, run, done = std::make_shared<Result<WorkJob::Done>>(std::move(done))] {
      self->treated(offer, run, std::move(*done));
    });
  };
  worker_->submit(std::move(job));
}

void Shadow::treated(std::shared_ptr<Offer> offer, int64_t run, Result<WorkJob::Done> done) {
  busy_ = false;
  if (run_ && run_->number == run) {
    const bool lost = !done && done.error().id == "worker.lost";
    if (!done && !lost) {
      ++dropped_;
    } else {
      const bool failed = lost || done->response.report.verdict == sanitize::Verdict::refused;
      findings_.push_back({offer->request.id, now_ms(),
                           failed ? compare_with_failure(offer->report, offer->size)
                                  : compare(offer->report, offer->size, done->response.report, done->response.output_size)});
    }
  }
  pump();
}

void Shadow::tick(int64_t now_ms) {
  if (!run_ && !busy_) worker_.reset();
  pump();
  if (!asking_ && now_ms - asked_ms_ >= kAskEveryMs) ask_the_database(now_ms);
}

void Shadow::stop() {
  run_.reset();
  waiting_.clear();
  worker_.reset();
}

void Shadow::ask_the_database(int64_t now_ms) {
  asked_ms_ = now_ms;
  asking_ = true;
  const int64_t number = run_ ? run_->number : 0;
  services_.keeper.run([self = shared_from_this(), number, now_ms, config = services_.config(), findings = std::exchange(findings_, {}),
                        dropped = std::exchange(dropped_, 0)](Database& database, Vault&) {
    ShadowRuns runs(database);
    const auto complain = [](const Error& error) { log::error("shadow.failed", {{"error", error.id}, {"detail", error.detail}}); };
    if (number && (!findings.empty() || dropped))
      if (const Status recorded = runs.record(number, findings, dropped); !recorded) complain(recorded.error());
    Result<std::optional<ShadowRun>> current = runs.current();
    if (!current) {
      // Whether it goes on is not known; nobody need hear of a run that there is not.
      if (number) complain(current.error());
      return self->services_.post([self] { self->asking_ = false; });
    }
    std::optional<ShadowRun> run = std::move(*current);
    if (const std::string why = run ? why_over(*run, *config, now_ms) : ""; !why.empty()) {
      const Status ended = runs.end(run->number, why, now_ms);
      if (!ended) complain(ended.error());
      run.reset();
    }
    self->services_.post([self, run = std::move(run)]() mutable { self->learn(std::move(run)); });
  });
}

void Shadow::learn(std::optional<ShadowRun> run) {
  asking_ = false;
  const int64_t before = run_ ? run_->number : 0, after = run ? run->number : 0;
  run_ = std::move(run);
  if (before == after) return;
  waiting_.clear();
  waiting_bytes_ = 0;
  if (before) log::info("shadow.end", {{"run", std::to_string(before)}});
  if (after) log::info("shadow.begin", {{"run", std::to_string(after)}, {"profile", run_->profile}, {"candidate", run_->candidate}});
}

}  // namespace mugai::gateway
