#include "gateway/keep/store.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <unistd.h>

#include <mutex>
#include <nlohmann/json.hpp>

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::json;

namespace {

constexpr const char* kTables[] = {
    "CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, received_ms BIGINT NOT NULL, zone TEXT NOT NULL, "
    "client TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, profile TEXT NOT NULL, "
    "verdict TEXT NOT NULL, size BIGINT NOT NULL, report TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS messages_received ON messages (received_ms)",
    "CREATE TABLE IF NOT EXISTS quarantine (id TEXT PRIMARY KEY, message TEXT NOT NULL, state TEXT NOT NULL, "
    "sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, detected TEXT NOT NULL, "
    "reasons TEXT NOT NULL, since_ms BIGINT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS quarantine_since ON quarantine (since_ms)",
    "CREATE TABLE IF NOT EXISTS replies (message TEXT NOT NULL, recipient TEXT NOT NULL, state TEXT NOT NULL, "
    "reply TEXT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (message, recipient))",
};

std::string dump(const std::vector<std::string>& list) {
  return json(list).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<std::string> list_from(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  std::vector<std::string> out;
  if (parsed.is_array())
    for (const json& one : parsed)
      if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

Error database_error(const Poco::Exception& failure) {
  return {"store.database", "the database did not answer", failure.displayText()};
}

}  // namespace

struct Store::Session {
  explicit Session(const std::string& file) : data("SQLite", file) {}

  // To parse SQL costs more than to run it: the two statements that every message needs stay prepared, bound to these.
  template <class Row>
  struct Prepared {
    Row row;
    std::string recipients;
    Poco::Int64 at = 0, size = 0;
    std::optional<Poco::Data::Statement> insert;
  };

  void set_durable(bool wanted) {
    if (durable == wanted) return;
    data << (wanted ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"), now;
    durable = wanted;
  }

  Poco::Data::Session data;
  Prepared<MessageRow> message;
  Prepared<ReplyRow> reply;
  std::optional<bool> durable;
};

Store::Store(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& file) {
  static std::once_flag registered;
  std::call_once(registered, [] { Poco::Data::SQLite::Connector::registerConnector(); });
  try {
    auto session = std::make_unique<Session>(file);
    std::string mode;
    session->data << "PRAGMA journal_mode=WAL", into(mode), now;
    session->data << "PRAGMA busy_timeout=10000", now;
    for (const char* table : kTables) session->data << table, now;
    return std::unique_ptr<Store>(new Store(std::move(session)));
  } catch (const Poco::Exception& failure) {
    return Error{"store.open", "cannot open the database " + file, failure.displayText()};
  }
}

Result<std::unique_ptr<Store>> Store::open_existing(const std::string& file) {
  if (::access(file.c_str(), F_OK) != 0)
    return Error{"store.missing", "there is no database " + file + "; has the gateway ever run with this state?", ""};
  return open(file);
}

Status Store::transaction(bool durable, const std::function<void(Store&)>& body) {
  try {
    session_->set_durable(durable);
    session_->data.begin();
    try {
      body(*this);
      session_->data.commit();
    } catch (...) {
      // What failed half-way is prepared anew.
      session_->message.insert.reset();
      session_->reply.insert.reset();
      session_->data.rollback();
      throw;
    }
    return Ok{};
  } catch (const Poco::Exception& failure) {
    return database_error(failure);
  }
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
                     "size, report) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) ON CONFLICT (id) DO NOTHING",
        use(to.id), use(bound.at), use(to.zone), use(to.client), use(to.sender), use(bound.recipients), use(to.subject),
        use(to.profile), use(to.verdict), use(bound.size), use(to.report_json);
  }
  bound.insert->execute();
}

void Store::add(const QuarantineRow& row) {
  std::string id = row.id, message = row.message, state = row.state, sender = row.sender;
  std::string recipients = dump(row.recipients), subject = row.subject, name = row.name, detected = row.detected;
  std::string reasons = dump(row.reasons), sha256 = row.sha256;
  Poco::Int64 since = row.since_ms, size = static_cast<Poco::Int64>(row.size);
  session_->data << "INSERT INTO quarantine (id, message, state, sender, recipients, subject, name, detected, reasons, "
                    "since_ms, size, sha256) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12) ON CONFLICT (id) DO NOTHING",
      use(id), use(message), use(state), use(sender), use(recipients), use(subject), use(name), use(detected),
      use(reasons), use(since), use(size), use(sha256), now;
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

Result<std::vector<QuarantineRow>> Store::quarantine() {
  try {
    std::vector<QuarantineRow> out;
    QuarantineRow row;
    std::string recipients, reasons;
    Poco::Int64 since = 0, size = 0;
    Poco::Data::Statement select(session_->data);
    select << "SELECT id, message, state, sender, recipients, subject, name, detected, reasons, since_ms, size, sha256 "
              "FROM quarantine ORDER BY since_ms, id",
        into(row.id), into(row.message), into(row.state), into(row.sender), into(recipients), into(row.subject),
        into(row.name), into(row.detected), into(reasons), into(since), into(size), into(row.sha256), range(0, 1);
    while (!select.done()) {
      if (select.execute() == 0) break;
      row.recipients = list_from(recipients);
      row.reasons = list_from(reasons);
      row.since_ms = since;
      row.size = static_cast<uint64_t>(size);
      out.push_back(row);
    }
    return out;
  } catch (const Poco::Exception& failure) {
    return database_error(failure);
  }
}

Result<QuarantineRow> Store::quarantine_item(const std::string& id) {
  Result<std::vector<QuarantineRow>> all = quarantine();
  if (!all) return all.error();
  for (QuarantineRow& row : *all)
    if (row.id == id) return std::move(row);
  return Error{"quarantine.unknown", "there is no held item " + id, ""};
}

Result<std::string> Store::report_of(const std::string& message) {
  try {
    std::string id = message, report;
    session_->data << "SELECT report FROM messages WHERE id = $1", use(id), into(report), now;
    if (report.empty()) return Error{"store.unknown", "there is no record of message " + message, ""};
    return report;
  } catch (const Poco::Exception& failure) {
    return database_error(failure);
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

Status Store::remove_quarantine(const std::string& id) {
  return transaction(true, [&](Store&) {
    std::string key = id;
    session_->data << "DELETE FROM quarantine WHERE id = $1", use(key), now;
  });
}

}  // namespace mugai::gateway
