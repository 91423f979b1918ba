#include "sanitizers/ooxml/fields.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace mugai::sanitize::ooxml {

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

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
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
      ++at;
      words.push_back('"' + word);
    } else {
      while (at < text.size() && !is_blank(text[at])) word += text[at++];
      words.push_back(word);
    }
  }
  return words;
}

// HYPERLINK ["target"] [\l "place in it"] [\o "tip"] [\t "frame"] [\m] [\n]. Without a target it stays in the document.
FieldVerdict judge_hyperlink(const std::vector<std::string>& words, const Links& links) {
  FieldVerdict verdict{true, {}, {}};
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with('\\') && word.size() == 2) {
      const char which = ascii_lower(word[1]);
      if (which == 'l' || which == 'o' || which == 't') ++i;
      else if (which != 'm' && which != 'n' && which != 'h') verdict.stays = false;
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
  const std::vector<std::string> words = words_of(instruction);
  if (words.empty()) return {};
  std::string name = words.front();
  for (char& c : name)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  if (name == "MACROBUTTON" || name == "GOTOBUTTON") return {false, {}, words_on_button(instruction)};
  if (name.starts_with('=')) return {true, {}, {}};
  if (!std::binary_search(std::begin(kNames), std::end(kNames), std::string_view(name))) return {};
  if (name != "HYPERLINK") return {true, {}, {}};
  if (cut_short || instruction.find(kNested) != instruction.npos) return {};
  return judge_hyperlink(words, links);
}

}  // namespace mugai::sanitize::ooxml
