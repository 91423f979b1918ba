#include "gateway/quarantine/digest_sender.h"

#include <ctime>

#include "config/routing.h"
#include "gateway/log.h"
#include "gateway/relay/clock.h"

namespace mugai::gateway {

namespace {

int minute_of_day(int64_t at_ms) {
  const std::time_t seconds = static_cast<std::time_t>(at_ms / 1000);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local.tm_hour * 60 + local.tm_min;
}

}  // namespace

void DigestSender::tick(int64_t now_ms) {
  const int64_t before = std::exchange(last_ms_, now_ms);
  const std::shared_ptr<const config::Config> config = services_.config();
  const int at = config->console.digest_minute;
  if (at < 0 || before == 0 || config->console.public_url.empty()) return;
  if (minute_of_day(now_ms) != at || minute_of_day(before) == at) return;
  services_.keeper.run([self = shared_from_this(), now_ms](Database& database, Vault&) {
    const Result<bool> turn = Digests(database).take_turn(now_ms);
    if (turn && !*turn) return;
    Result<std::vector<Digest>> due = turn ? Digests(database).due(now_ms) : turn.error();
    if (!due) return log::error("digest.failed", {{"error", due.error().id}, {"detail", due.error().detail}});
    self->services_.post([self, now_ms, digests = std::move(*due)] {
      for (const Digest& one : digests) self->send(one, now_ms);
    });
  });
}

void DigestSender::send(const Digest& digest, int64_t now_ms) {
  const std::shared_ptr<const config::Config> config = services_.config();
  const std::string& recipient = digest.recipient;
  const config::Zone* zone = config::zone_of_domain(*config, recipient.substr(recipient.rfind('@') + 1));
  if (!zone) return;
  SpoolHeader header;
  header.id = new_message_id(now_ms);
  header.received_ms = now_ms;
  header.own_dsn = true;
  header.zone = zone->name;
  header.client = "by " + config->node.hostname;
  smtp::Recipient to;
  to.forward_path.text = recipient;
  header.envelope.recipients = {to};
  const DigestLinks links{config->console.public_url + "/digest/" + digest_token(services_.secrets, recipient),
                          [&](const std::string& message) { return services_.request_link(message, recipient); }};
  const std::string content = write_digest(digest, links, header.id.text, config->node.hostname, now_ms);
  std::unique_ptr<Spool::Writer> writer = services_.spool.begin(std::move(header));
  if (!writer->write(content)) return log::error("digest.failed", {{"recipient", recipient}, {"error", "spool.full"}});
  writer->commit([self = shared_from_this(), recipient, now_ms](Result<SpooledMessage> stored) {
    if (!stored) return log::error("digest.failed", {{"recipient", recipient}, {"error", stored.error().id}});
    log::info("digest.sent", {{"message", stored->header.id.text}, {"recipient", recipient}});
    self->services_.accept(std::move(*stored));
    self->services_.keeper.run([recipient, now_ms](Database& database, Vault&) {
      if (const Status noted = Digests(database).told(recipient, now_ms); !noted)
        log::error("digest.failed", {{"recipient", recipient}, {"error", noted.error().id}});
    });
  });
}

}  // namespace mugai::gateway
