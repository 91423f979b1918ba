#include "sanitizers/pdf/content.h"

#include <qpdf/Pl_QPDFTokenizer.hh>
#include <qpdf/QPDFTokenizer.hh>

#include <unordered_set>

#include "sanitizers/pdf/inline_picture.h"
#include "sanitizers/pdf/values.h"

namespace mugai::sanitize::pdf {

namespace {

using Words = std::unordered_set<std::string_view>;
using Token = QPDFTokenizer::Token;

// ISO 32000-2, annex A. `PS` and its like are not in it.
const Words& content_words() {
  static const Words words = {
      "b", "B", "b*", "B*", "BDC", "BMC", "BT", "BX", "c", "cm", "cs", "CS", "d", "d0", "d1", "Do", "DP", "EMC", "ET", "EX",
      "f", "F", "f*", "G", "g", "gs", "h", "i", "j", "J", "K", "k", "l", "m", "M", "MP", "n", "q", "Q", "re", "rg", "RG", "ri",
      "s", "S", "sc", "SC", "scn", "SCN", "sh", "T*", "Tc", "Td", "TD", "Tf", "Tj", "TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz",
      "v", "w", "W", "W*", "y", "'", "\""};
  return words;
}

// What CMaps consist of (Adobe Technical Notes 5014 and 5411).
const Words& cmap_words() {
  static const Words words = {
      "begin", "end", "def", "dict", "dup", "pop", "findresource", "defineresource", "currentdict", "begincmap", "endcmap", "usecmap",
      "CMapName", "CMapType", "begincodespacerange", "endcodespacerange", "beginbfchar", "endbfchar", "beginbfrange", "endbfrange",
      "begincidchar", "endcidchar", "begincidrange", "endcidrange", "beginnotdefchar", "endnotdefchar", "beginnotdefrange", "endnotdefrange"};
  return words;
}

// The calculator's operators (ISO 32000-2 §7.10.5).
const Words& calculator_words() {
  static const Words words = {
      "abs", "add", "atan", "ceiling", "cos", "cvi", "cvr", "div", "exp", "floor", "idiv", "ln", "log", "mod", "mul", "neg", "round",
      "sin", "sqrt", "sub", "truncate", "and", "bitshift", "eq", "false", "ge", "gt", "le", "lt", "ne", "not", "or", "true", "xor",
      "if", "ifelse", "copy", "dup", "exch", "index", "pop", "roll"};
  return words;
}

const Words& words_of(Language language) {
  switch (language) {
    case Language::content: return content_words();
    case Language::cmap: return cmap_words();
    case Language::calculator: return calculator_words();
  }
  return calculator_words();
}

class Rewriter : public QPDFObjectHandle::TokenFilter {
 public:
  Rewriter(Language language, Allowance allowance, Tally& tally)
      : language_(language), words_(words_of(language)), allowance_(allowance), tally_(tally) {}

  void handleToken(Token const& token) override {
    switch (token.getType()) {
      case QPDFTokenizer::tt_space:
      case QPDFTokenizer::tt_comment:
      case QPDFTokenizer::tt_eof: return;
      case QPDFTokenizer::tt_name: return operand(Handle::newName(well_formed_name(token.getValue())).unparse());
      case QPDFTokenizer::tt_string: return operand(string_of(token));
      case QPDFTokenizer::tt_integer:
      case QPDFTokenizer::tt_real:
      case QPDFTokenizer::tt_bool:
      case QPDFTokenizer::tt_null: return operand(token.getValue());
      case QPDFTokenizer::tt_array_open:
      case QPDFTokenizer::tt_dict_open: return open(token.getValue());
      case QPDFTokenizer::tt_array_close: return close("[", token.getValue());
      case QPDFTokenizer::tt_dict_close: return close("<<", token.getValue());
      case QPDFTokenizer::tt_brace_open:
      case QPDFTokenizer::tt_brace_close: return language_ == Language::calculator ? operand(token.getValue()) : drop();
      case QPDFTokenizer::tt_inline_image: return picture(token.getValue());
      case QPDFTokenizer::tt_word: return word(token.getValue());
      case QPDFTokenizer::tt_bad: return drop();
    }
    drop();
  }

  // A calculator ends with its brace and a CMap with words; in a content stream operands without an operator mean nothing.
  void handleEOF() override {
    if (language_ != Language::content) flush();
  }

 private:
  // Codes in a CMap are read in hexadecimal only, whatever the language allows.
  std::string string_of(Token const& token) const {
    Handle value = Handle::newString(token.getValue());
    return language_ == Language::cmap ? value.unparseBinary() : value.unparse();
  }

  void open(const std::string& bracket) {
    if (open_.size() >= kMostOpen) return drop();
    open_.push_back(bracket);
    operand(bracket);
  }

  void close(std::string_view opening, const std::string& bracket) {
    if (open_.empty() || open_.back() != opening) return drop();
    open_.pop_back();
    operand(bracket);
  }

  void operand(const std::string& text) {
    operands_.append(text).push_back(' ');
    if (language_ != Language::content && operands_.size() > kFlushBytes) flush();
  }

  void flush() {
    write(operands_);
    operands_.clear();
  }

  void word(const std::string& value) {
    if (language_ == Language::content && (value == "BI" || value == "ID" || value == "EI")) return picture_word(value);
    if (!words_.contains(value) || (language_ == Language::content && !open_.empty())) return drop();
    operands_.append(value).push_back('\n');
    flush();
  }

  void drop() {
    // In a CMap or calculator an unknown word stands among others; in a content stream it takes its operands along.
    if (language_ == Language::content) {
      operands_.clear();
      open_.clear();
    }
    tally_.add("unknown-operator");
  }

  // BI, keys and values, ID, data, EI: what came between BI and ID describes the data.
  void picture_word(const std::string& value) {
    if (value == "BI") {
      operands_.clear();
    } else if (value == "ID") {
      picture_dictionary_ = std::move(operands_);
      operands_.clear();
    } else {
      write(rewritten_picture_);
      rewritten_picture_.clear();
    }
  }

  void picture(const std::string& data) {
    rewritten_picture_ = inline_picture(picture_dictionary_, data, allowance_);
    if (rewritten_picture_.empty()) tally_.add("broken-picture");
    picture_dictionary_.clear();
  }

  static constexpr size_t kFlushBytes = 64 << 10;
  static constexpr size_t kMostOpen = 32;
  Language language_;
  const Words& words_;
  Allowance allowance_;
  Tally& tally_;
  std::vector<std::string> open_;   // brackets of the operands at hand
  std::string operands_, picture_dictionary_, rewritten_picture_;
};

}  // namespace

void write_program(const std::vector<Handle>& streams, Language language, Allowance allowance, Tally& tally, Pipeline& out) {
  Rewriter rewriter(language, allowance, tally);
  Pl_QPDFTokenizer tokens("tokens", &rewriter, &out);
  for (const Handle& stream : streams) {
    if (!decode(stream, allowance, tokens)) tally.add("damaged-stream");
    tokens.writeCStr("\n");   // a token never goes on in the next stream
  }
  tokens.finish();
}

}  // namespace mugai::sanitize::pdf
