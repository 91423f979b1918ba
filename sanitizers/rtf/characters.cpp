#include "sanitizers/rtf/characters.h"

#include <algorithm>

#include "sanitizers/text/charset.h"
#include "sanitizers/text/charset_pages.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize::rtf {

namespace {

constexpr size_t kMaxFonts = 10'000;
constexpr int kMaxFont = 1'000'000;
constexpr std::string_view kRuns[] = {"loch", "hich", "dbch"};

// In which a byte below 0x80 is that character: readers take every other for none.
bool is_page_of_text(uint32_t page) {
  constexpr uint32_t kOthers[] = {1200, 1201, 12000, 12001, 50220, 50221, 50222, 50225, 52936, 65000};
  return std::find(std::begin(kOthers), std::end(kOthers), page) == std::end(kOthers);
}

int font_number(const Token& token) { return static_cast<int>(std::clamp<int64_t>(token.number, -1, kMaxFont)); }

}  // namespace

bool Characters::word(const Token& token, State& state) {
  const std::string_view name = token.text;
  if (name == "u") return unicode(token.number, state), true;
  if (name == "uc") return state.after_unicode = static_cast<int>(std::clamp<int64_t>(token.has_number ? token.number : 1, 0, 16)), true;
  if (name == "ansicpg") {
    const auto page = static_cast<uint32_t>(std::clamp<int64_t>(token.number, 0, 65535));
    if (is_page_of_text(page)) document_code_page_ = page;
    return true;
  }
  if (name == "mac") return document_code_page_ = 10000, true;
  if (name == "pc") return document_code_page_ = 437, true;
  if (name == "pca") return document_code_page_ = 850, true;
  if (name == "deff") return default_font_ = font_number(token), true;
  if (name == "f") return state.font = font_number(token), true;
  if (name == "plain") return state.font = state.run = -1, true;
  if (name == "ltrch" || name == "rtlch") return state.run = -1, true;
  // The last that names a font decides: \dbch\af3 as well as \dbch\f3.
  if (name == "af" && state.run >= 0) return state.font = state.run_fonts[static_cast<size_t>(state.run)] = font_number(token), true;
  const auto* run = std::find(std::begin(kRuns), std::end(kRuns), name);
  if (run == std::end(kRuns)) return false;
  state.run = static_cast<int>(run - std::begin(kRuns));
  if (const int font = state.run_fonts[static_cast<size_t>(state.run)]; font >= 0) state.font = font;
  return true;
}

void Characters::describe_font(const Token& token, const State& state) {
  if (state.font < 0 || fonts_.size() >= kMaxFonts) return;
  const bool is_page = token.text == "cpg";
  if (!is_page && token.text != "fcharset") return;
  const uint32_t page = is_page ? static_cast<uint32_t>(std::clamp<int64_t>(token.number, 0, 65535)) : code_page_of_font_charset(token.number);
  if (page != 0 && is_page_of_text(page)) fonts_[state.font] = page;
}

uint32_t Characters::code_page(const State& state) const {
  if (state.only_document) return document_code_page_;
  const auto font = fonts_.find(state.font >= 0 ? state.font : default_font_);
  return font == fonts_.end() ? document_code_page_ : font->second;
}

uint32_t Characters::font_code_page(const State& state) const {
  const auto font = fonts_.find(state.font);
  return font == fonts_.end() ? 0 : font->second;
}

bool Characters::skips() {
  if (to_skip_ == 0) return false;
  --to_skip_;
  return true;
}

void Characters::byte(unsigned char byte, bool escaped, const State& state) {
  if (skips()) return;
  if (byte < 0x80 && !escaped && pending_.empty() && surrogate_ == 0) {
    out_ += static_cast<char>(byte);
    return;
  }
  if (const uint32_t now = code_page(state); now != pending_code_page_) {
    flush_bytes();
    pending_code_page_ = now;
  }
  flush_surrogate();
  if (half_ && byte < 0x80 && !escaped) pending_pairs_ = false;
  const uint32_t pairs = pending_code_page_ == 1252 ? document_code_page_ : pending_code_page_;
  half_ = !half_ && byte >= 0x81 && is_double_byte(pairs) && !(pairs == 932 && byte >= 0xA0 && byte < 0xE0);
  pending_ += static_cast<char>(byte);
}

void Characters::put(std::string_view utf8) {
  if (skips()) return;
  flush_bytes();
  flush_surrogate();
  out_ += utf8;
}

void Characters::unicode(int64_t number, const State& state) {
  const auto unit = static_cast<char32_t>(static_cast<uint16_t>(number));
  flush_bytes();
  if (unit >= 0xD800 && unit < 0xDC00) {
    flush_surrogate();
    surrogate_ = unit;
  } else if (unit >= 0xDC00 && unit < 0xE000 && surrogate_ != 0) {
    append_utf8(out_, 0x10000 + ((surrogate_ - 0xD800) << 10) + (unit - 0xDC00));
    surrogate_ = 0;
  } else {
    flush_surrogate();
    if (unit >= 0xDC00 && unit < 0xE000) lossy_ = true;
    if (unit != 0) append_utf8(out_, unit);
  }
  to_skip_ = state.after_unicode;
}

void Characters::flush_surrogate() {
  if (surrogate_ == 0) return;
  append_utf8(out_, kReplacement);
  lossy_ = true;
  surrogate_ = 0;
}

void Characters::flush_bytes() {
  if (pending_.empty()) return;
  if (pending_code_page_ == kSymbolCodePage) {
    for (const char c : pending_) append_utf8(out_, static_cast<unsigned char>(c) < 0x80 ? static_cast<unsigned char>(c) : 0xF000 + static_cast<unsigned char>(c));
  } else {
    // Programs in Japan write Japanese under western fonts, and readers there show it.
    uint32_t page = pending_code_page_;
    if (page == 1252 && is_double_byte(document_code_page_) && pending_pairs_) page = document_code_page_;
    DecodedText text = decode_named(pending_, charset_of_code_page(page));
    if (text.lossy && page != pending_code_page_) text = decode_named(pending_, charset_of_code_page(pending_code_page_));
    lossy_ |= text.lossy;
    out_ += text.utf8;
  }
  pending_.clear();
  pending_pairs_ = true;
  half_ = false;
}

std::string Characters::take(bool whole) {
  if (whole) {
    flush_bytes();
    flush_surrogate();
  }
  return std::exchange(out_, {});
}

}  // namespace mugai::sanitize::rtf
