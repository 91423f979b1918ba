#include "gateway/keep/keeper.h"

#include "gateway/audit/audit_log.h"
#include "gateway/log.h"
#include "gateway/search/backlog.h"

namespace mugai::gateway {

namespace {
constexpr size_t kBatch = 200;
}

Keeper::Keeper(std::unique_ptr<Store> store, std::unique_ptr<Vault> vault, uint64_t vault_quota_bytes, Post post)
    : store_(std::move(store)), vault_(std::move(vault)), quota_bytes_(vault_quota_bytes), post_(std::move(post)) {
  used_bytes_ = vault_->bytes_used();
  look_at_quota();
  thread_ = std::thread([this] { work(); });
}

Keeper::~Keeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Keeper::submit(KeepJob job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void Keeper::run(Errand errand) {
  {
    const std::lock_guard lock(mutex_);
    errands_.push_back(std::move(errand));
  }
  wake_.notify_one();
}

void Keeper::anchor_audit() {
  {
    const std::lock_guard lock(mutex_);
    anchor_wanted_ = true;
  }
  wake_.notify_one();
}

void Keeper::write_anchor() {
  const Result<AuditHead> head = AuditLog(store_->database()).head();
  if (!head || head->seq == 0) return;
  const std::string text = std::to_string(head->seq) + ":" + head->hash;
  if (text != anchored_) log::info("audit.head", {{"head", text}});
  anchored_ = text;
}

// A lump of it, whenever nothing else waits.
void Keeper::index_backlog() {
  constexpr uint64_t kTellEvery = 20'000;
  const Result<size_t> taken = Backlog(store_->database()).step();
  if (!taken) log::error("index.failed", {{"error", taken.error().id}, {"detail", taken.error().detail}});
  backlog_ = taken && *taken != 0;
  if (taken && indexed_ / kTellEvery != (indexed_ + *taken) / kTellEvery)
    log::info("index.progress", {{"rows", std::to_string(indexed_ + *taken)}});
  if (taken) indexed_ += *taken;
  if (taken && !backlog_ && indexed_ != 0) log::info("index.done", {{"rows", std::to_string(indexed_)}});
}

void Keeper::look_at_quota() { vault_full_ = quota_bytes_ != 0 && used_bytes_ >= quota_bytes_; }

void Keeper::expire_vault(uint32_t days, int64_t now_ms) {
  const size_t removed = vault_->expire(days, now_ms);
  if (removed == 0) return;
  used_bytes_ = vault_->bytes_used();
  look_at_quota();
  log::info("vault.expired", {{"files", std::to_string(removed)}});
}

Status Keeper::keep(std::vector<KeepJob>& batch) {
  bool durable = false;
  for (const KeepJob& job : batch) {
    for (const KeepJob::Blob& blob : job.blobs) {
      const Bytes bytes = slice(blob.source->bytes(), blob.offset, blob.size);
      if (bytes.size() != blob.size) return Error{"vault.range", "held bytes are missing", blob.id};
      if (const Status stored = vault_->store(blob.id, bytes); !stored) return stored;
      used_bytes_ += bytes.size();
    }
    durable |= !job.quarantine.empty() || job.also;
  }
  look_at_quota();
  return store_->transaction(durable, [&](Store& store) {
    for (const KeepJob& job : batch) {
      for (const MessageRow& row : job.messages) store.add(row);
      for (const QuarantineRow& row : job.quarantine) store.add(row);
      for (const ReplyRow& row : job.replies) store.add(row);
      if (job.also) job.also(store.database());
    }
  });
}

void Keeper::work() {
  for (;;) {
    std::vector<KeepJob> batch;
    std::deque<Errand> errands;
    bool anchor = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] {
        return stopping_ || anchor_wanted_ || backlog_ || !waiting_.empty() || !errands_.empty();
      });
      if (waiting_.empty() && errands_.empty() && stopping_) break;
      errands.swap(errands_);
      anchor = std::exchange(anchor_wanted_, false);
      while (!waiting_.empty() && batch.size() < kBatch) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    if (anchor) write_anchor();
    for (const Errand& errand : errands) errand(store_->database(), *vault_);
    if (batch.empty()) {
      if (backlog_) index_backlog();
      continue;
    }
    const Status kept = keep(batch);
    if (!kept) log::error("keep.failed", {{"error", kept.error().id}, {"detail", kept.error().detail}});
    for (KeepJob& job : batch)
      if (job.done) post_([done = std::move(job.done), kept] { done(kept); });
  }
  write_anchor();
}

}  // namespace mugai::gateway
