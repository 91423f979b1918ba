// The part of an attempt that mails releasing held items have of their own. Such a mail may be sent while its order stands:
// asked before each attempt, because another gateway may have taken the order over while this one was away, or a person
// may have ended it. Its replies and the item's new state are durable before its spool file is removed; a crash between
// the two finds the order settled and removes the file. A crash between the next hop's 250 and the database is the one
// moment in which a mail can arrive twice, as with every SMTP relay (RFC 1047).
#include "gateway/log.h"
#include "gateway/relay/attempt.h"
#include "gateway/relay/clock.h"

namespace mugai::gateway {

void Dispatcher::Attempt::confirm_release() {
  const auto answer = [self = shared_from_this()](const Result<bool>& ours) {
    if (!ours) {
      log::error("release.failed", {{"message", self->id_.text}, {"error", ours.error().id}});
      self->unsettled_ = true;
      return self->settle(now_ms(), false);
    }
    if (!*ours) {
      log::info("release.void", {{"message", self->id_.text}});
      if (const Status removed = self->services_.spool.remove(self->id_, SpoolState::active); !removed)
        log::error("spool.failed", {{"message", self->id_.text}, {"detail", removed.error().detail}});
      return self->end({End::Kind::removed, 0});
    }
    if (self->opened_->message.pending().empty()) return self->settle_from_records();
    self->begin();
  };
  services_.keeper.run([id = id_.text, node = config_->node.hostname, post = services_.post, answer](Database& database, Vault&) {
    Result<bool> ours = ReleaseOrders(database, node).is_ours(id);
    post([answer, ours = std::move(ours)] { answer(ours); });
  });
}

void Dispatcher::Attempt::settle_release(std::vector<ReleaseReply> replies, std::function<void()> then) {
  KeepJob job;
  job.also = [id = id_.text, node = config_->node.hostname, replies = std::move(replies), at = now_ms()](Database& database) {
    ReleaseOrders(database, node).settle(id, replies, at);
  };
  job.done = [self = shared_from_this(), then = std::move(then)](const Status& kept) {
    if (!kept) self->unsettled_ = true;
    then();
  };
  services_.keeper.submit(std::move(job));
}

// Everybody has had an answer before, but the database was not told.
void Dispatcher::Attempt::settle_from_records() {
  const SpooledMessage& message = opened_->message;
  std::vector<ReleaseReply> replies;
  for (const RecipientRecord& record : message.records) {
    const bool delivered = record.state == RecipientRecord::State::delivered;
    if (!delivered && record.state != RecipientRecord::State::failed) continue;
    if (record.recipient >= message.header.envelope.recipients.size()) continue;
    replies.push_back({message.header.envelope.recipients[record.recipient].forward_path.text,
                       delivered ? ReleaseReply::State::delivered : ReleaseReply::State::failed, record.reply});
  }
  settle_release(std::move(replies), [self = shared_from_this()] { self->settle(now_ms(), false); });
}

std::vector<ReleaseReply> Dispatcher::Attempt::unroutable_replies(const Grouping& grouping) {
  std::vector<ReleaseReply> replies;
  for (const size_t index : grouping.unroutable)
    replies.push_back({opened_->message.header.envelope.recipients[index].forward_path.text, ReleaseReply::State::failed,
                       smtp::to_line(results_[index].reply)});
  return replies;
}

}  // namespace mugai::gateway
