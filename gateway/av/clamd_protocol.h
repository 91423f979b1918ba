// What we say to clamd and what it answers (clamd(8), INSTREAM with the "z" prefix): sans I/O. One scan a connection: the
// command, chunks of a 4-byte big-endian length and bytes, an empty chunk, then one reply that ends with a NUL.
#pragma once

#include <string>

#include "config/base/bytes.h"

namespace mugai::gateway {

struct ScanResult {
  enum class Kind {
    clean,
    found,    // `detail` is the signature's name
    failed,   // not looked at, or not wholly; `detail` says why, for the log
  };
  Kind kind = Kind::failed;
  std::string detail;
};

constexpr std::string_view kClamdInstream{"zINSTREAM\0", 10};

// The four bytes in front of a chunk; 0 ends the stream.
std::string clamd_chunk_length(uint32_t size);

// Whether `received` holds the whole reply.
bool is_whole_clamd_reply(std::string_view received);

// "stream: OK", "stream: NAME FOUND"; everything else, known or not, is failed: it never passes for clean.
ScanResult parse_clamd_reply(std::string_view untrusted_reply);

}  // namespace mugai::gateway
