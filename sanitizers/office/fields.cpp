#include "sanitizers/office/fields.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace mugai::sanitize {

namespace {

// ECMA-376 Part 1 §17.16.5, sorted. Not here: DDE, DDEAUTO, LINK, EMBED, IMPORT, INCLUDE, INCLUDETEXT, INCLUDEPICTURE,
// DATABASE, RD, TEMPLATE, MACROBUTTON, GOTOBUTTON, PRINT, ADDIN, PRIVATE, HTMLACTIVEX, CONTROL, ASK, FILLIN, AUTOTEXT,
// DOCVARIABLE, USERNAME and its like.
constexpr std::string_view kNames[] = {
    "=", "ADVANCE", "AUTHOR", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "BIBLIOGRAPHY", "BIDIOUTLINE", "CITATION",
    "COMMENTS", "COMPARE", "CREATEDATE", "DATE", "DISPLAYBARCODE", "DOCPROPERTY", "EDITTIME", "EQ", "FILENAME",
    "FILESIZE", "FORMCHECKBOX", "FORMDROPDOWN", "FORMTEXT", "HYPERLINK", "IF", "INDEX", "INFO", "KEYWORDS",
    "LASTSAVEDBY", "LISTNUM", "MERGEFIELD", "MERGEREC", "MERGESEQ", "NEXT", "NEXTIF", "NOTEREF", "NUMCHARS",
    "NUMPAGES", "NUMWORDS", "PAGE", "PAGEREF", "PRINTDATE", "QUOTE", "REF", "REVNUM", "SAVEDATE", "SECTION",
    "SECTIONPAGES", "SEQ", "SET", "SHAPE", "SKIPIF", "STYLEREF", "SUBJECT", "SYMBOL", "TA", "TC", "TIME", "TITLE",
    "TOA", "TOC", "XE",
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// False in `well_quoted`: a quote that does not end, or that stands in a word. Readers differ in what they make of that.
std::vector<std::string> words_of(std::string_view text, bool& well_quoted) {
  std::vector<std::string> words;
  well_quoted = true;
  for (size_t at = 0; at < text.size();) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    std::string word;
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        word += text[at];
      }
      well_quoted = well_quoted && at < text.size();
      ++at;
      well_quoted = well_quoted && (at >= text.size() || is_blank(text[at]));
      words.push_back('"' + word);
    } else {
      while (at < text.size() && !is_blank(text[at])) word += text[at++];
      well_quoted = well_quoted && word.find('"') == word.npos;
      words.push_back(word);
    }
  }
  return words;
}

// What may stand behind a switch without quotes: nothing that could be a target.
bool is_plain_word(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; });
}

// HYPERLINK ["target"] [\l "place in it"] [\o "tip"] [\t "frame"] [\m] [\n]. Without a target it stays in the document.
FieldVerdict judge_hyperlink(const std::vector<std::string>& words, const Links& links) {
  FieldVerdict verdict{true, {}, {}};
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with('\\') && word.size() == 2) {
      const char which = ascii_lower(word[1]);
      if (which == 'l' || which == 'o' || which == 't') {
        if (++i < words.size() && !words[i].starts_with('"') && !is_plain_word(words[i])) return {};
      } else if (which != 'm' && which != 'n' && which != 'h') verdict.stays = false;
      continue;
    }
    const std::string target = word.starts_with('"') ? word.substr(1) : word;
    if (target.empty() || links.stays(target)) continue;
    return {false, target, {}};
  }
  return verdict;
}

// MACROBUTTON macro words to show
std::string words_on_button(std::string_view instruction) {
  for (int skipped = 0; skipped < 2; ++skipped) {
    while (!instruction.empty() && is_blank(instruction.front())) instruction.remove_prefix(1);
    while (!instruction.empty() && !is_blank(instruction.front())) instruction.remove_prefix(1);
  }
  while (!instruction.empty() && is_blank(instruction.front())) instruction.remove_prefix(1);
  while (!instruction.empty() && is_blank(instruction.back())) instruction.remove_suffix(1);
  return instruction.find(kNested) == instruction.npos ? std::string(instruction) : std::string();
}

}  // namespace

FieldVerdict judge_field(std::string_view instruction, bool cut_short, const Links& links) {
  bool well_quoted = false;
  const std::vector<std::string> words = words_of(instruction, well_quoted);
  if (words.empty()) return {};
  std::string name = words.front();
  for (char& c : name)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  if (name == "MACROBUTTON" || name == "GOTOBUTTON") return {false, {}, words_on_button(instruction)};
  if (name.starts_with('=')) return {true, {}, {}};
  if (!std::binary_search(std::begin(kNames), std::end(kNames), std::string_view(name))) return {};
  if (name != "HYPERLINK") return {true, {}, {}};
  // To some readers only a blank divides words: they would find a target where others see a switch's.
  const bool is_one_line = instruction.find_first_of("\t\n\r\v\f") == instruction.npos;
  if (cut_short || !well_quoted || !is_one_line || instruction.find(kNested) != instruction.npos) return {};
  return judge_hyperlink(words, links);
}

}  // namespace mugai::sanitize
