#include "sanitizers/rtf/start.h"

#include "sanitizers/rtf/tokenizer.h"

namespace mugai::sanitize::rtf {

namespace {
constexpr size_t kWindow = 4'096;
constexpr std::string_view kBlanks = " \t\r\n\f\v";
}  // namespace

std::optional<Start> find_start(Bytes untrusted) {
  const Bytes window = untrusted.substr(0, kWindow);
  for (size_t word = window.find("\\rt"); word != window.npos; word = window.find("\\rt", word + 1)) {
    const size_t brace = word == 0 ? window.npos : window.find_last_not_of(kBlanks, word - 1);
    if (brace == window.npos || window[brace] != '{') continue;
    Bytes before = window.substr(0, brace);
    if (before.starts_with("\xef\xbb\xbf")) before.remove_prefix(3);
    Tokenizer tokens(untrusted.substr(word));
    (void)tokens.next();
    return Start{word + tokens.place(), before.find_first_not_of(kBlanks) != before.npos};
  }
  return std::nullopt;
}

}  // namespace mugai::sanitize::rtf
