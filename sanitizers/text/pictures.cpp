#include "sanitizers/text/pictures.h"

#include <string_view>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMinLines = 5, kMinColumns = 10;
constexpr std::string_view kMark = "[図形文字による絵を削除 / block drawing removed]";

bool is_block(char32_t c) {
  return (c >= 0x2580 && c <= 0x259F) || c == 0x25A0 || c == 0x25A1 || (c >= 0x2800 && c <= 0x28FF) ||
         (c >= 0x1FB00 && c <= 0x1FB3B);
}

// "##  ####": each module of the code is two columns wide, in ink or in blanks.
bool is_hash_row(std::string_view line) {
  size_t ink = 0;
  for (size_t i = 0; i < line.size();) {
    const char c = line[i];
    if (c != '#' && c != ' ') return false;
    const size_t start = i;
    while (i < line.size() && line[i] == c) ++i;
    if (c == '#') ink += i - start;
    if ((i - start) % 2 != 0 && i != line.size() && start != 0) return false;
  }
  return ink >= 4 && ink % 2 == 0;
}

bool is_picture_row(std::string_view line) {
  if (line.size() < kMinColumns || line.find_first_of("\xE2\xF0#") == std::string_view::npos) return false;
  while (!line.empty() && (line[0] == '>' || line[0] == ' ')) line.remove_prefix(1);  // quoted by a reply
  if (line.find('#') != std::string_view::npos && line.size() >= kMinColumns && is_hash_row(line))
    return true;
  size_t blocks = 0, others = 0, columns = 0;
  for (size_t i = 0; i < line.size();) {
    const char32_t c = next_code_point(line, i);
    ++columns;
    if (is_block(c))
      ++blocks;
    else if (c != ' ' && c != 0x3000 && c != 0xA0)
      ++others;
  }
  return columns >= kMinColumns && blocks >= 3 && blocks >= 4 * others;
}

}  // namespace

std::string remove_pictures(std::string text, uint64_t& count) {
  std::string out;
  bool changed = false;
  size_t rows_start = 0, rows = 0;
  const auto close = [&](size_t end) {
    if (rows >= kMinLines) {
      changed = true;
      ++count;
      out += kMark;
      if (text[end - 1] == '\n') out += '\n';
    } else {
      out.append(text, rows_start, end - rows_start);
    }
    rows = 0;
  };
  for (size_t at = 0; at < text.size();) {
    const size_t eol = text.find('\n', at);
    const size_t next = eol == std::string::npos ? text.size() : eol + 1;
    if (is_picture_row(
            std::string_view(text).substr(at, (eol == std::string::npos ? text.size() : eol) - at))) {
      if (rows++ == 0) rows_start = at;
    } else {
      if (rows > 0) close(at);
      out.append(text, at, next - at);
    }
    at = next;
  }
  if (rows > 0) close(text.size());
  return changed ? out : text;
}

}  // namespace mugai::sanitize
