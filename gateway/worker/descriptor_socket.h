// Open files handed over a Unix socket together with bytes (SCM_RIGHTS, unix(7)). The sender's stay the sender's; what
// arrives belongs to the receiver and is closed on exec. Both try again when a signal comes between.
#pragma once

#include <sys/types.h>

#include <span>

#include "config/base/bytes.h"
#include "gateway/file.h"

namespace mugai::gateway {

// One sendmsg(): how many bytes went, or -1. The descriptors go with the first byte.
ssize_t send_with_descriptors(int socket, Bytes bytes, std::span<const int> descriptors);

// One recvmsg() with `flags`: how many bytes came, 0 at the end, or -1. `descriptors` get what came with them, from the
// first on; what does not fit in is closed by the kernel. `count`, if given, says how many came.
ssize_t receive_with_descriptors(int socket, std::span<char> bytes, std::span<Fd> descriptors, int flags = 0, size_t* count = nullptr);

}  // namespace mugai::gateway
