#include "sanitizers/odf/attributes_pass.h"

#include <algorithm>

#include "sanitizers/odf/formulas.h"
#include "sanitizers/odf/kinds.h"
#include "sanitizers/odf/rules.h"

namespace mugai::sanitize::odf {

namespace {

bool is_name_character(char c) {
  const char l = ascii_lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

std::string_view leading_name(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && is_name_character(text[end])) ++end;
  return text.substr(0, end);
}

bool is_plain_word(std::string_view text) { return !text.empty() && leading_name(text) == text; }

bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

// "chart:bar": what the prefix stands for in that document decides, ours is written.
bool pass_prefixed(const XmlName& attribute, std::string& value, const XmlParser& parser, std::vector<const Namespace*>& spaces) {
  const std::string_view prefix = leading_name(value);
  if (prefix.size() == value.size()) return is_plain_word(value) && attribute.in("script");
  if (value[prefix.size()] != ':') return false;
  const std::string word = value.substr(prefix.size() + 1);
  const Namespace* space = namespace_by_uri(parser.uri_of(prefix));
  if (!space || !is_plain_word(word)) return false;
  const bool fits = attribute.in("chart") ? space->prefix == "chart"
                    : attribute.in("form") ? space->prefix == "ooo" && word.starts_with("com.sun.star.form.component.")
                                           : space->prefix == "dom";
  if (!fits) return false;
  value = std::string(space->prefix) + ":" + word;
  spaces.push_back(space);
  return true;
}

}  // namespace

std::string* PassedAttributes::find(std::string_view prefix, std::string_view local) {
  const auto found = std::find_if(kept.begin(), kept.end(), [&](const XmlAttribute& one) { return one.name.is(prefix, local); });
  return found == kept.end() ? nullptr : &found->value;
}

void PassedAttributes::erase(std::string_view prefix, std::string_view local) {
  std::erase_if(kept, [&](const XmlAttribute& one) { return one.name.is(prefix, local); });
}

void PassedAttributes::lead_to(std::string target) {
  if (href) kept.insert(kept.begin(), {href->name, std::move(target)});
}

PassedAttributes AttributesPass::pass(const XmlName& element, std::vector<XmlAttribute>& untrusted, const XmlParser& parser) {
  PassedAttributes result;
  for (XmlAttribute& one : untrusted) {
    if (!is_attribute(element, one.name)) continue;
    // An older name of a vocabulary may say the same once more.
    const auto same = [&](const XmlAttribute& other) { return other.name.space == one.name.space && other.name.local == one.name.local; };
    if (std::any_of(result.kept.begin(), result.kept.end(), same)) continue;
    if (one.name.is("xlink", "href")) result.href = std::move(one);
    else if (pass_value(element, one, parser, result.spaces)) result.kept.push_back(std::move(one));
  }
  return result;
}

bool AttributesPass::pass_value(const XmlName& element, XmlAttribute& attribute, const XmlParser& parser, std::vector<const Namespace*>& spaces) {
  switch (attribute_holds(attribute.name)) {
    case Holds::formula: return attribute.value.empty() || pass_formula(attribute.value, parser, spaces);
    case Holds::name_with_prefix: return pass_prefixed(attribute.name, attribute.value, parser, spaces);
    case Holds::words: break;
  }
  if (attribute.name.is("office", "version")) return is_version(attribute.value);
  if (attribute.name.is("office", "mimetype")) {
    const Kind* kind = kind_of(attribute.value);
    if (kind) attribute.value = kind->written;
    return kind != nullptr;
  }
  if (attribute.name.is("form", "button-type") && attribute.value != "push" && attribute.value != "reset") {
    tally_.add("form-action");
    attribute.value = "push";
  }
  if (attribute.name.is("text", "url") && !attribute.value.empty() && !links_.stays(attribute.value)) {
    links_.drop(attribute.value);
    return false;
  }
  return true;
}

bool AttributesPass::refuse_formula(std::string_view what) {
  tally_.add(what);
  return false;
}

bool AttributesPass::pass_formula(std::string& value, const XmlParser& parser, std::vector<const Namespace*>& spaces) {
  const std::string_view prefix = leading_name(value);
  std::string_view formula = value;
  FormulaLanguage language = FormulaLanguage::cells;
  if (!prefix.empty() && prefix.size() < value.size() && value[prefix.size()] == ':') {
    const Namespace* space = namespace_by_uri(parser.uri_of(prefix));
    const std::string rest = value.substr(prefix.size() + 1);
    const bool is_language = space && (space->prefix == "of" || space->prefix == "oooc" || space->prefix == "ooow");
    // Any other language is one of a program that would be asked to read it.
    if (!is_language && (rest.starts_with('=') || !parser.uri_of(prefix).empty())) return refuse_formula("external-formula");
    if (is_language) {
      spaces.push_back(space);
      value = std::string(space->prefix) + ":" + rest;
      if (space->prefix == "ooow") language = FormulaLanguage::writer;
      formula = std::string_view(value).substr(space->prefix.size() + 1);
    }
  }
  const FormulaVerdict verdict = judge_formula(formula, links_, language);
  if (verdict.stays) return true;
  if (!verdict.what.empty()) return refuse_formula(verdict.what);
  links_.drop(verdict.link);
  return false;
}

}  // namespace mugai::sanitize::odf
