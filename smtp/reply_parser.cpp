#include "smtp/reply_parser.h"

#include <utility>

namespace mugai::smtp {
namespace {

constexpr size_t kMaxLine = 2048;  // RFC 5321 §4.5.3.1.5 says 512; EHLO keywords of some servers are longer
constexpr size_t kMaxLines = 200;
constexpr size_t kMaxReply = 16 << 10;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Length of "5.7.1" at the beginning of `text` when it fits the reply's class (RFC 3463 §2), else 0.
size_t enhanced_code_length(std::string_view text, char reply_class) {
  if (text.size() < 5 || text[0] != reply_class || text[1] != '.') return 0;
  size_t at = 2;
  for (int part = 0; part < 2; ++part) {
    const size_t begin = at;
    while (at < text.size() && is_digit(text[at]) && at - begin < 3) ++at;
    if (at == begin) return 0;
    if (part == 0 && (at >= text.size() || text[at++] != '.')) return 0;
  }
  return at == text.size() || text[at] == ' ' ? at : 0;
}

}  // namespace

ReplyParser::Status ReplyParser::feed(Bytes& untrusted) {
  while (!untrusted.empty()) {
    const size_t lf = untrusted.find('\n');
    const size_t used = lf == Bytes::npos ? untrusted.size() : lf + 1;
    bytes_ += used;
    if (line_.size() + used > kMaxLine || bytes_ > kMaxReply) return Status::malformed;
    line_ += untrusted.substr(0, used);
    untrusted.remove_prefix(used);
    if (lf == Bytes::npos) return Status::more;
    const Status status = line_complete();
    if (status != Status::more) return status;
  }
  return Status::more;
}

ReplyParser::Status ReplyParser::line_complete() {
  std::string_view line = line_;
  line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const bool good = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
                    is_digit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
  if (!good || ++lines_ > kMaxLines) return Status::malformed;
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (reply_.code != 0 && reply_.code != code) return Status::malformed;
  const bool last = line.size() == 3 || line[3] == ' ';
  std::string_view text = line.substr(std::min<size_t>(line.size(), 4));
  if (const size_t length = enhanced_code_length(text, line[0])) {
    if (reply_.code == 0) reply_.enhanced = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  if (reply_.code != 0) reply_.text += '\n';
  reply_.code = code;
  for (const char c : text) reply_.text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  line_.clear();
  return last ? Status::complete : Status::more;
}

Reply ReplyParser::take() {
  lines_ = bytes_ = 0;
  return std::exchange(reply_, {});
}

}  // namespace mugai::smtp
