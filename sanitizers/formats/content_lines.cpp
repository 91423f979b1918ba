#include "sanitizers/formats/content_lines.h"

#include <algorithm>

#include "sanitizers/mime/transfer.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kFold = 75;

bool is_name_char(char c) {
  return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

bool is_encoding(std::string_view word) {
  return word == "QUOTED-PRINTABLE" || word == "BASE64" || word == "8BIT" || word == "7BIT" || word == "B";
}

// Splits bytes into whole lines: folded ones put together, and quoted-printable ones that end in "=".
class LineSplitter {
 public:
  explicit LineSplitter(Bytes rest) : rest_(rest) {}

  bool next(std::string& line) {
    line.clear();
    if (rest_.empty()) return false;
    line = take();
    const bool quoted_printable = upper(line.substr(0, line.find(':'))).find("QUOTED-PRINTABLE") != std::string::npos;
    for (;;) {
      if (quoted_printable && line.ends_with('=') && !rest_.empty()) {
        line.pop_back();
        Bytes more = take();
        if (more.starts_with(' ') || more.starts_with('\t')) more.remove_prefix(1);
        line += more;
      } else if (rest_.starts_with(' ') || rest_.starts_with('\t')) {
        rest_.remove_prefix(1);
        line += take();
      } else {
        return true;
      }
    }
  }

 private:
  Bytes take() {
    size_t end = rest_.find_first_of("\r\n");
    const Bytes line = rest_.substr(0, end);
    if (end == Bytes::npos) {
      rest_ = {};
      return line;
    }
    end += rest_[end] == '\r' && byte_at(rest_, end + 1) == '\n' ? 2 : 1;
    rest_.remove_prefix(end);
    return line;
  }

  Bytes rest_;
};

// Where the value begins: behind the first colon outside of quotes.
size_t colon_of(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ':' && !quoted) return i;
  }
  return line.find(':');
}

std::vector<std::string_view> split_outside_quotes(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i < text.size() && (text[i] != separator || quoted)) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

LineParameter read_parameter(std::string_view text) {
  LineParameter parameter;
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    parameter.name = is_encoding(upper(text)) ? "ENCODING" : "TYPE";
    parameter.values.emplace_back(text);
    return parameter;
  }
  parameter.name = upper(text.substr(0, equals));
  for (const std::string_view one : split_outside_quotes(text.substr(equals + 1), ',')) {
    std::string value(one);
    value.erase(std::remove(value.begin(), value.end(), '"'), value.end());
    parameter.values.push_back(std::move(value));
  }
  return parameter;
}

bool parse_line(std::string_view text, ContentLine& line) {
  line = {};
  const size_t colon = colon_of(text);
  if (colon == std::string_view::npos) return false;
  const std::vector<std::string_view> head = split_outside_quotes(text.substr(0, colon), ';');
  std::string_view name = head.front();
  while (name.starts_with(' ')) name.remove_prefix(1);
  while (name.ends_with(' ')) name.remove_suffix(1);
  if (const size_t dot = name.rfind('.'); dot != std::string_view::npos) {
    line.group = name.substr(0, dot);
    name.remove_prefix(dot + 1);
  }
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_char) ||
      !std::all_of(line.group.begin(), line.group.end(), is_name_char))
    return false;
  line.name = upper(name);
  for (size_t i = 1; i < head.size(); ++i) line.parameters.push_back(read_parameter(head[i]));
  line.value = text.substr(colon + 1);
  return true;
}

std::string decode_quoted_printable(std::string_view value) {
  StringSink out;
  TransferDecoder decoder(TransferEncoding::quoted_printable);
  return decoder.decode(value, out) && decoder.finish(out) ? out.text : std::string();
}

void erase_parameter(ContentLine& line, std::string_view name) {
  std::erase_if(line.parameters, [&](const LineParameter& one) { return one.name == name; });
}

}  // namespace

const LineParameter* ContentLine::find(std::string_view upper_name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const LineParameter& one) { return one.name == upper_name; });
  return found == parameters.end() ? nullptr : &*found;
}

bool ContentLine::has_value(std::string_view upper_name, std::string_view wanted) const {
  for (const LineParameter& parameter : parameters)
    if (parameter.name == upper_name)
      for (const std::string& one : parameter.values)
        if (equals_ignoring_case(one, wanted)) return true;
  return false;
}

ContentLines read_content_lines(Bytes untrusted_bytes, std::string_view declared_charset) {
  ContentLines out;
  const DecodedText whole = decode_text(untrusted_bytes, declared_charset);
  const bool wide = whole.charset.starts_with("utf-16") || whole.charset.starts_with("utf-32");
  Bytes bytes = wide ? Bytes(whole.utf8) : untrusted_bytes;
  const std::string charset = wide ? "utf-8" : whole.charset;
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  LineSplitter splitter(bytes);
  for (std::string raw; splitter.next(raw);) {
    if (raw.find_first_not_of(" \t\x1a") == std::string::npos) continue;
    // Structure is looked for in characters, not in bytes: in ISO-2022-JP a kanji may look like ":".
    DecodedText text = decode_text(raw, charset);
    ContentLine line;
    bool good = parse_line(text.utf8, line);
    const LineParameter* own = line.find("CHARSET");
    const std::string own_charset = own ? own->values.front() : std::string();
    if (good && line.has_value("ENCODING", "QUOTED-PRINTABLE")) {
      text = decode_text(decode_quoted_printable(line.value), own_charset.empty() ? charset : own_charset);
      line.value = text.utf8;
      erase_parameter(line, "ENCODING");
    } else if (good && !own_charset.empty() && canonical_charset(own_charset) != charset) {
      text = decode_text(raw, own_charset);
      good = parse_line(text.utf8, line);
    }
    out.lossy |= text.lossy;
    if (!good) {
      ++out.malformed;
      continue;
    }
    erase_parameter(line, "CHARSET");
    out.lines.push_back(std::move(line));
  }
  return out;
}

void append_content_line(const ContentLine& line, std::string& out) {
  std::string text = line.group.empty() ? line.name : line.group + "." + line.name;
  for (const LineParameter& parameter : line.parameters) {
    text += ";" + parameter.name + "=";
    for (size_t i = 0; i < parameter.values.size(); ++i) {
      const std::string& value = parameter.values[i];
      const bool quoted = value.find_first_of(":;, ") != std::string::npos;
      if (i > 0) text += ',';
      text += quoted ? '"' + value + '"' : value;
    }
  }
  text += ":" + line.value;
  size_t column = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t length = std::max<size_t>(code_point_at(text, at).length, 1);
    if (column + length > kFold) {
      out += "\r\n ";
      column = 1;
    }
    out.append(text, at, length);
    column += length;
    at += length;
  }
  out += "\r\n";
}

std::string unescape_text(std::string_view value, bool legacy) {
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    const char next = i + 1 < value.size() ? value[i + 1] : '\0';
    if (value[i] != '\\' || next == '\0') {
      out += value[i];
    } else if (!legacy && (next == 'n' || next == 'N')) {
      out += '\n';
      ++i;
    } else if (next == ';' || (!legacy && (next == ',' || next == '\\' || next == ':'))) {
      out += next;
      ++i;
    } else {
      out += value[i];
    }
  }
  return out;
}

std::string escape_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\\' || c == ';' || c == ',')
      out += {'\\', c};
    else
      out += c;
  }
  return out;
}

std::vector<std::string_view> split_value(std::string_view value, char separator) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\')
      ++i;
    else if (value[i] == separator) {
      parts.push_back(value.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(value.substr(begin));
  return parts;
}

}  // namespace mugai::sanitize
