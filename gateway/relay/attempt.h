// One attempt to bring one message to its recipients. Made by the Dispatcher; keeps itself alive while a worker, the
// keeper or the transport works for it, and calls `finished` exactly once, last. Loop thread only.
#pragma once

#include "gateway/quarantine/release_orders.h"
#include "gateway/relay/dispatcher.h"
#include "gateway/relay/groups.h"

namespace mugai::gateway {

class Dispatcher::Attempt : public std::enable_shared_from_this<Dispatcher::Attempt> {
 public:
  // Where the message goes when the attempt is over.
  struct End {
    enum class Kind { removed, deferred, held } kind = Kind::deferred;
    int64_t due_ms = 0;
  };
  Attempt(Services& services, MessageId id, std::function<void(End)> finished)
      : services_(services), config_(services.config()), id_(std::move(id)), finished_(std::move(finished)) {}

  void start();

 private:
  // What leaves for one group of recipients.
  struct Outgoing {
    Fd file, held, extracted;
    std::shared_ptr<const Mapping> mapping, held_mapping;
    sanitize::Report report;
    std::string verdict;           // of the report, or "relayed"
    bool is_whole = false;         // the mail was held as it is; no report of a worker
    std::vector<sanitize::Condemned> condemned;   // by the virus scanner
    std::vector<uint64_t> heads;   // sizes; when there are several, one for each recipient, then a tail for all
  };

  void begin();
  // A mail that releases a held item goes only while its order stands (attempt_release.cpp).
  bool is_release() const { return opened_->message.header.release != SpoolHeader::Release::no; }
  void confirm_release();
  void settle_release(std::vector<ReleaseReply> replies, std::function<void()> then);
  void settle_from_records();
  std::vector<ReleaseReply> unroutable_replies(const Grouping& grouping);

  void treat(const Group& group, std::vector<sanitize::Condemned> condemned);
  void relay(const Group& group);
  WorkRequest request_for(const Group& group) const;
  void rebuilt(const Group& group, bool to_be_scanned, const std::vector<sanitize::Condemned>& condemned, Result<WorkJob::Done> done);
  void scan(const Group& group, std::shared_ptr<Outgoing> outgoing, WorkResponse response);
  void scanned(const Group& group, std::shared_ptr<Outgoing> outgoing, const std::vector<HeldRange>& held,
               const std::vector<Scanned>& results);
  void hold_whole(const Group& group, const std::string& reason);
  void keep(const Group& group, std::shared_ptr<Outgoing> outgoing, const std::vector<HeldRange>& held);
  void deliver(const Group& group, std::shared_ptr<Outgoing> outgoing);
  void deliver_each(const Group& group, std::shared_ptr<Outgoing> outgoing, std::vector<smtp::RecipientResult> results);
  // For a candidate profile to show what it would have made of it; the mail itself is through.
  void handed_on(const Group& group, const Outgoing& outgoing, std::vector<smtp::RecipientResult> results);
  std::vector<std::string> request_links(const Group& group) const;
  void delivered(const Group& group, std::vector<smtp::RecipientResult> results);
  void put_off(const Group& group, const std::string& why);
  void group_over();
  void finish();
  void send_dsns(int64_t at_ms, bool expired);
  void dsn_over(bool ok, int64_t at_ms, bool warned);
  void settle(int64_t at_ms, bool warned);
  void hold_for_a_person(const std::vector<RecipientRecord>& records);
  void end(End end);
  std::string received_value() const;
  bool is_expired(int64_t at_ms) const;

  Services& services_;
  std::shared_ptr<const config::Config> config_;
  MessageId id_;
  std::function<void(End)> finished_;
  std::optional<Spool::Opened> opened_;
  std::map<size_t, smtp::RecipientResult> results_;   // by index into the envelope
  size_t groups_left_ = 0;
  size_t dsns_left_ = 0;
  bool dsn_failed_ = false;
  bool unsettled_ = false;                            // a release whose replies the database did not take
};

}  // namespace mugai::gateway
