#include "gateway/relay/attempt.h"

#include <fcntl.h>
#include <unistd.h>

#include "gateway/log.h"
#include "gateway/relay/clock.h"
#include "gateway/relay/dsn_mail.h"
#include "gateway/relay/whole_hold.h"
#include "sanitizers/mime/notice.h"
#include "sanitizers/mime/piece.h"

namespace mugai::gateway {

namespace {

using State = smtp::RecipientResult::State;

RecipientRecord::State record_state(State state) {
  switch (state) {
    case State::delivered: return RecipientRecord::State::delivered;
    case State::failed: return RecipientRecord::State::failed;
    case State::deferred: break;
  }
  return RecipientRecord::State::deferred;
}

std::string_view state_name(State state) {
  switch (state) {
    case State::delivered: return "delivered";
    case State::failed: return "failed";
    case State::deferred: break;
  }
  return "deferred";
}

smtp::RecipientResult result_of(State state, int code, std::string enhanced, std::string text) {
  smtp::RecipientResult result;
  result.state = state;
  result.reply = {code, std::move(enhanced), std::move(text)};
  return result;
}

ReleaseReply::State release_state(State state) {
  switch (state) {
    case State::delivered: return ReleaseReply::State::delivered;
    case State::failed: return ReleaseReply::State::failed;
    case State::deferred: break;
  }
  return ReleaseReply::State::deferred;
}

void give_up_on(smtp::RecipientResult& result) {
  if (result.state != State::deferred) return;
  result.state = State::failed;
  result.reply.text = "gave up after too long; last answer: " + smtp::to_line(result.reply);
  result.reply.enhanced = "4.4.7";
}

// Twice the age, within bounds: the first retry soon, then rarer.
int64_t next_attempt(const config::Queue& queue, int64_t received_ms, int64_t at_ms) {
  const int64_t wait = std::clamp<int64_t>(at_ms - received_ms, queue.retry_first.count(), queue.retry_max.count());
  return at_ms + wait;
}

}  // namespace

void Dispatcher::Attempt::start() {
  const std::shared_ptr<Attempt> self = shared_from_this();
  Result<Spool::Opened> opened = services_.spool.open_message(id_, SpoolState::active);
  if (!opened) {
    // Not a message of ours any more: left for a person, in hold/.
    log::error("spool.unreadable", {{"message", id_.text}, {"detail", opened.error().detail}});
    [[maybe_unused]] const Status moved = services_.spool.move(id_, SpoolState::active, SpoolState::hold);
    return end({End::Kind::held, 0});
  }
  opened_ = std::move(*opened);
  if (is_release()) return confirm_release();
  begin();
}

void Dispatcher::Attempt::begin() {
  const std::shared_ptr<Attempt> self = shared_from_this();
  Grouping grouping = group_recipients(*config_, opened_->message);
  for (const size_t index : grouping.unroutable)
    results_[index] = result_of(State::failed, 550, "5.7.1", "no flow allows this recipient any more");
  groups_left_ = grouping.groups.size() + 1;
  if (is_release() && !grouping.unroutable.empty()) {
    ++groups_left_;
    settle_release(unroutable_replies(grouping), [self] { self->group_over(); });
  }
  for (const Group& group : grouping.groups) {
    if (!group.profile || group.profile->relay) relay(group);
    else treat(group, {});
  }
  group_over();
}

std::string Dispatcher::Attempt::received_value() const {
  const SpoolHeader& header = opened_->message.header;
  return header.client + " id " + header.id.text + "; " + rfc5322_date(header.received_ms);
}

WorkRequest Dispatcher::Attempt::request_for(const Group& group) const {
  WorkRequest request;
  request.id = group.id;
  request.offset = opened_->message.content_offset;
  request.size = opened_->message.content_size;
  request.hostname = config_->node.hostname;
  request.received = received_value();
  request.profile = *group.profile;
  request.links = request_links(group);
  return request;
}

// The first time for what a virus scanner has to see, if there is one; the second time with what it said.
void Dispatcher::Attempt::treat(const Group& group, std::vector<sanitize::Condemned> condemned) {
  WorkJob job;
  job.request = request_for(group);
  job.request.extract = config_->antivirus.enabled && condemned.empty();
  job.request.condemned = std::move(condemned);
  const bool to_be_scanned = job.request.extract;
  const std::vector<sanitize::Condemned> must_be_held = job.request.condemned;
  if (is_release()) job.request.passwords = services_.passwords(id_.text);
  job.original = opened_->file.get();
  job.scratch_directory = services_.scratch_directory;
  job.done = [self = shared_from_this(), group, to_be_scanned, must_be_held](Result<WorkJob::Done> done) {
    if (done && !all_held(must_be_held, done->response.report)) return self->hold_whole(group, "virus");
    self->rebuilt(group, to_be_scanned, must_be_held, std::move(done));
  };
  services_.workers.submit(std::move(job));
}

// Unchanged but for one Received field; our own DSNs not even that.
void Dispatcher::Attempt::relay(const Group& group) {
  auto outgoing = std::make_shared<Outgoing>();
  const Bytes content = opened_->content();
  Result<Fd> file = unnamed_file(services_.scratch_directory, content.size() < (1 << 20));
  if (!file) return put_off(group, file.error().detail);
  outgoing->file = std::move(*file);
  const bool traced = group.profile != nullptr;
  if ((traced && !write_all(outgoing->file.get(), "Received: " + received_value() + "\r\n")) ||
      !write_all(outgoing->file.get(), content))
    return put_off(group, "cannot write a temporary file");
  outgoing->verdict = "relayed";
  keep(group, std::move(outgoing), {});
}

void Dispatcher::Attempt::rebuilt(const Group& group, bool to_be_scanned, const std::vector<sanitize::Condemned>& condemned,
                                  Result<WorkJob::Done> done) {
  if (!done) {
    if (done.error().id == "worker.lost") return hold_whole(group, done.error().detail);
    return put_off(group, done.error().id + " " + done.error().detail);
  }
  if (done->response.report.verdict == sanitize::Verdict::refused) return hold_whole(group, "worker-failed");
  auto outgoing = std::make_shared<Outgoing>();
  outgoing->file = std::move(done->output);
  outgoing->held = std::move(done->held);
  outgoing->extracted = std::move(done->extracted);
  outgoing->report = std::move(done->response.report);
  outgoing->report.id = group.id;   // ours, whatever the worker says
  outgoing->condemned = condemned;
  outgoing->verdict = to_string(outgoing->report.verdict);
  // A result that is not there, or not all there, is no result: delivering it would lose the mail.
  const off_t size = ::lseek(outgoing->file.get(), 0, SEEK_END);
  if (size <= 0 || static_cast<uint64_t>(size) != done->response.output_size) return hold_whole(group, "worker-failed");
  outgoing->heads = std::move(done->response.heads);
  uint64_t heads = 0;
  for (const uint64_t head : outgoing->heads) heads += std::min<uint64_t>(head, static_cast<uint64_t>(size) + 1);
  const bool fits = outgoing->heads.empty() || outgoing->heads.size() == group.recipients.size();
  if (!fits || heads > static_cast<uint64_t>(size)) return hold_whole(group, "worker-failed");
  if (to_be_scanned) return scan(group, std::move(outgoing), std::move(done->response));
  keep(group, std::move(outgoing), done->response.held);
}

void Dispatcher::Attempt::scan(const Group& group, std::shared_ptr<Outgoing> outgoing, WorkResponse response) {
  Result<Mapping> original = Mapping::of(opened_->file.get());
  Result<Mapping> extracted = Mapping::of(outgoing->extracted.get());
  if (!original || !extracted) return put_off(group, "cannot read what the virus scanner must see");
  ScanJob job;
  job.config = config_;
  job.subjects.push_back({"", "", opened_->message.content_offset, opened_->message.content_size,
                          std::make_shared<const Mapping>(std::move(*original))});
  const auto source = std::make_shared<const Mapping>(std::move(*extracted));
  for (ExtractedRange& range : response.extracted)
    job.subjects.push_back({std::move(range.path), std::move(range.sha256), range.offset, range.size, source});
  job.done = [self = shared_from_this(), group, outgoing, held = std::move(response.held)](const std::vector<Scanned>& results) {
    self->scanned(group, outgoing, held, results);
  };
  services_.scanner.submit(std::move(job));
}

void Dispatcher::Attempt::scanned(const Group& group, std::shared_ptr<Outgoing> outgoing,
                                  const std::vector<HeldRange>& held, const std::vector<Scanned>& results) {
  for (const Scanned& one : results) {
    if (one.result.kind == ScanResult::Kind::clean) continue;
    const bool found = one.result.kind == ScanResult::Kind::found;
    log::warning(found ? "scan.found" : "scan.failed",
                 {{"message", group.id}, {"path", one.path}, {found ? "signature" : "why", one.result.detail}});
  }
  Judgement judgement = judge(results, config_->antivirus.on_failure);
  switch (judgement.kind) {
    case Judgement::Kind::pass: return keep(group, std::move(outgoing), held);
    case Judgement::Kind::again: return treat(group, std::move(judgement.condemned));
    case Judgement::Kind::later: return put_off(group, "the virus scanner does not answer");
    case Judgement::Kind::whole: break;
  }
  hold_whole(group, judgement.reason);
}

// The original is kept whole, the recipient gets a message from us that says so.
void Dispatcher::Attempt::hold_whole(const Group& group, const std::string& reason) {
  log::error("message.held-whole", {{"message", group.id}, {"reason", reason}});
  if (is_release()) {
    const smtp::RecipientResult again = result_of(State::failed, 550, "5.7.1", "held again: " + reason);
    return delivered(group, std::vector<smtp::RecipientResult>(group.recipients.size(), again));
  }
  auto outgoing = std::make_shared<Outgoing>();
  Result<Fd> file = unnamed_file(services_.scratch_directory, true);
  if (!file) return put_off(group, file.error().detail);
  outgoing->file = std::move(*file);
  std::vector<std::string> links = request_links(group);
  if (links.empty()) links.emplace_back();
  for (const std::string& link : links) {
    const std::string notice = write_whole_hold_notice(opened_->message, group.id, reason, *group.profile,
                                                       config_->node.hostname, link, now_ms());
    if (!write_all(outgoing->file.get(), notice)) return put_off(group, "cannot write a temporary file");
    if (links.size() > 1) outgoing->heads.push_back(notice.size());
  }
  sanitize::Item item;
  item.path = "0";
  item.name = "message.eml";
  item.declared = "message/rfc822";
  item.detected = "eml";
  item.reasons = {reason};
  item.size_in = opened_->message.content_size;
  item.sha256_in = sanitize::sha256_hex(opened_->content());
  outgoing->report.id = group.id;
  outgoing->report.profile = group.profile->name;
  outgoing->report.verdict = sanitize::Verdict::held;
  outgoing->report.items = {item};
  outgoing->is_whole = true;
  outgoing->verdict = "held";
  keep(group, std::move(outgoing), {});
}

void Dispatcher::Attempt::keep(const Group& group, std::shared_ptr<Outgoing> outgoing,
                               const std::vector<HeldRange>& held) {
  Result<Mapping> mapping = Mapping::of(outgoing->file.get());
  if (!mapping) return put_off(group, mapping.error().detail);
  outgoing->mapping = std::make_shared<Mapping>(std::move(*mapping));
  if (outgoing->held) {
    Result<Mapping> held_mapping = Mapping::of(outgoing->held.get());
    if (!held_mapping) return put_off(group, held_mapping.error().detail);
    outgoing->held_mapping = std::make_shared<Mapping>(std::move(*held_mapping));
  }
  const SpoolHeader& header = opened_->message.header;
  if (header.release == SpoolHeader::Release::ready) return deliver(group, std::move(outgoing));
  std::vector<std::string> recipients;
  for (const size_t index : group.recipients)
    recipients.push_back(header.envelope.recipients[index].forward_path.text);

  KeepJob job;
  MessageRow row;
  row.id = group.id;
  row.received_ms = header.received_ms;
  row.zone = header.zone;
  row.client = header.client;
  row.sender = header.envelope.reverse_path.text;
  row.recipients = recipients;
  row.subject = outgoing->report.subject;
  row.message_id = outgoing->report.message_id;
  for (const sanitize::Item& item : outgoing->report.items)
    if (!item.name.empty()) row.names.push_back(item.name);
  row.profile = group.profile ? group.profile->name : "dsn";
  row.verdict = outgoing->verdict;
  row.size = opened_->message.content_size;
  row.report_json = outgoing->verdict == "relayed" ? "{}" : sanitize::to_json(outgoing->report);
  job.messages.push_back(std::move(row));

  bool anything_held = false;
  for (size_t i = 0; i < outgoing->report.items.size(); ++i) {
    const sanitize::Item& item = outgoing->report.items[i];
    if (item.action != sanitize::Action::held && item.action != sanitize::Action::locked) continue;
    anything_held = true;
    QuarantineRow one;
    one.id = sanitize::item_id(group.id, i);
    one.message = group.id;
    one.state = "held";
    one.whole_message = item.path == "0";
    one.zone = header.zone;
    one.node = config_->node.hostname;
    one.profile = group.profile ? group.profile->name : "";
    one.sender = header.envelope.reverse_path.text;
    one.recipients = recipients;
    one.subject = outgoing->report.subject;
    one.name = item.name;
    one.detected = item.detected;
    one.reasons = item.reasons;
    one.since_ms = now_ms();
    one.size = item.size_in;
    one.sha256 = item.sha256_in;
    job.quarantine.push_back(std::move(one));
    for (const HeldRange& range : held)
      if (range.path == item.path && outgoing->held_mapping)
        job.blobs.push_back({sanitize::item_id(group.id, i), range.offset, range.size, outgoing->held_mapping});
  }
  const bool treated = outgoing->verdict != "relayed";
  if (treated && (anything_held || config_->vault.keep == config::VaultKeep::all)) {
    Result<Mapping> original = Mapping::of(opened_->file.get());
    if (!original) return put_off(group, original.error().detail);
    job.blobs.push_back({group.id, opened_->message.content_offset, opened_->message.content_size,
                         std::make_shared<Mapping>(std::move(*original))});
  }
  job.done = [self = shared_from_this(), group, outgoing](const Status& kept) {
    if (!kept) return self->put_off(group, kept.error().id);
    self->deliver(group, outgoing);
  };
  services_.keeper.submit(std::move(job));
}

// Where each recipient of the group may ask for what is held of it. Too many to be told one by one are told its number.
std::vector<std::string> Dispatcher::Attempt::request_links(const Group& group) const {
  constexpr size_t kMost = 1'000;
  std::vector<std::string> links;
  if (!services_.request_link || !config_->console.enabled || config_->console.public_url.empty() || group.recipients.size() > kMost) return links;
  for (const size_t index : group.recipients)
    links.push_back(services_.request_link(group.id, opened_->message.header.envelope.recipients[index].forward_path.text));
  return links;
}

// One recipient after the other, since each has a link of their own in their mail.
void Dispatcher::Attempt::deliver_each(const Group& group, std::shared_ptr<Outgoing> outgoing,
                                       std::vector<smtp::RecipientResult> results) {
  const size_t next = results.size();
  if (next == group.recipients.size()) return handed_on(group, *outgoing, std::move(results));
  uint64_t before = 0, heads = 0;
  for (size_t i = 0; i < outgoing->heads.size(); ++i) {
    if (i < next) before += outgoing->heads[i];
    heads += outgoing->heads[i];
  }
  const Bytes whole = outgoing->mapping->bytes();
  const Bytes head = slice(whole, before, outgoing->heads[next]), tail = slice(whole, heads);
  Result<Fd> file = unnamed_file(services_.scratch_directory, head.size() + tail.size() < (1 << 20));
  // Who has got it keeps it; the others are tried again.
  const auto stop = [&](const std::string& why) {
    log::error("message.put-off", {{"message", group.id}, {"why", why}});
    delivered(group, std::move(results));
  };
  if (!file || !write_all(file->get(), head) || !write_all(file->get(), tail)) return stop("cannot write a temporary file");
  Result<Mapping> mapping = Mapping::of(file->get());
  if (!mapping) return stop(mapping.error().detail);
  auto mail = std::make_shared<const Mapping>(std::move(*mapping));
  smtp::Envelope envelope = opened_->message.header.envelope;
  envelope.recipients = {envelope.recipients[group.recipients[next]]};
  envelope.declared_size = 0;
  envelope.body = smtp::Body::seven_bit;
  services_.transport.deliver(*group.zone, envelope, mail->bytes(),
                              [self = shared_from_this(), group, outgoing, mail,
                               results = std::move(results)](std::vector<smtp::RecipientResult> one) mutable {
                                results.push_back(one.empty() ? result_of(State::deferred, 451, "4.3.0", "no result") : std::move(one.front()));
                                self->deliver_each(group, outgoing, std::move(results));
                              });
}

void Dispatcher::Attempt::deliver(const Group& group, std::shared_ptr<Outgoing> outgoing) {
  if (outgoing->heads.size() > 1) return deliver_each(group, std::move(outgoing), {});
  const smtp::Envelope& original = opened_->message.header.envelope;
  smtp::Envelope envelope = original;
  envelope.recipients.clear();
  for (const size_t index : group.recipients) envelope.recipients.push_back(original.recipients[index]);
  envelope.declared_size = 0;
  if (outgoing->verdict != "relayed") envelope.body = smtp::Body::seven_bit;
  services_.transport.deliver(*group.zone, envelope, outgoing->mapping->bytes(),
                              [self = shared_from_this(), group, outgoing](std::vector<smtp::RecipientResult> results) {
                                self->handed_on(group, *outgoing, std::move(results));
                              });
}

// Once for each mail: when the next hop has said its last word on all of the group.
void Dispatcher::Attempt::handed_on(const Group& group, const Outgoing& outgoing, std::vector<smtp::RecipientResult> results) {
  const bool is_final = std::none_of(results.begin(), results.end(), [](const auto& one) { return one.state == State::deferred; });
  if (services_.shadow && is_final && group.profile && services_.shadow->wants(group.profile->name) && !is_release() && !outgoing.is_whole &&
      outgoing.verdict != "relayed") {
    Shadow::Offer offer;
    offer.request = request_for(group);
    offer.request.condemned = outgoing.condemned;
    offer.original = Fd(::fcntl(opened_->file.get(), F_DUPFD_CLOEXEC, 0));
    offer.report = outgoing.report;
    offer.size = outgoing.mapping->bytes().size();
    if (offer.original) services_.shadow->offer(std::move(offer));
  }
  delivered(group, std::move(results));
}

void Dispatcher::Attempt::delivered(const Group& group, std::vector<smtp::RecipientResult> results) {
  KeepJob job;
  std::vector<ReleaseReply> release;
  const int64_t at = now_ms();
  for (size_t i = 0; i < group.recipients.size(); ++i) {
    smtp::RecipientResult result = i < results.size() ? std::move(results[i])
                                                      : result_of(State::deferred, 451, "4.3.0", "no result");
    const std::string& recipient = opened_->message.header.envelope.recipients[group.recipients[i]].forward_path.text;
    if (is_release() && is_expired(at)) give_up_on(result);
    log::info(result.state == State::delivered ? "recipient.delivered"
              : result.state == State::failed  ? "recipient.failed"
                                               : "recipient.deferred",
              {{"message", group.id}, {"to", recipient}, {"zone", group.zone->name}, {"remote", result.remote},
               {"reply", smtp::to_line(result.reply)}});
    job.replies.push_back({group.id, recipient, std::string(state_name(result.state)), smtp::to_line(result.reply), at});
    release.push_back({recipient, release_state(result.state), smtp::to_line(result.reply)});
    results_[group.recipients[i]] = std::move(result);
  }
  if (is_release()) return settle_release(std::move(release), [self = shared_from_this()] { self->group_over(); });
  services_.keeper.submit(std::move(job));
  group_over();
}

void Dispatcher::Attempt::put_off(const Group& group, const std::string& why) {
  log::error("message.put-off", {{"message", group.id}, {"why", why}});
  for (const size_t index : group.recipients)
    results_[index] = result_of(State::deferred, 451, "4.3.0", "could not be treated now, will be tried again");
  group_over();
}

void Dispatcher::Attempt::group_over() {
  if (--groups_left_ == 0) finish();
}

void Dispatcher::Attempt::finish() {
  const int64_t at = now_ms();
  const bool expired = is_expired(at);
  if (expired)
    for (auto& [index, result] : results_) give_up_on(result);
  send_dsns(at, expired);
}

bool Dispatcher::Attempt::is_expired(int64_t at_ms) const {
  return at_ms - opened_->message.header.received_ms >= config_->queue.expire_after.count();
}

// DSNs are durable before the message they speak of is removed.
void Dispatcher::Attempt::send_dsns(int64_t at_ms, bool expired) {
  const SpooledMessage& message = opened_->message;
  const bool warned = std::any_of(message.records.begin(), message.records.end(), [](const RecipientRecord& record) {
    return record.state == RecipientRecord::State::warned;
  });
  const int64_t warn_after_ms = config_->queue.warn_after.count();   // 0: never
  const bool warn = !expired && !warned && warn_after_ms > 0 && at_ms - message.header.received_ms >= warn_after_ms;
  std::vector<DsnMail> mails = dsn_mails(message, opened_->content(), results_, warn, *config_, at_ms);
  dsns_left_ = mails.size() + 1;
  for (DsnMail& mail : mails) {
    const std::string id = mail.header.id.text;
    std::unique_ptr<Spool::Writer> writer = services_.spool.begin(std::move(mail.header));
    if (!writer->write(mail.content)) {
      dsn_over(false, at_ms, warn);
      continue;
    }
    writer->commit([self = shared_from_this(), id, at_ms, warn](Result<SpooledMessage> stored) {
      log::info(stored ? "dsn.sent" : "dsn.failed", {{"message", self->id_.text}, {"dsn", id}});
      const bool ok = static_cast<bool>(stored);
      if (ok) self->services_.own_mail(std::move(*stored));
      self->dsn_over(ok, at_ms, warn);
    });
  }
  dsn_over(true, at_ms, warn);
}

void Dispatcher::Attempt::dsn_over(bool ok, int64_t at_ms, bool warned) {
  dsn_failed_ |= !ok;
  if (--dsns_left_ == 0) settle(at_ms, warned);
}

// The end of the attempt in the spool: finished, waiting for the next one, or left to a person.
void Dispatcher::Attempt::settle(int64_t at_ms, bool warned) {
  const SpoolHeader& header = opened_->message.header;
  std::vector<RecipientRecord> records;
  bool remaining = false, nobody_to_tell = false;
  for (const auto& [index, result] : results_) {
    if (result.state == State::deferred) remaining = true;
    RecipientRecord record{record_state(result.state), index, at_ms, smtp::to_line(result.reply)};
    if (result.state == State::failed && header.envelope.reverse_path.empty() && !is_release()) {
      // A report that nobody wants may not vanish either: a person decides, and may have it tried again.
      nobody_to_tell = true;
      record.state = RecipientRecord::State::deferred;
    }
    records.push_back(std::move(record));
  }
  if (dsn_failed_) {
    // The sender could not be told: what failed stays, and is told with the next attempt.
    std::erase_if(records, [](const RecipientRecord& one) { return one.state == RecipientRecord::State::failed; });
    remaining = true;
  }
  // What the database has not heard of is said again with the next attempt, which sends nothing.
  remaining |= unsettled_;
  if (nobody_to_tell && !remaining) return hold_for_a_person(records);
  if (!remaining) {
    if (const Status removed = services_.spool.remove(id_, SpoolState::active); !removed)
      log::error("spool.failed", {{"message", id_.text}, {"detail", removed.error().detail}});
    log::info("message.finished", {{"message", id_.text}});
    return end({End::Kind::removed, 0});
  }
  if (warned) records.push_back({RecipientRecord::State::warned, 0, at_ms, "the sender was told of the delay"});
  if (const Status noted = services_.spool.append(id_, SpoolState::active, records); !noted)
    log::error("spool.failed", {{"message", id_.text}, {"detail", noted.error().detail}});
  const int64_t due = next_attempt(config_->queue, header.received_ms, at_ms);
  if (const Status moved = services_.spool.move(id_, SpoolState::active, SpoolState::deferred, due); !moved)
    log::error("spool.failed", {{"message", id_.text}, {"detail", moved.error().detail}});
  end({End::Kind::deferred, due});
}

void Dispatcher::Attempt::hold_for_a_person(const std::vector<RecipientRecord>& records) {
  log::warning("message.undeliverable", {{"message", id_.text}, {"reply", records.back().reply}});
  if (const Status noted = services_.spool.append(id_, SpoolState::active, records); !noted)
    log::error("spool.failed", {{"message", id_.text}, {"detail", noted.error().detail}});
  if (const Status moved = services_.spool.move(id_, SpoolState::active, SpoolState::hold); !moved)
    log::error("spool.failed", {{"message", id_.text}, {"detail", moved.error().detail}});
  end({End::Kind::held, 0});
}

void Dispatcher::Attempt::end(End end) {
  const std::shared_ptr<Attempt> self = shared_from_this();
  finished_(end);
}

}  // namespace mugai::gateway
