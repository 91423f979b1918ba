#include "gateway/search/match.h"

#include <algorithm>

namespace mugai::gateway {

bool Match::require(const std::string& words, const std::vector<words::Field>& fields) {
  const std::vector<words::Word> parsed = words::parse(words);
  for (const words::Word& word : parsed) {
    Any any;
    for (const words::Field field : fields) {
      Every every;
      for (const words::Term& term : word.terms) every.push_back({static_cast<char>(field) + term.text, term.prefix});
      any.push_back(std::move(every));
    }
    all_.push_back(std::move(any));
  }
  return !parsed.empty();
}

bool Match::require_address(const std::string& text, words::Exact whole, words::Exact domain, words::Field field) {
  const size_t at = text.find('@');
  if (text == "<>") require(whole, "");
  else if (at == std::string::npos || text.find_first_of(" *") != std::string::npos) return require(text, {field});
  else if (at == 0) require(domain, text.substr(1));
  else require(whole, text);
  return true;
}

void Match::require(words::Exact kind, std::string_view text) { all_.push_back({{{words::exact(kind, text), false}}}); }

void Match::limit_to(const std::vector<std::string>& domains) {
  if (domains.empty()) return;
  Any any;
  for (const std::string& one : domains) {
    const bool whole = one.find('@') != std::string::npos;
    any.push_back({{words::exact(whole ? words::Exact::recipient : words::Exact::recipient_domain, one), false}});
  }
  all_.push_back(std::move(any));
}

template <class Write>
std::string Match::written(const char* both, const char* either, Write token) const {
  std::string out;
  for (const Any& any : all_) {
    out += out.empty() ? "(" : std::string(both) + "(";
    for (const Every& every : any) {
      out += &every == &any.front() ? "(" : std::string(either) + "(";
      for (const Token& one : every) {
        if (&one != &every.front()) out += both;
        out += token(one);
      }
      out += ")";
    }
    out += ")";
  }
  return out;
}

std::string Match::text(bool postgresql) const {
  if (postgresql)
    return written(" & ", " | ", [](const Token& one) { return "'" + one.text + "'" + (one.prefix ? ":*" : ""); });
  return written(" AND ", " OR ", [](const Token& one) { return "\"" + one.text + "\"" + (one.prefix ? "*" : ""); });
}

std::string Match::condition(const std::string& column) const {
  return written(" AND ", " OR ", [&](const Token& one) {
    return "instr(' ' || " + column + " || ' ', ' " + one.text + (one.prefix ? "" : " ") + "')";
  });
}

bool Match::has_prefix() const {
  for (const Any& any : all_)
    for (const Every& every : any)
      if (std::any_of(every.begin(), every.end(), [](const Token& one) { return one.prefix; })) return true;
  return false;
}

bool holds(const std::string& words, const std::vector<std::string>& texts) {
  std::vector<std::string> folded;
  for (const words::Word& word : words::parse(words)) {
    if (word.runs.empty()) continue;
    if (folded.empty())
      for (const std::string& text : texts) folded.push_back(words::fold(text));
    const bool found = std::any_of(folded.begin(), folded.end(), [&](const std::string& text) {
      return std::all_of(word.runs.begin(), word.runs.end(), [&](const std::string& run) { return text.find(run) != std::string::npos; });
    });
    if (!found) return false;
  }
  return true;
}

}  // namespace mugai::gateway
