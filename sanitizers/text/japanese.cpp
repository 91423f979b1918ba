#include "sanitizers/text/japanese.h"

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize::japanese {
namespace {

constexpr char kEsc = 0x1B, kShiftOut = 0x0E, kShiftIn = 0x0F;

bool is_lead(unsigned c) {
  return (c >= 0x81 && c <= 0x9F) || (c >= 0xE0 && c <= 0xFC);
}
bool is_trail(unsigned c) {
  return c >= 0x40 && c <= 0xFC && c != 0x7F;
}
bool is_half_kana(unsigned c) {
  return c >= 0xA1 && c <= 0xDF;
}
bool is_94(unsigned c) {
  return c >= 0x21 && c <= 0x7E;
}

// JIS X 0208 (row and cell as 0x21..0x7E) to its CP932 pair: two rows share a lead byte.
void append_pair(std::string& out, unsigned row, unsigned cell) {
  const unsigned lead = ((row - 0x21) >> 1) + (row < 0x5F ? 0x81 : 0xC1);
  const unsigned trail = row & 1 ? cell + (cell < 0x60 ? 0x1F : 0x20) : cell + 0x7E;
  out += static_cast<char>(lead);
  out += static_cast<char>(trail);
}

struct Jis {
  unsigned row = 0, cell = 0;  // 0: none
};

// The other way. NEC's and IBM's copies of the extensions are brought to the rows that JIS encodings can
// reach.
Jis jis_of(unsigned lead, unsigned trail) {
  if (lead >= 0xFA) {  // IBM extensions FA40-FC4B; their twins are NEC row 13 and rows 89-92
    unsigned index = (lead - 0xFA) * 188 + trail - 0x40 - (trail > 0x7F ? 1 : 0);
    if (index >= 28) {  // FA5C, the first kanji, is ED40
      index -= 28;
    } else if (index >= 10 && index < 20) {  // capital Roman numerals are 8754
      return {0x2D, 0x35 + index - 10};
    } else if (index < 10) {  // small Roman numerals are EEEF
      return {0x7C, 0x71 + index};
    } else {
      static constexpr Jis kSigns[] = {{0x22, 0x4C}, {0x7C, 0x7C}, {0x7C, 0x7D}, {0x7C, 0x7E},
                                       {0x2D, 0x6A}, {0x2D, 0x62}, {0x2D, 0x64}, {0x22, 0x68}};
      return kSigns[index - 20];
    }
    lead = 0xED + index / 188;
    trail = 0x40 + index % 188;
    if (trail >= 0x7F) ++trail;
  }
  if (lead >= 0xF0) return {};
  unsigned row = (lead - (lead < 0xA0 ? 0x81 : 0xC1)) * 2 + 0x21;
  unsigned cell;
  if (trail >= 0x9F) {
    ++row;
    cell = trail - 0x7E;
  } else {
    cell = trail - (trail > 0x7F ? 0x20 : 0x1F);
  }
  return {row, cell};
}

enum class Shift { ascii, kana, two_bytes, jis0212, softbank };

// Reads the escape sequence at `at` (which is ESC); 0 when it is none that we know.
size_t escape_length(Bytes bytes, size_t at, Shift& shift, char& page) {
  const unsigned char a = byte_at(bytes, at + 1), b = byte_at(bytes, at + 2), c = byte_at(bytes, at + 3);
  if (a == '(') {
    if (b == 'B' || b == 'J' || b == 'H')
      shift = Shift::ascii;
    else if (b == 'I')
      shift = Shift::kana;
    else
      return 0;
    return 3;
  }
  if (a == '$') {
    if (b == '@' || b == 'B') {
      shift = Shift::two_bytes;
      return 3;
    }
    if (b == '(' && (c == '@' || c == 'B' || c == 'O' || c == 'Q' || c == 'D')) {
      shift = c == 'D' ? Shift::jis0212 : Shift::two_bytes;
      return 4;
    }
    if (b == 'G' || b == 'E' || b == 'F' || b == 'O' || b == 'P' || b == 'Q') {
      shift = Shift::softbank;
      page = static_cast<char>(b);
      return 3;
    }
  }
  if (a == '&' && b == '@') return 3;  // announces the 1990 edition of what follows
  return 0;
}

void put_aside(Respelt& out, std::string utf8, std::string jis0212 = {}) {
  out.asides.push_back({out.cp932.size(), std::move(utf8), std::move(jis0212)});
}

const std::string kReplacementUtf8 = "\xEF\xBF\xBD";

}  // namespace

bool has_escape(Bytes bytes) {
  for (size_t at = bytes.find(kEsc); at != Bytes::npos; at = bytes.find(kEsc, at + 1)) {
    Shift shift = Shift::ascii;
    char page = 0;
    if (escape_length(bytes, at, shift, page) > 0 && shift != Shift::ascii) return true;
  }
  return false;
}

Respelt from_iso2022jp(Bytes bytes) {
  Respelt out;
  out.cp932.reserve(bytes.size());
  Shift shift = Shift::ascii;
  char page = 0;
  for (size_t i = 0; i < bytes.size();) {
    const unsigned char c = byte_at(bytes, i), next = byte_at(bytes, i + 1);
    if (c == kEsc) {
      if (const size_t length = escape_length(bytes, i, shift, page)) {
        i += length;
        continue;
      }
    }
    if (c == kShiftIn || c == kShiftOut) {
      shift = c == kShiftOut ? Shift::kana : Shift::ascii;
    } else if (c == '\r' || c == '\n') {
      shift = Shift::ascii;
      out.cp932 += static_cast<char>(c);
    } else if (c >= 0x80) {
      const size_t length = is_lead(c) && is_trail(next) && i + 1 < bytes.size() ? 2 : 1;
      out.cp932 += bytes.substr(i, length);
      i += length - 1;
    } else if (!is_94(c) || shift == Shift::ascii) {
      out.cp932 += static_cast<char>(c);
    } else if (shift == Shift::kana) {
      if (c <= 0x5F)
        out.cp932 += static_cast<char>(c | 0x80);
      else
        put_aside(out, kReplacementUtf8);
    } else if (shift == Shift::softbank) {
      const std::string_view emoji = softbank_emoji(page, static_cast<char>(c));
      put_aside(out, emoji.empty() ? "〓" : std::string(emoji));
    } else if (!is_94(next)) {
      put_aside(out, kReplacementUtf8);
    } else {
      if (shift == Shift::jis0212)
        put_aside(out, {}, std::string(bytes.substr(i, 2)));
      else
        append_pair(out.cp932, c, next);
      ++i;
    }
    ++i;
  }
  return out;
}

Respelt from_euc_jp(Bytes bytes) {
  Respelt out;
  out.cp932.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size();) {
    const unsigned char c = byte_at(bytes, i), next = byte_at(bytes, i + 1), third = byte_at(bytes, i + 2);
    if (c < 0x80) {
      const size_t run = std::max<size_t>(plain_ascii_run(bytes, i), 1);
      out.cp932 += bytes.substr(i, run);
      i += run;
    } else if (c == 0x8E && is_half_kana(next)) {
      out.cp932 += static_cast<char>(next);
      i += 2;
    } else if (c == 0x8F && next >= 0xA1 && next <= 0xFE && third >= 0xA1 && third <= 0xFE) {
      put_aside(out, {}, {static_cast<char>(next & 0x7F), static_cast<char>(third & 0x7F)});
      i += 3;
    } else if (c >= 0xA1 && c <= 0xFE && next >= 0xA1 && next <= 0xFE) {
      append_pair(out.cp932, c & 0x7F, next & 0x7F);
      i += 2;
    } else {
      put_aside(out, kReplacementUtf8);
      ++i;
    }
  }
  return out;
}

std::optional<std::string> to_iso2022jp(Bytes cp932) {
  static constexpr std::string_view kEscapes[] = {"\x1B(B", "\x1B(I", "\x1B$B"};
  std::string out;
  size_t shift = 0;
  const auto to = [&](size_t wanted) {
    if (shift != wanted) out += kEscapes[wanted];
    shift = wanted;
  };
  for (size_t i = 0; i < cp932.size(); ++i) {
    const unsigned char c = byte_at(cp932, i);
    if (c < 0x80) {
      to(0);
      out += static_cast<char>(c);
    } else if (is_half_kana(c)) {
      to(1);
      out += static_cast<char>(c & 0x7F);
    } else {
      const Jis jis = jis_of(c, byte_at(cp932, ++i));
      if (jis.row == 0) return std::nullopt;
      to(2);
      out += static_cast<char>(jis.row);
      out += static_cast<char>(jis.cell);
    }
  }
  to(0);
  return out;
}

std::optional<std::string> to_euc_jp(Bytes cp932) {
  std::string out;
  for (size_t i = 0; i < cp932.size(); ++i) {
    const unsigned char c = byte_at(cp932, i);
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (is_half_kana(c)) {
      out += '\x8E';
      out += static_cast<char>(c);
    } else {
      const Jis jis = jis_of(c, byte_at(cp932, ++i));
      if (jis.row == 0) return std::nullopt;
      out += static_cast<char>(jis.row | 0x80);
      out += static_cast<char>(jis.cell | 0x80);
    }
  }
  return out;
}

namespace {

constexpr Score kImpossible{-1, 0};

// What a character's row says: kana and everyday kanji are likely, rare kanji and empty rows are not.
int row_weight(unsigned row, unsigned cell) {
  if (row == 0x24) return cell <= 0x73 ? 10 : -20;
  if (row == 0x25) return cell <= 0x76 ? 9 : -20;
  if (row == 0x21) return 6;
  if (row == 0x23) return 6;
  if (row == 0x22 || row == 0x2D) return 4;
  if (row >= 0x30 && row <= 0x4F) return 7;
  if (row >= 0x50 && row <= 0x74) return 1;
  if (row == 0x26 || row == 0x27 || row == 0x28) return 0;
  return -3;
}

bool is_kana_row(unsigned row) {
  return row == 0x24 || row == 0x25;
}

bool is_ascii_letter(unsigned c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A lone rare kanji or kana inside a Latin word is an accented letter of some other charset:
// "Forma\xE7\xE3o".
constexpr int kLoneInsideWord = -12;

// Half-width kana: real words put voicing marks after the kana that take them and have few brackets.
int half_kana_weight(unsigned c, unsigned previous) {
  if (c == 0xDE)
    return (previous >= 0xB6 && previous <= 0xC4) || (previous >= 0xCA && previous <= 0xCE) ||
                   previous == 0xB3
               ? 5
               : -6;
  if (c == 0xDF) return previous >= 0xCA && previous <= 0xCE ? 5 : -6;
  if (c <= 0xA5) return -1;
  if ((c >= 0xA7 && c <= 0xAF) || c == 0xB0) return is_half_kana(previous) && previous > 0xA5 ? 3 : -3;
  return 3;
}

}  // namespace

Score score_cp932(Bytes bytes) {
  constexpr unsigned kSecondByte = 1;  // may look like a letter, but is none
  Score score;
  unsigned previous = 0;
  for (size_t i = 0; i < bytes.size();) {
    const unsigned c = byte_at(bytes, i), next = byte_at(bytes, i + 1);
    if (c < 0x80) {
      previous = 0;
      i += std::max<size_t>(plain_ascii_run(bytes, i), 1);
      continue;
    }
    const bool after_letter = i > 0 && is_ascii_letter(byte_at(bytes, i - 1)) && previous == 0;
    if (is_half_kana(c)) {
      score.value += after_letter && next < 0x80 ? kLoneInsideWord : half_kana_weight(c, previous);
      previous = c;
      ++i;
      continue;
    }
    if (!is_lead(c) || i + 1 >= bytes.size() || !is_trail(next)) return kImpossible;
    if (c >= 0xF0 && c <= 0xF9) {
      score.value -= 1;  // user-defined characters and phones' pictures
    } else {
      if ((c >= 0x85 && c <= 0x86) || (c >= 0xEB && c <= 0xEC) || c == 0xEF || (c == 0xFC && next > 0x4B))
        return kImpossible;
      const Jis jis = jis_of(c, next);
      const bool lone = after_letter && jis.row >= 0x50 && byte_at(bytes, i + 2) < 0x80;
      score.value += lone ? kLoneInsideWord : c >= 0xFA ? 2 : row_weight(jis.row, jis.cell);
      score.kana_pairs += is_kana_row(jis.row) ? 1 : 0;
    }
    previous = kSecondByte;
    i += 2;
  }
  return score.value < 0 ? Score{0, score.kana_pairs} : score;
}

Score score_euc_jp(Bytes bytes) {
  Score score;
  for (size_t i = 0; i < bytes.size();) {
    const unsigned c = byte_at(bytes, i), next = byte_at(bytes, i + 1), third = byte_at(bytes, i + 2);
    if (c < 0x80) {
      i += std::max<size_t>(plain_ascii_run(bytes, i), 1);
    } else if (c == 0x8E && is_half_kana(next)) {
      score.value += 2;
      i += 2;
    } else if (c == 0x8F && next >= 0xA1 && next <= 0xFE && third >= 0xA1 && third <= 0xFE) {
      i += 3;
    } else if (c >= 0xA1 && c <= 0xFE && next >= 0xA1 && next <= 0xFE) {
      const unsigned row = c & 0x7F;
      if ((row >= 0x29 && row <= 0x2C) || row == 0x2E || row == 0x2F || (row >= 0x75 && row <= 0x78))
        return kImpossible;
      score.value += row_weight(row, next & 0x7F);
      score.kana_pairs += is_kana_row(row) ? 1 : 0;
      i += 2;
    } else {
      return kImpossible;
    }
  }
  return score.value < 0 ? Score{0, score.kana_pairs} : score;
}

}  // namespace mugai::sanitize::japanese
