#include <algorithm>
#include <cstdio>
#include <map>

#include "gateway/cli/cli.h"
#include "gateway/cli/quarantine_common.h"
#include "gateway/quarantine/item_rows.h"
#include "gateway/relay/clock.h"
#include "gateway/search/search.h"
#include "gateway/web/format.h"

namespace mugai::gateway::cli {

using nlohmann::ordered_json;

namespace {

// "2026-11-21" is that day's local midnight; of `--until` the end of the day.
Result<int64_t> day(const std::string& text, int days_later, const char* option) {
  if (text.empty()) return 0;
  const std::optional<int64_t> at = web::day_ms(text, days_later);
  if (!at) return Error{"cli.date", std::string(option) + " wants a date like 2026-11-21", ""};
  return *at;
}

Result<ItemQuery> query_of(const QuarantineOptions& options) {
  const std::optional<ItemState> state = item_state_from(options.state);
  if (!options.state.empty() && !state) return Error{"quarantine.state", "there is no state " + options.state, ""};
  const Result<int64_t> since = day(options.since, 0, "--since"), until = day(options.until, 1, "--until");
  if (!since) return since.error();
  if (!until) return until.error();
  ItemQuery query;
  query.words = options.words;
  query.sender = options.sender;
  query.recipient = options.recipient;
  query.subject = options.subject;
  query.name = options.name;
  query.reason = options.why;
  query.from_ms = *since;
  query.to_ms = *until;
  query.cursor = options.cursor;
  if (state) query.states = {*state};
  return query;
}

// What is decided about them is not in the rows of a search.
std::vector<ItemRecord> records_of(Database& database, const std::vector<ItemRow>& rows) {
  if (rows.empty()) return {};
  std::string places;
  std::vector<std::string> ids;
  for (const ItemRow& row : rows) {
    ids.push_back(row.id);
    places += (places.empty() ? "$" : ", $") + std::to_string(ids.size());
  }
  std::map<std::string, ItemRecord> found;
  for (ItemRecord& one : select_items(database, "WHERE id IN (" + places + ")", ids)) found.emplace(one.id, std::move(one));
  std::vector<ItemRecord> out;
  for (const ItemRow& row : rows)
    if (const auto one = found.find(row.id); one != found.end()) out.push_back(std::move(one->second));
  return out;
}

// One array, however many pages it takes.
class Printer {
 public:
  explicit Printer(bool json) : json_(json) {
    if (json_) std::printf("[");
  }
  void print(const ItemRecord& row) {
    if (json_) {
      std::printf("%s\n%s", count_ ? "," : "", dump(row_json(row)).c_str());
    } else {
      std::string reasons;
      for (const std::string& id : row.reasons) reasons += (reasons.empty() ? "" : ",") + id;
      std::printf("%s  %s  %s  <%s>  %s  [%s]\n", row.id.c_str(), std::string(to_string(row.state)).c_str(), iso8601(row.since_ms).c_str(),
                  row.sender.c_str(), row.name.c_str(), reasons.c_str());
    }
    ++count_;
  }
  void end() const {
    if (json_) std::printf("%s]\n", count_ ? "\n" : "");
    else if (!count_) std::printf("Nothing is held.\n");
  }
  uint32_t count() const { return count_; }

 private:
  bool json_;
  uint32_t count_ = 0;
};

}  // namespace

int quarantine_list(const QuarantineOptions& options) {
  int status = kOk;
  const Result<OpenedStore> opened = open_store(options, status);
  if (!opened) return complain(opened.error(), status);
  Result<ItemQuery> query = query_of(options);
  if (!query) return complain(query.error(), kUsage);
  Search search(*opened->database);
  std::optional<Printer> printer;
  std::string next;
  do {
    query->limit = options.limit ? std::min(options.limit - (printer ? printer->count() : 0), kMaxPage) : kMaxPage;
    const Result<Page<ItemRow>> page = search.items(person_at_the_command_line(), *query);
    if (!page) return complain(page.error(), page.error().id.starts_with("search.") ? kUsage : kCouldNot);
    std::vector<ItemRecord> records;
    try {
      records = records_of(*opened->database, page->rows);
    } catch (...) {
      return complain(database_error(), kCouldNot);
    }
    if (!printer) printer.emplace(options.json);
    for (const ItemRecord& one : records) printer->print(one);
    next = query->cursor = page->next;
  } while (!next.empty() && (!options.limit || printer->count() < options.limit));
  printer->end();
  // Not among the rows: who reads those needs nothing else.
  if (!next.empty()) std::fprintf(stderr, "More: --cursor %s\n", next.c_str());
  return kOk;
}

}  // namespace mugai::gateway::cli
