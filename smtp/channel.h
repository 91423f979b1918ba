// One connected stream socket (TCP or Unix) with optional TLS, for the loop that both sides of this library
// share: bytes in through received(), bytes out through send(). Owned by shared_ptr; a pending wait keeps it
// alive, and so does whoever opened it, until closed(). All calls and callbacks are on the loop's thread.
// There is no buffer per connection: reads go into one scratch buffer per thread, and what cannot be sent at
// once is the only thing kept. Knows nothing of SMTP: the console's server stands on it too.
#pragma once

#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <memory>
#include <string>

#include "config/base/bytes.h"
#include "smtp/tls.h"

namespace mugai::smtp {

class Channel : public std::enable_shared_from_this<Channel> {
 public:
  using Socket = asio::generic::stream_protocol::socket;

  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Ends everything now. closed() follows, from the loop. Idempotent.
  void close_now();
  bool closing() const { return lingering_ || closed_; }

 protected:
  explicit Channel(Socket socket);

  virtual void received(Bytes untrusted) = 0;  // the view is valid during the call only
  virtual void secured(const tls::Stream* stream,
                       const std::string& error) = 0;  // null: the handshake failed
  virtual void drained() {}                            // everything that was handed to send() has left
  virtual void closed() = 0;                           // last call, exactly once

  void read();   // from now on received() may be called, while nothing is left to send ...
  void pause();  // ... until this
  void read_while_sending() { full_duplex_ = true; }  // do not stop reading while something is left to send
  void send(Bytes bytes);
  // Starts when everything sent before has left. Bytes that are read from then on are TLS.
  void start_tls(std::shared_ptr<tls::Context> context, tls::Stream::Role role, std::string server_name = "",
                 std::string verify_name = "");
  // Sends what is left, says that no more will come, and throws away what still arrives until the peer closes
  // too: to close a socket with unread bytes would take the last reply from the peer.
  void close_gently();

  bool has_unsent() const { return unsent_at_ < unsent_.size(); }
  bool secure() const { return tls_ != nullptr && handshake_done_; }
  asio::any_io_executor executor() { return socket_.get_executor(); }

 private:
  struct TlsRequest {
    std::shared_ptr<tls::Context> context;
    tls::Stream::Role role;
    std::string server_name, verify_name;
  };

  void arm_read();
  void arm_write();
  void on_readable();
  void flush();
  void write_failed();
  void handshake();
  void after_flush();
  enum class Io { done, again, gone };
  Io read_some(size_t& count);
  Io write_some(Bytes bytes, size_t& count);

  Socket socket_;
  std::unique_ptr<tls::Stream> tls_;
  std::unique_ptr<TlsRequest> tls_request_;
  std::string unsent_;
  size_t unsent_at_ = 0;
  bool want_read_ = false, waiting_read_ = false, waiting_write_ = false;
  bool full_duplex_ = false;
  bool handshake_done_ = false;
  bool write_broken_ = false;
  bool lingering_ = false, write_shut_ = false, closed_ = false;
};

}  // namespace mugai::smtp
