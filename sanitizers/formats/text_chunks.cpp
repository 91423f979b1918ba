#include "sanitizers/formats/text_chunks.h"

#include <algorithm>

#include "sanitizers/text/charset.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kPiece = 1 << 20;
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool is_ascii(Bytes bytes) {
  return std::none_of(bytes.begin(), bytes.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string_view byte_order_mark(Bytes bytes) {
  for (const std::string_view mark :
       {std::string_view("\xef\xbb\xbf"), std::string_view("\xff\xfe"), std::string_view("\xfe\xff")})
    if (bytes.substr(0, mark.size()) == mark) return bytes.substr(0, mark.size());
  return {};
}

// Pieces end after a line feed. No charset that is read in pieces has 0x0a inside of a character.
Bytes next_piece(Bytes& rest) {
  size_t end = rest.size();
  if (rest.size() > kPiece) {
    const size_t line = rest.find('\n', kPiece);
    end = line == Bytes::npos ? rest.size() : line + 1;
  }
  const Bytes piece = rest.substr(0, end);
  rest.remove_prefix(end);
  return piece;
}

uint64_t replacements(std::string_view utf8) {
  uint64_t count = 0;
  for (size_t at = utf8.find(kReplacement); at != utf8.npos; at = utf8.find(kReplacement, at + 3)) ++count;
  return count;
}

// One broken byte is sloppiness, one in a hundred is another charset or no text at all.
bool is_mostly_broken(const DecodedText& text) {
  return text.lossy && replacements(text.utf8) * 100 > text.utf8.size();
}

// The charset of a file that is read in pieces is that of its first piece with anything but ASCII in it.
std::string charset_of(Bytes bytes, std::string_view declared) {
  for (Bytes rest = bytes; !rest.empty();) {
    const Bytes piece = next_piece(rest);
    if (!is_ascii(piece)) return decode_text(piece, declared).charset;
  }
  return std::string(declared);
}

bool needs_one_piece(Bytes bytes, std::string_view mark) {
  return bytes.size() <= kPiece || mark.size() == 2 || bytes.find('\x1b') != Bytes::npos ||
         bytes.find('\0') != Bytes::npos;
}

// Other charsets have no replacement character; a question mark is what people know from them.
std::string with_question_marks(std::string_view utf8) {
  std::string out;
  for (size_t from = 0;;) {
    const size_t at = utf8.find(kReplacement, from);
    out.append(utf8.substr(from, at - from));
    if (at == utf8.npos) return out;
    out.push_back('?');
    from = at + kReplacement.size();
  }
}

class Writer {
 public:
  Writer(TextChunks& result, Sink& out, std::string_view mark, bool whole)
      : result_(result), out_(out), mark_(mark), whole_(whole) {}

  // False: stop, `result.end` says why.
  bool write(const DecodedText& decoded, const std::string& edited) {
    if (is_mostly_broken(decoded)) return stop(TextChunks::End::not_text);
    result_.replaced |= decoded.lossy;
    const bool is_utf8 = decoded.charset == "utf-8" || decoded.charset == "us-ascii";
    if (is_utf8 || result_.charset_changed) return put(edited, mark_);
    // UTF-16 without a mark is read by few and guessed by the rest.
    if (mark_.empty() && decoded.charset == "utf-16le") mark_ = "\xff\xfe";
    if (mark_.empty() && decoded.charset == "utf-16be") mark_ = "\xfe\xff";
    const std::string text = decoded.lossy ? with_question_marks(edited) : edited;
    const auto encoded = encode_text(text, decoded.charset);
    if (encoded && reads_back(*encoded, decoded, text)) return put(*encoded, mark_);
    // Pieces already written in the old charset cannot be called back, so only a first piece may change it.
    if (started_) return stop(TextChunks::End::mixed_charsets);
    result_.charset_changed = true;
    return put(edited, kUtf8Mark);  // without it Excel in Japan would take the file for Shift_JIS
  }

 private:
  static constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

  // A guess is good only if the next reader, who guesses from our bytes, sees the same text.
  bool reads_back(const std::string& encoded, const DecodedText& decoded, const std::string& text) const {
    if (!decoded.guessed || started_ || !whole_) return true;
    return decode_text(std::string(mark_) + encoded, "").utf8 == text;
  }

  bool put(std::string_view bytes, std::string_view mark) {
    const bool written = (started_ || mark.empty() || out_.write(mark)) && out_.write(bytes);
    started_ = true;
    return written || stop(TextChunks::End::sink_failed);
  }
  bool stop(TextChunks::End end) {
    result_.end = end;
    return false;
  }

  TextChunks& result_;
  Sink& out_;
  std::string_view mark_;
  bool whole_;  // the text comes in one piece
  bool started_ = false;
};

}  // namespace

TextChunks edit_text(Bytes bytes, std::string_view declared, size_t max_piece_bytes, Sink& out,
                     const std::function<std::string(std::string)>& edit) {
  TextChunks result;
  const std::string_view mark = byte_order_mark(bytes);
  const bool whole = needs_one_piece(bytes, mark);
  Writer writer(result, out, mark, whole);
  if (whole) {
    if (bytes.size() > max_piece_bytes) {
      result.end = TextChunks::End::too_large;
      return result;
    }
    DecodedText decoded = decode_text(bytes, declared);
    result.charset = decoded.charset;
    const std::string edited = edit(std::move(decoded.utf8));
    decoded.utf8 = edited;
    writer.write(decoded, edited);
    return result;
  }
  Bytes rest = bytes.substr(mark.size());
  result.charset = mark.empty() ? charset_of(rest, declared) : "utf-8";
  while (!rest.empty()) {
    const Bytes piece = next_piece(rest);
    if (piece.size() > max_piece_bytes) {
      result.end = TextChunks::End::too_large;
      return result;
    }
    DecodedText decoded = decode_text(piece, result.charset);
    if (!is_ascii(piece) && decoded.charset != result.charset) {
      result.end = TextChunks::End::mixed_charsets;
      return result;
    }
    const std::string edited = edit(decoded.utf8);
    if (!writer.write(decoded, edited)) return result;
  }
  return result;
}

}  // namespace mugai::sanitize
