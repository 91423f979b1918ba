#include "sanitizers/outlook/mail_header.h"

#include <algorithm>
#include <cstdio>

#include "config/base/limits.h"
#include "sanitizers/mime/address.h"
#include "sanitizers/mime/encoded_word.h"
#include "sanitizers/mime/header_text.h"
#include "sanitizers/mime/headers.h"
#include "sanitizers/mime/structure.h"
#include "sanitizers/outlook/particulars.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize::outlook {
namespace {

constexpr size_t kMaxRecipients = 2'000;
enum RecipientType : uint32_t { kTo = 1, kCc = 2, kBcc = 3 };

bool is_internet_address(std::string_view text) {
  const size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.find(' ') == std::string_view::npos;
}

// "/o=City/ou=.../cn=Recipients/cn=yamada" -> "yamada@exchange.invalid". Exchange in the cloud puts 32 digits in front.
std::string invented_address(std::string_view exchange_name) {
  constexpr size_t kDigits = 32;
  const size_t last = exchange_name.rfind('=');
  if (last != std::string_view::npos) exchange_name.remove_prefix(last + 1);
  if (exchange_name.size() > kDigits + 1 && exchange_name.find('-') == kDigits)
    exchange_name.remove_prefix(kDigits + 1);
  std::string local;
  for (const char c : exchange_name) {
    const bool letter = (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                        c == '_' || c == '.';
    if (letter && local.size() < 64) local.push_back(c);
  }
  const bool usable = !local.empty() && local.front() != '.' && local.back() != '.';
  return (usable ? local : std::string("unknown")) + "@exchange.invalid";
}

// The first of `candidates` that is an address of the Internet; an Exchange name otherwise becomes one that leads nowhere.
Mailbox mailbox_of(std::string name, const std::vector<std::string>& candidates) {
  Mailbox mailbox;
  for (const std::string& one : candidates)
    if (mailbox.address.empty() && is_internet_address(one)) mailbox.address = one;
  const bool quoted = name.size() > 2 && name.front() == '\'' && name.back() == '\'';
  if (quoted) name = name.substr(1, name.size() - 2);
  if (mailbox.address.empty() && is_internet_address(name)) mailbox.address = name;
  if (name != mailbox.address) mailbox.display_name = name;
  if (mailbox.address.empty()) {
    const auto known =
        std::find_if(candidates.begin(), candidates.end(), [](const std::string& one) { return !one.empty(); });
    if (known == candidates.end() && name.empty()) return {};
    mailbox.address = invented_address(known == candidates.end() ? std::string_view() : std::string_view(*known));
  }
  return mailbox;
}

std::string address_field(std::string_view name, const std::vector<Mailbox>& mailboxes) {
  std::vector<Mailbox> usable;
  for (const Mailbox& one : mailboxes)
    if (!one.address.empty()) usable.push_back(one);
  return usable.empty() ? std::string() : encode_address_header(name, usable);
}

std::string recipients_field(std::string_view name, const Item& item, uint32_t type) {
  std::vector<Mailbox> mailboxes;
  for (const PropertyBag& one : item.recipients)
    if ((one.number(kRecipientType, kTo) & 0xF) == type && mailboxes.size() < kMaxRecipients)
      mailboxes.push_back(mailbox_of(one.line(kDisplayName), {one.line(kSmtpAddress), one.line(kEmailAddress)}));
  return address_field(name, mailboxes);
}

// "田中; 鈴木": all that is left of the recipients in some files.
std::string displayed_field(std::string_view name, const std::string& displayed) {
  std::vector<Mailbox> mailboxes;
  for (size_t at = 0; at < displayed.size() && mailboxes.size() < kMaxRecipients;) {
    const size_t end = std::min(displayed.find(';', at), displayed.size());
    mailboxes.push_back(mailbox_of(scrub_line(displayed.substr(at, end - at)), {}));
    at = end + 1;
  }
  return address_field(name, mailboxes);
}

std::string date_of(uint64_t filetime) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime time = civil_time(filetime);
  if (time.year == 0) return {};
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0000", kDays[time.weekday], time.day,
                kMonths[time.month - 1], time.year, time.hour, time.minute, time.second);
  return text;
}

std::string subject_of_item(const PropertyBag& bag) {
  std::string subject = bag.line(kSubject);
  if (subject.empty()) subject = bag.line(kSubjectPrefix) + bag.line(kNormalizedSubject);
  return subject;
}

// One line without controls; long values fold at their blanks when the message is written anew.
std::string raw_field(std::string_view name, Bytes untrusted_raw_value) {
  std::string value;
  for (const char c : unfold(untrusted_raw_value))
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7F) value.push_back(c);
  return value.find_first_not_of(' ') == std::string::npos ? std::string() : std::string(name) + ":" + value + "\r\n";
}

class Header {
 public:
  explicit Header(const Item& item) : bag_(item.properties), item_(item) {
    constexpr size_t kMaxTravelled = 256 << 10;
    travelled_text_ = bag_.text(kTransportHeaders).substr(0, kMaxTravelled) + "\r\n\r\n";
    // Some programs put the line of the mailbox in front.
    if (travelled_text_.starts_with("Microsoft Mail Internet Headers"))
      travelled_text_.erase(0, travelled_text_.find('\n') + 1);
    travelled_ = parse_structure(travelled_text_, Limits());
  }

  std::string write() {
    std::string out;
    for (const Field& field : travelled_.root.fields)
      if (field.name == "received") out += raw_field("Received", field.raw_value);
    out += first_of(date(), "date", "Date");
    out += first_of(from(), "from", "From");
    out += copied("reply-to", "Reply-To");
    const std::string to = recipients_field("To", item_, kTo), cc = recipients_field("Cc", item_, kCc);
    out += first_of(to, "to", "To", displayed_field("To", bag_.text(kDisplayTo)));
    out += first_of(cc, "cc", "Cc", displayed_field("Cc", bag_.text(kDisplayCc)));
    out += recipients_field("Bcc", item_, kBcc);
    out += first_of(text_field("Message-ID", bag_.line(kMessageId)), "message-id", "Message-ID");
    out += first_of(text_field("In-Reply-To", bag_.line(kInReplyTo)), "in-reply-to", "In-Reply-To");
    out += first_of(text_field("References", bag_.line(kReferences)), "references", "References");
    const std::string subject = subject_of_item(bag_);
    out += first_of(subject.empty() ? std::string() : encode_header("Subject", subject), "subject", "Subject");
    const uint32_t importance = bag_.number(kImportance, 1);
    if (importance != 1) out += importance == 0 ? "Importance: low\r\n" : "Importance: high\r\n";
    return out;
  }

 private:
  static std::string text_field(std::string_view name, const std::string& value) {
    return value.empty() ? std::string() : raw_field(name, " " + value);
  }

  std::string copied(std::string_view lower_name, std::string_view name) const {
    const Field* field = travelled_.root.find(lower_name);
    return field ? raw_field(name, field->raw_value) : std::string();
  }

  // A property's field, else the one that travelled, else `last`.
  std::string first_of(std::string field, std::string_view lower_name, std::string_view name,
                       std::string last = {}) const {
    if (field.empty()) field = copied(lower_name, name);
    return field.empty() ? std::move(last) : std::move(field);
  }

  // The time zone of the sender is only in the header that travelled.
  std::string date() const {
    const Field* travelled = travelled_.root.find("date");
    if (travelled && !canonical_date(travelled->raw_value).empty()) return raw_field("Date", travelled->raw_value);
    uint64_t time = 0;
    for (const Tag tag : {kSubmitTime, kDeliveryTime, kCreationTime})
      if (time == 0) time = bag_.time(tag);
    return text_field("Date", date_of(time));
  }

  // Who writes to himself, or is in copy, is known by the address that stands there.
  Mailbox person(Tag name, Tag smtp, Tag address) const {
    const std::string internal = bag_.line(address);
    std::vector<std::string> candidates = {bag_.line(smtp), internal};
    for (const PropertyBag& one : item_.recipients)
      if (!internal.empty() && equals_ignoring_case(one.line(kEmailAddress), internal))
        candidates.push_back(one.line(kSmtpAddress));
    return mailbox_of(bag_.line(name), candidates);
  }

  std::string from() const {
    const Mailbox author = person(kRepresentingName, kRepresentingSmtp, kRepresentingAddress);
    const Mailbox sender = person(kSenderName, kSenderSmtp, kSenderAddress);
    const auto known = [](const Mailbox& one) {
      return !one.address.empty() && !one.address.ends_with("@exchange.invalid");
    };
    // An internal address that travelled with its Internet form is known by that.
    if (!known(author) && !known(sender) && travelled_.root.find("from")) return copied("from", "From");
    if (author.address.empty()) return address_field("From", {sender});
    std::string out = address_field("From", {author});
    if (!sender.address.empty() && sender.address != author.address) out += address_field("Sender", {sender});
    return out;
  }

  const PropertyBag& bag_;
  const Item& item_;
  std::string travelled_text_;
  Structure travelled_;
};

}  // namespace

std::string mail_header_of(const Item& item) {
  return Header(item).write();
}

}  // namespace mugai::sanitize::outlook
