#include "smtp/client_session.h"

#include <algorithm>
#include <charconv>

#include "smtp/replies.h"
#include "smtp/syntax.h"

namespace mugai::smtp {
namespace {

constexpr size_t kOutputBlock = 64 << 10;

// Envelopes are checked where they come in; this is the last place where a line end in one could become a
// command.
bool is_sendable(const std::string& address) {
  return std::none_of(address.begin(), address.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '<' || c == '>';
  });
}

std::string notify_parameter(const Notify& notify) {
  if (notify.never) return " NOTIFY=NEVER";
  std::string list;
  const auto add = [&](bool wanted, const char* word) {
    if (wanted) list += (list.empty() ? " NOTIFY=" : ",") + std::string(word);
  };
  add(notify.success, "SUCCESS");
  add(notify.failure, "FAILURE");
  add(notify.delay, "DELAY");
  return list;
}

}  // namespace

ClientSession::Stage ClientSession::stage() const {
  switch (state_) {
    case State::greeting:
      return Stage::greeting;
    case State::ready:
    case State::closed:
      return Stage::idle;
    case State::envelope:
      return envelope_ != nullptr && answered_ > envelope_->recipients.size() ? Stage::data_start
                                                                              : Stage::command;
    case State::body:
      return Stage::data_block;
    case State::final:
      return Stage::data_end;
    default:
      return Stage::command;
  }
}

ClientSession::Next ClientSession::begin(const Envelope& envelope, std::string_view message) {
  envelope_ = &envelope;
  message_ = message;
  facts_ = examine_content(message);
  results_.assign(envelope.recipients.size(), RecipientResult{});
  for (RecipientResult& result : results_) result.remote = options_.remote;
  settled_.assign(envelope.recipients.size(), false);
  accepted_.clear();
  sent_ = answered_ = body_at_ = final_replies_ = 0;
  mail_refused_ = false;
  return state_ == State::ready ? start_transaction() : Next::read;
}

ClientSession::Next ClientSession::quit() {
  output_ += "QUIT\r\n";
  state_ = State::quit;
  return Next::read;
}

void ClientSession::settle(size_t recipient, const Reply& reply) {
  if (settled_[recipient]) return;
  settled_[recipient] = true;
  RecipientResult& result = results_[recipient];
  result.reply = reply;
  result.state = reply.positive()    ? RecipientResult::State::delivered
                 : reply.permanent() ? RecipientResult::State::failed
                                     : RecipientResult::State::deferred;
  result.dsn_passed_on = reply.positive() && extensions_.dsn;
}

void ClientSession::settle_all(const Reply& reply, bool only_accepted) {
  if (only_accepted)
    for (const size_t recipient : accepted_) settle(recipient, reply);
  else
    for (size_t recipient = 0; recipient < settled_.size(); ++recipient) settle(recipient, reply);
}

// The connection is of no use any more. Whoever has no result yet is deferred, with the best reason there is.
ClientSession::Next ClientSession::give_up(const Reply& reply) {
  if (envelope_ != nullptr) {
    const std::vector<bool> before = settled_;
    settle_all(reply, false);
    for (size_t i = 0; i < results_.size(); ++i)
      if (!before[i])
        results_[i].state = RecipientResult::State::deferred;  // a 554 greeting is not about the message
  }
  envelope_ = nullptr;
  state_ = State::closed;
  return Next::close;
}

ClientSession::Next ClientSession::lost(const Reply& why) {
  if (state_ == State::closed) return Next::close;
  const bool unplugged = why.text == replies::kConnectionLost.text;
  return give_up(state_ == State::final && unplugged ? Reply(replies::kLostAfterData) : why);
}

ClientSession::Next ClientSession::receive(Bytes untrusted) {
  Next next = Next::read;
  while (!untrusted.empty() && state_ != State::closed) {
    // A reply that nobody asked for, or plain text behind the 220 to STARTTLS: somebody else is talking.
    if (state_ == State::ready || state_ == State::handshake) return give_up(replies::kBadReply);
    switch (parser_.feed(untrusted)) {
      case ReplyParser::Status::more:
        return Next::read;
      case ReplyParser::Status::malformed:
        return lost(replies::kBadReply);
      case ReplyParser::Status::complete:
        next = take_reply(parser_.take());
        break;
    }
    if (next == Next::idle && !untrusted.empty()) {
      state_ = State::closed;  // the results stand, the connection does not
      next = Next::close;
    }
  }
  return next;
}

ClientSession::Next ClientSession::take_reply(const Reply& reply) {
  if (reply.code == 421 && state_ != State::quit) {
    if (state_ != State::rset) return give_up(reply);
    state_ = State::closed;
    return Next::close;
  }
  switch (state_) {
    case State::greeting:
      if (reply.code != 220) return give_up(reply.positive() ? Reply(replies::kBadReply) : reply);
      state_ = State::hello;
      output_ += (options_.lmtp ? "LHLO " : "EHLO ") + options_.hello + "\r\n";
      return Next::read;
    case State::hello:
      return after_hello(reply);
    case State::helo:
      return reply.code == 250 ? ready() : give_up(reply.positive() ? Reply(replies::kBadReply) : reply);
    case State::starttls:
      if (reply.code == 220) {
        state_ = State::handshake;
        return Next::start_tls;
      }
      return options_.tls == TlsPolicy::opportunistic ? ready() : give_up(replies::kTlsFailed);
    case State::envelope:
      return envelope_reply(reply);
    case State::body:
      // An answer before the end. Nothing that follows could be believed, and it is certainly no acceptance.
      settle_all(reply.positive() ? Reply(replies::kBadReply) : reply, true);
      return give_up(replies::kBadReply);
    case State::final:
      return final_reply(reply);
    case State::rset:
      envelope_ = nullptr;
      state_ = reply.positive() ? State::ready : State::closed;
      return reply.positive() ? Next::idle : Next::close;
    case State::quit:
      state_ = State::closed;
      return Next::close;
    default:
      return give_up(replies::kBadReply);
  }
}

ClientSession::Next ClientSession::after_hello(const Reply& reply) {
  const bool must_have_tls = options_.tls == TlsPolicy::required || options_.tls == TlsPolicy::verified;
  if (reply.permanent() && !options_.lmtp && !must_have_tls) {
    state_ = State::helo;
    output_ += "HELO " + options_.hello + "\r\n";
    return Next::read;
  }
  if (reply.code != 250) return give_up(reply.positive() ? Reply(replies::kBadReply) : reply);
  extensions_ = {};
  std::string_view rest = reply.text;
  for (size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    rest.remove_prefix(end + 1);  // the first line is only a name
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const std::string_view word = line.substr(0, line.find(' '));
    const auto is = [&](std::string_view name) { return equals_ignoring_case(word, name); };
    if (is("PIPELINING")) extensions_.pipelining = true;
    if (is("8BITMIME")) extensions_.eight_bit_mime = true;
    if (is("SMTPUTF8")) extensions_.smtputf8 = true;
    if (is("DSN")) extensions_.dsn = true;
    if (is("STARTTLS")) extensions_.starttls = true;
    if (is("SIZE")) {
      extensions_.size = true;
      const std::string_view number = slice(line, 5);
      std::from_chars(number.data(), number.data() + number.size(), extensions_.max_size);
    }
  }
  if (tls_active_ || options_.tls == TlsPolicy::none) return ready();
  if (extensions_.starttls) {
    state_ = State::starttls;
    output_ += "STARTTLS\r\n";
    return Next::read;
  }
  return must_have_tls ? give_up(replies::kTlsNotOffered) : ready();
}

ClientSession::Next ClientSession::tls_established() {
  tls_active_ = true;
  state_ = State::hello;
  parser_ = {};
  output_ += (options_.lmtp ? "LHLO " : "EHLO ") + options_.hello + "\r\n";
  return Next::read;
}

ClientSession::Next ClientSession::ready() {
  state_ = State::ready;
  return envelope_ != nullptr ? start_transaction() : Next::idle;
}

std::optional<Reply> ClientSession::local_refusal() const {
  const auto is_utf8_address = [](const Address& address) { return !is_ascii(address.text); };
  if (facts_.bare_newline) return replies::kOwnBareNewline;
  if (!is_sendable(envelope_->reverse_path.text)) return replies::kBadSenderSyntax;
  bool needs_utf8 =
      is_utf8_address(envelope_->reverse_path) || (envelope_->smtputf8 && facts_.eight_bit_header);
  for (const Recipient& recipient : envelope_->recipients) {
    if (!is_sendable(recipient.forward_path.text)) return replies::kBadRecipientSyntax;
    needs_utf8 = needs_utf8 || is_utf8_address(recipient.forward_path);
  }
  if (needs_utf8 && !extensions_.smtputf8) return replies::kNeedsSmtpUtf8;
  if (facts_.eight_bit && !extensions_.eight_bit_mime) return replies::kNeeds8BitMime;
  if (extensions_.max_size > 0 && message_.size() > extensions_.max_size) return replies::kNextHopTooSmall;
  return std::nullopt;
}

ClientSession::Next ClientSession::start_transaction() {
  if (const auto refusal = local_refusal()) {
    settle_all(*refusal, false);
    envelope_ = nullptr;
    return Next::idle;
  }
  state_ = State::envelope;
  while (send_step() && extensions_.pipelining) {
  }
  return Next::read;
}

std::string ClientSession::mail_command() const {
  std::string command = "MAIL FROM:<" + envelope_->reverse_path.text + ">";
  if (extensions_.size) command += " SIZE=" + std::to_string(message_.size());
  if (facts_.eight_bit) command += " BODY=8BITMIME";
  if (envelope_->smtputf8 && extensions_.smtputf8) command += " SMTPUTF8";
  if (extensions_.dsn && envelope_->ret == Envelope::Return::full) command += " RET=FULL";
  if (extensions_.dsn && envelope_->ret == Envelope::Return::headers) command += " RET=HDRS";
  if (extensions_.dsn && !envelope_->envid.empty() && is_xtext(envelope_->envid))
    command += " ENVID=" + envelope_->envid;
  return command + "\r\n";
}

std::string ClientSession::rcpt_command(const Recipient& recipient) const {
  std::string command = "RCPT TO:<" + recipient.forward_path.text + ">";
  if (extensions_.dsn) {
    command += notify_parameter(recipient.notify);
    const bool clean = is_sendable(recipient.original) && recipient.original.find(' ') == std::string::npos;
    const bool passable = is_ascii(recipient.original) || extensions_.smtputf8;
    if (!recipient.original.empty() && clean && passable) command += " ORCPT=" + recipient.original;
  }
  return command + "\r\n";
}

// Sends the next of MAIL, RCPT ..., DATA; false when there is none left.
bool ClientSession::send_step() {
  const size_t recipients = envelope_->recipients.size();
  if (sent_ > recipients + 1) return false;
  if (sent_ == 0)
    output_ += mail_command();
  else if (sent_ <= recipients)
    output_ += rcpt_command(envelope_->recipients[sent_ - 1]);
  else
    output_ += "DATA\r\n";
  ++sent_;
  return true;
}

ClientSession::Next ClientSession::envelope_reply(const Reply& reply) {
  const size_t step = answered_++;
  const size_t recipients = envelope_->recipients.size();
  if (step == recipients + 1) return data_reply(reply);
  const Reply believed = reply.code >= 300 && reply.code < 400 ? Reply(replies::kBadReply) : reply;
  if (step == 0) {
    mail_refused_ = !believed.positive();
    if (mail_refused_) settle_all(believed, false);
  } else if (!mail_refused_ && believed.positive()) {
    accepted_.push_back(step - 1);
  } else {
    settle(step - 1, believed);
  }
  if (sent_ > answered_) return Next::read;  // pipelined: the other answers are on their way
  const bool hopeless = mail_refused_ || (answered_ == recipients + 1 && accepted_.empty());
  if (hopeless) return end_transaction();
  send_step();
  return Next::read;
}

ClientSession::Next ClientSession::data_reply(const Reply& reply) {
  if (reply.code == 354) {
    state_ = State::body;
    if (!accepted_.empty()) return Next::read;
    // It wants a message for nobody (RFC 2920 §3.1): it gets an empty one. LMTP would then answer for nobody.
    if (options_.lmtp) return give_up(replies::kBadReply);
    message_ = {};
    return Next::read;
  }
  settle_all(reply.positive() ? Reply(replies::kBadReply) : reply, true);
  return end_transaction();
}

ClientSession::Next ClientSession::final_reply(const Reply& reply) {
  const Reply believed = reply.code >= 300 && reply.code < 400 ? Reply(replies::kBadReply) : reply;
  if (options_.lmtp) {
    settle(accepted_[final_replies_], believed);
    if (++final_replies_ < accepted_.size()) return Next::read;
  } else {
    settle_all(believed, true);
  }
  envelope_ = nullptr;
  state_ = State::ready;
  return Next::idle;
}

ClientSession::Next ClientSession::end_transaction() {
  output_ += "RSET\r\n";
  state_ = State::rset;
  return Next::read;
}

std::string ClientSession::take_output() {
  std::string out = std::move(output_);
  output_.clear();
  if (state_ == State::body) fill_body(out);
  return out;
}

// Dot-stuffing (RFC 5321 §4.5.2): the message has CRLF only, so that a line begins at 0 and behind every LF.
void ClientSession::fill_body(std::string& out) {
  const size_t end = std::min(message_.size(), body_at_ + kOutputBlock);
  out.reserve(out.size() + (end - body_at_) + 1024);
  while (body_at_ < end) {
    const bool line_start = body_at_ == 0 || message_[body_at_ - 1] == '\n';
    if (line_start && message_[body_at_] == '.') out += '.';
    const size_t next_dot = message_.substr(body_at_, end - body_at_).find("\n.");
    const size_t stop = next_dot == std::string_view::npos ? end : body_at_ + next_dot + 1;
    out += message_.substr(body_at_, stop - body_at_);
    body_at_ = stop;
  }
  if (body_at_ < message_.size()) return;
  if (!message_.empty() && message_.back() != '\n') out += "\r\n";
  out += ".\r\n";
  state_ = State::final;
}

}  // namespace mugai::smtp
