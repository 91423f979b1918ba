// TLS by OpenSSL directly on a non-blocking socket. A Context is made once from certificates and shared; a
// Stream is one connection's TLS. Nothing blocks: each call says what to wait for. TLS 1.2 or newer, no
// compression, no renegotiation, no session tickets to keep. Buffers are released when idle, so that ten
// thousand idle connections are cheap. A Stream does not own the socket, which must outlive it. Writes never
// raise SIGPIPE.
#pragma once

#include <memory>
#include <string>

#include "config/base/bytes.h"
#include "config/base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace mugai::smtp::tls {

class Context {
 public:
  // PEM files; the certificate file holds the chain, leaf first.
  static Result<std::shared_ptr<Context>> server(const std::string& certificate_file,
                                                 const std::string& key_file);
  // `ca_file` empty: the system's authorities. They matter only to streams that verify.
  static Result<std::shared_ptr<Context>> client(const std::string& ca_file);

  ssl_ctx_st* native() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  explicit Context(ssl_ctx_st* context) : context_(context) {}
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

enum class Status { done, want_read, want_write, closed, failed };

class Stream {
 public:
  enum class Role { server, client };
  // `verify_name`, for clients: the name or address that the certificate must be valid for; empty: anyone's
  // will do. Null when OpenSSL is out of memory.
  static std::unique_ptr<Stream> create(const Context& context, int socket, Role role,
                                        const std::string& server_name = "",
                                        const std::string& verify_name = "");

  Status handshake();
  Status read(char* buffer, size_t size, size_t& count);
  Status write(Bytes bytes,
               size_t& count);  // after want_*, the same bytes must be offered again (they may have moved)
  void shutdown();              // says goodbye if that is possible without waiting

  bool has_buffered() const;  // decrypted bytes wait that the socket will not announce
  std::string protocol() const;
  std::string cipher() const;
  const std::string& error() const { return error_; }  // for the log, after failed

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  explicit Stream(ssl_st* ssl) : ssl_(ssl) {}
  Status result(int returned);
  std::unique_ptr<ssl_st, Free> ssl_;
  std::string error_;
};

}  // namespace mugai::smtp::tls
