#include "sanitizers/rtf/text.h"

#include <algorithm>
#include <vector>

#include "sanitizers/rtf/characters.h"
#include "sanitizers/rtf/equation.h"
#include "sanitizers/rtf/symbols.h"

namespace mugai::sanitize::rtf {
namespace {

constexpr size_t kMaxDepth = 1'000;
constexpr size_t kHeaderWindow = 2'000;  // where \fromhtml and \fromtext stand

// Groups that are no text although they do not say \*.
constexpr std::string_view kSkipped[] = {"fonttbl", "colortbl", "stylesheet", "info",     "pict", "filetbl",
                                         "objdata", "sp",       "nonshppict", "xmlnstbl", "xe",   "tc",
                                         "shprslt", "nonesttables"};
// Stories beside the body.
constexpr std::string_view kPageText[] = {"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"};
constexpr std::string_view kNotes[] = {"footnote", "annotation"};
// Groups that are text although they say \*.
constexpr std::string_view kKept[] = {"shpinst", "shptxt", "htmltag", "do", "moMath", "moMathPara", "ud"};

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

// What symbol fonts have is a bullet more often than not; no other font has anything there (U+F000 to U+F0FF).
std::string without_pictograms(const std::string& text) {
  std::string out;
  size_t from = 0;
  for (size_t at = text.find('\xEF'); at != text.npos; at = text.find('\xEF', at + 1)) {
    const unsigned char second = byte_at(text, at + 1);
    if (second < 0x80 || second > 0x83) continue;
    out.append(text, from, at - from).append("\u2022");
    from = at + 3;
  }
  return out.append(text, std::min(from, text.size()));
}

class Reader {
 public:
  Reader(std::string_view rtf, Stories stories) : tokens_(rtf), stories_(stories) {
    is_html_ = rtf.substr(0, kHeaderWindow).find("\\fromhtml1") != std::string_view::npos;
  }

  RtfText read() {
    for (Token token = tokens_.next(); token.kind != Token::Kind::end; token = tokens_.next()) {
      switch (token.kind) {
        case Token::Kind::open: open(); break;
        case Token::Kind::close: close(); break;
        case Token::Kind::word: word(token); break;
        case Token::Kind::symbol: symbol(token.byte); break;
        case Token::Kind::hex: byte(token.byte, true); break;
        case Token::Kind::text:
          for (const char c : token.text) byte(static_cast<unsigned char>(c), false);
          break;
        case Token::Kind::binary:
        case Token::Kind::end: begins_ = false;
      }
    }
    out_ += characters_.take();
    groups_.push_back(group_);
    for (const Group& unclosed : groups_) out_.resize(std::min(out_.size(), unclosed.instruction));
    return {is_html_, without_pictograms(out_)};
  }

 private:
  struct Group {
    bool skipped = false;
    bool htmlrtf = false;  // says the same again for readers of RTF
    bool htmltag = false;
    bool hidden = false;
    bool fonts = false;  // in the table of fonts
    const char* after = "";
    size_t instruction = std::string::npos;   // of a field: where in the text it began
    Characters::State characters;
  };

  bool shown() const { return !group_.skipped && !group_.hidden && (!is_html_ || group_.htmltag || !group_.htmlrtf); }

  void open() {
    begins_ = true;
    starred_ = false;
    characters_.end_skipping();
    if (groups_.size() < kMaxDepth) {
      groups_.push_back(group_);
      group_.after = "";
      group_.instruction = std::string::npos;
    } else {
      ++deeper_;
    }
  }

  void close() {
    begins_ = false;
    characters_.end_skipping();
    if (deeper_ > 0) {
      --deeper_;
    } else if (!groups_.empty()) {
      if (*group_.after != '\0') characters_.put(group_.after);
      if (group_.instruction != std::string::npos) end_instruction();
      group_ = groups_.back();
      groups_.pop_back();
    }
  }

  // It is no text, but for what shows itself only there.
  void end_instruction() {
    out_ += characters_.take();
    const std::string code = out_.substr(group_.instruction);
    out_.resize(group_.instruction);
    out_ += words_of_equation(code);
  }

  void symbol(unsigned char c) {
    if (c == '*') {
      starred_ = begins_;
      return;
    }
    begins_ = false;
    if (c == '\\' || c == '{' || c == '}') return byte(c, false);
    put(c == '\n' ? "\n" : c == '~' ? "\u00a0" : c == '_' ? "-" : "");
  }

  void word(const Token& token) {
    const std::string_view name = token.text;
    if (begins_) destination(name);
    begins_ = starred_ = false;
    if (group_.fonts) characters_.describe_font(token, group_.characters);
    if (name == "u" && !shown()) return;   // what follows for old readers is not shown either
    if (characters_.word(token, group_.characters) && name != "plain") return;
    if (name == "htmlrtf") group_.htmlrtf = !token.has_number || token.number != 0;
    else if (name == "v" || name == "deleted") group_.hidden = !token.has_number || token.number != 0;
    else if (name == "plain") group_.hidden = false;
    else if (!(is_html_ && name == "sect")) put(text_of_symbol(name));
  }

  void destination(std::string_view name) {
    if (name == "fonttbl") group_.fonts = true;
    if (name == "htmltag") group_.htmltag = group_.characters.only_document = is_html_;
    if (name == "fldinst" && !group_.skipped) {
      out_ += characters_.take();
      group_.instruction = out_.size();
      return;
    }
    const bool page_text = contains(kPageText, name), note = contains(kNotes, name);
    if (stories_ == Stories::all && (page_text || note) && !group_.skipped) {
      put(note ? " [" : "");
      group_.after = note ? "] " : "\n";
      group_.hidden = false;
      return;
    }
    if (page_text || contains(kSkipped, name) || (starred_ && !(contains(kKept, name) && (name != "htmltag" || is_html_))))
      group_.skipped = true;
  }

  void byte(unsigned char byte, bool escaped) {
    begins_ = false;
    if (shown()) characters_.byte(byte, escaped, group_.characters);
    else (void)characters_.skips();
  }

  void put(std::string_view text) {
    if (text.empty()) return;
    if (shown()) characters_.put(text);
    else (void)characters_.skips();
  }

  Tokenizer tokens_;
  Stories stories_;
  bool is_html_ = false;
  std::vector<Group> groups_;
  size_t deeper_ = 0;  // groups beyond kMaxDepth, which share one state
  Group group_;
  bool begins_ = false, starred_ = false;  // at the beginning of a group; behind its \*
  Characters characters_;
  std::string out_;
};

}  // namespace

RtfText text_of_rtf(std::string_view untrusted_rtf, Stories stories) { return Reader(untrusted_rtf, stories).read(); }

}  // namespace mugai::sanitize::rtf
