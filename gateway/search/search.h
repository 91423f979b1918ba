// Finding held things and tracked mails: for the console's lists, the API and the command line. Reads only. Newest first,
// page by page; what a Person may not see is not found, counted or hinted at (Person::domains, may()). Lists never read a
// report. Words are found in any spelling of width and case; Japanese by any run of its characters, other words whole, or
// by their beginning with a `*` after it ("tana*", three letters or more). Bound to a Database and its thread.
// Errors: "search.forbidden", "search.cursor" (not one of ours), "search.words" (nothing in them that can be looked for),
// "search.unknown" (no such mail, or not theirs to see), "store.database".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/base/result.h"
#include "gateway/accounts/person.h"
#include "gateway/database/database.h"
#include "gateway/quarantine/item.h"

namespace mugai::gateway {

constexpr uint32_t kMaxPage = 200;

template <class Row>
struct Page {
  std::vector<Row> rows;
  std::string next;   // cursor of the page after this one; empty: there is none. Opaque, safe in a URL
};

// Of both kinds of query. Empty or 0: any.
struct Window {
  int64_t from_ms = 0, to_ms = 0;   // from <= time < to
  std::string cursor;
  uint32_t limit = 50;              // 1 to kMaxPage; more is kMaxPage
};

struct ItemQuery : Window {
  std::string words;                // each of them in sender, recipients, subject or file name
  std::string sender, recipient;    // a whole address, "@domain", or words of one
  std::string subject, name;        // words
  std::string reason;               // an id: "macro"
  std::vector<ItemState> states;
};

struct MessageQuery : Window {
  std::string words;                // each of them in sender, recipients, subject or an attachment's name
  std::string message_id;           // with or without <>
  std::string sender, recipient, subject;
  std::string verdict;              // "clean", "altered", "held", "refused", "relayed"
};

struct ItemRow {
  std::string id, message;
  ItemState state = ItemState::held;
  bool whole_message = false;
  std::string sender;
  std::vector<std::string> recipients;
  std::string subject, name, detected;
  std::vector<std::string> reasons;
  int64_t since_ms = 0;
  uint64_t size = 0;
};

struct MailRow {
  std::string id;
  int64_t received_ms = 0;
  std::string zone, client, sender;
  std::vector<std::string> recipients;
  std::string subject, profile, verdict;
  std::string message_id;           // of the mail's header, without <>; empty when there was none that could be read
  uint64_t size = 0;
};

struct MailReply {
  std::string recipient;
  std::string state;                // "delivered", "deferred", "failed"
  std::string reply;                // the next hop's
  int64_t at_ms = 0;
};

struct Mail : MailRow {
  std::string report_json;          // "{}" where nothing was looked into
  std::vector<MailReply> replies;   // by recipient
  std::vector<ItemRow> items;       // in the order of the report
};

// Mails by verdict, in the order of kVerdicts.
constexpr std::array<const char*, 5> kVerdicts{"clean", "altered", "held", "refused", "relayed"};
struct Slot {
  int64_t from_ms = 0;              // its beginning
  std::array<uint64_t, kVerdicts.size()> mails{};
  uint64_t all() const;
};

struct Counts {
  std::vector<Slot> hours;          // 24, the last one under way
  std::vector<Slot> days;           // 30 local days, today's last
  std::array<uint64_t, 8> items{};  // by ItemState
  uint64_t in_state(ItemState state) const { return items.at(static_cast<size_t>(state)); }
};

// Of everybody, since there are figures: mails that came, items that are there.
struct Totals {
  std::array<uint64_t, kVerdicts.size()> mails{};
  std::array<uint64_t, 8> items{};
};

class Search {
 public:
  explicit Search(Database& database) : database_(database) {}

  // A page may be shorter than asked for and still have a next one.
  Result<Page<ItemRow>> items(const Person& by, const ItemQuery& query);
  Result<Page<MailRow>> messages(const Person& by, const MessageQuery& query);
  Result<Mail> message(const Person& by, const std::string& id);
  // Somebody with several domains: a mail to two of them counts for each.
  Result<Counts> counts(const Person& by, int64_t now_ms);
  Result<Totals> totals();
  // Of one mail that the caller has the right to see; empty when it is not known.
  std::string subject(const std::string& message);

 private:
  Database& database_;
};

}  // namespace mugai::gateway
