// The replies that this library gives by itself, in one table: code, enhanced code (RFC 3463, RFC 5248, RFC
// 7504), text. A text says what the other side can do about it. The gateway has its own for what only it can
// know.
#pragma once

#include <string_view>

#include "smtp/reply.h"

namespace mugai::smtp {

struct FixedReply {
  int code;
  std::string_view enhanced, text;
  operator Reply() const { return {code, std::string(enhanced), std::string(text)}; }
};

namespace replies {

// Good news
inline constexpr FixedReply kOk{250, "2.0.0", "OK"};
inline constexpr FixedReply kSenderOk{250, "2.1.0", "Sender OK"};
inline constexpr FixedReply kRecipientOk{250, "2.1.5", "Recipient OK"};
inline constexpr FixedReply kMessageAccepted{250, "2.6.0", "Message accepted"};
inline constexpr FixedReply kStartMail{354, "", "End data with <CRLF>.<CRLF>"};
inline constexpr FixedReply kReadyForTls{220, "2.0.0", "Ready to start TLS"};
inline constexpr FixedReply kBye{221, "2.0.0", "Bye"};
inline constexpr FixedReply kCannotVerify{252, "2.5.0", "Cannot verify, send some mail and see"};
inline constexpr FixedReply kHelp{214, "2.0.0", "See RFC 5321"};

// The server goes away, or the client must
inline constexpr FixedReply kTimeout{421, "4.4.2", "Waited too long for you, closing"};
inline constexpr FixedReply kShuttingDown{421, "4.3.2", "Service is shutting down, try again later"};
inline constexpr FixedReply kTooManyErrors{421, "4.7.0", "Too many errors, closing"};
inline constexpr FixedReply kTooManyIdleCommands{421, "4.7.0",
                                                 "Too many commands without a message, closing"};
inline constexpr FixedReply kTooManyConnections{421, "4.7.0",
                                                "Too many connections from your address, try again later"};
inline constexpr FixedReply kServerFull{421, "4.3.2", "Too many connections, try again later"};
inline constexpr FixedReply kNotSmtp{421, "4.7.0", "This is not SMTP, closing"};

// Syntax and sequence
inline constexpr FixedReply kUnknownCommand{500, "5.5.1", "Unknown command"};
inline constexpr FixedReply kLineTooLong{500, "5.5.6", "Command line is too long"};
inline constexpr FixedReply kBareNewlineInCommand{500, "5.5.2", "Lines must end with CRLF, closing"};
inline constexpr FixedReply kNulInCommand{500, "5.5.2", "NUL in a command"};
inline constexpr FixedReply kSyntax{501, "5.5.4", "Syntax error in arguments"};
inline constexpr FixedReply kNoArgument{501, "5.5.4", "This command takes no argument"};
inline constexpr FixedReply kNeedName{501, "5.5.4", "Give your host name"};
inline constexpr FixedReply kBadChunk{501, "5.5.4", "Malformed BDAT, closing"};
inline constexpr FixedReply kNotImplemented{502, "5.5.1", "Command not implemented"};
inline constexpr FixedReply kNeedHello{503, "5.5.1", "Say EHLO first"};
inline constexpr FixedReply kNeedMail{503, "5.5.1", "Say MAIL FROM first"};
inline constexpr FixedReply kNeedRecipient{503, "5.5.1", "Say RCPT TO first"};
inline constexpr FixedReply kNestedMail{503, "5.5.1", "A transaction is under way, say RSET first"};
inline constexpr FixedReply kChunkingUnderWay{503, "5.5.1", "BDAT is under way, say RSET or BDAT LAST"};
inline constexpr FixedReply kTransactionFailed{503, "5.5.1", "This transaction has failed, say RSET"};
inline constexpr FixedReply kNoValidRecipients{554, "5.5.1", "No valid recipients"};
inline constexpr FixedReply kTlsNotAvailable{502, "5.5.1", "STARTTLS is not available"};
inline constexpr FixedReply kTlsAlready{503, "5.5.1", "TLS is already active"};
inline constexpr FixedReply kTlsNotLast{501, "5.5.1",
                                        "Nothing may follow STARTTLS before the handshake, closing"};
inline constexpr FixedReply kTlsRequired{530, "5.7.0", "Say STARTTLS first"};

// Addresses and parameters
inline constexpr FixedReply kBadSenderSyntax{501, "5.1.7", "Malformed reverse-path"};
inline constexpr FixedReply kBadRecipientSyntax{501, "5.1.3", "Malformed forward-path"};
inline constexpr FixedReply kSenderNeedsUtf8{550, "5.6.7", "A non-ASCII address needs SMTPUTF8"};
inline constexpr FixedReply kRecipientNeedsUtf8{553, "5.6.7", "A non-ASCII address needs SMTPUTF8 on MAIL"};
inline constexpr FixedReply kBadParameter{501, "5.5.4", "Malformed or repeated parameter"};
inline constexpr FixedReply kUnknownParameter{555, "5.5.4", "Unknown parameter"};
inline constexpr FixedReply kTooManyRecipients{452, "4.5.3",
                                               "Too many recipients, send the rest in another transaction"};

// The message
inline constexpr FixedReply kTooBig{552, "5.3.4", "Message is bigger than the SIZE offered"};
inline constexpr FixedReply kTooManyHops{554, "5.4.6", "Too many hops, this looks like a loop"};
inline constexpr FixedReply kBareNewline{550, "5.6.11",
                                         "Bare CR or LF in the message, lines must end with CRLF"};
inline constexpr FixedReply kCannotStore{452, "4.3.1", "Cannot store the message now, try again later"};

// What the client side says when the next hop said nothing that could be reported
inline constexpr FixedReply kCannotConnect{451, "4.4.1", "Cannot connect to the next hop"};
inline constexpr FixedReply kNoSuchHost{451, "4.4.3", "Cannot resolve the next hop's name"};
inline constexpr FixedReply kConnectionLost{451, "4.4.2", "Connection to the next hop was lost"};
inline constexpr FixedReply kNextHopTimeout{451, "4.4.2", "The next hop did not answer in time"};
inline constexpr FixedReply kLostAfterData{
    451, "4.4.2", "Connection was lost before the final reply, the message may arrive twice"};
inline constexpr FixedReply kBadReply{451, "4.5.0", "The next hop's reply was malformed"};
inline constexpr FixedReply kTlsNotOffered{451, "4.7.4", "The next hop does not offer the required STARTTLS"};
inline constexpr FixedReply kTlsFailed{451, "4.7.5", "TLS with the next hop failed"};
inline constexpr FixedReply kNextHopNotReady{451, "4.3.2", "The next hop does not accept mail now"};
inline constexpr FixedReply kNeeds8BitMime{
    554, "5.6.3", "The message has 8-bit bytes and the next hop does not offer 8BITMIME"};
inline constexpr FixedReply kNeedsSmtpUtf8{554, "5.6.7",
                                           "The message needs SMTPUTF8 and the next hop does not offer it"};
inline constexpr FixedReply kOwnBareNewline{554, "5.6.11",
                                            "The message has a bare CR or LF and was not sent"};
inline constexpr FixedReply kNextHopTooSmall{552, "5.3.4", "The message is bigger than the next hop takes"};

}  // namespace replies
}  // namespace mugai::smtp
