#include "gateway/quarantine/releaser.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include "config/routing.h"
#include "gateway/log.h"
#include "gateway/quarantine/release_mail.h"
#include "gateway/relay/clock.h"
#include "sanitizers/reasons.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;

namespace {

constexpr int64_t kLookEveryMs = 5'000;
constexpr int64_t kLeaseMs = 120'000;   // a gateway that has not renewed for so long is taken for dead
constexpr size_t kOrdersAtOnce = 20;

struct Origin {
  std::string message_id, zone;
};

Origin origin_of(Database& database, const std::string& message) {
  std::string key = message;
  Origin origin;
  database.session() << "SELECT message_id, zone FROM messages WHERE id = $1", use(key), into(origin.message_id),
      into(origin.zone), now;
  return origin;
}

// What the reader's program is told of the bytes: nothing, when they are an original.
const sanitize::Type& type_of(const std::string& name) {
  const size_t dot = name.rfind('.');
  const sanitize::Type* type = dot == std::string::npos ? nullptr : sanitize::type_by_extension(name.substr(dot + 1));
  return type ? *type : sanitize::type_unknown();
}

std::string why_held(const sanitize::Report& report) {
  std::string why;
  for (const sanitize::Item& item : report.items)
    for (const std::string& reason : item.reasons) why += (why.empty() ? "" : ", ") + reason;
  return "held again: " + (why.empty() ? std::string("nothing left") : why);
}

}  // namespace

struct Releaser::Job {
  ItemRecord item;
  std::shared_ptr<const config::Config> config;
  std::vector<std::string> recipients;
  std::string message_id, failure;
  Fd bytes;
  uint64_t size = 0;
  // A result of the pipeline.
  Fd output, extracted;
  sanitize::Item treated;
  std::vector<ExtractedRange> ranges;
  std::string id() const { return item.release_id(); }
};

void Releaser::ordered(const std::string& item, std::vector<std::string> passwords) {
  if (!passwords.empty()) passwords_[item] = std::move(passwords);
  look();
}

void Releaser::tick(int64_t now_ms) {
  if (now_ms - last_look_ms_ < kLookEveryMs) return;
  look();
}

std::vector<std::string> Releaser::passwords_of(const std::string& release_id) const {
  const auto order = parse_release_id(release_id);
  const auto found = order ? passwords_.find(order->first) : passwords_.end();
  return found == passwords_.end() ? std::vector<std::string>() : found->second;
}

void Releaser::over(const std::string& release_id) {
  if (const auto order = parse_release_id(release_id)) passwords_.erase(order->first);
}

void Releaser::removed(const std::string& release_id) { give_up(release_id, "its mail was deleted from the queue"); }

void Releaser::look() {
  if (looking_) {
    look_again_ = true;
    return;
  }
  looking_ = true;
  const int64_t now = now_ms();
  last_look_ms_ = now;
  services_.keeper.run([self = shared_from_this(), config = services_.config(), now](Database& database, Vault&) {
    ReleaseOrders orders(database, config->node.hostname, config->vault.shared);
    if (const Status renewed = orders.renew(now + kLeaseMs); !renewed)
      log::error("release.failed", {{"error", renewed.error().id}, {"detail", renewed.error().detail}});
    Result<std::vector<ItemRecord>> claimed = orders.claim(now, now + kLeaseMs, kOrdersAtOnce);
    if (!claimed) log::error("release.failed", {{"error", claimed.error().id}, {"detail", claimed.error().detail}});
    self->services_.post([self, items = claimed ? std::move(*claimed) : std::vector<ItemRecord>()]() mutable {
      self->looking_ = false;
      for (ItemRecord& item : items) self->begin(std::move(item));
      if (std::exchange(self->look_again_, false)) self->look();
    });
  });
}

void Releaser::begin(ItemRecord item) {
  const std::string id = item.release_id();
  if (under_way_.count(id) || services_.spool.find({id})) return;
  under_way_.insert(id);
  log::info("release.begun", {{"item", item.id}, {"release", id}, {"way", std::string(to_string(item.order.way))}});
  auto job = std::make_shared<Job>();
  job->item = std::move(item);
  job->config = services_.config();
  fetch(job);
}

void Releaser::fetch(const JobPtr& job) {
  services_.keeper.run([self = shared_from_this(), job](Database& database, Vault& vault) {
    const auto fetched = [&]() -> Status {
      ReleaseOrders orders(database, job->config->node.hostname);
      Result<std::vector<std::string>> recipients = orders.remaining(job->item);
      if (!recipients) return recipients.error();
      job->recipients = std::move(*recipients);
      try {
        Origin origin = origin_of(database, job->item.message);
        job->message_id = std::move(origin.message_id);
        // Older rows of the quarantine do not say it.
        if (job->item.zone.empty()) job->item.zone = std::move(origin.zone);
      } catch (const Poco::Exception&) {
        return database_error();
      }
      Result<Fd> file = unnamed_file(self->services_.scratch_directory, job->item.size < (1 << 20));
      if (!file) return file.error();
      FdSink sink(file->get());
      if (const Status loaded = vault.load(job->item.whole_message ? job->item.message : job->item.id, sink); !loaded)
        return loaded;
      if (!sink.flush()) return io_error("release.scratch", "cannot write a temporary file");
      job->bytes = std::move(*file);
      job->size = sink.written();
      return Ok{};
    }();
    if (!fetched) job->failure = fetched.error().text;
    self->services_.post([self, job] {
      if (!job->failure.empty()) return self->give_up(job->id(), job->failure);
      // Of a locked or broken member only its name is there: the archive around it can be released.
      if (job->size == 0 && job->item.size > 0) return self->give_up(job->id(), "its bytes were not kept: release what it came in");
      if (job->recipients.empty()) return self->give_up(job->id(), "everybody has it already");
      self->scan(job);
    });
  });
}

// The bytes themselves first, whatever is to become of them.
void Releaser::scan(const JobPtr& job) {
  if (!job->config->antivirus.enabled) return treat(job);
  Result<Mapping> bytes = Mapping::of(job->bytes.get());
  if (!bytes) return give_up(job->id(), bytes.error().text);
  scan_bytes(job, {{"", "", 0, job->size, std::make_shared<const Mapping>(std::move(*bytes))}}, &Releaser::treat);
}

void Releaser::scan_bytes(const JobPtr& job, std::vector<ScanJob::Subject> subjects, void (Releaser::*next)(const JobPtr&)) {
  ScanJob scan;
  scan.config = job->config;
  scan.subjects = std::move(subjects);
  scan.done = [self = shared_from_this(), job, next, asked = scan.subjects.size()](const std::vector<Scanned>& results) {
    if (results.size() != asked) return self->give_up(job->id(), "the virus scanner did not answer for all of it");
    for (const Scanned& one : results) {
      if (one.result.kind == ScanResult::Kind::clean) continue;
      const bool found = one.result.kind == ScanResult::Kind::found;
      return self->give_up(job->id(), (found ? "virus: " : "the virus scanner could not look at it: ") + one.result.detail);
    }
    ((*self).*next)(job);
  };
  services_.scanner.submit(std::move(scan));
}

void Releaser::treat(const JobPtr& job) {
  const ItemRecord& item = job->item;
  if (item.order.way == ReleaseWay::original) {
    job->treated.output_name = item.whole_message && item.name == "message.eml" && !item.subject.empty() ? item.subject + ".eml" : item.name;
    job->treated.action = sanitize::Action::rebuilt;
    job->treated.method = 4;
    return compose(job);
  }
  if (item.whole_message) return commit(job, Mapping::of(job->bytes.get()));
  WorkJob work;
  work.request.kind = WorkRequest::Kind::file;
  work.request.id = job->id();
  work.request.name = item.name;
  work.request.size = job->size;
  work.request.passwords = passwords_of(job->id());
  work.request.extract = job->config->antivirus.enabled;
  const auto profile = job->config->profiles.find(item.order.profile.empty() ? item.profile : item.order.profile);
  if (profile == job->config->profiles.end() || profile->second.relay)
    return give_up(job->id(), "there is no such profile any more");
  work.request.profile = profile->second;
  work.original = job->bytes.get();
  work.scratch_directory = services_.scratch_directory;
  work.done = [self = shared_from_this(), job](Result<WorkJob::Done> done) { self->treated(job, std::move(done)); };
  services_.workers.submit(std::move(work));
}

void Releaser::treated(const JobPtr& job, Result<WorkJob::Done> done) {
  if (!done) return give_up(job->id(), done.error().text);
  const sanitize::Report& report = done->response.report;
  if (report.items.empty() || report.items.front().output_name.empty() || done->response.output_size == 0)
    return give_up(job->id(), why_held(report));
  job->treated = report.items.front();
  job->output = std::move(done->output);
  if (!job->config->antivirus.enabled) return compose(job);
  job->extracted = std::move(done->extracted);
  Result<Mapping> extracted = Mapping::of(job->extracted.get());
  if (!extracted) return give_up(job->id(), extracted.error().text);
  const auto source = std::make_shared<const Mapping>(std::move(*extracted));
  std::vector<ScanJob::Subject> subjects;
  for (ExtractedRange& range : done->response.extracted)
    subjects.push_back({std::move(range.path), std::move(range.sha256), range.offset, range.size, source});
  scan_bytes(job, std::move(subjects), &Releaser::compose);
}

void Releaser::compose(const JobPtr& job) {
  services_.keeper.run([self = shared_from_this(), job](Database&, Vault&) {
    const auto written = [&]() -> Result<Mapping> {
      const Error failed = io_error("release.scratch", "cannot write a temporary file");
      const bool original = job->item.order.way == ReleaseWay::original;
      Result<Mapping> content = Mapping::of(original ? job->bytes.get() : job->output.get());
      if (!content) return content.error();
      Result<Fd> scratch = unnamed_file(self->services_.scratch_directory, false);
      Result<Fd> file = unnamed_file(self->services_.scratch_directory, job->size < (1 << 20));
      if (!scratch || !file) return failed;
      sanitize::Workspace workspace(scratch->release(), content->bytes().size() + sanitize::Workspace::kChunk);
      sanitize::Piece piece(workspace);
      piece.item = job->treated;
      const sanitize::Type* detected = sanitize::type_by_id(job->item.detected);
      std::vector<std::string> ignored;
      if (original) piece.item.output_name = sanitize::safe_name(job->treated.output_name, detected ? *detected : sanitize::type_unknown(), ignored);
      piece.type = original ? &sanitize::type_unknown() : &type_of(piece.item.output_name);
      piece.leaves = true;
      ReleaseMail mail;
      mail.release_id = job->id();
      mail.hostname = job->config->node.hostname;
      mail.in_reply_to = job->message_id;
      mail.postmaster = job->config->node.postmaster;
      mail.recipients = job->recipients;
      mail.at_ms = now_ms();
      if (const auto profile = job->config->profiles.find(job->item.profile); profile != job->config->profiles.end())
        mail.language = profile->second.notice_language;
      FdSink sink(file->get());
      if (!piece.blob.write(content->bytes()) || !piece.blob.finish() || !write_release_mail(mail, job->item, piece, sink) ||
          !sink.flush())
        return failed;
      return Mapping::of(file->get());
    };
    auto mail = std::make_shared<Result<Mapping>>(written());
    self->services_.post([self, job, mail] { self->commit(job, std::move(*mail)); });
  });
}

// Into the spool: a mail of ours that is ready, or the original of a whole mail, to be treated again.
void Releaser::commit(const JobPtr& job, Result<Mapping> mail) {
  if (!mail) return give_up(job->id(), mail.error().text);
  const bool again = job->item.whole_message && job->item.order.way != ReleaseWay::original;
  SpoolHeader header;
  header.id = {job->id()};
  header.received_ms = now_ms();
  header.release = again ? SpoolHeader::Release::again : SpoolHeader::Release::ready;
  header.release_profile = again ? job->item.order.profile : "";
  header.client = "by " + job->config->node.hostname + " (released)";
  const config::Zone* from = job->config->zone(job->item.zone);
  for (const std::string& recipient : job->recipients) {
    smtp::Recipient to;
    to.forward_path.text = recipient;
    header.envelope.recipients.push_back(std::move(to));
    // Asked for every way: a mail of ours that is ready is not asked about its flow any more.
    if (!from || !config::find_flow(*job->config, *from, job->item.sender, recipient))
      return give_up(job->id(), "no flow leads to " + recipient + " any more");
    const config::Zone* zone = config::zone_of_domain(*job->config, recipient.substr(recipient.rfind('@') + 1));
    if (!zone || (!header.zone.empty() && header.zone != zone->name))
      return give_up(job->id(), "its recipients are not in one zone any more");
    header.zone = zone->name;
  }
  if (again) {
    header.zone = job->item.zone;
    header.envelope.reverse_path.text = job->item.sender;
  }
  std::unique_ptr<Spool::Writer> writer = services_.spool.begin(std::move(header));
  if (!writer->write(mail->bytes())) return give_up(job->id(), "cannot write to the spool");
  writer->commit([self = shared_from_this(), job](Result<SpooledMessage> stored) {
    if (!stored) return self->give_up(job->id(), stored.error().text);
    self->under_way_.erase(job->id());
    self->services_.accept(std::move(*stored));
  });
}

void Releaser::give_up(const std::string& release_id, const std::string& answer) {
  log::warning("release.refused", {{"release", release_id}, {"why", answer}});
  services_.keeper.run([self = shared_from_this(), release_id, answer, node = services_.config()->node.hostname](Database& database, Vault&) {
    const Status done = ReleaseOrders(database, node).give_up(release_id, answer, now_ms());
    if (!done) log::error("release.failed", {{"release", release_id}, {"error", done.error().id}});
    self->services_.post([self, release_id] {
      self->under_way_.erase(release_id);
      self->over(release_id);
    });
  });
}

}  // namespace mugai::gateway
