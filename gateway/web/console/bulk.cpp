#include "gateway/web/console/bulk.h"

#include <asio/post.hpp>

#include <algorithm>

#include "gateway/accounts/sessions.h"
#include "gateway/log.h"
#include "gateway/quarantine/cases.h"
#include "gateway/relay/clock.h"
#include "gateway/web/console/console.h"
#include "gateway/web/console/rows.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

BulkJobs::~BulkJobs() {
  stopping_ = true;
  threads_.join();
}

Result<std::string> BulkJobs::start(BulkAsked asked, int64_t now_ms) {
  if (asked.ids.size() > kMostItems) return Error{"bulk.too-many", "at most 1,000 items at once", ""};
  const std::lock_guard lock(mutex_);
  std::erase_if(jobs_, [&](const auto& one) { return one.second->progress.over && now_ms - one.second->started_ms > kKeptMs; });
  size_t open = 0;
  for (const auto& [id, job] : jobs_) {
    if (job->progress.over) continue;
    if (job->asked.person == asked.person || ++open >= kMostOpen) return Error{"bulk.busy", "another bulk action is under way; wait for its end", ""};
  }
  while (jobs_.size() >= kMostKept) {
    const auto oldest = std::min_element(jobs_.begin(), jobs_.end(), [](const auto& a, const auto& b) {
      return std::pair(!a.second->progress.over, a.second->started_ms) < std::pair(!b.second->progress.over, b.second->started_ms);
    });
    jobs_.erase(oldest);
  }
  auto job = std::make_shared<Job>();
  job->progress.asked = asked.ids.size();
  job->asked = std::move(asked);
  job->started_ms = now_ms;
  const std::string id = random_token();
  jobs_.emplace(id, job);
  asio::post(threads_, [this, job] { run(job); });
  return id;
}

std::optional<BulkProgress> BulkJobs::look(const std::string& job, const std::string& person) const {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(job);
  if (found == jobs_.end() || found->second->asked.person != person) return std::nullopt;
  return found->second->progress;
}

void BulkJobs::run(const std::shared_ptr<Job>& job) {
  for (const std::string& id : job->asked.ids) {
    if (stopping_) break;
    Result<ItemState> state = Error{"console.stopping", "the gateway is stopping", ""};
    try {
      state = act(job->asked, id);
    } catch (const std::exception& failure) {
      log::error("console.failed", {{"path", "/quarantine/bulk"}, {"detail", failure.what()}});
      state = Error{"store.database", "the database did not answer", failure.what()};
    }
    const std::lock_guard lock(mutex_);
    job->progress.results.push_back(state ? BulkResult{id, *state, {}} : BulkResult{id, std::nullopt, state.error()});
  }
  const std::lock_guard lock(mutex_);
  job->progress.over = true;
}

Result<ItemState> BulkJobs::act(const BulkAsked& asked, const std::string& id) {
  const auto config = services_.config();
  const int64_t now = now_ms();
  Result<DatabasePool::Lease> lease = pool_.take();
  if (!lease) return lease.error();
  const auto session = Sessions(**lease, secrets_, config->console).find(asked.token, asked.address, now);
  if (!session || session->person.name != asked.person) return Error{"bulk.session", "your session has ended; this was not done", ""};
  Cases cases(**lease);
  const Person& person = session->person;
  if (asked.verb == "request") return cases.request(person, id, asked.reason, now);
  if (asked.verb == "deny") return cases.deny(person, id, asked.reason, now);
  if (asked.verb == "delete") return cases.remove(person, id, asked.reason, now);
  if (asked.verb != "release") return Error{"console.verb", "there is no such act", ""};
  ReleaseOrder order;
  order.reason = asked.reason;
  Result<ItemState> state = cases.release(person, id, order, *config, now);
  if (state && *state == ItemState::releasing && services_.release_ordered) services_.release_ordered(id, {});
  return state;
}

namespace {

Response show(Visit& visit, const BulkProgress& progress) {
  Data rows = Data::array();
  size_t done = 0;
  for (const BulkResult& one : progress.results) {
    done += one.state ? 1 : 0;
    rows.push_back({{"id", one.id},
                    {"ok", one.state.has_value()},
                    {"state", one.state ? std::string(to_string(*one.state)) : ""},
                    {"answer", one.state ? state_text(*one.state, visit.language()) : visit.told(one.error)}});
  }
  const size_t failed = rows.size() - done;
  Response page = visit.page("bulk", "quarantine", progress.over ? "bulk_title" : "bulk_title_under_way",
                             {{"rows", std::move(rows)}, {"done", grouped(done)}, {"failed", failed ? Data(grouped(failed)) : Data()},
                              {"none", progress.asked == 0}, {"under_way", !progress.over}, {"so_far", progress.results.size()}, {"asked", progress.asked}});
  // For browsers without script; with it the page comes back sooner.
  if (!progress.over) page.set("Refresh", "3");
  return page;
}

}  // namespace

void Console::add_bulk(Router& router) {
  const auto jobs = std::make_shared<BulkJobs>(pool_, services_, secrets_);
  post(router, "/quarantine/bulk", Permission::see_items, [jobs](Visit& visit) {
    const Fields& form = visit.request.form;
    if (form.all("id").empty()) return show(visit, {{}, 0, true});
    const Result<std::string> job =
        jobs->start({form.get("verb"), form.get("reason"), form.all("id"), visit.person().name,
                     visit.request.cookies.get(cookie_name(visit.config->console)), visit.request.client_address}, visit.now_ms);
    return job ? see_other("/quarantine/bulk/" + *job) : visit.failed(job.error());
  });
  get(router, "/quarantine/bulk/{job}", Permission::see_items, [jobs](Visit& visit) {
    const std::optional<BulkProgress> progress = jobs->look(visit.request.place.get("job"), visit.person().name);
    return progress ? show(visit, *progress) : visit.failed(Error{"bulk.unknown", "its results are no longer there; the audit log has each act", ""});
  });
}

}  // namespace mugai::gateway::web
