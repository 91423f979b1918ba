#include "gateway/worker/descriptor_socket.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace mugai::gateway {

namespace {

constexpr size_t kMost = 8;   // descriptors at once

struct alignas(cmsghdr) Control {
  std::array<char, CMSG_SPACE(sizeof(int) * kMost)> bytes{};
};

}  // namespace

ssize_t send_with_descriptors(int socket, Bytes bytes, std::span<const int> descriptors) {
  if (descriptors.size() > kMost) return -1;
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  Control control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    message.msg_control = control.bytes.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t sent = 0;
  do sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent;
}

ssize_t receive_with_descriptors(int socket, std::span<char> bytes, std::span<Fd> descriptors, int flags, size_t* count) {
  iovec part{bytes.data(), bytes.size()};
  Control control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = CMSG_SPACE(sizeof(int) * std::min(descriptors.size(), kMost));
  ssize_t got = 0;
  do got = ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  size_t came = 0;
  if (const cmsghdr* rights = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr; rights && rights->cmsg_type == SCM_RIGHTS) {
    std::array<int, kMost> raw{};
    came = std::min((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int), raw.size());
    std::memcpy(raw.data(), CMSG_DATA(rights), came * sizeof(int));
    // Room is given in steps of a word: one more may have come than was asked for.
    for (size_t i = 0; i < came; ++i) {
      Fd one(raw[i]);
      if (i < descriptors.size()) descriptors[i] = std::move(one);
    }
  }
  if (count) *count = came;
  return got;
}

}  // namespace mugai::gateway
