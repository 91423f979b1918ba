#include "sanitizers/mime/header_text.h"

#include <algorithm>

#include "sanitizers/mime/encoded_word.h"
#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxLine = 76;
constexpr size_t kMaxWordUnencoded =
    900;  // a token that cannot be folded and would pass the 998 of RFC 5322 §2.1.1

// Text with runs of blanks, or blanks at its ends, does not survive every unfolding as it is.
bool has_fragile_blanks(std::string_view text) {
  return text.empty() || text.front() == ' ' || text.back() == ' ' ||
         text.find("  ") != std::string_view::npos || text.find('\t') != std::string_view::npos;
}

bool has_overlong_token(std::string_view text) {
  size_t run = 0;
  for (const char c : text) {
    run = c == ' ' ? 0 : run + 1;
    if (run > kMaxWordUnencoded) return true;
  }
  return false;
}

// Writes tokens and blanks, folding at blanks. `column` is where the line stands.
void append_folded(std::string_view text, size_t& column, std::string& out) {
  for (size_t i = 0; i < text.size();) {
    const size_t end = std::min(text.find(' ', i), text.size());
    const std::string_view token = text.substr(i, end - i);
    if (i > 0) {
      if (column + 1 + token.size() > kMaxLine) {
        out += "\r\n";
        column = 0;
      }
      out += ' ';
      ++column;
    }
    out += token;
    column += token.size();
    i = end < text.size() ? end + 1 : end;
  }
}

}  // namespace

std::string decode_header_text(Bytes untrusted_raw_value) {
  bool found = false;
  return scrub_line(decode_words(unfold(untrusted_raw_value), found));
}

std::string encode_header(std::string_view name, std::string_view utf8_text) {
  std::string out = std::string(name) + ": ";
  size_t column = out.size();
  std::string_view rest = utf8_text;
  // Plain words at the beginning ("Re: ") stay readable; from the first that needs it on, all is encoded.
  size_t plain = 0;
  if (!needs_encoding(rest) && !has_overlong_token(rest) && !has_fragile_blanks(rest)) {
    plain = rest.size();
  } else if (!has_fragile_blanks(rest)) {
    for (size_t space = rest.find(' '); space != std::string_view::npos; space = rest.find(' ', space + 1)) {
      if (needs_encoding(rest.substr(plain, space - plain)) || space - plain > kMaxWordUnencoded) break;
      plain = space + 1;
    }
  }
  const std::string_view words = rest.substr(0, plain);
  append_folded(plain == rest.size() ? words : words.substr(0, words.empty() ? 0 : words.size() - 1), column,
                out);
  rest.remove_prefix(plain);
  bool first = plain == 0;
  while (!rest.empty()) {
    constexpr size_t kWorthBeginning = 24;  // columns for one character of four bytes
    if (!first && column + 1 + kWorthBeginning > kMaxLine) {
      out += "\r\n";
      column = 0;
    }
    if (!first) {
      out += ' ';
      ++column;
    }
    const std::string word = take_encoded_word(rest, column < kMaxLine ? kMaxLine - column : 0);
    out += word;
    column += word.size();
    first = false;
  }
  return out + "\r\n";
}

std::string encode_name_rfc2047(std::string_view parameter, std::string_view utf8_name) {
  std::string out = ";\r\n " + std::string(parameter) + "=\"";
  if (!needs_encoding(utf8_name) && utf8_name.size() + parameter.size() + 5 <= kMaxLine) {
    for (const char c : utf8_name) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + '"';
  }
  size_t column = parameter.size() + 3;
  std::string_view rest = utf8_name;
  for (bool first = true; !rest.empty(); first = false) {
    if (!first) {
      out += "\r\n ";
      column = 1;
    }
    const std::string word = take_encoded_word(rest, column + 2 < kMaxLine ? kMaxLine - column - 2 : 0);
    out += word;
    column += word.size();
  }
  return out + '"';
}

std::string encode_name_rfc2231(std::string_view parameter, std::string_view utf8_name) {
  constexpr char kHex[] = "0123456789ABCDEF";
  // RFC 2231 §7: attribute-char
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$&+-.^_`{|}~").find(c) != std::string_view::npos;
  };
  const bool as_it_is =
      !utf8_name.empty() &&
      std::all_of(utf8_name.begin(), utf8_name.end(), [&](char c) { return is_plain(c) || c == ' '; }) &&
      !has_fragile_blanks(utf8_name) && utf8_name.size() + parameter.size() + 5 <= kMaxLine;
  if (as_it_is) return ";\r\n " + std::string(parameter) + "=\"" + std::string(utf8_name) + '"';

  std::vector<std::string> sections(1);
  const size_t room =
      kMaxLine - std::min<size_t>(parameter.size(), 40) - std::string_view(" *99*=UTF-8'';").size();
  for (size_t i = 0; i < utf8_name.size();) {
    const size_t length = std::max<size_t>(code_point_at(utf8_name, i).length, 1);
    std::string piece;
    for (const char c : utf8_name.substr(i, length)) {
      const unsigned char byte = static_cast<unsigned char>(c);
      if (is_plain(c))
        piece += c;
      else
        piece += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
    if (sections.back().size() + piece.size() > room) sections.emplace_back();
    sections.back() += piece;
    i += length;
  }
  std::string out;
  for (size_t i = 0; i < sections.size(); ++i) {
    out += ";\r\n " + std::string(parameter);
    if (sections.size() > 1) out += '*' + std::to_string(i);
    out += i == 0 ? "*=UTF-8''" : "*=";
    out += sections[i];
  }
  return out;
}

}  // namespace mugai::sanitize
