#include "gateway/search/index.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <optional>
#include <set>

#include "gateway/keep/store.h"
#include "gateway/search/words.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using words::Exact;
using words::Field;

namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr size_t kMaxNames = 50;

std::string words_of(const MessageRow& row) {
  words::Tokens tokens;
  tokens.add_sender(row.sender);
  tokens.add_recipients(row.recipients);
  tokens.add(Field::subject, row.subject);
  for (size_t i = 0; i < row.names.size() && i < kMaxNames; ++i) tokens.add(Field::name, row.names[i]);
  tokens.add(Exact::verdict, row.verdict);
  if (!row.message_id.empty()) tokens.add(Exact::message_id, words::bare_message_id(row.message_id));
  return tokens.take();
}

std::string words_of(const QuarantineRow& row) {
  words::Tokens tokens;
  tokens.add_sender(row.sender);
  tokens.add_recipients(row.recipients);
  tokens.add(Field::subject, row.subject);
  tokens.add(Field::name, row.name);
  for (const std::string& reason : row.reasons) tokens.add(Exact::reason, reason);
  return tokens.take();
}

}  // namespace

// The statement stays prepared, bound to these.
struct Index::Target {
  std::string table;
  std::string id, words;
  Poco::Int64 n = 0;
  Poco::Int64 last_moment = -1;   // the row before: many of one moment come one after the other
  std::optional<Poco::Data::Statement> insert;
};

Index::Index(Database& database) : database_(database), mails_(new Target), items_(new Target) {
  mails_->table = "mail_index";
  items_->table = "item_index";
}
Index::~Index() = default;

bool Index::place(Target& target, const std::string& id, int64_t at_ms, std::string words) {
  target.id = id;
  target.words = std::move(words);
  target.n = at_ms == target.last_moment ? target.n + 1 : at_ms * kPlacesPerMs;
  target.last_moment = at_ms;
  if (!target.insert) {
    target.insert.emplace(database_.session());
    *target.insert << "INSERT INTO " + target.table + " (n, id, words) VALUES ($1, $2, " +
                          (database_.is_postgresql() ? "CAST($3 AS tsvector)" : "$3") + ") ON CONFLICT DO NOTHING",
        use(target.n), use(target.id), use(target.words);
  }
  for (Poco::Int64 step = 1; target.insert->execute() == 0; step *= 2) {
    Poco::Int64 already = 0;
    database_.session() << "SELECT count(*) FROM " + target.table + " WHERE id = $1", use(target.id), into(already), now;
    if (already != 0) return false;
    target.n += step;
  }
  return true;
}

void Index::add(const MessageRow& row) {
  if (!place(*mails_, row.id, row.received_ms, words_of(row))) return;
  const int64_t hour = row.received_ms / kHourMs * kHourMs;
  std::set<std::string> domains{""};
  for (const std::string& recipient : row.recipients) domains.insert(words::domain_of(recipient));
  for (const std::string& domain : domains) ++counted_[{domain, hour, row.verdict}];
}

void Index::add(const QuarantineRow& row) { place(*items_, row.id, row.since_ms, words_of(row)); }

void Index::flush() {
  for (const auto& [key, mails] : counted_) {
    auto [domain, hour, verdict] = key;
    Poco::Int64 from = hour, count = mails;
    database_.session() << "INSERT INTO mail_counts (domain, hour_ms, verdict, mails) VALUES ($1,$2,$3,$4) "
                           "ON CONFLICT (domain, hour_ms, verdict) DO UPDATE SET mails = mail_counts.mails + excluded.mails",
        use(domain), use(from), use(verdict), use(count), now;
  }
  counted_.clear();
}

void Index::reset() {
  mails_->insert.reset();
  items_->insert.reset();
  counted_.clear();
}

}  // namespace mugai::gateway
