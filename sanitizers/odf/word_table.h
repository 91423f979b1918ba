// A set of names, vocabulary by vocabulary, as the allow-lists of elements and attributes are written down. Pure; built once.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string_view>

namespace mugai::sanitize::odf {

class WordTable {
 public:
  struct Row {
    std::string_view prefix, words;   // words: with one blank between them
  };
  explicit WordTable(std::span<const Row> rows) {
    for (const Row& row : rows)
      for (size_t at = 0; at < row.words.size();) {
        const size_t end = std::min(row.words.find(' ', at), row.words.size());
        words_[row.prefix].insert(row.words.substr(at, end - at));
        at = end + 1;
      }
  }
  bool has(std::string_view prefix, std::string_view word) const {
    const auto found = words_.find(prefix);
    return found != words_.end() && found->second.contains(word);
  }

 private:
  std::map<std::string_view, std::set<std::string_view>> words_;
};

}  // namespace mugai::sanitize::odf
