// Replies of a server, read from the wire (RFC 5321 §4.2). Bounded: a line, the number of lines and the whole
// reply have limits, because the other side may be broken or hostile. Lenient about a missing CR, strict
// about everything that decides. After `malformed` the connection is of no use any more.
#pragma once

#include <string>

#include "config/base/bytes.h"
#include "smtp/reply.h"

namespace mugai::smtp {

class ReplyParser {
 public:
  enum class Status { more, complete, malformed };

  // Takes from the front of `untrusted` what belongs to the next reply. After `complete`, take() has it.
  Status feed(Bytes& untrusted);

  // `text` has the lines, without the enhanced code, separated by LF; control characters are blanks.
  Reply take();

  bool between_replies() const { return reply_.code == 0 && line_.empty(); }

 private:
  Status line_complete();

  std::string line_;
  Reply reply_;
  size_t lines_ = 0, bytes_ = 0;
};

}  // namespace mugai::smtp
