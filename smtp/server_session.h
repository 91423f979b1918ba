// The server side of one SMTP connection without sockets (RFC 5321, 1870, 2034, 2920, 3030, 3207, 3461, 6152,
// 6531): bytes in, bytes out, and a word on what to do next. Knows no clock, no TLS and no descriptor: the
// driver (server.cpp, or a test) moves the bytes, watches stage() for time-outs and does the handshake.
// Message content goes to the handler's MessageSink in spans of the caller's buffer. Used from one thread;
// the handler outlives it. While a commit is pending nothing is processed: what was already handed in is kept
// (one read at most), Next is wait.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "smtp/content_decoder.h"
#include "smtp/hop_counter.h"
#include "smtp/mail_handler.h"
#include "smtp/server_policy.h"

namespace mugai::smtp {

class ServerSession {
 public:
  enum class Next {
    read,       // send the output, then hand in more
    wait,       // send the output; do not read until `resumed` is called, then call resume()
    start_tls,  // send the output, then do the handshake and call tls_established()
    close,      // send the output and close
  };
  enum class Stage { command, content, commit };

  // `resumed` is called when a pending commit has ended; never from inside a call of this class.
  ServerSession(std::shared_ptr<const ServerPolicy> policy, MailHandler& handler, ClientInfo client,
                std::function<void()> resumed);
  ~ServerSession();
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  Next greet();
  Next receive(Bytes untrusted);
  Next resume();
  Next tls_established(std::string protocol, std::string cipher);
  Next refuse(const Reply& reply);  // time-out, shutdown: says the reply and closes

  std::string take_output() { return std::exchange(output_, {}); }
  Stage stage() const;
  bool in_transaction() const { return stage() != Stage::command || has_sender_; }
  bool in_message() const { return content_ != nullptr; }  // between DATA or the first BDAT and the end
  const ClientInfo& client() const { return client_; }

  // What a test or a log may want to know.
  uint64_t messages_accepted() const { return messages_accepted_; }
  unsigned errors() const { return errors_; }

 private:
  struct Content;
  struct PendingCommit;
  using Command = void (ServerSession::*)(Bytes argument);
  struct Verb {
    Bytes name;
    Command run;
    bool takes_argument;
    bool idle;  // counts towards max_idle_commands
  };
  static const Verb kVerbs[];

  void process(Bytes bytes);
  size_t take_command(Bytes bytes);
  size_t skip_long_line(Bytes bytes);
  size_t take_content(Bytes bytes);
  void run_line(Bytes line);

  void ehlo(Bytes argument);
  void helo(Bytes argument);
  void mail(Bytes argument);
  void rcpt(Bytes argument);
  void data(Bytes argument);
  void bdat(Bytes argument);
  void rset(Bytes argument);
  void noop(Bytes argument);
  void vrfy(Bytes argument);
  void expn(Bytes argument);
  void help(Bytes argument);
  void quit(Bytes argument);
  void starttls(Bytes argument);

  bool open_content(ContentDecoder::Framing framing);
  void chunk_complete();
  void content_complete();
  std::optional<Reply> content_verdict() const;
  void take_commit_result();
  void reset_transaction();

  void say(const Reply& reply);
  void error(const Reply& reply);
  void close_with(const Reply& reply);

  std::shared_ptr<const ServerPolicy> policy_;
  MailHandler& handler_;
  ClientInfo client_;
  std::shared_ptr<PendingCommit> commit_;
  Next next_ = Next::read;
  std::string output_;
  std::string pending_;  // an unfinished command line, or what waits for a commit
  Envelope envelope_;
  std::unique_ptr<Content> content_;
  unsigned errors_ = 0, idle_commands_ = 0, refused_recipients_ = 0;
  uint64_t messages_accepted_ = 0;
  bool has_sender_ = false;
  bool line_too_long_ = false;
  size_t skipped_bytes_ = 0;         // of that line
  bool transaction_failed_ = false;  // a BDAT failed; only RSET helps (RFC 3030 §2)
};

}  // namespace mugai::smtp
