#include "sanitizers/mime/uuencode.h"

#include "sanitizers/mime/transfer.h"

namespace mugai::sanitize {

bool is_uu_begin(std::string_view line, std::string_view& name) {
  if (line.substr(0, 6) != "begin ") return false;
  size_t i = 6;
  while (i < line.size() && line[i] >= '0' && line[i] <= '7') ++i;
  if (i < 9 || i > 11 || i >= line.size() || line[i] != ' ') return false;
  while (i < line.size() && line[i] == ' ') ++i;
  name = line.substr(i);
  return !name.empty();
}

bool decode_uu_line(std::string_view line, std::string& out) {
  if (line.empty() || line[0] < ' ' || line[0] > '`') return false;
  const size_t count = static_cast<size_t>(line[0] - ' ') & 63;
  const size_t digits = (count + 2) / 3 * 4;
  const std::string_view body = line.substr(1);
  if (body.size() > digits + 2) return false;
  if (body.size() < digits && count > 0 && body.size() * 2 < digits) return false;
  for (const char c : body)
    if (c < ' ' || c > '`') return false;
  const auto digit = [&](size_t i) -> uint32_t {
    return i < body.size() ? static_cast<uint32_t>(body[i] - ' ') & 63 : 0;
  };
  size_t written = 0;
  for (size_t i = 0; i < digits; i += 4) {
    const uint32_t group = digit(i) << 18 | digit(i + 1) << 12 | digit(i + 2) << 6 | digit(i + 3);
    for (int shift = 16; shift >= 0 && written < count; shift -= 8, ++written)
      out += static_cast<char>(group >> shift);
  }
  return true;
}

std::string_view without_cr(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::vector<UuBlock> find_uuencoded(std::string_view text, size_t max_blocks) {
  std::vector<UuBlock> blocks;
  UuBlock block;
  bool inside = false, ending = false;
  const auto close = [&] {
    if (block.end > block.begin) blocks.push_back(std::move(block));
    block = {};
    inside = ending = false;
  };
  for (size_t at = 0; at < text.size() && blocks.size() < max_blocks;) {
    const size_t eol = text.find('\n', at);
    const size_t next = eol == std::string_view::npos ? text.size() : eol + 1;
    const std::string_view line =
        without_cr(text.substr(at, (eol == std::string_view::npos ? text.size() : eol) - at));
    std::string_view name;
    if (inside && line == "end") {
      block.end = next;
      close();
    } else if (inside && !ending && !line.empty() && decode_uu_line(line, block.data)) {
      // A block counts from its first data line on; "begin 644 x" alone is prose.
      block.end = next;
      ending = line[0] == '`' || line[0] == ' ';
    } else if (inside && !(line.empty() && block.end > block.begin)) {
      close();
      continue;  // the same line may begin the next block
    } else if (!inside && is_uu_begin(line, name)) {
      block.begin = at;
      block.end = at;
      block.name = name;
      inside = true;
    }
    at = next;
  }
  if (inside && blocks.size() < max_blocks) close();
  return blocks;
}

}  // namespace mugai::sanitize
