#include "sanitizers/mime/compose.h"

#include "sanitizers/mime/header_text.h"
#include "sanitizers/mime/transfer.h"

namespace mugai::sanitize {

namespace {

constexpr size_t kLongestPlainLine = 76;

struct BodyShape {
  bool ascii = true;
  bool long_lines = false;
  bool needs_care = false;      // blanks before a line end, our boundary's beginning, control characters
  size_t non_ascii = 0;
};

BodyShape shape_of(std::string_view body) {
  BodyShape shape;
  size_t line = 0;
  for (size_t i = 0; i < body.size(); ++i) {
    const auto c = static_cast<unsigned char>(body[i]);
    if (c == '\n') {
      if (line > 0 && (body[i - 1] == ' ' || body[i - 1] == '\t')) shape.needs_care = true;
      line = 0;
      continue;
    }
    if (c >= 0x80) ++shape.non_ascii;
    if ((c < ' ' && c != '\t') || c == 0x7F) shape.needs_care = true;
    if (++line > kLongestPlainLine) shape.long_lines = true;
  }
  shape.ascii = shape.non_ascii == 0;
  if (body.find("--=_") != std::string_view::npos) shape.needs_care = true;
  return shape;
}

[[nodiscard]] bool write_with_crlf(std::string_view body, Sink& out) {
  std::string text;
  text.reserve(body.size() + body.size() / 40 + 2);
  for (const char c : body) {
    if (c == '\n') text.push_back('\r');
    text.push_back(c);
  }
  return out.write(text);
}

[[nodiscard]] bool write_base64(Bytes bytes, Sink& out) {
  Base64Encoder encoder;
  return encoder.encode(bytes, out) && encoder.finish(out);
}

// Mostly ASCII stays readable in the raw mail; Japanese is shorter in base64.
[[nodiscard]] bool write_body_part(std::string_view body, Sink& out) {
  const BodyShape shape = shape_of(body);
  constexpr std::string_view kType = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ";
  if (!out.write(kType)) return false;
  if (shape.ascii && !shape.long_lines && !shape.needs_care)
    return out.write("7bit\r\n\r\n") && write_with_crlf(body, out);
  if (shape.non_ascii * 6 <= body.size())
    return out.write("quoted-printable\r\n\r\n") && out.write(encode_quoted_printable(body));
  std::string crlf;
  crlf.reserve(body.size() + body.size() / 40 + 2);
  for (const char c : body) {
    if (c == '\n') crlf.push_back('\r');
    crlf.push_back(c);
  }
  return out.write("base64\r\n\r\n") && write_base64(crlf, out);
}

std::string piece_header(const Piece& piece, bool traced) {
  std::string out = "Content-Type: " + std::string((piece.called ? piece.called : piece.type)->media_type);
  if (!piece.charset.empty()) out += "; charset=" + piece.charset;
  out += piece.parameters;
  out += encode_name_rfc2047("name", piece.item.output_name) + "\r\n";
  out += "Content-Transfer-Encoding: base64\r\n";
  out += "Content-Disposition: attachment" + encode_name_rfc2231("filename", piece.item.output_name) + "\r\n";
  if (!traced) return out;
  out += "Mugai-Treatment: " + std::string(to_string(piece.item.action)) +
         "; method=" + std::to_string(piece.item.method) + "\r\n";
  return out;
}

}  // namespace

uint64_t estimate_size(const Composition& message) {
  constexpr uint64_t kPartHeader = 600;
  uint64_t size = message.header.size() + message.body.size() * 4 / 3 + kPartHeader;
  for (const Piece* piece : message.pieces) size += piece->blob.size() / 57 * 78 + 78 + kPartHeader;
  return size;
}

namespace {
std::string boundary_of(const Composition& message) { return "=_mugai_" + message.boundary_id; }
}  // namespace

bool write_head(const Composition& message, Sink& out) {
  if (!out.write(message.header) || !out.write("MIME-Version: 1.0\r\n")) return false;
  if (message.pieces.empty()) return write_body_part(message.body, out);
  const std::string boundary = boundary_of(message);
  return out.write("Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n") &&
         write_body_part(message.body, out);
}

bool write_tail(const Composition& message, Sink& out) {
  if (message.pieces.empty()) return true;
  const std::string boundary = boundary_of(message);
  for (const Piece* piece : message.pieces)
    if (!out.write("\r\n--" + boundary + "\r\n" + piece_header(*piece, message.traced) + "\r\n") ||
        !write_base64(piece->blob.bytes(), out))
      return false;
  return out.write("\r\n--" + boundary + "--\r\n");
}

bool write_message(const Composition& message, Sink& out) { return write_head(message, out) && write_tail(message, out); }

}  // namespace mugai::sanitize
