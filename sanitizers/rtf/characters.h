// From the bytes of an RTF to its characters. A byte means what the code page of the font says that is in force where it
// stands, or that of the document; \uN says it in Unicode and is followed by characters for old readers, which are stepped
// over (RTF 1.9.1, "Character Text", "Unicode RTF", "Associated Character Properties"). State is what groups restore; the
// font table is the document's. Never fails: what cannot be decoded is U+FFFD.
#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>

#include "sanitizers/rtf/tokenizer.h"

namespace mugai::sanitize::rtf {

class Characters {
 public:
  struct State {
    int font = -1;                                  // -1: the document's default
    int run = -1;                                   // 0 \loch, 1 \hich, 2 \dbch
    std::array<int, 3> run_fonts = {-1, -1, -1};    // their \af
    int after_unicode = 1;                          // \uc
    bool only_document = false;                     // no font counts
  };

  // Control words that bear on this; true when it was one.
  bool word(const Token& token, State& state);
  // \fcharset and \cpg in the font table, for the font that `state` names.
  void describe_font(const Token& token, const State& state);

  // Each of these counts as one character behind a \uN, and is nothing there.
  void byte(unsigned char byte, bool escaped, const State& state);
  void put(std::string_view utf8);
  bool skips();   // for whatever else counts as a character there, or is not to be read

  // Braces end what stands behind a \uN.
  void end_skipping() { to_skip_ = 0; }

  // The characters since it was last asked, UTF-8. `whole` ends what was begun: half of a character becomes U+FFFD.
  std::string take(bool whole = true);

  // So much that it is time to take it, and nothing is half begun.
  bool is_long() const { return pending_.size() + out_.size() >= kLong && !half_ && surrogate_ == 0; }

  uint32_t code_page(const State& state) const;
  uint32_t font_code_page(const State& state) const;   // 0: the font says nothing
  bool lossy() const { return lossy_; }

 private:
  static constexpr size_t kLong = 64 << 10;
  void unicode(int64_t number, const State& state);
  void flush_bytes();
  void flush_surrogate();

  std::map<int, uint32_t> fonts_;
  int default_font_ = -1;
  uint32_t document_code_page_ = 1252;
  int to_skip_ = 0;
  uint32_t pending_code_page_ = 0;
  std::string pending_;            // bytes that are not decoded yet
  bool half_ = false;              // the last of them could be the first of two
  bool pending_pairs_ = true;      // none that could be the second of two stood as a plain letter
  char32_t surrogate_ = 0;         // the first half of a character
  std::string out_;
  bool lossy_ = false;
};

}  // namespace mugai::sanitize::rtf
