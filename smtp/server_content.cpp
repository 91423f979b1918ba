// The part of ServerSession that takes messages: DATA, BDAT, the verdict at the end, the commit.
#include "smtp/server_content.h"

#include <charconv>

#include "smtp/replies.h"

namespace mugai::smtp {

bool ServerSession::open_content(ContentDecoder::Framing framing) {
  const bool normalise =
      policy_->bare_newline == BareNewline::normalise || in_any(policy_->normalise_clients, client_.address);
  auto content = std::make_unique<Content>(framing, normalise, policy_->limits);
  Reply refusal = replies::kCannotStore;
  content->sink = handler_.message(client_, envelope_, refusal);
  content->refusal = refusal;
  content->discarding = content->sink == nullptr;
  content_ = std::move(content);
  return !content_->discarding;
}

void ServerSession::data(Bytes) {
  if (!has_sender_) return error(replies::kNeedMail);
  if (content_) return error(replies::kChunkingUnderWay);
  if (transaction_failed_) return error(replies::kTransactionFailed);
  if (envelope_.recipients.empty())
    return error(refused_recipients_ > 0 ? replies::kNoValidRecipients : replies::kNeedRecipient);
  if (open_content(ContentDecoder::Framing::dot)) return say(replies::kStartMail);
  say(content_->refusal);
  content_.reset();
}

void ServerSession::bdat(Bytes argument) {
  const Bytes digits = argument.substr(0, argument.find_first_of(" \t"));
  Bytes rest = slice(argument, digits.size());
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
  uint64_t size = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  const bool last = equals_ignoring_case(rest, "LAST");
  // Where the next command begins is unknown then: to guess would be to smuggle.
  if (digits.empty() || failure != std::errc{} || end != digits.data() + digits.size() ||
      (!rest.empty() && !last))
    return close_with(replies::kBadChunk);
  if (size / 2 > policy_->limits.max_message_bytes) return close_with(replies::kTooBig);

  if (!content_) {
    std::optional<Reply> refusal;
    if (!has_sender_)
      refusal = replies::kNeedMail;
    else if (transaction_failed_)
      refusal = replies::kTransactionFailed;
    else if (envelope_.recipients.empty())
      refusal = refused_recipients_ > 0 ? replies::kNoValidRecipients : replies::kNeedRecipient;
    if (refusal) {
      content_ = std::make_unique<Content>(ContentDecoder::Framing::counted, false, policy_->limits);
      content_->discarding = true;
      content_->refusal = *refusal;
    } else {
      open_content(ContentDecoder::Framing::counted);
    }
  }
  content_->chunk_size = content_->chunk_left = size;
  content_->last_chunk = last;
  if (size == 0) chunk_complete();
}

size_t ServerSession::take_content(Bytes bytes) {
  Content& content = *content_;
  if (!content.counted) {
    const size_t used = content.decoder.decode(bytes, content);
    if (content.decoder.ended()) content_complete();
    return used;
  }
  const size_t used = std::min<uint64_t>(content.chunk_left, bytes.size());
  if (!content.discarding) content.decoder.decode(bytes.substr(0, used), content);
  content.chunk_left -= used;
  if (content.chunk_left == 0) chunk_complete();
  return used;
}

void ServerSession::chunk_complete() {
  if (content_->discarding) {
    const Reply refusal = content_->refusal;
    transaction_failed_ = has_sender_ && !envelope_.recipients.empty();
    content_.reset();
    return error(refusal);
  }
  if (content_->last_chunk) {
    content_->decoder.finish(*content_);
    return content_complete();
  }
  if (const auto verdict = content_verdict()) {
    handler_.refused(client_, envelope_, *verdict);
    content_.reset();
    transaction_failed_ = true;
    return say(*verdict);
  }
  say({250, "2.0.0", std::to_string(content_->chunk_size) + " octets received"});
}

std::optional<Reply> ServerSession::content_verdict() const {
  const Content& content = *content_;
  if (content.bytes > content.max_bytes) return replies::kTooBig;
  if (content.reject_bare_newline && content.decoder.bare_newline()) return replies::kBareNewline;
  if (content.hops.hops() > policy_->limits.max_received_hops) return replies::kTooManyHops;
  if (content.cannot_store || !content.sink) return replies::kCannotStore;
  return std::nullopt;
}

void ServerSession::content_complete() {
  if (const auto verdict = content_verdict()) {
    handler_.refused(client_, envelope_, *verdict);
    reset_transaction();
    return say(*verdict);
  }
  const auto sink = std::move(content_->sink);
  reset_transaction();
  commit_->pending = commit_->inside_commit_call = true;
  next_ = Next::wait;
  sink->commit([weak = std::weak_ptr<PendingCommit>(commit_)](Reply reply) {
    const auto commit = weak.lock();
    if (!commit || !commit->pending) return;
    commit->pending = false;
    commit->result = std::move(reply);
    if (!commit->inside_commit_call) commit->resumed();
  });
  commit_->inside_commit_call = false;
  if (!commit_->pending) take_commit_result();
}

void ServerSession::take_commit_result() {
  const Reply reply = *std::exchange(commit_->result, std::nullopt);
  next_ = Next::read;
  if (reply.positive()) {
    ++messages_accepted_;
    idle_commands_ = 0;
  }
  say(reply);
}

}  // namespace mugai::smtp
