#include "gateway/search/words.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>

#include "sanitizers/mime/piece.h"

namespace mugai::gateway::words {

namespace {

constexpr size_t kMaxText = 2'000;         // bytes of one field that are looked at
constexpr size_t kMaxWord = 40;            // characters of one word
constexpr size_t kMaxNamed = 100;          // recipients whose words are taken; whole addresses are all taken
constexpr size_t kMaxQueryWords = 12, kMaxQueryTerms = 40;
constexpr size_t kMinPrefix = 3;

icu::UnicodeString folded(std::string_view utf8) {
  UErrorCode failure = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(failure);
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  icu::UnicodeString out = U_SUCCESS(failure) ? fold->normalize(text, failure) : text;
  return U_SUCCESS(failure) ? out : text;
}

std::string_view beginning(std::string_view text) {
  if (text.size() <= kMaxText) return text;
  size_t end = kMaxText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

// Scripts that are written without blanks between words.
bool is_dense(UChar32 c) {
  UErrorCode failure = U_ZERO_ERROR;
  switch (uscript_getScript(c, &failure)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO: return true;
    default: return c == 0x30FC;   // ー belongs to no script
  }
}

bool is_word(UChar32 c) { return u_isalnum(c) || (c > 0x7F && (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_LM_MASK)) != 0); }

std::string utf8_of(const std::u32string& text) {
  std::string out;
  icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()), static_cast<int32_t>(text.size())).toUTF8String(out);
  return out;
}

struct Run {
  std::u32string text;
  bool dense = false;
  bool starred = false;   // a `*` follows
};

std::vector<Run> runs_of(const icu::UnicodeString& text) {
  std::vector<Run> out;
  bool open = false;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    const bool dense = is_dense(c);
    if (!dense && !is_word(c)) {
      if (open && c == '*') out.back().starred = true;
      open = false;
      continue;
    }
    if (!open || out.back().dense != dense) out.push_back({{}, dense, false});
    out.back().text.push_back(static_cast<char32_t>(c));
    open = true;
  }
  return out;
}

std::string word_token(const Run& run) { return utf8_of(run.text.substr(0, kMaxWord)); }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

std::string fold(std::string_view utf8) {
  std::string out;
  folded(beginning(utf8)).toUTF8String(out);
  return out;
}

std::string exact(Exact kind, std::string_view text) {
  constexpr size_t kHexDigits = 12;
  return static_cast<char>(kind) + sanitize::sha256_hex(lower(text)).substr(0, kHexDigits);
}

std::string domain_of(std::string_view address) {
  const size_t at = address.rfind('@');
  return at == std::string_view::npos ? "" : lower(address.substr(at + 1));
}

std::string bare_message_id(std::string_view text) {
  while (!text.empty() && (text.front() == '<' || text.front() == ' ')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '>' || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text);
}

void Tokens::add(Field field, std::string_view text) {
  const char tag = static_cast<char>(field);
  for (const Run& run : runs_of(folded(beginning(text)))) {
    if (!run.dense) {
      tokens_.push_back(tag + word_token(run));
      continue;
    }
    for (size_t i = 0; i < run.text.size(); ++i) tokens_.push_back(tag + utf8_of(run.text.substr(i, 2)));
  }
}

void Tokens::add(Exact kind, std::string_view text) { tokens_.push_back(exact(kind, text)); }

void Tokens::add_sender(const std::string& address) {
  add(Exact::sender, address);
  add(Exact::sender_domain, domain_of(address));
  add(Field::sender, address);
}

void Tokens::add_recipients(const std::vector<std::string>& addresses) {
  size_t named = 0;
  for (const std::string& one : addresses) {
    add(Exact::recipient, one);
    add(Exact::recipient_domain, domain_of(one));
    if (named++ < kMaxNamed) add(Field::recipient, one);
  }
}

std::string Tokens::take() {
  std::sort(tokens_.begin(), tokens_.end());
  tokens_.erase(std::unique(tokens_.begin(), tokens_.end()), tokens_.end());
  std::string out;
  for (const std::string& one : tokens_) {
    if (!out.empty()) out += ' ';
    out += one;
  }
  tokens_.clear();
  return out;
}

std::vector<Word> parse(std::string_view query) {
  std::vector<Word> out;
  size_t terms = 0;
  const icu::UnicodeString text = folded(beginning(query));
  for (int32_t from = 0; from < text.length() && out.size() < kMaxQueryWords;) {
    int32_t to = from;
    while (to < text.length() && !u_isUWhiteSpace(text.char32At(to))) to = text.moveIndex32(to, 1);
    Word word;
    std::vector<std::string> alone;
    for (const Run& run : runs_of(text.tempSubStringBetween(from, to))) {
      if (terms >= kMaxQueryTerms) break;
      if (!run.dense) {
        word.terms.push_back({word_token(run), run.starred && run.text.size() >= kMinPrefix});
        ++terms;
        continue;
      }
      if (run.text.size() == 1) alone.push_back(utf8_of(run.text));
      for (size_t i = 0; i + 1 < run.text.size() && terms < kMaxQueryTerms; ++i, ++terms)
        word.terms.push_back({utf8_of(run.text.substr(i, 2)), false});
      if (run.text.size() > 2) word.runs.push_back(utf8_of(run.text));
    }
    // A character alone is the beginning of a pair, or the last of a run: dear to look for, so only where there is nothing else.
    for (std::string& one : alone) {
      if (word.terms.empty()) word.terms.push_back({std::move(one), true});
      else word.runs.push_back(std::move(one));
    }
    if (!word.terms.empty()) out.push_back(std::move(word));
    from = to < text.length() ? text.moveIndex32(to, 1) : to;
  }
  return out;
}

}  // namespace mugai::gateway::words
