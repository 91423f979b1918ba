// Text of every kind: no control character but those of lines, no character that deceives the eye, in tables no cell that
// a spreadsheet calculates, in XML nothing that declares, includes or instructs.
#include "sanitizers/text/utf8.h"
#include "sanitizers/verify/checks.h"

namespace mugai::sanitize {

namespace {

using namespace std::string_view_literals;

bool is_wide(Bytes bytes) { return bytes.starts_with("\xff\xfe"sv) || bytes.starts_with("\xfe\xff"sv); }

// UTF-16 as UTF-8; a lone surrogate becomes U+FFFD. Others stay: the ASCII that matters here is the same in all of them.
std::string as_bytes(Bytes bytes, Objections& found) {
  if (!is_wide(bytes)) return std::string(bytes);
  const bool little = bytes[0] == '\xff';
  std::string out;
  if (bytes.size() % 2 != 0) found.add("control-character");
  const auto unit = [&](size_t at) -> char32_t {
    return little ? byte_at(bytes, at) | byte_at(bytes, at + 1) << 8 : byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
  };
  for (size_t at = 2; at + 1 < bytes.size(); at += 2) {
    char32_t c = unit(at);
    if (c >= 0xD800 && c < 0xDC00 && at + 3 < bytes.size() && unit(at + 2) >= 0xDC00 && unit(at + 2) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(at + 2) - 0xDC00);
      at += 2;
    }
    append_utf8(out, c);
  }
  return out;
}

void check_characters(std::string_view text, Objections& found) {
  const bool is_jis = text.find("\x1b$") != text.npos || text.find("\x1b(") != text.npos;   // ISO-2022-JP switches with ESC
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    const char32_t value = c.length ? c.value : byte_at(text, at);
    at += c.length ? c.length : 1;
    const bool usual = value == '\t' || value == '\n' || value == '\r' || value == '\f' || (value == 0x1b && is_jis);
    if ((value < 0x20 && !usual) || value == 0x7f) found.add("control-character");
    if (c.length > 1 && ((value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069) || value == 0x200E ||
                         value == 0x200F || value == 0x061C))
      found.add("bidi-control");
  }
}

// A cell as a spreadsheet sees it once blanks are off. A sign in front of a number is a number.
bool calculates(std::string_view cell) {
  while (!cell.empty() && cell[0] == ' ') cell.remove_prefix(1);
  if (cell.empty()) return false;
  if (cell[0] == '=' || cell[0] == '@') return true;
  if (cell[0] != '+' && cell[0] != '-') return false;
  cell = cell.substr(0, cell.find_first_of(";,\t|\"\r\n"));   // what other readers would separate
  return cell.find_first_not_of("+-0123456789. %eE") != cell.npos;
}

// RFC 4180 with any separator; a quoted cell goes on to its closing quote, over separators and line ends.
void check_cells(std::string_view text, char separator, Objections& found) {
  const char ends[] = {separator, '\r', '\n', '\0'};
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    if (text[at] == '"') {
      for (end = text.find('"', at + 1); end != text.npos && end + 1 < text.size() && text[end + 1] == '"';)
        end = text.find('"', end + 2);
      end = std::min(end, text.size());
      if (calculates(text.substr(at + 1, end - at - 1))) return found.add("formula");
    } else if (const size_t stop = std::min(text.find_first_of(ends, at), text.size()); calculates(text.substr(at, stop - at))) {
      return found.add("formula");
    }
    end = text.find_first_of(ends, end);
    if (end == text.npos) return;
    at = end + 1;
  }
}

void check_xml(std::string_view text, Objections& found) {
  for (size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    const std::string_view rest = text.substr(at, 40);
    const auto begins = [&](std::string_view word) {
      return rest.size() >= word.size() && equals_ignoring_case(rest.substr(0, word.size()), word);
    };
    if (begins("<!doctype") || begins("<!entity") || (begins("<?") && !begins("<?xml ")) || begins("<script") ||
        begins("<html") || begins("<xi:include") || begins("<xsl:") || begins("<svg"))
      found.add("active-xml");
  }
}

}  // namespace

void check_text(Bytes bytes, const Type& type, Objections& found) {
  const std::string text = as_bytes(bytes, found);
  check_characters(text, found);
  if (type.id == "csv" || type.id == "tsv")
    for (const char separator : {',', ';', '\t', '|'}) check_cells(text, separator, found);
  if (type.id == "xml") check_xml(text, found);
}

}  // namespace mugai::sanitize
