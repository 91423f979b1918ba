// Runs a candidate profile in the shadow of the real one (shadow/runs.h). A mail is offered once its delivery has an answer,
// so nothing that happens here can delay, change or fail it: the candidate has a worker of its own, of the lowest priority,
// which is given something only while one of the real workers is idle. What waits is bounded, in number and bytes; what does
// not fit is dropped and counted. The rebuilt mail is thrown away, its report compared and stored. Learns every few seconds
// from the database whether there is a run, and ends it when its time is over. Loop thread only.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "gateway/keep/keeper.h"
#include "gateway/shadow/runs.h"
#include "gateway/worker/pool.h"

namespace mugai::gateway {

class Shadow : public std::enable_shared_from_this<Shadow> {
 public:
  struct Services {
    Keeper& keeper;
    std::function<std::shared_ptr<const config::Config>()> config;
    std::function<void(std::function<void()>)> post;                     // onto the loop
    std::function<bool()> has_idle_worker;
    std::function<Result<std::unique_ptr<WorkerPool>>()> make_worker;    // one, started, of the lowest priority
    std::string scratch_directory;
  };
  struct Offer {
    WorkRequest request;          // as the real worker got it; the profile is exchanged here
    Fd original;
    sanitize::Report report;      // what the real profile made of it
    uint64_t size = 0;            // and how large that was
  };
  explicit Shadow(Services services) : services_(std::move(services)) {}

  bool wants(const std::string& profile) const { return run_ && run_->profile == profile; }
  void offer(Offer offer);
  void tick(int64_t now_ms);      // every second or so
  void stop();                    // before the loop goes: what is under way is given up

 private:
  void pump();
  void treated(std::shared_ptr<Offer> offer, int64_t run, Result<WorkJob::Done> done);
  void ask_the_database(int64_t now_ms);
  void learn(std::optional<ShadowRun> run);

  Services services_;
  std::optional<ShadowRun> run_;
  std::deque<Offer> waiting_;
  uint64_t waiting_bytes_ = 0;
  std::vector<ShadowFinding> findings_;
  uint64_t dropped_ = 0;
  std::unique_ptr<WorkerPool> worker_;
  bool busy_ = false, asking_ = false;
  int64_t asked_ms_ = 0;
};

}  // namespace mugai::gateway
