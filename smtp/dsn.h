// Delivery status notifications (RFC 3461, 3462, 3464, 6533): what a sender is told about messages that could
// not, not yet, or could be delivered. Pure: dates, ids and names are the caller's. What it writes is a
// complete message with CRLF line ends, ASCII only, built of our words, envelope data and the original's
// cleaned header. It never contains the original's body, whatever RET= asked for: a DSN goes back into the
// zone the mail came from, but through no sanitizer. There is no DSN for a null reverse-path, ever (RFC 5321
// §6.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "smtp/delivery.h"
#include "smtp/envelope.h"

namespace mugai::smtp {

enum class DsnKind {
  failed,
  delayed,
  delivered,  // put into a mailbox
  relayed,    // given to a next hop that does not do DSN
};

struct DsnRequest {
  DsnKind kind = DsnKind::failed;
  const Envelope* envelope = nullptr;                     // of the original
  const std::vector<RecipientResult>* results = nullptr;  // in the order of its recipients
  std::vector<size_t> recipients;                         // those to report, see recipients_due()
  std::string reporting_mta;                              // our host name
  std::string arrival_date;                               // all dates as RFC 5322 §3.3 writes them
  std::string date;
  std::string will_retry_until;              // delayed only; may be empty
  std::string message_id;                    // "unique@host", without brackets; not to be guessed
  Bytes untrusted_header;                    // the original's header block, as it came
  std::string postmaster_ja, postmaster_en;  // whom to ask, in the two languages; may be empty
};

// The recipients about whom a DSN of this kind is due: their result fits, and NOTIFY allows it (RFC 3461
// §4.1: without NOTIFY failures and delays are told). A delivery that expired must be given as failed.
std::vector<size_t> recipients_due(DsnKind kind, const Envelope& envelope,
                                   const std::vector<RecipientResult>& results);

struct Dsn {
  Envelope envelope;  // null reverse-path, to the sender of the original
  std::string content;
};

// Nothing when there is nobody to tell or nobody to tell about.
std::optional<Dsn> write_dsn(const DsnRequest& request);

}  // namespace mugai::smtp
