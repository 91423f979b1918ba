#include "sanitizers/text/charset.h"

#include <uchardet/uchardet.h>

#include <algorithm>
#include <memory>

#include "sanitizers/text/charset_names.h"
#include "sanitizers/text/converter.h"
#include "sanitizers/text/japanese.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr std::string_view kReplacementUtf8 = "\xEF\xBF\xBD";

// What a decoder produced, made to keep the promise: valid UTF-8 without NUL.
void finish(DecodedText& text) {
  size_t nul = text.utf8.find('\0');
  if (nul == std::string::npos) return;
  text.lossy = true;
  std::string clean;
  size_t from = 0;
  for (; nul != std::string::npos; nul = text.utf8.find('\0', from)) {
    clean.append(text.utf8, from, nul - from);
    clean += kReplacementUtf8;
    from = nul + 1;
  }
  clean.append(text.utf8, from);
  text.utf8 = std::move(clean);
}

// Decoding CP932 gives phones' pictures as private-use characters; show them as what they are.
void replace_docomo_emoji(std::string& utf8, size_t from) {
  // U+E63E-U+E757 are EE 98 BE to EE 9D 97.
  size_t at = utf8.find('\xEE', from);
  if (at == std::string::npos) return;
  std::string out = utf8.substr(0, at);
  while (at < utf8.size()) {
    const CodePoint c = code_point_at(utf8, at);
    const std::string_view emoji = c.length == 3 ? japanese::docomo_emoji(c.value) : std::string_view{};
    const size_t length = std::max<size_t>(c.length, 1);
    out += emoji.empty() ? std::string_view(utf8).substr(at, length) : emoji;
    const size_t next = std::min(utf8.find('\xEE', at + length), utf8.size());
    out.append(utf8, at + length, next - at - length);
    at = next;
  }
  utf8 = std::move(out);
}

constexpr const char* kIcuCp932 = "ibm-943_P15A-2003";

// How much from `at` on is outside ASCII, whole characters: a second byte may look like ASCII.
size_t cp932_run(Bytes bytes, size_t at) {
  size_t end = at;
  while (end < bytes.size() && byte_at(bytes, end) >= 0x80) {
    const unsigned c = byte_at(bytes, end), next = byte_at(bytes, end + 1);
    const bool pair = ((c >= 0x81 && c <= 0x9F) || (c >= 0xE0 && c <= 0xFC)) && next >= 0x40 &&
                      next != 0x7F && next <= 0xFC;
    end += pair ? 2 : 1;
  }
  return end - at;
}

// ASCII does not go through ICU, whose table is IBM's and swaps three control characters.
bool decode_cp932(Bytes bytes, std::string& out) {
  const size_t before = out.size();
  bool clean = true;
  for (size_t i = 0; i < bytes.size();) {
    size_t run = i;
    while (run < bytes.size() && byte_at(bytes, run) < 0x80)
      run += std::max<size_t>(plain_ascii_run(bytes, run), 1);
    out += bytes.substr(i, run - i);
    i = run + cp932_run(bytes, run);
    if (i > run) clean = icu_to_utf8(bytes.substr(run, i - run), kIcuCp932, out) && clean;
  }
  replace_docomo_emoji(out, before);
  return clean;
}

std::optional<std::string> encode_cp932(std::string_view utf8) {
  std::string out;
  std::string run;  // outside ASCII, to be converted at once
  const auto flush = [&] {
    const auto bytes = run.empty() ? std::string{} : icu_from_utf8(run, kIcuCp932);
    if (bytes) out += *bytes;
    run.clear();
    return bytes.has_value();
  };
  for (size_t i = 0; i < utf8.size();) {
    // No kana or kanji was a phone's picture (only two signs among them, U+3030 and U+3299); a key cap begins
    // in ASCII.
    const unsigned char c = byte_at(utf8, i);
    const std::string_view sign = utf8.substr(i, 3);
    const bool candidate = c == 0xE2 || c == 0xC2 || c == 0xF0 || sign == "〰" || sign == "㊙" ||
                           (c < 0x80 && byte_at(utf8, i + 1) == 0xEF);
    const japanese::DocomoCode picture = candidate ? japanese::docomo_code(utf8, i) : japanese::DocomoCode{};
    if (picture.length > 0) {
      append_utf8(run, picture.private_use);
      i += picture.length;
    } else if (c < 0x80) {
      if (!flush()) return std::nullopt;
      size_t length = std::max<size_t>(plain_ascii_run(utf8, i), 1);
      if (length > 1 && byte_at(utf8, i + length) == 0xEF) --length;
      out += utf8.substr(i, length);
      i += length;
    } else {
      const size_t length = std::max<size_t>(code_point_at(utf8, i).length, 1);
      run += utf8.substr(i, length);
      i += length;
    }
  }
  return flush() ? std::optional(out) : std::nullopt;
}

bool decode_respelt(const japanese::Respelt& respelt, std::string& out) {
  bool clean = true;
  size_t from = 0;
  for (const auto& aside : respelt.asides) {
    if (aside.at > from) clean = decode_cp932(slice(respelt.cp932, from, aside.at - from), out) && clean;
    from = aside.at;
    if (aside.jis0212.empty()) {
      clean = clean && aside.utf8 != kReplacementUtf8;
      out += aside.utf8;
    } else {
      const char euc[] = {'\x8F', static_cast<char>(aside.jis0212[0] | 0x80),
                          static_cast<char>(aside.jis0212[1] | 0x80)};
      clean = icu_to_utf8({euc, 3}, "euc-jp-2007", out) && clean;
    }
  }
  if (from < respelt.cp932.size()) clean = decode_cp932(slice(respelt.cp932, from), out) && clean;
  return clean;
}

DecodedText decode_as(Bytes bytes, const Charset& charset) {
  DecodedText text;
  text.charset = charset.name;
  bool clean = true;
  switch (charset.kind) {
    case CharsetKind::utf8:
      text.charset = "utf-8";
      clean = append_repaired_utf8(bytes, text.utf8);
      break;
    case CharsetKind::iso2022jp:
      clean = decode_respelt(japanese::from_iso2022jp(bytes), text.utf8);
      break;
    case CharsetKind::euc_jp:
      clean = decode_respelt(japanese::from_euc_jp(bytes), text.utf8);
      break;
    case CharsetKind::cp932:
      clean = decode_cp932(bytes, text.utf8);
      break;
    default:
      clean = icu_to_utf8(bytes, charset.icu_name, text.utf8);
      break;
  }
  text.lossy = !clean;
  finish(text);
  return text;
}

DecodedText decode_as(Bytes bytes, std::string_view name, bool guessed) {
  const Charset* charset = charset_named(name);
  DecodedText text = decode_as(bytes, charset ? *charset : *charset_named("utf-8"));
  text.guessed = guessed;
  return text;
}

// ASCII without escape sequences, NUL or the tricks of 7-bit charsets: the same in every charset that we
// know.
DecodedText decode_plain_ascii(Bytes bytes, const Charset* declared) {
  DecodedText text;
  text.utf8 = bytes;
  text.charset = declared && declared->kind != CharsetKind::utf16 ? declared->name : "utf-8";
  if (text.charset == "us-ascii") text.charset = "utf-8";
  return text;
}

// A byte order mark decides (HTML and every reader agree); it is not part of the text.
std::optional<DecodedText> decode_marked(Bytes bytes) {
  const auto after = [&](size_t length, std::string_view name) {
    return decode_as(bytes.substr(length), name, false);
  };
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") return after(3, "utf-8");
  if (bytes.substr(0, 4) == Bytes("\xFF\xFE\0\0", 4)) return after(4, "utf-32le");
  if (bytes.substr(0, 2) == "\xFF\xFE") return after(2, "utf-16le");
  if (bytes.substr(0, 2) == "\xFE\xFF") return after(2, "utf-16be");
  return std::nullopt;
}

// UTF-16 without a mark: Western text has a NUL beside nearly every letter. Empty when it does not look so.
std::string_view unmarked_utf16(Bytes bytes) {
  const Bytes sample = bytes.substr(0, 2048);
  if (sample.size() < 8) return {};
  size_t even = 0, odd = 0;
  for (size_t i = 0; i < sample.size(); ++i)
    if (sample[i] == '\0') ++(i % 2 ? odd : even);
  const size_t pairs = sample.size() / 2;
  if (odd * 4 > pairs && even * 16 < odd) return "utf-16le";
  if (even * 4 > pairs && odd * 16 < even) return "utf-16be";
  return {};
}

struct Utf8Shape {
  bool valid = true;
  size_t sequences = 0, long_sequences = 0, errors = 0;
};

Utf8Shape utf8_shape(Bytes bytes) {
  Utf8Shape shape;
  for (size_t i = 0; i < bytes.size();) {
    if (const size_t run = plain_ascii_run(bytes, i)) {
      i += run;
      continue;
    }
    const size_t length = code_point_at(bytes, i).length;
    if (length > 1) ++shape.sequences;
    if (length > 2) ++shape.long_sequences;
    if (length == 0) ++shape.errors;
    i += std::max<size_t>(length, 1);
  }
  shape.valid = shape.errors == 0;
  return shape;
}

struct DeleteDetector {
  void operator()(uchardet_t detector) const { uchardet_delete(detector); }
};

// Our name for what libuchardet thinks; it needs some bytes to be worth asking.
std::string detect_by_statistics(Bytes bytes) {
  constexpr size_t kWorthAsking = 30, kSample = 64 << 10;
  if (bytes.size() < kWorthAsking) return {};
  const std::unique_ptr<std::remove_pointer_t<uchardet_t>, DeleteDetector> detector(uchardet_new());
  if (uchardet_handle_data(detector.get(), bytes.data(), std::min(bytes.size(), kSample)) != 0) return {};
  uchardet_data_end(detector.get());
  // Between the Latin alphabets its guesses are dice; windows-1252 is what browsers fall back to.
  const std::string name = canonical_charset(uchardet_get_charset(detector.get()));
  static constexpr std::string_view kTrusted[] = {
      "gb18030",      "big5",       "windows-949",  "koi8-r",     "windows-1251",
      "iso-8859-5",   "ibm866",     "windows-1253", "iso-8859-7", "windows-1255",
      "windows-1256", "iso-8859-6", "iso-8859-8",   "windows-874"};
  return std::find(std::begin(kTrusted), std::end(kTrusted), name) == std::end(kTrusted) ? std::string{}
                                                                                         : name;
}

// Nothing was declared that fits. `shape` is that of all bytes.
DecodedText guess(Bytes bytes, const Utf8Shape& shape) {
  if (const std::string_view name = unmarked_utf16(bytes); !name.empty()) return decode_as(bytes, name, true);
  const bool eight_bit =
      shape.sequences + shape.errors > 0 && !(shape.sequences == 0 && is_valid_utf8(bytes));
  if (japanese::has_escape(bytes)) return decode_as(bytes, "iso-2022-jp", true);
  if (shape.valid) return decode_as(bytes, "utf-8", eight_bit);

  const japanese::Score cp932 = japanese::score_cp932(bytes), euc = japanese::score_euc_jp(bytes);
  const std::string statistics = detect_by_statistics(bytes);
  if (cp932.value >= 0 || euc.value >= 0) {
    const bool is_euc = euc.value > cp932.value;
    const size_t kana = is_euc ? euc.kana_pairs : cp932.kana_pairs;
    // Chinese and Korean in their 8-bit charsets are valid EUC too; without kana, statistics over a body know
    // better.
    if (is_euc && kana == 0 &&
        (statistics == "gb18030" || statistics == "windows-949" || statistics == "big5"))
      return decode_as(bytes, statistics, true);
    if (std::max(cp932.value, euc.value) > 0) return decode_as(bytes, is_euc ? "euc-jp" : "cp932", true);
  }
  if (shape.sequences >= 4 * shape.errors) return decode_as(bytes, "utf-8", true);
  if (!statistics.empty()) {
    DecodedText text = decode_as(bytes, statistics, true);
    if (!text.lossy) return text;
  }
  // One bad byte in a long Japanese text: the charset with more kana is still the right one to lose it in.
  const DecodedText as_cp932 = decode_as(bytes, "cp932", true), as_euc = decode_as(bytes, "euc-jp", true);
  const auto losses = [](const DecodedText& text) {
    size_t count = 0;
    for (size_t at = text.utf8.find(kReplacementUtf8); at != std::string::npos;
         at = text.utf8.find(kReplacementUtf8, at + 3))
      ++count;
    return count;
  };
  const auto kana = [](const DecodedText& text) {
    size_t count = 0;  // U+3040-U+30FF are E3 81 80 to E3 83 BF
    for (size_t at = text.utf8.find('\xE3'); at != std::string::npos; at = text.utf8.find('\xE3', at + 3)) {
      const unsigned char second = byte_at(text.utf8, at + 1);
      if (second >= 0x81 && second <= 0x83) ++count;
    }
    return count;
  };
  const DecodedText& best = losses(as_euc) < losses(as_cp932) ? as_euc : as_cp932;
  if (kana(best) >= 4 && losses(best) * 8 <= kana(best)) return best;
  return decode_as(bytes, "windows-1252", true);
}

// Whether a single-byte label, which every byte fits, is a default that somebody's mailer put on something
// else.
bool looks_mislabelled(Bytes bytes, const Utf8Shape& shape) {
  if (shape.valid && shape.sequences > 0) return true;
  const japanese::Score cp932 = japanese::score_cp932(bytes), euc = japanese::score_euc_jp(bytes);
  return cp932.kana_pairs >= 2 || euc.kana_pairs >= 3;
}

}  // namespace

DecodedText decode_text(Bytes bytes, std::string_view declared_charset) {
  if (auto marked = decode_marked(bytes)) return *std::move(marked);
  std::string name = canonical_charset(declared_charset);
  if (name == "utf-16")
    name = unmarked_utf16(bytes) == "utf-16le" ? "utf-16le" : "utf-16be";  // RFC 2781 §4.3
  if (name == "utf-32") name = "utf-32be";
  const Charset* const declared = charset_named(name);
  const CharsetKind kind = declared ? declared->kind : CharsetKind::utf8;
  const bool own_meaning_of_ascii = kind == CharsetKind::utf16 || kind == CharsetKind::utf7 ||
                                    kind == CharsetKind::other_7bit ||
                                    (kind == CharsetKind::iso2022jp && bytes.find('\x0E') != Bytes::npos);
  if (!own_meaning_of_ascii && is_plain_ascii(bytes)) return decode_plain_ascii(bytes, declared);

  const Utf8Shape shape = utf8_shape(bytes);
  if (declared == nullptr) return guess(bytes, shape);
  switch (kind) {
    case CharsetKind::utf16:
      // UTF-8 or ASCII under a UTF-16 label is common; UTF-16 that is valid UTF-8 without a NUL is Japanese
      // by accident.
      if (shape.valid && bytes.find('\0') == Bytes::npos &&
          (is_plain_ascii(bytes) || shape.long_sequences > 1))
        return guess(bytes, shape);
      return decode_as(bytes, *declared);
    case CharsetKind::utf7:
    case CharsetKind::other_7bit:
      if (shape.sequences + shape.errors == 0 || !shape.valid) return decode_as(bytes, *declared);
      return guess(bytes, shape);
    case CharsetKind::utf8:
      if (shape.valid && !japanese::has_escape(bytes)) {
        DecodedText text = decode_as(bytes, *declared);
        text.guessed = declared->name == std::string_view("us-ascii") && shape.sequences > 0;
        return text;
      }
      return guess(bytes, shape);
    case CharsetKind::iso2022jp:
      if (japanese::has_escape(bytes) || shape.sequences + shape.errors == 0)
        return decode_as(bytes, *declared);
      return guess(bytes, shape);
    case CharsetKind::single_byte:
      if (japanese::has_escape(bytes) || looks_mislabelled(bytes, shape)) return guess(bytes, shape);
      return decode_as(bytes, *declared);
    case CharsetKind::cp932:
    case CharsetKind::euc_jp:
    case CharsetKind::multi_byte:
      break;
  }
  // Honest text in these charsets is hardly ever valid UTF-8 with long sequences.
  if (shape.valid && shape.long_sequences >= 2) return decode_as(bytes, "utf-8", true);
  if (japanese::has_escape(bytes) && shape.sequences + shape.errors == 0)
    return decode_as(bytes, "iso-2022-jp", true);
  DecodedText text = decode_as(bytes, *declared);
  if (!text.lossy) return text;
  DecodedText guessed = guess(bytes, shape);
  if (guessed.lossy || guessed.charset == "windows-1252") return text;
  return guessed;
}

DecodedText decode_named(Bytes bytes, std::string_view charset) { return decode_as(bytes, charset, false); }

DecodedText decode_short(Bytes bytes) {
  if (is_plain_ascii(bytes)) return decode_plain_ascii(bytes, nullptr);
  if (auto marked = decode_marked(bytes)) return *std::move(marked);
  return guess(bytes, utf8_shape(bytes));
}

std::optional<std::string> encode_text(std::string_view utf8, std::string_view name) {
  const Charset* const charset = charset_named(name);
  if (charset == nullptr) return std::nullopt;
  if (charset->kind == CharsetKind::utf8) {
    if (!is_valid_utf8(utf8) || (name == "us-ascii" && !is_plain_ascii(utf8))) return std::nullopt;
    return std::string(utf8);
  }
  if (charset->kind == CharsetKind::utf7 || charset->kind == CharsetKind::other_7bit) return std::nullopt;
  if (charset->kind != CharsetKind::cp932 && charset->kind != CharsetKind::euc_jp &&
      charset->kind != CharsetKind::iso2022jp)
    return icu_from_utf8(utf8, charset->icu_name);
  const std::optional<std::string> cp932 = encode_cp932(utf8);
  if (charset->kind == CharsetKind::cp932 || !cp932) return cp932;
  return charset->kind == CharsetKind::euc_jp ? japanese::to_euc_jp(*cp932) : japanese::to_iso2022jp(*cp932);
}

}  // namespace mugai::sanitize
