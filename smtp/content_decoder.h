// The bytes of a message as they come over SMTP, turned into content: after DATA, dots are unstuffed and the
// end is found (RFC 5321 §4.5.2); after BDAT, the caller counts. The end of DATA is CRLF.CRLF and nothing
// else; a bare CR or LF never ends a line (RFC 5321 §2.3.8): it is noted, and becomes CRLF when `normalise`
// is set. Streams in any chunking with the same result; holds back at most a CR or a dot. No per-byte work.
#pragma once

#include <cstddef>

#include "config/base/bytes.h"

namespace mugai::smtp {

class ContentDecoder {
 public:
  enum class Framing { dot, counted };
  ContentDecoder(Framing framing, bool normalise) : framing_(framing), normalise_(normalise) {}

  // Writes the content in `untrusted` to `out`, as few and as long spans as possible, and returns how many
  // bytes belonged to the message; fewer than all only when the end was found. `out` reports failure by
  // itself.
  size_t decode(Bytes untrusted, Sink& out);

  // Counted framing: there is no more. Content whose last line is unfinished gets its CRLF.
  void finish(Sink& out);

  bool ended() const { return state_ == State::ended; }
  bool bare_newline() const { return bare_newline_; }

 private:
  // after_cr and after_dot_cr hold a CR back, after_dot a dot; they stand only at the border of two chunks.
  enum class State { line_start, soft_line_start, text, after_cr, after_dot, after_dot_cr, ended };

  size_t resume_after_cr(Bytes chunk, Sink& out);
  void write(Sink& out, Bytes bytes);

  Framing framing_;
  bool normalise_;
  bool bare_newline_ = false;
  bool empty_ = true;
  State state_ = State::line_start;
};

}  // namespace mugai::smtp
