#include "smtp/dsn.h"

#include <openssl/evp.h>

#include "smtp/syntax.h"

namespace mugai::smtp {
namespace {

constexpr size_t kMaxReturnedHeader = 16 << 10;
constexpr size_t kMaxDiagnostic = 900;
constexpr size_t kMaxListed = 1'000;

std::string base64(std::string_view bytes) {
  std::string encoded((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  encoded.resize(static_cast<size_t>(length));
  return encoded;
}

std::string base64_lines(std::string_view bytes) {
  const std::string encoded = base64(bytes);
  std::string lines;
  for (size_t at = 0; at < encoded.size(); at += 76) lines += encoded.substr(at, 76) + "\r\n";
  return lines;
}

// One encoded word: the subjects below are short enough.
std::string encoded_word(std::string_view utf8) {
  return "=?UTF-8?B?" + base64(utf8) + "?=";
}

std::string printable_ascii(std::string_view text) {
  std::string clean(text);
  for (char& c : clean)
    if (c < 0x20 || c > 0x7e) c = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : '?';
  return clean;
}

// RFC 6533 §3: "\x{65E5}@example" stands for an address with UTF-8 in a 7-bit report.
std::string utf8_addr_xtext(std::string_view address) {
  std::string out;
  for (size_t i = 0; i < address.size(); ++i) {
    const unsigned char lead = byte_at(address, i);
    if (lead < 0x80) {
      const bool plain = lead > 0x20 && lead < 0x7f && lead != '\\' && lead != '+' && lead != '=';
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x{%02X}", lead);
      out += plain ? std::string(1, address[i]) : escaped;
      continue;
    }
    const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    uint32_t code = lead & (0x3f >> more);
    for (int k = 0; k < more; ++k) code = code << 6 | (byte_at(address, ++i) & 0x3f);
    char escaped[16];
    std::snprintf(escaped, sizeof escaped, "\\x{%X}", code);
    out += escaped;
  }
  return out;
}

std::string typed_address(const Address& address) {
  if (is_ascii(address.text)) return "rfc822; " + printable_ascii(address.text);
  return "utf-8; " + utf8_addr_xtext(is_utf8(address.text) ? address.text : printable_ascii(address.text));
}

std::string original_recipient(const std::string& orcpt) {
  const size_t semicolon = orcpt.find(';');
  if (semicolon == std::string::npos) return {};
  const std::string type = printable_ascii(orcpt.substr(0, semicolon)), address = orcpt.substr(semicolon + 1);
  if (!is_ascii(address))
    return type + "; " + utf8_addr_xtext(is_utf8(address) ? address : printable_ascii(address));
  return type + "; " + printable_ascii(equals_ignoring_case(type, "utf-8") ? address : decode_xtext(address));
}

// "Name: value\r\n", broken at blanks so that no line is longer than 998 octets and most are under 78.
std::string field(const std::string& name, std::string_view value) {
  std::string line = name + ":", out;
  while (!value.empty()) {
    const size_t blank = value.find(' ');
    const std::string_view word = value.substr(0, blank).substr(0, 900);
    value.remove_prefix(blank == std::string_view::npos || word.size() < blank ? word.size() : blank + 1);
    if (word.empty()) continue;
    if (line.size() + 1 + word.size() > 76 && line.size() > name.size() + 1) {
      out += line + "\r\n";
      line.clear();
    }
    line += ' ';
    line += word;
  }
  return out + line + "\r\n";
}

const char* action(DsnKind kind) {
  switch (kind) {
    case DsnKind::delayed:
      return "delayed";
    case DsnKind::delivered:
      return "delivered";
    case DsnKind::relayed:
      return "relayed";
    default:
      return "failed";
  }
}

// RFC 3464 §2.3.4: the class must go with the action.
std::string status(DsnKind kind, const Reply& reply) {
  const char wanted = kind == DsnKind::failed ? '5' : kind == DsnKind::delayed ? '4' : '2';
  if (!reply.enhanced.empty() && reply.enhanced[0] == wanted) return printable_ascii(reply.enhanced);
  if (kind == DsnKind::failed && reply.transient()) return "5.4.7";  // it was tried for as long as it may be
  return std::string(1, wanted) + ".0.0";
}

std::string delivery_status(const DsnRequest& request) {
  std::string out = field("Reporting-MTA", "dns; " + printable_ascii(request.reporting_mta));
  if (!request.envelope->envid.empty())
    out += field("Original-Envelope-Id", printable_ascii(decode_xtext(request.envelope->envid)));
  if (!request.arrival_date.empty()) out += field("Arrival-Date", printable_ascii(request.arrival_date));
  for (const size_t index : request.recipients) {
    const Recipient& recipient = request.envelope->recipients[index];
    const RecipientResult& result = (*request.results)[index];
    out += "\r\n";
    const std::string original = original_recipient(recipient.original);
    if (!original.empty()) out += field("Original-Recipient", original);
    out += field("Final-Recipient", typed_address(recipient.forward_path));
    out += field("Action", action(request.kind));
    out += field("Status", status(request.kind, result.reply));
    if (!result.remote.empty()) out += field("Remote-MTA", "dns; " + printable_ascii(result.remote));
    if (result.reply.code != 0)
      out += field("Diagnostic-Code",
                   "smtp; " + printable_ascii(to_line(result.reply).substr(0, kMaxDiagnostic)));
    if (!request.date.empty()) out += field("Last-Attempt-Date", printable_ascii(request.date));
    if (request.kind == DsnKind::delayed && !request.will_retry_until.empty())
      out += field("Will-Retry-Until", printable_ascii(request.will_retry_until));
  }
  return out;
}

struct Words {
  const char *subject, *ja, *en;
};

Words words(DsnKind kind) {
  switch (kind) {
    case DsnKind::delayed:
      return {"配信が遅れています / Delayed mail",
              "お送りいただいたメールは、次の宛先にまだ配信できていません。再送は不要です。引き続き自動で配信"
              "を試みます。",
              "Your message has not reached the recipients below yet. You need not send it again; we keep "
              "trying."};
    case DsnKind::delivered:
      return {"配信されました / Delivered mail", "お送りいただいたメールは、次の宛先に配信されました。",
              "Your message was delivered to the recipients below."};
    case DsnKind::relayed:
      return {"転送されました / Relayed mail",
              "お送りいただいたメールは、次の宛先のメールサーバーに引き渡されました。そのサーバーは配信通知に"
              "対応していないため、これ以上の通知はありません。",
              "Your message was handed to the mail server of the recipients below. That server sends no "
              "notifications, "
              "so this is the last one."};
    default:
      return {"配信できませんでした / Undelivered mail",
              "お送りいただいたメールは、次の宛先に配信できませんでした。理由をご確認のうえ、必要に応じてあら"
              "ためてお送りください。",
              "Your message could not be delivered to the recipients below. Please see the reason given for "
              "each."};
  }
}

std::string human_text(const DsnRequest& request) {
  const Words text = words(request.kind);
  std::string list;
  size_t listed = 0;
  for (const size_t index : request.recipients) {
    if (++listed > kMaxListed) break;
    const RecipientResult& result = (*request.results)[index];
    const std::string& address = request.envelope->recipients[index].forward_path.text;
    list += "  <" + (is_utf8(address) ? address : printable_ascii(address)) + ">\r\n";
    if (result.reply.code == 0) continue;
    const std::string line = to_line(result.reply);
    list += "    " + (is_utf8(line) ? line : printable_ascii(line)) + "\r\n";
  }
  const auto with_contact = [](const std::string& contact) {
    return contact.empty() ? "" : contact + "\r\n\r\n";
  };
  return std::string(text.ja) + "\r\n\r\n" + list + "\r\n" + with_contact(request.postmaster_ja) +
         "--------\r\n\r\n" + text.en + "\r\n\r\n" + list + "\r\n" + with_contact(request.postmaster_en);
}

bool is_field_name(std::string_view name) {
  if (name.empty() || name.size() > 200 || name.substr(0, 2) == "--") return false;
  for (const char c : name)
    if (c < 0x21 || c > 0x7e) return false;
  return true;
}

// Well-formed fields only, whole ones, until there are enough.
std::string clean_header(Bytes untrusted) {
  std::string out;
  bool keeping = false;
  while (!untrusted.empty() && out.size() < kMaxReturnedHeader) {
    const size_t lf = untrusted.find('\n');
    Bytes line = untrusted.substr(0, lf);
    untrusted.remove_prefix(lf == Bytes::npos ? untrusted.size() : lf + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) break;
    const bool folded = line.front() == ' ' || line.front() == '\t';
    if (!folded) {
      const size_t colon = line.find(':');
      keeping = colon != Bytes::npos && is_field_name(line.substr(0, colon));
    }
    if (!keeping || line.size() > 998 || line.find_first_not_of(" \t") == Bytes::npos) continue;
    std::string clean(line);
    if (!is_utf8(clean)) clean = printable_ascii(clean);
    for (char& c : clean)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    out += clean + "\r\n";
  }
  return out;
}

// RFC 6857 §3.1.8: an address that ASCII cannot write becomes the name of an empty group.
std::string to_field(const Address& sender) {
  if (is_ascii(sender.text)) return field("To", "<" + printable_ascii(sender.text) + ">");
  return field("To", encoded_word(sender.text.substr(0, 45)) + " :;");
}

}  // namespace

std::vector<size_t> recipients_due(DsnKind kind, const Envelope& envelope,
                                   const std::vector<RecipientResult>& results) {
  std::vector<size_t> due;
  for (size_t i = 0; i < envelope.recipients.size() && i < results.size(); ++i) {
    const Notify& notify = envelope.recipients[i].notify;
    const bool by_default = !notify.never && !notify.success && !notify.failure && !notify.delay;
    using State = RecipientResult::State;
    bool wanted = false;
    switch (kind) {
      case DsnKind::failed:
        wanted = results[i].state == State::failed && (by_default || notify.failure);
        break;
      case DsnKind::delayed:
        wanted = results[i].state == State::deferred && (by_default || notify.delay);
        break;
      case DsnKind::delivered:
      case DsnKind::relayed:
        wanted = results[i].state == State::delivered && notify.success && !results[i].dsn_passed_on;
        break;
    }
    if (wanted && !notify.never) due.push_back(i);
  }
  return due;
}

std::optional<Dsn> write_dsn(const DsnRequest& request) {
  const Envelope& original = *request.envelope;
  if (original.reverse_path.empty() || request.recipients.empty()) return std::nullopt;
  for (const size_t index : request.recipients)
    if (index >= original.recipients.size() || index >= request.results->size()) return std::nullopt;

  const std::string mta = printable_ascii(request.reporting_mta);
  const std::string id = printable_ascii(request.message_id);
  // Base64 parts and header fields cannot begin with "--", so that no text of others can look like this.
  const std::string boundary = "=_" + base64(id).substr(0, 56);
  const std::string open = "--" + boundary + "\r\n";

  std::string content = field("From", "Mail Delivery System <MAILER-DAEMON@" + mta + ">");
  content += to_field(original.reverse_path);
  content += field("Subject", encoded_word(words(request.kind).subject));
  content += field("Date", printable_ascii(request.date));
  content += field("Message-ID", "<" + id + ">");
  content += "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n";
  content += "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"" + boundary +
             "\"\r\n\r\n";
  content += open + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  content += base64_lines(human_text(request));
  content += "\r\n" + open + "Content-Type: message/delivery-status\r\n\r\n" + delivery_status(request);
  const std::string header = clean_header(request.untrusted_header);
  if (is_ascii(header))
    content += "\r\n" + open + "Content-Type: text/rfc822-headers\r\n\r\n" + header;
  else
    content += "\r\n" + open +
               "Content-Type: message/global-headers\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
               base64_lines(header);
  content += "\r\n--" + boundary + "--\r\n";

  Dsn dsn;
  Recipient sender;
  sender.forward_path = original.reverse_path;
  sender.notify.never = true;
  dsn.envelope.recipients.push_back(std::move(sender));
  dsn.envelope.smtputf8 = !is_ascii(original.reverse_path.text);
  dsn.content = std::move(content);
  return dsn;
}

}  // namespace mugai::smtp
