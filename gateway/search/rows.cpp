#include "gateway/search/rows.h"

#include <nlohmann/json.hpp>

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::json;

namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<Poco::Int64>;

Texts list_from(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  Texts out;
  if (parsed.is_array())
    for (const json& one : parsed)
      if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

}  // namespace

void read_rows(Poco::Data::Statement& select, std::vector<Found<ItemRow>>& out) {
  Texts id, message, state, sender, recipients, subject, name, detected, reasons;
  Numbers n, whole, since, size;
  select, into(n), into(id), into(message), into(state), into(whole), into(sender), into(recipients), into(subject), into(name),
      into(detected), into(reasons), into(since), into(size), now;
  out.resize(n.size());
  for (size_t i = 0; i < n.size(); ++i) {
    out[i].n = n[i];
    ItemRow& row = out[i].row;
    row.id = id[i];
    row.message = message[i];
    row.state = item_state_from(state[i]).value_or(ItemState::held);
    row.whole_message = whole[i] != 0;
    row.sender = sender[i];
    row.recipients = list_from(recipients[i]);
    row.subject = subject[i];
    row.name = name[i];
    row.detected = detected[i];
    row.reasons = list_from(reasons[i]);
    row.since_ms = since[i];
    row.size = static_cast<uint64_t>(size[i]);
  }
}

void read_rows(Poco::Data::Statement& select, std::vector<Found<MailRow>>& out) {
  Texts id, zone, client, sender, recipients, subject, profile, verdict, message_id;
  Numbers n, received, size;
  select, into(n), into(id), into(received), into(zone), into(client), into(sender), into(recipients), into(subject),
      into(profile), into(verdict), into(message_id), into(size), now;
  out.resize(n.size());
  for (size_t i = 0; i < n.size(); ++i) {
    out[i].n = n[i];
    MailRow& row = out[i].row;
    row.id = id[i];
    row.received_ms = received[i];
    row.zone = zone[i];
    row.client = client[i];
    row.sender = sender[i];
    row.recipients = list_from(recipients[i]);
    row.subject = subject[i];
    row.profile = profile[i];
    row.verdict = verdict[i];
    row.message_id = message_id[i];
    row.size = static_cast<uint64_t>(size[i]);
  }
}

std::vector<MailReply> replies_of(Database& database, const std::string& message) {
  Texts recipient, state, reply;
  Numbers at;
  std::string key = message;
  database.session() << "SELECT recipient, state, reply, at_ms FROM replies WHERE message = $1 ORDER BY recipient", use(key),
      into(recipient), into(state), into(reply), into(at), now;
  std::vector<MailReply> out;
  for (size_t i = 0; i < at.size(); ++i) out.push_back({recipient[i], state[i], reply[i], at[i]});
  return out;
}

}  // namespace mugai::gateway
