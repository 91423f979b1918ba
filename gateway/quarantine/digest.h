// Once a day each recipient is told what is held for them and not decided yet, with a link to ask for it; whoever does not
// want that switches it off by a link in the mail. A mail is noted as sent after it is in the spool: a crash between the two
// sends it twice, never not at all. Only what came since the last one is in it. Bound to a Database and its thread; the
// writing is pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/accounts/secrets.h"
#include "gateway/database/database.h"
#include "gateway/quarantine/item.h"

namespace mugai::gateway {

struct Digest {
  std::string recipient;
  std::vector<ItemRecord> items;   // the newest first, kMostItems of them
  size_t more = 0;
};

class Digests {
 public:
  static constexpr size_t kMostItems = 50;
  explicit Digests(Database& database) : database_(database) {}

  // Of several gateways that share the database one has the turn, once in twelve hours.
  Result<bool> take_turn(int64_t now_ms);
  // For whom something came since they were told last, and within a week.
  Result<std::vector<Digest>> due(int64_t now_ms);
  Status told(const std::string& recipient, int64_t now_ms);
  Result<bool> is_wanted(const std::string& recipient);
  Status want(const std::string& recipient, bool wanted);

 private:
  Database& database_;
};

// The part behind "https://…/digest/": who it is for, signed, without an end: letters, digits, '-', '_' and '.'.
std::string digest_token(const Secrets& secrets, const std::string& recipient);
std::optional<std::string> open_digest_token(const Secrets& secrets, std::string_view untrusted_token);

struct DigestLinks {
  std::string off;                                             // where it is switched off
  std::function<std::string(const std::string& message)> ask;  // where this recipient asks for what is held of a mail
};
// A complete message, CRLF, 7-bit.
std::string write_digest(const Digest& digest, const DigestLinks& links, const std::string& id, const std::string& hostname,
                         int64_t now_ms);

}  // namespace mugai::gateway
