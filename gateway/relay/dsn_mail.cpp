#include "gateway/relay/dsn_mail.h"

#include "gateway/relay/clock.h"
#include "smtp/dsn.h"

namespace mugai::gateway {

namespace {

constexpr size_t kMaxHeaderBytes = 64 << 10;   // of the original, quoted in the report

Bytes header_of(Bytes content) {
  const size_t end = content.find("\r\n\r\n");
  return content.substr(0, std::min(end == Bytes::npos ? content.size() : end + 2, kMaxHeaderBytes));
}

// A Maildir is the mailbox; behind any other next hop there may be more (RFC 3464 §2.3.3).
bool is_of(smtp::DsnKind kind, const smtp::RecipientResult& result) {
  const bool in_mailbox = result.remote.starts_with("maildir:");
  if (kind == smtp::DsnKind::delivered) return in_mailbox;
  if (kind == smtp::DsnKind::relayed) return !in_mailbox;
  return true;
}

}  // namespace

std::vector<DsnMail> dsn_mails(const SpooledMessage& message, Bytes content,
                               const std::map<size_t, smtp::RecipientResult>& results, bool warn,
                               const config::Config& config, int64_t at_ms) {
  std::vector<DsnMail> out;
  const SpoolHeader& header = message.header;
  // A report about a report would go round in circles.
  if (header.own_dsn || header.envelope.reverse_path.empty()) return out;
  std::vector<smtp::RecipientResult> all(header.envelope.recipients.size());
  for (const auto& [index, result] : results) all[index] = result;

  for (const smtp::DsnKind kind :
       {smtp::DsnKind::failed, smtp::DsnKind::delayed, smtp::DsnKind::delivered, smtp::DsnKind::relayed}) {
    if (kind == smtp::DsnKind::delayed && !warn) continue;
    smtp::DsnRequest request;
    request.kind = kind;
    request.envelope = &header.envelope;
    request.results = &all;
    // Only what this attempt brought: the rest was reported when it happened.
    for (const size_t index : smtp::recipients_due(kind, header.envelope, all))
      if (results.count(index) && is_of(kind, all[index])) request.recipients.push_back(index);
    if (request.recipients.empty()) continue;
    DsnMail mail;
    mail.header.received_ms = at_ms;
    mail.header.id = new_message_id(at_ms);
    mail.header.zone = header.zone;
    mail.header.own_dsn = true;
    request.reporting_mta = config.node.hostname;
    request.arrival_date = rfc5322_date(header.received_ms);
    request.date = rfc5322_date(at_ms);
    if (kind == smtp::DsnKind::delayed)
      request.will_retry_until = rfc5322_date(header.received_ms + config.queue.expire_after.count());
    request.message_id = mail.header.id.text + "@" + config.node.hostname;
    request.untrusted_header = header_of(content);
    request.postmaster_ja = config.node.postmaster;
    request.postmaster_en = config.node.postmaster;
    std::optional<smtp::Dsn> dsn = smtp::write_dsn(request);
    if (!dsn) continue;
    mail.header.envelope = std::move(dsn->envelope);
    mail.content = std::move(dsn->content);
    out.push_back(std::move(mail));
  }
  return out;
}

}  // namespace mugai::gateway
