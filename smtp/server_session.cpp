#include "smtp/replies.h"
#include "smtp/server_content.h"
#include "smtp/syntax.h"

namespace mugai::smtp {
namespace {

constexpr size_t kMaxCommandLine = 512;  // RFC 5321 §4.5.3.1.4, with CRLF
constexpr size_t kMaxAddressCommandLine =
    2048;                                     // MAIL and RCPT with the parameters of RFC 1870, 3461 and 6531
constexpr size_t kMaxSkippedLine = 64 << 10;  // of a line that is too long, then the connection is closed
constexpr size_t kMaxHelo = 255;

bool is_address_command(Bytes line) {
  return equals_ignoring_case(line.substr(0, 4), "MAIL") || equals_ignoring_case(line.substr(0, 4), "RCPT");
}

// Old devices send blanks, underscores or Japanese here; what is kept is harmless in headers and logs.
std::string clean_helo(Bytes untrusted) {
  std::string name(untrusted.substr(0, std::min(untrusted.find_first_of(" \t"), kMaxHelo)));
  for (char& c : name) {
    const char lower = ascii_lower(c);
    const bool harmless =
        (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || Bytes("-._:[]").find(c) != Bytes::npos;
    if (!harmless) c = '?';
  }
  return name;
}

}  // namespace

const ServerSession::Verb ServerSession::kVerbs[] = {
    {"MAIL", &ServerSession::mail, true, false},  {"RCPT", &ServerSession::rcpt, true, false},
    {"DATA", &ServerSession::data, false, false}, {"BDAT", &ServerSession::bdat, true, false},
    {"EHLO", &ServerSession::ehlo, true, true},   {"HELO", &ServerSession::helo, true, true},
    {"RSET", &ServerSession::rset, false, true},  {"NOOP", &ServerSession::noop, true, true},
    {"QUIT", &ServerSession::quit, false, false}, {"STARTTLS", &ServerSession::starttls, false, true},
    {"VRFY", &ServerSession::vrfy, true, true},   {"EXPN", &ServerSession::expn, true, true},
    {"HELP", &ServerSession::help, true, true},
};

ServerSession::ServerSession(std::shared_ptr<const ServerPolicy> policy, MailHandler& handler,
                             ClientInfo client, std::function<void()> resumed)
    : policy_(std::move(policy)),
      handler_(handler),
      client_(std::move(client)),
      commit_(std::make_shared<PendingCommit>()) {
  client_.listener = policy_->listener;
  commit_->resumed = std::move(resumed);
}

ServerSession::~ServerSession() = default;

ServerSession::Stage ServerSession::stage() const {
  if (commit_->pending) return Stage::commit;
  return content_ && !(content_->counted && content_->chunk_left == 0) ? Stage::content : Stage::command;
}

ServerSession::Next ServerSession::greet() {
  const Reply verdict = handler_.client(client_);
  if (verdict.positive())
    say({220, "", policy_->hostname + " ESMTP Mugai"});
  else
    close_with(verdict);
  return next_;
}

ServerSession::Next ServerSession::refuse(const Reply& reply) {
  if (next_ != Next::close) close_with(reply);
  return next_;
}

ServerSession::Next ServerSession::tls_established(std::string protocol, std::string cipher) {
  client_.tls = true;
  client_.tls_protocol = std::move(protocol);
  client_.tls_cipher = std::move(cipher);
  // RFC 3207 §4.2: what was learnt before the handshake is forgotten.
  client_.helo.clear();
  client_.esmtp = false;
  reset_transaction();
  next_ = Next::read;
  return next_;
}

ServerSession::Next ServerSession::receive(Bytes untrusted) {
  if (pending_.empty() && next_ == Next::read) {
    process(untrusted);
  } else if (next_ == Next::wait) {
    pending_ += untrusted;
  } else {
    const std::string together = std::exchange(pending_, {}) + std::string(untrusted);
    process(together);
  }
  return next_;
}

ServerSession::Next ServerSession::resume() {
  if (next_ != Next::wait || !commit_->result) return next_;
  take_commit_result();
  const std::string waiting = std::exchange(pending_, {});
  process(waiting);
  return next_;
}

void ServerSession::process(Bytes bytes) {
  while (!bytes.empty() && next_ == Next::read) {
    const bool in_content = stage() == Stage::content;
    bytes.remove_prefix(in_content       ? take_content(bytes)
                        : line_too_long_ ? skip_long_line(bytes)
                                         : take_command(bytes));
    if (next_ == Next::start_tls && !bytes.empty())
      close_with(replies::kTlsNotLast);
    else if (next_ == Next::start_tls)
      say(replies::kReadyForTls);
  }
  if (next_ == Next::wait) pending_ += bytes;
}

// One line, or what there is of it. A LF without CR before it is never the end of a line: it is an attack, or
// a client that would not get on with any server; both are told and closed.
size_t ServerSession::take_command(Bytes bytes) {
  const size_t max_line = is_address_command(bytes) ? kMaxAddressCommandLine : kMaxCommandLine;
  const size_t lf = bytes.substr(0, max_line).find('\n');
  if (lf != Bytes::npos) {
    if (lf == 0 || bytes[lf - 1] != '\r') {
      close_with(replies::kBareNewlineInCommand);
      return bytes.size();
    }
    run_line(bytes.substr(0, lf - 1));
    return lf + 1;
  }
  if (bytes.size() >= max_line) {
    line_too_long_ = true;
    skipped_bytes_ = 0;
    return max_line - 1;  // the last byte may be the CR of its CRLF
  }
  pending_ = bytes;
  return bytes.size();
}

size_t ServerSession::skip_long_line(Bytes bytes) {
  const size_t end = bytes.find("\r\n");
  const size_t skipped = end != Bytes::npos ? end : bytes.back() == '\r' ? bytes.size() - 1 : bytes.size();
  skipped_bytes_ += skipped;
  if (skipped_bytes_ > kMaxSkippedLine) {
    close_with(replies::kTooManyErrors);
    return bytes.size();
  }
  if (end != Bytes::npos) {
    line_too_long_ = false;
    error(replies::kLineTooLong);
    return end + 2;
  }
  pending_ = bytes.substr(skipped);  // a CR that may be half of the CRLF
  return bytes.size();
}

void ServerSession::run_line(Bytes line) {
  if (line.find('\r') != Bytes::npos) return close_with(replies::kBareNewlineInCommand);
  if (line.find('\0') != Bytes::npos) return error(replies::kNulInCommand);
  const size_t blank = line.find_first_of(" \t");
  const Bytes name = line.substr(0, blank);
  Bytes argument = slice(line, name.size());
  while (!argument.empty() && (argument.front() == ' ' || argument.front() == '\t'))
    argument.remove_prefix(1);
  while (!argument.empty() && (argument.back() == ' ' || argument.back() == '\t')) argument.remove_suffix(1);
  for (const Verb& verb : kVerbs) {
    if (!equals_ignoring_case(verb.name, name)) continue;
    if (verb.idle && ++idle_commands_ > policy_->max_idle_commands)
      return close_with(replies::kTooManyIdleCommands);
    if (!verb.takes_argument && !argument.empty()) return error(replies::kNoArgument);
    return (this->*verb.run)(argument);
  }
  for (const Bytes http : {"GET", "POST", "PUT", "HEAD", "CONNECT", "OPTIONS"})
    if (equals_ignoring_case(http, name)) return close_with(replies::kNotSmtp);
  for (const Bytes known : {"AUTH", "TURN", "ETRN", "SEND", "SOML", "SAML"})
    if (equals_ignoring_case(known, name)) return error(replies::kNotImplemented);
  error(replies::kUnknownCommand);
}

void ServerSession::say(const Reply& reply) {
  output_ += to_wire(reply);
}

void ServerSession::error(const Reply& reply) {
  say(reply);
  if (++errors_ > policy_->max_errors) close_with(replies::kTooManyErrors);
}

void ServerSession::close_with(const Reply& reply) {
  say(reply);
  next_ = Next::close;
  pending_.clear();
  if (!commit_->pending) content_.reset();
}

void ServerSession::reset_transaction() {
  envelope_ = {};
  content_.reset();
  has_sender_ = transaction_failed_ = false;
  refused_recipients_ = 0;
}

void ServerSession::ehlo(Bytes argument) {
  if (argument.empty()) return error(replies::kNeedName);
  reset_transaction();
  client_.helo = clean_helo(argument);
  client_.esmtp = true;
  std::string lines =
      policy_->hostname + "\nPIPELINING\nSIZE " + std::to_string(policy_->limits.max_message_bytes);
  if (policy_->offer_starttls && !client_.tls) lines += "\nSTARTTLS";
  lines += "\nENHANCEDSTATUSCODES\n8BITMIME\nDSN\nSMTPUTF8\nCHUNKING";
  say({250, "", lines});
}

void ServerSession::helo(Bytes argument) {
  if (argument.empty()) return error(replies::kNeedName);
  reset_transaction();
  client_.helo = clean_helo(argument);
  client_.esmtp = false;
  say({250, "", policy_->hostname});
}

void ServerSession::mail(Bytes argument) {
  if (client_.helo.empty()) return error(replies::kNeedHello);
  if (policy_->require_tls && !client_.tls) return error(replies::kTlsRequired);
  if (has_sender_) return error(replies::kNestedMail);
  Envelope envelope;
  if (const auto refusal = parse_mail(argument, envelope)) return error(*refusal);
  if (envelope.declared_size > policy_->limits.max_message_bytes) return error(replies::kTooBig);
  const Reply verdict = handler_.sender(client_, envelope);
  if (!verdict.positive()) return error(verdict);
  envelope_ = std::move(envelope);
  has_sender_ = true;
  say(verdict);
}

void ServerSession::rcpt(Bytes argument) {
  if (!has_sender_) return error(replies::kNeedMail);
  if (content_) return error(replies::kChunkingUnderWay);
  if (transaction_failed_) return error(replies::kTransactionFailed);
  Recipient recipient;
  if (const auto refusal = parse_rcpt(argument, envelope_.smtputf8, recipient)) {
    ++refused_recipients_;
    return error(*refusal);
  }
  if (envelope_.recipients.size() >= policy_->limits.max_recipients) return say(replies::kTooManyRecipients);
  const Reply verdict = handler_.recipient(client_, envelope_, recipient);
  if (verdict.positive()) {
    envelope_.recipients.push_back(std::move(recipient));
  } else if (++refused_recipients_ > policy_->limits.max_recipients) {
    return close_with(replies::kTooManyErrors);
  }
  say(verdict);
}

void ServerSession::rset(Bytes) {
  reset_transaction();
  say(replies::kOk);
}

void ServerSession::noop(Bytes) {
  say(replies::kOk);
}
void ServerSession::help(Bytes) {
  say(replies::kHelp);
}
void ServerSession::expn(Bytes) {
  error(replies::kNotImplemented);
}
void ServerSession::quit(Bytes) {
  close_with(replies::kBye);
}

void ServerSession::vrfy(Bytes argument) {
  if (argument.empty()) return error(replies::kSyntax);
  say(replies::kCannotVerify);
}

void ServerSession::starttls(Bytes) {
  if (client_.tls) return error(replies::kTlsAlready);
  if (!policy_->offer_starttls) return error(replies::kTlsNotAvailable);
  reset_transaction();
  next_ = Next::start_tls;
}

}  // namespace mugai::smtp
