#include "smtp/channel.h"

#include <array>
#include <asio/post.hpp>
#include <cerrno>

namespace mugai::smtp {
namespace {

constexpr size_t kScratchBytes = 64 << 10;
constexpr size_t kKeptCapacity =
    4 << 10;  // a send buffer that grew beyond this is given back when it is empty

char* scratch() {
  thread_local std::array<char, kScratchBytes> buffer;
  return buffer.data();
}

}  // namespace

Channel::Channel(Socket socket) : socket_(std::move(socket)) {
  asio::error_code ignored;
  socket_.non_blocking(true, ignored);
}

void Channel::close_now() {
  if (std::exchange(closed_, true)) return;
  if (tls_) tls_->shutdown();
  tls_.reset();
  asio::error_code ignored;
  socket_.close(ignored);
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->closed(); });
}

void Channel::read() {
  want_read_ = true;
  if (tls_ && handshake_done_ && tls_->has_buffered() && !waiting_read_) {
    // The socket will not become readable for bytes that OpenSSL has already taken from it.
    waiting_read_ = true;
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
      self->waiting_read_ = false;
      self->on_readable();
    });
    return;
  }
  arm_read();
}

void Channel::pause() {
  want_read_ = false;
}

void Channel::arm_read() {
  if (waiting_read_ || closed_) return;
  waiting_read_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const asio::error_code& error) {
    self->waiting_read_ = false;
    if (!error) self->on_readable();
  });
}

void Channel::arm_write() {
  if (waiting_write_ || closed_) return;
  waiting_write_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const asio::error_code& error) {
    self->waiting_write_ = false;
    if (error || self->closed_) return;
    if (self->tls_ && !self->handshake_done_)
      self->handshake();
    else
      self->flush();
  });
}

Channel::Io Channel::read_some(size_t& count) {
  if (!tls_) {
    const ssize_t got = ::recv(socket_.native_handle(), scratch(), kScratchBytes, 0);
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Io::again : Io::gone;
    count = static_cast<size_t>(got);
    return got == 0 ? Io::gone : Io::done;
  }
  switch (tls_->read(scratch(), kScratchBytes, count)) {
    case tls::Status::done:
      return Io::done;
    case tls::Status::want_read:
      return Io::again;
    case tls::Status::want_write:
      arm_write();
      return Io::again;
    default:
      return Io::gone;
  }
}

Channel::Io Channel::write_some(Bytes bytes, size_t& count) {
  if (!tls_) {
    const ssize_t sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Io::again : Io::gone;
    count = static_cast<size_t>(sent);
    return Io::done;
  }
  switch (tls_->write(bytes, count)) {
    case tls::Status::done:
      return Io::done;
    case tls::Status::want_read:
      arm_read();
      return Io::again;
    case tls::Status::want_write:
      return Io::again;
    default:
      return Io::gone;
  }
}

void Channel::on_readable() {
  if (closed_) return;
  if (tls_ && !handshake_done_) return handshake();
  if (!lingering_ && (!want_read_ || (has_unsent() && !full_duplex_)))
    return;  // read() or flush() arms again
  size_t count = 0;
  switch (read_some(count)) {
    case Io::again:
      return arm_read();
    case Io::gone:
      return close_now();
    case Io::done:
      break;
  }
  if (!lingering_) received({scratch(), count});
  if (closed_ || tls_request_ || (tls_ && !handshake_done_)) return;
  if (lingering_)
    arm_read();
  else if (want_read_)
    read();
}

void Channel::send(Bytes bytes) {
  if (closed_ || lingering_ || write_broken_ || bytes.empty()) return;
  if (has_unsent()) {
    unsent_ += bytes;
    return;
  }
  unsent_ = bytes;
  unsent_at_ = 0;
  flush();
}

void Channel::flush() {
  while (has_unsent()) {
    size_t count = 0;
    switch (write_some(Bytes(unsent_).substr(unsent_at_), count)) {
      case Io::done:
        unsent_at_ += count;
        break;
      case Io::again:
        return arm_write();
      case Io::gone:
        return write_failed();
    }
  }
  unsent_.clear();
  unsent_at_ = 0;
  if (unsent_.capacity() > kKeptCapacity) unsent_ = std::string();
  after_flush();
}

// The peer takes nothing more, but its last words may still wait to be read; then reading ends the channel.
void Channel::write_failed() {
  unsent_ = std::string();
  unsent_at_ = 0;
  write_broken_ = true;
  if (!want_read_ || lingering_ || tls_request_) return close_now();
  arm_read();
}

void Channel::after_flush() {
  if (lingering_) {
    if (std::exchange(write_shut_, true)) return;
    if (tls_) tls_->shutdown();
    asio::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    return arm_read();
  }
  if (tls_request_) {
    const auto request = std::move(tls_request_);
    tls_ = tls::Stream::create(*request->context, socket_.native_handle(), request->role,
                               request->server_name, request->verify_name);
    if (!tls_) return secured(nullptr, "OpenSSL is out of memory, or the name to verify is malformed");
    return handshake();
  }
  if (want_read_) read();
  drained();
}

void Channel::start_tls(std::shared_ptr<tls::Context> context, tls::Stream::Role role,
                        std::string server_name, std::string verify_name) {
  tls_request_ = std::make_unique<TlsRequest>(
      TlsRequest{std::move(context), role, std::move(server_name), std::move(verify_name)});
  if (!has_unsent()) after_flush();
}

void Channel::handshake() {
  switch (tls_->handshake()) {
    case tls::Status::done:
      handshake_done_ = true;
      secured(tls_.get(), "");
      if (want_read_ && !closed_) read();
      return;
    case tls::Status::want_read:
      return arm_read();
    case tls::Status::want_write:
      return arm_write();
    default:
      return secured(nullptr, tls_->error());
  }
}

void Channel::close_gently() {
  if (closed_ || lingering_) return;
  lingering_ = true;
  if (!has_unsent()) after_flush();
}

}  // namespace mugai::smtp
