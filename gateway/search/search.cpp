#include "gateway/search/search.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "gateway/search/index.h"
#include "gateway/search/match.h"
#include "gateway/search/rows.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using words::Exact;
using words::Field;

namespace {

constexpr Poco::Int64 kEnd = INT64_MAX;
// PostgreSQL's index does not know the order of time. What is common is found among this many of the newest; what is rare
// is then quick to sort.
constexpr uint32_t kWalk = 8'000;
// What is found not often enough there, but often, is found soon behind it.
constexpr uint32_t kLongWalk = 40'000, kOften = 3;
// Rows that the index offers and that turn out not to hold the words in a row: so many pages' worth are looked at.
constexpr int kMaxRounds = 10;

const Error kForbidden{"search.forbidden", "this is not theirs to see", ""};
const Error kBadCursor{"search.cursor", "this page is not one of a list of ours; begin with the first", ""};
const Error kBadWords{"search.words", "there is nothing in these words that can be looked for", ""};

uint32_t limit_of(const Window& window) { return std::clamp<uint32_t>(window.limit, 1, kMaxPage); }

template <class Number>
bool read(std::string_view text, Number& out) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failure == std::errc() && end == text.data() + text.size();
}

struct Places {   // first <= n < end
  Poco::Int64 first = 0, end = kEnd;
};

int64_t place_of(int64_t ms) { return std::clamp<int64_t>(ms, 0, kEnd / kPlacesPerMs) * kPlacesPerMs; }

// "n" and the place of the last row seen.
std::optional<Places> places_of(const Window& window) {
  Places places;
  if (window.from_ms > 0) places.first = place_of(window.from_ms);
  if (window.to_ms > 0) places.end = place_of(window.to_ms);
  if (window.cursor.empty()) return places;
  Poco::Int64 last = 0;
  if (window.cursor[0] != 'n' || !read(std::string_view(window.cursor).substr(1), last) || last < 0) return std::nullopt;
  places.end = std::min(places.end, last);
  return places;
}

struct Source {   // the tables of one kind of row
  const char* index;
  const char* words;
  const char* table;
  std::string columns;
};

// Rows of the table in the order of the index, as `columns` says, for one page; `filter` is on the table (`r`).
template <class Row>
std::vector<Found<Row>> page_of(Database& database, const Source& source, const Match& match,
                                            const std::string& filter, const Places& places, uint32_t limit) {
  std::string expression = match.text(database.is_postgresql());
  Poco::Int64 first = places.first, end = places.end;
  const std::string columns = "SELECT i.n, " + source.columns;
  const std::string rows = std::string(" JOIN ") + source.table + " r ON r.id = i.id ";
  const std::string also = filter.empty() ? "" : " AND " + filter;
  const std::string order = " ORDER BY i.n DESC LIMIT ";
  const auto read = [&](const std::string& sql, auto&... bound) { return select_rows<Row>(database, sql, bound...); };
  if (match.empty())
    return read(columns + " FROM " + source.index + " i" + rows + "WHERE i.n >= $1 AND i.n < $2" + also + order +
                           std::to_string(limit), first, end);
  // To SQLite the beginning of a word is all its words at once, before the first row: what is common is met sooner this way.
  if (!database.is_postgresql() && match.has_prefix()) {
    Poco::Int64 walked = first;
    database.session() << std::string("SELECT n FROM ") + source.index + " WHERE n >= $1 AND n < $2 ORDER BY n DESC LIMIT 1 OFFSET " +
                              std::to_string(kWalk), use(first), use(end), into(walked), now;
    auto found = read(columns + " FROM " + source.index + " i CROSS" + rows + "WHERE i.n >= $1 AND i.n < $2 AND " +
                          match.condition("words") + also + order + std::to_string(limit),
                      walked, end);
    if (found.size() >= limit) return found;
  }
  if (!database.is_postgresql())
    // The order of the tables is the order of the reading: the words first.
    return read(columns + " FROM " + source.words + " w CROSS JOIN " + source.index + " i ON i.n = w.rowid CROSS JOIN " +
                           source.table + " r ON r.id = i.id WHERE w.rowid >= $1 AND w.rowid < $2 AND " + source.words +
                           " MATCH $3" + also + " ORDER BY w.rowid DESC LIMIT " + std::to_string(limit),
                       first, end, expression);
  const std::string within = std::string(" FROM ") + source.index + " WHERE n >= $1 AND n < $2";
  const auto walk = [&](uint32_t length) {
    return read(columns + " FROM (SELECT n, id, words" + within + " ORDER BY n DESC LIMIT " + std::to_string(length) + ") i" + rows +
                    "WHERE i.words @@ CAST($3 AS tsquery)" + also + order + std::to_string(limit),
                first, end, expression);
  };
  auto found = walk(kWalk);
  if (found.size() * kOften >= limit && found.size() < limit) found = walk(kLongWalk);
  if (found.size() >= limit) return found;
  return read("WITH i AS MATERIALIZED (SELECT n, id" + within + " AND words @@ CAST($3 AS tsquery)) " + columns + " FROM i" +
                         rows + "WHERE TRUE" + also + order + std::to_string(limit),
                     first, end, expression);
}

// Asks for pages until one is full: the index offers some rows that do not hold the words as they were written.
template <class Row, class Holds>
Page<Row> collect(Database& database, const Source& source, const Match& match, const std::string& filter, Places places,
                  uint32_t limit, Holds holds) {
  Page<Row> page;
  for (int round = 0;; ++round) {
    auto found = page_of<Row>(database, source, match, filter, places, limit + 1);
    const bool more = found.size() > limit;
    if (more) found.pop_back();
    for (auto& one : found) {
      if (page.rows.size() == limit) {
        page.next = "n" + std::to_string(places.end);
        return page;
      }
      places.end = one.n;
      if (holds(one.row)) page.rows.push_back(std::move(one.row));
    }
    if (!more) return page;
    if (page.rows.size() == limit || round == kMaxRounds) {
      page.next = "n" + std::to_string(places.end);
      return page;
    }
  }
}

std::string states_filter(const std::vector<ItemState>& states) {
  std::string list;
  for (const ItemState state : states) list += (list.empty() ? "'" : ", '") + std::string(to_string(state)) + "'";
  return list.empty() ? "" : "r.state IN (" + list + ")";
}

// Without words the quarantine itself is read, by time, one stream a state. Cursor: "t", time, "-", id.
struct After {
  Poco::Int64 ms = kEnd;
  std::string id;
};

std::optional<After> after_of(const Window& window) {
  After after;
  if (window.to_ms > 0) after.ms = window.to_ms;
  if (window.cursor.empty()) return after;
  const size_t dash = window.cursor.find('-');
  if (window.cursor[0] != 't' || dash == std::string::npos) return std::nullopt;
  if (!read(std::string_view(window.cursor).substr(1, dash - 1), after.ms)) return std::nullopt;
  after.id = window.cursor.substr(dash + 1);
  return after;
}

std::vector<Found<ItemRow>> stream(Database& database, const std::string& state, int64_t from_ms, const After& after, uint32_t limit) {
  Poco::Int64 first = from_ms, ms = after.ms;
  std::string id = after.id, wanted = state;
  // Two ranges of one index: the rest of that millisecond, then what is older.
  const std::string where = state.empty() ? "" : " AND r.state = $3";
  const std::string list = std::string("SELECT 0, ") + kItemColumns + " FROM quarantine r WHERE ";
  const std::string order = where + " ORDER BY r.since_ms DESC, r.id DESC LIMIT ";
  std::vector<Found<ItemRow>> out;
  if (!id.empty()) {
    const std::string text = list + "r.since_ms = $1 AND r.id < $2" + order + std::to_string(limit);
    out = state.empty() ? select_rows<ItemRow>(database, text, ms, id) : select_rows<ItemRow>(database, text, ms, id, wanted);
  }
  if (out.size() < limit) {
    const std::string text = list + "r.since_ms >= $1 AND r.since_ms < $2" + order + std::to_string(limit - out.size());
    auto older = state.empty() ? select_rows<ItemRow>(database, text, first, ms) : select_rows<ItemRow>(database, text, first, ms, wanted);
    std::move(older.begin(), older.end(), std::back_inserter(out));
  }
  return out;
}

Page<ItemRow> newest_items(Database& database, const ItemQuery& query, const After& after, uint32_t limit) {
  std::vector<std::string> states;
  for (const ItemState state : query.states) states.emplace_back(to_string(state));
  if (states.empty()) states.emplace_back();
  std::vector<Found<ItemRow>> all;
  for (const std::string& state : states) {
    auto some = stream(database, state, query.from_ms, after, limit + 1);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.row.since_ms, a.row.id) > std::tie(b.row.since_ms, b.row.id);
  });
  Page<ItemRow> page;
  for (auto& one : all) {
    if (page.rows.size() == limit) {
      page.next = "t" + std::to_string(page.rows.back().since_ms) + "-" + page.rows.back().id;
      break;
    }
    page.rows.push_back(std::move(one.row));
  }
  return page;
}

bool holds_all(const std::string& words, const std::vector<std::string>& recipients, std::vector<std::string> texts) {
  if (words.empty()) return true;
  texts.insert(texts.end(), recipients.begin(), recipients.end());
  return holds(words, texts);
}

// Whoever sees only some recipients of a mail must not learn of the others by looking for them: words are not looked for
// among recipients at all, and an address only among those that are shown.
std::vector<Field> fields_of(const Person& by) {
  std::vector<Field> fields{Field::sender, Field::subject, Field::name};
  if (by.domains.empty()) fields.push_back(Field::recipient);
  return fields;
}

// All of the words in one of the addresses.
bool is_among(const std::string& wanted, const std::vector<std::string>& shown) {
  return std::any_of(shown.begin(), shown.end(), [&](const std::string& address) {
    const std::string folded = words::fold(address);
    std::istringstream all(words::fold(wanted));
    for (std::string word; all >> word;)
      if (folded.find(word) == std::string::npos) return false;
    return true;
  });
}

bool may_match(const Person& by, const std::string& recipient, const std::vector<std::string>& recipients) {
  return recipient.empty() || by.domains.empty() || is_among(recipient, by.own(recipients));
}

// Of both queries: what they have in common. False: nothing to look for.
template <class Query>
bool require_common(Match& match, const Person& by, const Query& query) {
  match.limit_to(by.domains);
  return (query.words.empty() || match.require(query.words, fields_of(by))) &&
         (query.sender.empty() || match.require_address(query.sender, Exact::sender, Exact::sender_domain, Field::sender)) &&
         (query.recipient.empty() ||
          match.require_address(query.recipient, Exact::recipient, Exact::recipient_domain, Field::recipient)) &&
         (query.subject.empty() || match.require(query.subject, {Field::subject}));
}

const Source kItemSource{"item_index", "item_words", "quarantine", kItemColumns};
const Source kMailSource{"mail_index", "mail_words", "messages", kMailColumns};

template <class Row>
Page<Row> for_eyes_of(const Person& by, Page<Row> page) {
  for (Row& row : page.rows) row.recipients = by.own(std::move(row.recipients));
  return page;
}

}  // namespace

uint64_t Slot::all() const {
  uint64_t sum = 0;
  for (const uint64_t one : mails) sum += one;
  return sum;
}

Result<Page<ItemRow>> Search::items(const Person& by, const ItemQuery& query) {
  if (!by.may(Permission::see_items)) return kForbidden;
  Match match;
  if (!require_common(match, by, query) || (!query.name.empty() && !match.require(query.name, {Field::name}))) return kBadWords;
  if (!query.reason.empty()) match.require(Exact::reason, query.reason);
  try {
    if (match.empty()) {
      const std::optional<After> after = after_of(query);
      return after ? for_eyes_of(by, newest_items(database_, query, *after, limit_of(query))) : Result<Page<ItemRow>>(kBadCursor);
    }
    const std::optional<Places> places = places_of(query);
    if (!places) return kBadCursor;
    return for_eyes_of(by, collect<ItemRow>(database_, kItemSource, match, states_filter(query.states), *places, limit_of(query),
                                            [&](const ItemRow& row) {
                                              return by.sees(row.recipients) && may_match(by, query.recipient, row.recipients) && holds(query.subject, {row.subject}) &&
                                                     holds(query.name, {row.name}) &&
                                                     holds_all(query.words, by.own(row.recipients), {row.sender, row.subject, row.name});
                                            }));
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<Page<MailRow>> Search::messages(const Person& by, const MessageQuery& query) {
  if (!by.may(Permission::see_messages)) return kForbidden;
  Match match;
  if (!require_common(match, by, query)) return kBadWords;
  if (!query.message_id.empty()) match.require(Exact::message_id, words::bare_message_id(query.message_id));
  if (!query.verdict.empty()) match.require(Exact::verdict, query.verdict);
  const std::optional<Places> places = places_of(query);
  if (!places) return kBadCursor;
  try {
    return for_eyes_of(by, collect<MailRow>(database_, kMailSource, match, "", *places, limit_of(query), [&](const MailRow& row) {
      // Names of attachments are in the index alone: words of pairs may be theirs.
      return by.sees(row.recipients) && may_match(by, query.recipient, row.recipients) && holds(query.subject, {row.subject});
    }));
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<Mail> Search::message(const Person& by, const std::string& id) {
  if (!by.may(Permission::see_messages)) return kForbidden;
  try {
    std::string key = id;
    auto found = select_rows<MailRow>(database_, std::string("SELECT 0, ") + kMailColumns + " FROM messages r WHERE r.id = $1", key);
    if (found.empty() || !by.sees(found.front().row.recipients)) return Error{"search.unknown", "there is no such mail", ""};
    Mail mail;
    static_cast<MailRow&>(mail) = std::move(found.front().row);
    database_.session() << "SELECT report FROM messages WHERE id = $1", use(key), into(mail.report_json), now;
    mail.replies = replies_of(database_, key);
    if (by.may(Permission::see_items))
      for (auto& one : select_rows<ItemRow>(database_, std::string("SELECT 0, ") + kItemColumns +
                                                      " FROM quarantine r WHERE r.message = $1 ORDER BY length(r.id), r.id", key))
        mail.items.push_back(std::move(one.row));
    mail.recipients = by.own(std::move(mail.recipients));
    std::erase_if(mail.replies, [&](const MailReply& one) { return by.own({one.recipient}).empty(); });
    for (ItemRow& item : mail.items) item.recipients = by.own(std::move(item.recipients));
    return mail;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

std::string Search::subject(const std::string& message) {
  try {
    std::string id = message, found;
    database_.session() << "SELECT subject FROM messages WHERE id = $1", use(id), into(found), now;
    return found;
  } catch (const Poco::Exception&) {
    return {};
  }
}

}  // namespace mugai::gateway
