// One HTTP/1.1 request from bytes to a Request, without sockets: first the head, which is judged before anything of a body
// is taken; then as much body as the caller allows, sized or chunked. What is ambiguous about where a request ends (two
// lengths, a length and chunks, bare line feeds) is refused, not guessed. Head and body are bounded. Reads one request and
// ignores what follows it. Not for several threads at once.
#pragma once

#include <string>

#include "config/base/bytes.h"
#include "gateway/web/http.h"

namespace mugai::gateway::web {

class RequestReader {
 public:
  static constexpr size_t kMaxHead = 32 * 1024;

  enum class State { head, head_read, body, done, refused };

  State state() const { return state_; }
  int refusal() const { return refusal_; }        // an HTTP status
  bool has_begun() const { return !head_.empty(); }

  // In `head` and `body`; anywhere else bytes are ignored.
  State feed(Bytes untrusted);

  // After head_read. `max` 0: no body is read, whatever comes.
  State take_body(size_t max);
  // What the head says of the body; a chunked one may be any size.
  bool body_follows() const { return chunked_ || length_ > 0; }
  bool body_may_exceed(size_t size) const { return chunked_ || length_ > size; }
  bool wants_continue() const { return wants_continue_; }
  size_t body_received() const { return received_; }

  // Filled as far as it was read.
  Request& request() { return request_; }

 private:
  State refuse(int status);
  State parse_head();
  State feed_body(Bytes untrusted);
  State feed_chunks(Bytes untrusted);
  State finish_body();

  State state_ = State::head;
  int refusal_ = 0;
  std::string head_, body_, content_type_;
  Request request_;
  bool chunked_ = false, wants_continue_ = false;
  uint64_t length_ = 0;
  size_t max_ = 0, received_ = 0;
  enum class Chunk { size, data, end, trailer } chunk_ = Chunk::size;
  std::string line_;
  uint64_t chunk_left_ = 0;
};

}  // namespace mugai::gateway::web
