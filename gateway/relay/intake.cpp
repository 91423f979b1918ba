#include "gateway/relay/intake.h"

#include "config/parse.h"
#include "config/routing.h"
#include "gateway/log.h"
#include "gateway/relay/clock.h"

namespace mugai::gateway {

namespace {

constexpr size_t kMaxQueue = 20'000;   // accepted messages that wait for a worker: beyond it, back-pressure
constexpr int64_t kFreeBytesMs = 250;

const smtp::Reply kYes{250, "2.0.0", "OK"};
const smtp::Reply kNoZone{554, "5.7.1", "Your address may not send mail here; ask the administrator to name it in a zone"};
const smtp::Reply kNoFlow{550, "5.7.1", "No flow allows mail from your network to this address"};
const smtp::Reply kNoDomain{550, "5.1.2", "This address has no domain that mail is taken for"};
const smtp::Reply kDiskFull{452, "4.3.1", "Not enough disk space, try again later"};
const smtp::Reply kVaultFull{451, "4.3.1", "The vault is full, try again later"};
const smtp::Reply kBusy{451, "4.3.2", "Too much mail is waiting, try again later"};
const smtp::Reply kCannotStore{451, "4.3.0", "The message could not be stored, try again later"};

// "from mx.example ([192.0.2.1]) by gw.example with ESMTPS", the beginning of our Received field (RFC 5321 §4.4).
std::string trace_of(const smtp::ClientInfo& client, const std::string& hostname, bool smtputf8) {
  std::string with = smtputf8 ? "UTF8SMTP" : client.esmtp ? "ESMTP" : "SMTP";
  if (client.tls) with += "S";
  std::string out = "from " + (client.helo.empty() ? std::string("unknown") : client.helo) + " ([" + client.address +
                    "]) by " + hostname + " with " + with;
  if (client.tls) out += " (" + client.tls_protocol + " " + client.tls_cipher + ")";
  return out;
}

class SpoolSink : public smtp::MessageSink {
 public:
  SpoolSink(std::unique_ptr<Spool::Writer> writer, std::function<void(SpooledMessage)> accepted)
      : writer_(std::move(writer)), accepted_(std::move(accepted)) {}

  bool write(Bytes content) override { return writer_->write(content); }

  void commit(std::function<void(smtp::Reply)> done) override {
    writer_->commit([done = std::move(done), accepted = std::move(accepted_)](Result<SpooledMessage> stored) {
      if (!stored) {
        log::error("spool.failed", {{"error", stored.error().id}, {"detail", stored.error().detail}});
        done(stored.error().id == "spool.full" ? kDiskFull : kCannotStore);
        return;
      }
      const SpoolHeader& header = stored->header;
      log::info("message.accepted", {{"message", header.id.text},
                                     {"zone", header.zone},
                                     {"from", header.envelope.reverse_path.text},
                                     {"recipients", std::to_string(header.envelope.recipients.size())},
                                     {"size", std::to_string(stored->content_size)}});
      done({250, "2.0.0", "Accepted as " + header.id.text});
      accepted(std::move(*stored));
    });
  }

 private:
  std::unique_ptr<Spool::Writer> writer_;
  std::function<void(SpooledMessage)> accepted_;
};

}  // namespace

const config::Zone* Intake::zone_of(const config::Config& config, const smtp::ClientInfo& client) const {
  const auto address = config::IpAddress::parse(client.address);
  const auto listener = config::parse_endpoint(client.listener);
  return address && listener ? config::zone_of_client(config, *listener, *address) : nullptr;
}

smtp::Reply Intake::client(const smtp::ClientInfo& client) {
  if (zone_of(*services_.config(), client)) return kYes;
  log::warning("client.refused", {{"client", client.address}, {"listener", client.listener}});
  return kNoZone;
}

uint64_t Intake::free_bytes() {
  const int64_t now = now_ms();
  // A clock that was set back must not make the old answer stay.
  if (now >= free_bytes_until_ms_ || now < free_bytes_until_ms_ - kFreeBytesMs) {
    free_bytes_ = services_.spool.free_bytes();
    free_bytes_until_ms_ = now + kFreeBytesMs;
  }
  return free_bytes_;
}

smtp::Reply Intake::sender(const smtp::ClientInfo&, const smtp::Envelope& envelope) {
  const auto config = services_.config();
  if (free_bytes() < config->queue.min_free_bytes + envelope.declared_size) return kDiskFull;
  if (services_.vault_is_full()) return kVaultFull;
  if (services_.queue_length() > kMaxQueue) return kBusy;
  return kYes;
}

smtp::Reply Intake::recipient(const smtp::ClientInfo& client, const smtp::Envelope& so_far,
                              const smtp::Recipient& recipient) {
  const auto config = services_.config();
  const config::Zone* zone = zone_of(*config, client);
  if (!zone) return kNoZone;
  const std::string& address = recipient.forward_path.text;
  if (recipient.forward_path.domain().empty()) return kNoDomain;
  if (config::find_flow(*config, *zone, so_far.reverse_path.text, address)) return kYes;
  log::warning("recipient.refused",
               {{"client", client.address}, {"zone", zone->name}, {"from", so_far.reverse_path.text}, {"to", address}});
  return kNoFlow;
}

std::unique_ptr<smtp::MessageSink> Intake::message(const smtp::ClientInfo& client, const smtp::Envelope& envelope,
                                                   smtp::Reply& refusal) {
  const auto config = services_.config();
  const config::Zone* zone = zone_of(*config, client);
  if (!zone) {
    refusal = kNoZone;
    return nullptr;
  }
  SpoolHeader header;
  header.received_ms = now_ms();
  header.id = new_message_id(header.received_ms);
  header.zone = zone->name;
  header.client = trace_of(client, config->node.hostname, envelope.smtputf8);
  header.envelope = envelope;
  return std::make_unique<SpoolSink>(services_.spool.begin(std::move(header)), services_.accepted);
}

void Intake::refused(const smtp::ClientInfo& client, const smtp::Envelope& envelope, const smtp::Reply& reply) {
  log::warning("message.refused", {{"client", client.address}, {"from", envelope.reverse_path.text}, {"reply", smtp::to_line(reply)}});
}

// An orderly QUIT after good mail is no news.
void Intake::ended(const smtp::ClientInfo& client, const smtp::SessionEnd& end) {
  if (end.errors == 0 && end.reason.starts_with("221")) return;
  log::info("client.ended", {{"client", client.address},
                             {"messages", std::to_string(end.messages)},
                             {"errors", std::to_string(end.errors)},
                             {"reason", end.reason}});
}

}  // namespace mugai::gateway
