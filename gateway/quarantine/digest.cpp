#include "gateway/quarantine/digest.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <map>

#include "gateway/quarantine/item_rows.h"
#include "gateway/relay/clock.h"
#include "sanitizers/mime/address.h"
#include "sanitizers/mime/compose.h"
#include "sanitizers/mime/header_text.h"
#include "sanitizers/reasons.h"
#include "sanitizers/text/scrub.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;

namespace {

constexpr int64_t kWeekMs = 7 * 86'400'000LL;
constexpr std::string_view kPurpose = "digest-link";

// Text that came from outside, as a part of one line, whose links do not work.
std::string shown(const std::string& untrusted) {
  sanitize::Scrubbed scrubbed = sanitize::scrub_body(sanitize::scrub_line(untrusted), UrlPolicy::defang);
  return std::move(scrubbed.text);
}

std::string reasons_of(const ItemRecord& item, bool japanese) {
  std::string out;
  for (const std::string& id : item.reasons) {
    const sanitize::ReasonText text = sanitize::reason_text(id);
    out += (out.empty() ? "" : japanese ? "、" : ", ") + std::string(japanese ? text.ja : text.en);
  }
  return out;
}

std::string lines_of(const ItemRecord& item, const DigestLinks& links) {
  const std::string name = item.whole_message ? "メール全体 / the whole mail" : shown(item.name);
  return "・" + name + "\n  件名 / Subject: " + shown(item.subject) + "\n  差出人 / From: " + shown(item.sender.empty() ? "<>" : item.sender) +
         "\n  理由 / Reason: " + reasons_of(item, true) + " / " + reasons_of(item, false) + "\n  受信 / Received: " + iso8601(item.since_ms) +
         "\n  保管番号 / Item: " + item.id + "\n  " + links.ask(item.message) + "\n\n";
}

}  // namespace

// The turn is the row of no recipient.
Result<bool> Digests::take_turn(int64_t now_ms) {
  constexpr int64_t kHalfDayMs = 43'200'000;
  bool taken = false;
  const Status done = database_.run_checked([&]() -> Status {
    Poco::Int64 last = 0, at = now_ms;
    Poco::Data::Session& data = database_.session();
    data << "INSERT INTO digests (recipient, told_ms, unwanted) VALUES ('', 0, 1) ON CONFLICT (recipient) DO NOTHING", now;
    data << "UPDATE digests SET unwanted = 1 WHERE recipient = ''", now;   // locks it
    data << "SELECT told_ms FROM digests WHERE recipient = ''", into(last), now;
    taken = last <= now_ms - kHalfDayMs;
    if (taken) data << "UPDATE digests SET told_ms = $1 WHERE recipient = ''", use(at), now;
    return Ok{};
  });
  if (!done) return done.error();
  return taken;
}

Result<std::vector<Digest>> Digests::due(int64_t now_ms) {
  try {
    std::vector<std::string> names;
    std::vector<Poco::Int64> told, unwanted;
    Poco::Int64 since = now_ms - kWeekMs;
    database_.session() << "SELECT recipient, told_ms, unwanted FROM digests WHERE told_ms > $1 OR unwanted = 1", into(names),
        into(told), into(unwanted), use(since), now;
    std::map<std::string, int64_t> last;
    for (size_t i = 0; i < names.size(); ++i) last[names[i]] = unwanted[i] != 0 ? INT64_MAX : told[i];
    const std::vector<ItemRecord> items = select_items(
        database_, "WHERE state IN ('held', 'requested', 'approved') AND since_ms > " + std::to_string(now_ms - kWeekMs) +
                       " ORDER BY since_ms DESC, id", {});
    std::map<std::string, Digest> by_recipient;
    for (const ItemRecord& item : items)
      for (const std::string& recipient : item.recipients) {
        if (const auto before = last.find(recipient); before != last.end() && item.since_ms <= before->second) continue;
        Digest& digest = by_recipient[recipient];
        digest.recipient = recipient;
        if (digest.items.size() < kMostItems) digest.items.push_back(item);
        else ++digest.more;
      }
    std::vector<Digest> out;
    for (auto& [recipient, digest] : by_recipient) out.push_back(std::move(digest));
    return out;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Status Digests::told(const std::string& recipient, int64_t now_ms) {
  return database_.run_checked([&]() -> Status {
    std::string name = recipient;
    Poco::Int64 at = now_ms;
    database_.session() << "INSERT INTO digests (recipient, told_ms, unwanted) VALUES ($1, $2, 0) ON CONFLICT (recipient) "
                           "DO UPDATE SET told_ms = excluded.told_ms",
        use(name), use(at), now;
    return Ok{};
  });
}

Result<bool> Digests::is_wanted(const std::string& recipient) {
  try {
    std::string name = recipient;
    Poco::Int64 unwanted = 0;
    database_.session() << "SELECT COALESCE(MAX(unwanted), 0) FROM digests WHERE recipient = $1", into(unwanted), use(name), now;
    return unwanted == 0;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Status Digests::want(const std::string& recipient, bool wanted) {
  return database_.run_checked([&]() -> Status {
    std::string name = recipient;
    Poco::Int64 unwanted = wanted ? 0 : 1;
    database_.session() << "INSERT INTO digests (recipient, told_ms, unwanted) VALUES ($1, 0, $2) ON CONFLICT (recipient) "
                           "DO UPDATE SET unwanted = excluded.unwanted",
        use(name), use(unwanted), now;
    return Ok{};
  });
}

std::string digest_token(const Secrets& secrets, const std::string& recipient) {
  return to_hex(recipient) + "." + secrets.sign(kPurpose, recipient);
}

std::optional<std::string> open_digest_token(const Secrets& secrets, std::string_view untrusted_token) {
  const size_t mark = untrusted_token.rfind('.');
  if (mark == untrusted_token.npos || untrusted_token.size() > 1'000) return std::nullopt;
  std::optional<std::string> recipient = from_hex(untrusted_token.substr(0, mark));
  if (!recipient || !secrets.verify(kPurpose, *recipient, untrusted_token.substr(mark + 1))) return std::nullopt;
  return recipient;
}

std::string write_digest(const Digest& digest, const DigestLinks& links, const std::string& id, const std::string& hostname,
                         int64_t now_ms) {
  sanitize::Composition composition;
  composition.boundary_id = id;
  composition.header = sanitize::encode_address_header("From", {{"Mugai", "MAILER-DAEMON@" + hostname}});
  composition.header += sanitize::encode_address_header("To", {{"", digest.recipient}});
  composition.header += "Date: " + rfc5322_date(now_ms) + "\r\n";
  composition.header += "Message-ID: <" + id + ".digest@" + hostname + ">\r\n";
  composition.header += "Auto-Submitted: auto-generated\r\n";
  const std::string count = std::to_string(digest.items.size() + digest.more);
  composition.header += sanitize::encode_header("Subject", "【無害化】保管中のファイル " + count + " 件 / " + count + " files are held for you");
  composition.body = "あなた宛てのメールで保管しているものです。必要なものは、それぞれのページから依頼できます。\n"
                     "These are held of mails to you. Ask on its page for what you need.\n\n";
  for (const ItemRecord& item : digest.items) composition.body += lines_of(item, links);
  if (digest.more > 0) composition.body += "・ほか " + std::to_string(digest.more) + " 件 / and " + std::to_string(digest.more) + " more\n\n";
  composition.body += "このお知らせを止める / To stop this daily mail: " + links.off + "\n";
  StringSink out;
  [[maybe_unused]] const bool written = sanitize::write_message(composition, out);
  return std::move(out.text);
}

}  // namespace mugai::gateway
