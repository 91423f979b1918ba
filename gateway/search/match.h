// A condition on an index's tokens, and how each database wants it written: an FTS5 query, or a tsquery. Holds only what
// words.h made, so nothing in it needs escaping. Pure.
#pragma once

#include <string>
#include <vector>

#include "gateway/accounts/person.h"
#include "gateway/search/words.h"

namespace mugai::gateway {

class Match {
 public:
  // Each of the words in one of the fields, all of a word's terms in the same one. False: nothing to look for in them.
  bool require(const std::string& words, const std::vector<words::Field>& fields);
  // A whole address, "@domain", "<>", or words of one.
  bool require_address(const std::string& text, words::Exact whole, words::Exact domain, words::Field field);
  void require(words::Exact kind, std::string_view text);
  // Only what is for one of these (Person::domains); none: everybody's.
  void limit_to(const std::vector<std::string>& domains);

  bool empty() const { return all_.empty(); }
  std::string text(bool postgresql) const;
  // The same as a condition on the tokens as text, for SQLite, and whether it asks for the beginning of a word.
  std::string condition(const std::string& column) const;
  bool has_prefix() const;

 private:
  struct Token {
    std::string text;
    bool prefix = false;
  };
  using Every = std::vector<Token>;
  using Any = std::vector<Every>;
  // Written by `token`, between the words for and, or.
  template <class Write>
  std::string written(const char* both, const char* either, Write token) const;

  std::vector<Any> all_;
};

// Whether the runs of Japanese stand in one of these texts as they are; the index knows only pairs of characters.
bool holds(const std::string& words, const std::vector<std::string>& texts);

}  // namespace mugai::gateway
