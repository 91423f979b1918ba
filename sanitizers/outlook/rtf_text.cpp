#include "sanitizers/outlook/rtf_text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "sanitizers/outlook/properties.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize::outlook {
namespace {

constexpr size_t kMaxDepth = 1'000, kMaxFonts = 10'000;
constexpr size_t kHeaderWindow = 2'000;  // where \fromhtml and \fromtext stand

// Groups that are no text although they do not say \*.
constexpr std::string_view kSkipped[] = {"fonttbl", "colortbl",   "stylesheet", "info",    "pict",
                                         "filetbl", "header",     "headerl",    "headerr", "headerf",
                                         "footer",  "footerl",    "footerr",    "footerf", "objdata",
                                         "sp",      "nonshppict", "xmlnstbl",   "fldinst"};
// Groups that are text although they say \*.
constexpr std::string_view kKept[] = {"shpinst", "shptxt", "htmltag"};

struct Word {
  std::string_view name, text;
};
// Control words that stand for characters.
constexpr Word kCharacters[] = {
    {"par", "\n"},        {"line", "\n"},          {"sect", "\n"},          {"page", "\n"},
    {"row", "\n"},        {"nestrow", "\n"},       {"tab", "\t"},           {"cell", "\t"},
    {"nestcell", "\t"},   {"emdash", "\u2014"},    {"endash", "\u2013"},    {"lquote", "\u2018"},
    {"rquote", "\u2019"}, {"ldblquote", "\u201c"}, {"rdblquote", "\u201d"}, {"bullet", "\u2022"},
    {"emspace", " "},     {"enspace", " "},        {"qmspace", " "},
};

uint32_t code_page_of_font_charset(int number) {
  switch (number) {
    case 77:
      return 10000;
    case 128:
      return 932;
    case 129:
      return 949;
    case 134:
      return 936;
    case 136:
      return 950;
    case 161:
      return 1253;
    case 162:
      return 1254;
    case 163:
      return 1258;
    case 177:
      return 1255;
    case 178:
      return 1256;
    case 186:
      return 1257;
    case 204:
      return 1251;
    case 222:
      return 874;
    case 238:
      return 1250;
    default:
      return 0;  // that of the whole document
  }
}

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

int hex_digit(char c) {
  const char lower = ascii_lower(c);
  if (c >= '0' && c <= '9') return c - '0';
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

class RtfReader {
 public:
  explicit RtfReader(std::string_view rtf) : rtf_(rtf) {
    is_html_ = rtf.substr(0, kHeaderWindow).find("\\fromhtml1") != std::string_view::npos;
  }

  RtfText read() {
    while (at_ < rtf_.size()) {
      const char c = rtf_[at_++];
      if (c == '{')
        open();
      else if (c == '}')
        close();
      else if (c == '\\')
        control();
      else if (c != '\r' && c != '\n' && c != '\0')
        letter(c);
    }
    flush();
    return {is_html_, std::move(out_)};
  }

 private:
  struct Group {
    bool skipped = false;
    bool htmlrtf = false;  // says the same again for readers of RTF
    bool htmltag = false;
    bool hidden = false;
    bool fonts = false;  // in the table of fonts
    int font = -1;
    int after_unicode = 1;  // how many characters behind \u say the same for old readers
  };

  bool shown() const { return !group_.skipped && !group_.hidden && (!is_html_ || group_.htmltag || !group_.htmlrtf); }

  void open() {
    begins_ = true;
    starred_ = false;
    to_skip_ = 0;
    if (groups_.size() < kMaxDepth)
      groups_.push_back(group_);
    else
      ++deeper_;
  }

  void close() {
    begins_ = false;
    to_skip_ = 0;
    if (deeper_ > 0)
      --deeper_;
    else if (!groups_.empty()) {
      group_ = groups_.back();
      groups_.pop_back();
    }
  }

  void control() {
    const char c = byte_at(rtf_, at_) ? rtf_[at_] : ' ';
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return word();
    ++at_;
    switch (c) {
      case '*':
        starred_ = begins_;
        return;
      case '\'':
        return hex();
      case '\\':
      case '{':
      case '}':
        return letter(c);
      case '\r':
      case '\n':
        return put("\n");
      case '~':
        return put("\u00a0");
      case '_':
        return put("-");
      default:
        begins_ = false;
        return;
    }
  }

  void hex() {
    const int high = hex_digit(static_cast<char>(byte_at(rtf_, at_))),
              low = hex_digit(static_cast<char>(byte_at(rtf_, at_ + 1)));
    if (high < 0 || low < 0) return;
    at_ += 2;
    letter(static_cast<char>(high << 4 | low));
  }

  void word() {
    const size_t start = at_;
    while (at_ < rtf_.size() && ascii_lower(rtf_[at_]) >= 'a' && ascii_lower(rtf_[at_]) <= 'z') ++at_;
    const std::string_view name = rtf_.substr(start, at_ - start);
    const bool negative = byte_at(rtf_, at_) == '-';
    size_t digits = at_ + negative;
    constexpr int64_t kLargest = 1'000'000'000;
    int64_t number = 0;
    bool has_number = false;
    for (; byte_at(rtf_, digits) >= '0' && byte_at(rtf_, digits) <= '9'; ++digits) {
      has_number = true;
      number = std::min(kLargest, number * 10 + (rtf_[digits] - '0'));
    }
    if (has_number) at_ = digits;
    if (byte_at(rtf_, at_) == ' ') ++at_;
    obey(name, has_number ? (negative ? -number : number) : 1);
  }

  void obey(std::string_view name, int64_t number) {
    if (begins_) destination(name);
    begins_ = starred_ = false;
    if (name == "bin")
      at_ += std::min<size_t>(static_cast<size_t>(std::max<int64_t>(number, 0)), rtf_.size() - at_);
    else if (name == "u")
      unicode(number);
    else if (name == "uc")
      group_.after_unicode = static_cast<int>(std::clamp<int64_t>(number, 0, 16));
    else if (name == "ansicpg")
      document_code_page_ = static_cast<uint32_t>(std::max<int64_t>(number, 0));
    else if (name == "htmlrtf")
      group_.htmlrtf = number != 0;
    else if (name == "v" || name == "deleted")
      group_.hidden = number != 0;
    else if (name == "plain")
      group_.hidden = false;
    else if (name == "f")
      group_.font = static_cast<int>(std::clamp<int64_t>(number, -1, 1'000'000));
    else if (name == "fcharset" || name == "cpg")
      describe_font(name, static_cast<int>(number));
    else if (!(is_html_ && name == "sect"))
      for (const Word& one : kCharacters)
        if (one.name == name) return put(one.text);
  }

  void destination(std::string_view name) {
    if (name == "fonttbl") group_.fonts = true;
    if (name == "htmltag") group_.htmltag = is_html_;
    if (contains(kSkipped, name) || (starred_ && !(contains(kKept, name) && (name != "htmltag" || is_html_))))
      group_.skipped = true;
  }

  void describe_font(std::string_view word, int number) {
    if (!group_.fonts || fonts_.size() >= kMaxFonts) return;
    const uint32_t code_page = word == "cpg" ? static_cast<uint32_t>(number) : code_page_of_font_charset(number);
    if (code_page != 0) fonts_[group_.font] = code_page;
  }

  uint32_t code_page() const {
    const auto font = fonts_.find(group_.font);
    return group_.htmltag || font == fonts_.end() ? document_code_page_ : font->second;
  }

  // One character of the document, or one byte of a character of two.
  void letter(char c) {
    begins_ = false;
    if (to_skip_ > 0) {
      --to_skip_;
      return;
    }
    if (!shown()) return;
    if (const uint32_t now = code_page(); now != pending_code_page_) {
      flush();
      pending_code_page_ = now;
    }
    flush_surrogate();
    pending_.push_back(c);
  }

  void put(std::string_view text) {
    begins_ = false;
    if (to_skip_ > 0) {
      --to_skip_;
      return;
    }
    if (!shown()) return;
    flush();
    out_ += text;
  }

  void unicode(int64_t number) {
    to_skip_ = 0;
    if (shown()) {
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
        if (unit != 0) append_utf8(out_, unit);
      }
    }
    to_skip_ = group_.after_unicode;
  }

  void flush_surrogate() {
    if (surrogate_ != 0) append_utf8(out_, kReplacement);
    surrogate_ = 0;
  }

  void flush_bytes() {
    if (!pending_.empty()) out_ += decode_text(pending_, charset_of_code_page(pending_code_page_)).utf8;
    pending_.clear();
  }

  void flush() {
    flush_bytes();
    flush_surrogate();
  }

  std::string_view rtf_;
  bool is_html_ = false;
  size_t at_ = 0;
  std::vector<Group> groups_;
  size_t deeper_ = 0;  // groups beyond kMaxDepth, which share one state
  Group group_;
  bool begins_ = false, starred_ = false;  // at the beginning of a group; behind its \*
  int to_skip_ = 0;
  std::map<int, uint32_t> fonts_;
  uint32_t document_code_page_ = 1252;
  uint32_t pending_code_page_ = 0;
  std::string pending_;     // bytes that are not decoded yet
  char32_t surrogate_ = 0;  // the first half of a character
  std::string out_;
};

}  // namespace

RtfText text_of_rtf(std::string_view untrusted_rtf) {
  return RtfReader(untrusted_rtf).read();
}

}  // namespace mugai::sanitize::outlook
