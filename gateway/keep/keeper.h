// The thread that keeps things: for each treated message the held bytes go into the vault and the rows into the
// database, before anything is delivered (DESIGN: the life of a message). Messages that wait share one transaction.
// Order and crashes: vault files first, then one transaction with the rows; a crash between the two leaves files without
// rows, and the message, still in the spool, is treated again under the same ids, which replaces the files and adds the
// rows. The spool file is removed only after delivery, so nothing is lost in any order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/file.h"
#include "gateway/keep/store.h"
#include "gateway/keep/vault.h"

namespace mugai::gateway {

struct KeepJob {
  struct Blob {
    std::string id;
    uint64_t offset = 0, size = 0;         // in `source`
    std::shared_ptr<const Mapping> source; // keeps the bytes alive
  };
  std::vector<MessageRow> messages;
  std::vector<QuarantineRow> quarantine;
  std::vector<ReplyRow> replies;
  std::vector<Blob> blobs;
  // In the same transaction; what it throws fails the job, and every other that shares the transaction.
  std::function<void(Database&)> also;
  std::function<void(Status)> done;        // through `post`; may be empty
};

class Keeper {
 public:
  using Post = std::function<void(std::function<void()>)>;
  Keeper(std::unique_ptr<Store> store, std::unique_ptr<Vault> vault, uint64_t vault_quota_bytes, Post post);
  ~Keeper();   // finishes what waits

  void submit(KeepJob job);
  // Work on the database and the vault that is not a message's, on the keeper's thread, between two transactions.
  using Errand = std::function<void(Database&, Vault&)>;
  void run(Errand errand);
  // Whether the vault has room; looked at before a message is accepted.
  bool vault_is_full() const { return vault_full_.load(std::memory_order_relaxed); }
  uint64_t vault_bytes() const { return used_bytes_.load(std::memory_order_relaxed); }
  const Vault& vault() const { return *vault_; }   // for reading; any thread
  // The head of the audit log into the gateway's log, where nobody who changes the database can change it, when it is not
  // the one that was written last.
  void anchor_audit();
  void expire_vault(uint32_t days, int64_t now_ms);

 private:
  void work();
  Status keep(std::vector<KeepJob>& batch);
  void write_anchor();
  void index_backlog();
  void look_at_quota();

  std::unique_ptr<Store> store_;
  std::unique_ptr<Vault> vault_;
  uint64_t quota_bytes_;
  std::atomic<uint64_t> used_bytes_ = 0;   // of the keeper thread and of expire_vault()
  Post post_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<KeepJob> waiting_;
  std::deque<Errand> errands_;
  bool stopping_ = false;
  bool anchor_wanted_ = false;
  std::string anchored_;                   // of the keeper's thread
  bool backlog_ = true;                    // likewise: there may be rows that no search finds yet
  uint64_t indexed_ = 0;
  std::atomic<bool> vault_full_{false};
  std::thread thread_;
};

}  // namespace mugai::gateway
