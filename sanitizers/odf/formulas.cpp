#include "sanitizers/odf/formulas.h"

#include <algorithm>
#include <iterator>

#include "sanitizers/office/functions.h"

namespace mugai::sanitize::odf {

namespace {

constexpr size_t kMaxFormula = 64 << 10;

bool is_letter(char c) {
  const char l = ascii_lower(c);
  return (l >= 'a' && l <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.'; }

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return result;
}

// What conditions of validations and formats are written with; sorted.
constexpr std::string_view kConditions[] = {
    "above-average", "above-equal-average", "begins-with", "below-average", "below-equal-average", "between", "bottom-elements", "bottom-percent", "cell-content",
    "cell-content-is-between", "cell-content-is-date", "cell-content-is-decimal-number", "cell-content-is-in-list", "cell-content-is-not-between", "cell-content-is-text",
    "cell-content-is-time", "cell-content-is-whole-number", "cell-content-text-length", "cell-content-text-length-is-between", "cell-content-text-length-is-not-between",
    "contains-text", "duplicate", "ends-with", "formula-is", "is-error", "is-no-error", "is-true-formula", "not-between", "not-contains-text", "top-elements", "top-percent",
    "unique", "value",
};

// Functions that only OpenDocument has, or has under another name; sorted.
constexpr std::string_view kFunctions[] = {
    "ADDRESS_XL", "ARABIC", "B", "BINOM.DIST", "CEILING_ADD", "CHISQDIST", "CHISQINV", "COLOR", "CONVERT_ADD", "CONVERT_OOO", "COUNTIFS", "CUMIPMT_ADD", "CUMPRINC_ADD",
    "CURRENT", "DAYSINMONTH", "DAYSINYEAR", "DURATION_ADD", "EASTERSUNDAY", "EFFECT_ADD", "ERRORTYPE", "FINDB", "FLOOR_ADD", "FORECAST.ETS.ADD", "FORECAST.ETS.MULT",
    "FORECAST.ETS.PI.ADD", "FORECAST.ETS.PI.MULT", "FORECAST.ETS.STAT.ADD", "FORECAST.ETS.STAT.MULT", "FORMULA", "FOURIER", "GCD_ADD", "GETPIVOTDATA", "GOALSEEK",
    "IMCOT", "ISEVEN_ADD", "ISLEAPYEAR", "ISODD_ADD", "LCM_ADD", "LEFTB", "LENB", "MIDB", "MONTHS", "MULTIPLE.OPERATIONS", "MVALUE", "NETWORKDAYS_EXCEL2003",
    "NOMINAL_ADD", "NUMBERVALUE", "OPT_BARRIER", "OPT_PROB_HIT", "OPT_PROB_INMONEY", "OPT_TOUCH", "RAND.NV", "RANDBETWEEN.NV", "RAWSUBTRACT", "REGEX", "REPLACEB", "RIGHTB", "ROT13",
    "ROUNDSIG", "SEARCHB", "SHEET", "SHEETS", "STYLE", "SUMIFS", "WEEKNUM_ADD", "WEEKNUM_EXCEL2003", "WEEKNUM_OOO", "WEEKS", "WEEKSINYEAR", "YEARFRAC_ADD", "YEARS",
};

// Functions of Writer's own; sorted.
constexpr std::string_view kWriterFunctions[] = {"EQ", "G", "GEQ", "L", "LEQ", "MEAN", "NEQ", "PHD", "POW", "SIGN"};

// As files mark functions that the standard does not name.
std::string_view without_origin(std::string_view name) {
  for (const std::string_view origin : {"COM.MICROSOFT.", "ORG.LIBREOFFICE.", "ORG.OPENOFFICE.", "LEGACY."})
    if (name.starts_with(origin)) return name.substr(origin.size());
  for (const std::string_view origin : {"COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GET", "COM.SUN.STAR.SHEET.ADDIN.DATEFUNCTIONS.GET", "COM.SUN.STAR.SHEET.ADDIN.PRICINGFUNCTIONS.GET"})
    if (name.starts_with(origin)) return name.substr(origin.size());
  return name;
}

bool is_known(std::string_view name) {
  return is_known_function(name) || std::binary_search(std::begin(kFunctions), std::end(kFunctions), name);
}

bool leads_out(std::string_view name) {
  return name.find("//") != name.npos || name.find('\\') != name.npos || name.find(":/") != name.npos || upper(name.substr(0, 5)) == "FILE:";
}

class Judge {
 public:
  Judge(std::string_view text, const Links& links, FormulaLanguage language) : text_(text), links_(links), writer_(language == FormulaLanguage::writer) {}

  FormulaVerdict run() {
    if (text_.size() > kMaxFormula) refuse("external-formula");
    while (at_ < text_.size() && verdict_.stays) step();
    // A reference that is put together while calculating may be one to elsewhere.
    if (verdict_.stays && calculates_reference_ && has_outer_text_) refuse("external-formula");
    return std::move(verdict_);
  }

 private:
  void refuse(std::string_view what) { verdict_ = {false, what, {}}; }

  void step() {
    const char c = text_[at_];
    if (c == '"') {
      const std::string inside = quoted('"');
      has_outer_text_ = has_outer_text_ || leads_out(inside) || inside.find('#') != inside.npos || upper(inside).find("FILE:") != std::string::npos;
    } else if (c == '\'') {
      const std::string name = quoted('\'');
      if (leads_out(name) || is_at('#')) refuse("external-formula");
    } else if (is_letter(c)) {
      word();
    } else if (c == '#') {
      error_value();
    } else {
      if (c == '{') ++braces_;
      if (c == '}' && braces_ > 0) --braces_;
      if (c == '|' && braces_ == 0 && !writer_) return refuse("dde");
      if (c == '\\' || (c == '/' && text_.substr(at_).starts_with("//"))) return refuse("external-formula");
      ++at_;
    }
  }

  bool is_at(char c) const { return at_ < text_.size() && text_[at_] == c; }

  // At the opening quote; `at_` comes to stand behind the closing one. A doubled quote is one.
  std::string quoted(char quote) {
    std::string inside;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != quote) break;
        ++at_;
      }
      inside += text_[at_];
    }
    if (at_ < text_.size()) ++at_;
    return inside;
  }

  // "#REF!" and its like; elsewhere the sign stands between a document and its sheet.
  void error_value() {
    for (const std::string_view known : {"#REF!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#DIV/0!"})
      if (text_.substr(at_).starts_with(known)) {
        at_ += known.size();
        return;
      }
    refuse("external-formula");
  }

  void word() {
    if (condition()) return;
    const size_t start = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string name = upper(text_.substr(start, at_ - start));
    size_t next = at_;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\n' || text_[next] == '\r' || text_[next] == '\t')) ++next;
    if (next >= text_.size() || text_[next] != '(') return;
    const std::string_view known = without_origin(name);
    if (known == "DDE") return refuse("dde");
    const bool of_writer = writer_ && std::binary_search(std::begin(kWriterFunctions), std::end(kWriterFunctions), known);
    if (!of_writer && !is_known(known)) return refuse("external-formula");
    if (known == "HYPERLINK") return hyperlink(next + 1);
    calculates_reference_ = calculates_reference_ || known == "INDIRECT";
  }

  bool condition() {
    size_t end = at_;
    while (end < text_.size() && (text_[end] == '-' || (text_[end] >= 'a' && text_[end] <= 'z'))) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    const bool ends = end >= text_.size() || text_[end] == '(' || text_[end] == ' ';
    if (!ends || !std::binary_search(std::begin(kConditions), std::end(kConditions), name)) return false;
    at_ = end;
    return true;
  }

  void hyperlink(size_t at) {
    at_ = at;
    while (is_at(' ')) ++at_;
    std::string target;
    bool whole = false;
    if (is_at('"')) {
      target = quoted('"');
      while (is_at(' ')) ++at_;
      whole = at_ >= text_.size() || is_at(',') || is_at(';') || is_at(')');
    }
    if (whole && target.starts_with('#') && !leads_out(target)) return;   // in this document
    if (whole && links_.stays(target)) return;
    verdict_ = {false, "", whole ? target : "?"};
  }

  std::string_view text_;
  const Links& links_;
  const bool writer_;
  size_t at_ = 0, braces_ = 0;
  bool calculates_reference_ = false, has_outer_text_ = false;
  FormulaVerdict verdict_;
};

}  // namespace

FormulaVerdict judge_formula(std::string_view formula, const Links& links, FormulaLanguage language) { return Judge(formula, links, language).run(); }

}  // namespace mugai::sanitize::odf
