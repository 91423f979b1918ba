#include "gateway/av/clamd.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include "gateway/file.h"

namespace mugai::gateway {

namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kChunk = 128 << 10;
constexpr size_t kMaxReply = 4096;

ScanResult failed(std::string why) { return {ScanResult::Kind::failed, std::move(why)}; }

// One conversation. Every wait ends at the same deadline.
class Conversation {
 public:
  explicit Conversation(std::chrono::milliseconds timeout) : end_(Clock::now() + timeout) {}

  bool open(const config::Antivirus& antivirus) {
    return antivirus.path.empty() ? open_tcp(antivirus.host, antivirus.port) : open_local(antivirus.path);
  }

  // False when clamd does not take it all: then it has answered (too large), or is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!wait_for(POLLOUT)) return false;
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  std::string reply() {
    std::string received;
    std::array<char, 512> buffer;
    while (!is_whole_clamd_reply(received) && received.size() < kMaxReply && wait_for(POLLIN)) {
      const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (got <= 0) break;
      received.append(buffer.data(), static_cast<size_t>(got));
    }
    return received;
  }

 private:
  bool wait_for(short what) {
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
      if (left.count() <= 0) return false;
      pollfd one{socket_.get(), what, 0};
      const int ready = ::poll(&one, 1, static_cast<int>(std::min<int64_t>(left.count(), 60'000)));
      if (ready > 0) return (one.revents & (what | POLLHUP)) != 0;
      if (ready < 0 && errno != EINTR) return false;
    }
  }

  bool connect(const sockaddr* address, socklen_t size) {
    socket_.reset(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket_) return false;
    if (::connect(socket_.get(), address, size) == 0) return true;
    if (errno != EINPROGRESS || !wait_for(POLLOUT)) return false;
    int failure = 0;
    socklen_t length = sizeof failure;
    return ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &failure, &length) == 0 && failure == 0;
  }

  bool open_local(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.data(), path.size());
    return connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }

  bool open_tcp(const std::string& host, uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return false;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    for (const addrinfo* one = found; one; one = one->ai_next)
      if (connect(one->ai_addr, one->ai_addrlen)) return true;
    return false;
  }

  Clock::time_point end_;
  Fd socket_;
};

}  // namespace

ScanResult scan_with_clamd(const config::Antivirus& antivirus, Bytes bytes) {
  Conversation clamd(antivirus.timeout);
  if (!clamd.open(antivirus)) return failed("cannot connect");
  bool taken = clamd.send(kClamdInstream);
  for (size_t at = 0; taken && at < bytes.size(); at += kChunk) {
    const Bytes chunk = bytes.substr(at, kChunk);
    taken = clamd.send(clamd_chunk_length(static_cast<uint32_t>(chunk.size()))) && clamd.send(chunk);
  }
  if (taken) taken = clamd.send(clamd_chunk_length(0));
  // Over its limit clamd answers and closes before it has read everything: the reply says more than the broken pipe.
  const std::string reply = clamd.reply();
  if (reply.empty()) return failed(taken ? "no answer in time" : "it stopped reading");
  ScanResult result = parse_clamd_reply(reply);
  if (!taken && result.kind == ScanResult::Kind::clean) return failed("it answered before it had read everything");
  return result;
}

}  // namespace mugai::gateway
