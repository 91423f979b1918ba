#include "gateway/keep/store.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <optional>
#include <nlohmann/json.hpp>

#include "gateway/search/index.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::json;

namespace {

std::string dump(const std::vector<std::string>& list) {
  return json(list).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

struct Store::Session {
  explicit Session(std::unique_ptr<Database> opened)
      : database(std::move(opened)), data(database->session()), index(*database) {}

  // To parse SQL costs more than to run it: the two statements that every message needs stay prepared, bound to these.
  template <class Row>
  struct Prepared {
    Row row;
    std::string recipients;
    Poco::Int64 at = 0, size = 0;
    std::optional<Poco::Data::Statement> insert;
  };

  std::unique_ptr<Database> database;
  Poco::Data::Session& data;
  Index index;
  Prepared<MessageRow> message;
  Prepared<ReplyRow> reply;
};

Store::Store(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Store::~Store() = default;

std::unique_ptr<Store> Store::on(std::unique_ptr<Database> database) {
  return std::unique_ptr<Store>(new Store(std::make_unique<Session>(std::move(database))));
}

Result<std::unique_ptr<Store>> Store::open(const config::Node& node) {
  Result<std::unique_ptr<Database>> database = Database::open(node);
  if (!database) return database.error();
  return on(std::move(*database));
}

Result<std::unique_ptr<Store>> Store::open_existing(const config::Node& node) {
  Result<std::unique_ptr<Database>> database = Database::open_existing(node);
  if (!database) return database.error();
  return on(std::move(*database));
}

Database& Store::database() { return *session_->database; }

Status Store::transaction(bool durable, const std::function<void(Store&)>& body) {
  const auto guarded = [&] {
    try {
      body(*this);
      session_->index.flush();
    } catch (...) {
      // What failed half-way is prepared anew.
      session_->message.insert.reset();
      session_->reply.insert.reset();
      session_->index.reset();
      throw;
    }
  };
  return session_->database->run(durable, guarded);
}

void Store::add(const MessageRow& row) {
  auto& bound = session_->message;
  bound.row = row;
  bound.recipients = dump(row.recipients);
  bound.at = row.received_ms;
  bound.size = static_cast<Poco::Int64>(row.size);
  if (!bound.insert) {
    MessageRow& to = bound.row;
    bound.insert.emplace(session_->data);
    *bound.insert << "INSERT INTO messages (id, received_ms, zone, client, sender, recipients, subject, profile, verdict, "
                     "size, report, message_id) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12) ON CONFLICT (id) DO NOTHING",
        use(to.id), use(bound.at), use(to.zone), use(to.client), use(to.sender), use(bound.recipients), use(to.subject),
        use(to.profile), use(to.verdict), use(bound.size), use(to.report_json), use(to.message_id);
  }
  if (bound.insert->execute() != 0) session_->index.add(row);
}

void Store::add(const QuarantineRow& row) {
  std::string id = row.id, message = row.message, state = row.state, sender = row.sender;
  std::string recipients = dump(row.recipients), subject = row.subject, name = row.name, detected = row.detected;
  std::string reasons = dump(row.reasons), sha256 = row.sha256, zone = row.zone, profile = row.profile, node = row.node;
  Poco::Int64 whole = row.whole_message ? 1 : 0;
  Poco::Int64 since = row.since_ms, size = static_cast<Poco::Int64>(row.size);
  session_->data << "INSERT INTO quarantine (id, message, state, sender, recipients, subject, name, detected, reasons, "
                    "since_ms, size, sha256, whole_message, zone, profile, node) "
                    "VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16) ON CONFLICT (id) DO NOTHING",
      use(id), use(message), use(state), use(sender), use(recipients), use(subject), use(name), use(detected),
      use(reasons), use(since), use(size), use(sha256), use(whole), use(zone), use(profile), use(node), now;
  session_->index.add(row);
}

void Store::add(const ReplyRow& row) {
  auto& bound = session_->reply;
  bound.row = row;
  bound.at = row.at_ms;
  if (!bound.insert) {
    ReplyRow& to = bound.row;
    bound.insert.emplace(session_->data);
    *bound.insert << "INSERT INTO replies (message, recipient, state, reply, at_ms) VALUES ($1,$2,$3,$4,$5) "
                     "ON CONFLICT (message, recipient) DO UPDATE SET state=excluded.state, reply=excluded.reply, "
                     "at_ms=excluded.at_ms",
        use(to.message), use(to.recipient), use(to.state), use(to.reply), use(bound.at);
  }
  bound.insert->execute();
}

Result<std::string> Store::report_of(const std::string& message) {
  try {
    std::string id = message, report;
    session_->data << "SELECT report FROM messages WHERE id = $1", use(id), into(report), now;
    if (report.empty()) return Error{"store.unknown", "there is no record of message " + message, ""};
    return report;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

std::string Store::subject_of(const std::string& message) {
  try {
    std::string id = message, subject;
    session_->data << "SELECT subject FROM messages WHERE id = $1", use(id), into(subject), now;
    return subject;
  } catch (const Poco::Exception&) {
    return {};
  }
}

}  // namespace mugai::gateway
