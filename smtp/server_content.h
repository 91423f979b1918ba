// Internal to ServerSession (server_session.cpp, server_content.cpp): a message that is coming in, and what
// outlives the session while a commit is pending.
#pragma once

#include "smtp/server_session.h"

namespace mugai::smtp {

// As a Sink it takes what the decoder found and passes it on while that makes sense. It never fails by
// itself: the message is drained in any case, and content_verdict() says at the end what was wrong with it.
struct ServerSession::Content : Sink {
  Content(ContentDecoder::Framing framing, bool normalise, const Limits& limits)
      : decoder(framing, normalise),
        hops(limits.max_header_bytes),
        counted(framing == ContentDecoder::Framing::counted),
        reject_bare_newline(!normalise),
        max_bytes(limits.max_message_bytes) {}

  bool write(Bytes content) override {
    bytes += content.size();
    if (bytes > max_bytes || (reject_bare_newline && decoder.bare_newline())) sink.reset();
    if (!sink) return true;
    hops.see(content);
    if (!sink->write(content)) {
      cannot_store = true;
      sink.reset();
    }
    return true;
  }

  ContentDecoder decoder;
  HopCounter hops;
  const bool counted;  // BDAT
  const bool reject_bare_newline;
  const uint64_t max_bytes;
  uint64_t bytes = 0;
  bool cannot_store = false;
  std::unique_ptr<MessageSink> sink;

  uint64_t chunk_size = 0, chunk_left = 0;
  bool last_chunk = false;
  bool discarding = false;  // a BDAT that nobody asked for: its bytes are skipped, `refusal` is the answer
  Reply refusal;
};

// The closure that a sink got holds this weakly: a session that died is not resumed.
struct ServerSession::PendingCommit {
  std::function<void()> resumed;
  std::optional<Reply> result;
  bool pending = false;
  bool inside_commit_call = false;
};

}  // namespace mugai::smtp
