#include "sanitizers/mime/headers.h"

#include "sanitizers/mime/address.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {

namespace {

enum class Shape { addresses, text, date, ids, token };

struct Rule {
  std::string_view name;   // lower-case, as found
  std::string_view write;  // as written
  Shape shape;
  bool single;             // RFC 5322 §3.6: at most once
};

// Order is the order of writing. What is not here does not cross.
constexpr std::array kRules = {
    Rule{"resent-date", "Resent-Date", Shape::date, false},
    Rule{"resent-from", "Resent-From", Shape::addresses, false},
    Rule{"resent-sender", "Resent-Sender", Shape::addresses, false},
    Rule{"resent-to", "Resent-To", Shape::addresses, false},
    Rule{"resent-cc", "Resent-Cc", Shape::addresses, false},
    Rule{"resent-message-id", "Resent-Message-ID", Shape::ids, false},
    Rule{"date", "Date", Shape::date, true},
    Rule{"from", "From", Shape::addresses, true},
    Rule{"sender", "Sender", Shape::addresses, true},
    Rule{"reply-to", "Reply-To", Shape::addresses, true},
    Rule{"to", "To", Shape::addresses, true},
    Rule{"cc", "Cc", Shape::addresses, true},
    Rule{"message-id", "Message-ID", Shape::ids, true},
    Rule{"in-reply-to", "In-Reply-To", Shape::ids, true},
    Rule{"references", "References", Shape::ids, true},
    Rule{"subject", "Subject", Shape::text, true},
    Rule{"organization", "Organization", Shape::text, true},
    Rule{"comments", "Comments", Shape::text, false},
    Rule{"keywords", "Keywords", Shape::text, false},
    Rule{"list-id", "List-Id", Shape::text, true},
    Rule{"auto-submitted", "Auto-Submitted", Shape::token, true},
    Rule{"precedence", "Precedence", Shape::token, true},
    Rule{"importance", "Importance", Shape::token, true},
    Rule{"priority", "Priority", Shape::token, true},
    Rule{"x-priority", "X-Priority", Shape::token, true},
    Rule{"sensitivity", "Sensitivity", Shape::token, true},
    Rule{"content-language", "Content-Language", Shape::token, true},
    Rule{"thread-topic", "Thread-Topic", Shape::text, true},
    Rule{"thread-index", "Thread-Index", Shape::token, true},
};

constexpr size_t kMaxAddresses = 2'000;
constexpr size_t kMaxTokenBytes = 400;
constexpr size_t kMaxIds = 200;

void note(std::vector<std::string>& notes, std::string_view id) {
  if (std::find(notes.begin(), notes.end(), id) == notes.end()) notes.emplace_back(id);
}

bool is_token_char(char c) { return c > ' ' && c < 0x7F; }

// Keywords and numbers: printable ASCII, blanks between.
std::string clean_token(Bytes raw) {
  std::string out;
  for (const char c : raw) {
    if (is_token_char(c)) out.push_back(c);
    else if (!out.empty() && out.back() != ' ') out.push_back(' ');
    if (out.size() >= kMaxTokenBytes) break;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// "<a@b> <c@d>": every bracketed run of ordinary characters; an id without brackets gets them.
std::string clean_ids(Bytes raw, std::string_view separator) {
  std::string out;
  size_t count = 0;
  const auto add = [&](Bytes inside) {
    std::string id;
    for (const char c : inside)
      if (is_token_char(c) && c != '<' && c != '>') id.push_back(c);
    if (id.empty() || id.size() > 900 || ++count > kMaxIds) return;
    if (!out.empty()) out.append(separator);
    out.append("<").append(id).append(">");
  };
  size_t at = raw.find('<');
  if (at == Bytes::npos) {
    size_t begin = 0;
    while (begin < raw.size() && !is_token_char(raw[begin])) ++begin;
    size_t end = begin;
    while (end < raw.size() && is_token_char(raw[end])) ++end;
    add(raw.substr(begin, end - begin));
    return out;
  }
  while (at != Bytes::npos) {
    const size_t end = raw.find('>', at);
    if (end == Bytes::npos) break;
    add(raw.substr(at + 1, end - at - 1));
    at = raw.find('<', end);
  }
  return out;
}

// "ceo@city.lg.jp" <x@evil.example>: the name must not pass for an address. Full width reads the same and is none.
std::vector<Mailbox> without_false_addresses(std::vector<Mailbox> mailboxes) {
  for (Mailbox& mailbox : mailboxes)
    for (size_t at = mailbox.display_name.find('@'); at != std::string::npos; at = mailbox.display_name.find('@', at))
      mailbox.display_name.replace(at, 1, "＠");
  return mailboxes;
}

std::string write_field(const Rule& rule, Bytes raw, RebuiltHeader& out) {
  switch (rule.shape) {
    case Shape::addresses: {
      const AddressList list = parse_addresses(raw, kMaxAddresses);
      for (const std::string& one : list.notes) note(out.notes, one);
      return list.mailboxes.empty() ? std::string() : encode_address_header(rule.write, without_false_addresses(list.mailboxes));
    }
    case Shape::text: return encode_header(rule.write, decode_header_text(raw));
    case Shape::date: {
      const std::string date = canonical_date(raw);
      if (date.empty()) note(out.notes, "malformed-date");
      return date.empty() ? std::string() : std::string(rule.write) + ": " + date + "\r\n";
    }
    case Shape::ids: {
      const std::string ids = clean_ids(raw, "\r\n ");
      return ids.empty() ? std::string() : std::string(rule.write) + ": " + ids + "\r\n";
    }
    case Shape::token: {
      const std::string token = clean_token(raw);
      return token.empty() ? std::string() : std::string(rule.write) + ": " + token + "\r\n";
    }
  }
  return {};
}

std::string tagged(const std::string& subject, const std::string& tag) {
  return tag.empty() || subject.starts_with(tag) ? subject : tag + subject;
}

}  // namespace

std::string clean_id(Bytes untrusted_raw_value) {
  const std::string ids = clean_ids(untrusted_raw_value, " ");
  const size_t end = ids.find('>');
  return end == std::string::npos ? std::string() : ids.substr(1, end - 1);
}

std::string subject_of(const Part& message) {
  const Field* subject = message.find("subject");
  return subject ? decode_header_text(subject->raw_value) : std::string();
}

RebuiltHeader rebuild_header(const Part& message, const Profile& profile) {
  RebuiltHeader out;
  out.subject = subject_of(message);
  if (const Field* id = message.find("message-id")) out.message_id = clean_id(id->raw_value);
  for (const Field& field : message.fields)
    if (field.name == "received") out.trace += encode_header("Received", scrub_line(decode_header_text(field.raw_value)));
  for (const Rule& rule : kRules) {
    bool written = false;
    for (const Field& field : message.fields) {
      if (field.name != rule.name) continue;
      if (written && rule.single) {
        note(out.notes, "duplicate-header");
        continue;
      }
      out.fields += rule.name == "subject" ? encode_header("Subject", tagged(out.subject, profile.subject_tag))
                                           : write_field(rule, field.raw_value, out);
      written = true;
    }
    if (rule.name == "subject" && !written && !profile.subject_tag.empty())
      out.fields += encode_header("Subject", profile.subject_tag);
  }
  return out;
}

std::string header_as_text(const Part& message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kLines = {
      {{"from", "From"}, {"to", "To"}, {"cc", "Cc"}, {"date", "Date"}, {"subject", "Subject"}}};
  std::string out;
  for (const auto& [name, label] : kLines) {
    const Field* field = message.find(name);
    if (!field) continue;
    const std::string value = name == "date" ? canonical_date(field->raw_value) : decode_header_text(field->raw_value);
    if (!value.empty()) out.append(label).append(": ").append(value).append("\n");
  }
  return out;
}

}  // namespace mugai::sanitize
