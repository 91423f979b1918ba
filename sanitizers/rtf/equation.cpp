#include "sanitizers/rtf/equation.h"

#include <algorithm>

#include "config/base/bytes.h"

namespace mugai::sanitize::rtf {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without \o, \up 9 and the like.
std::string without_switches(std::string_view code) {
  std::string out;
  for (size_t at = 0; at < code.size();) {
    if (code[at] != '\\') {
      out += code[at++];
      continue;
    }
    if (++at < code.size() && !is_letter(code[at])) {
      out += code[at++];   // \( and \, are themselves
      continue;
    }
    while (at < code.size() && is_letter(code[at])) ++at;
    size_t number = at;
    while (number < code.size() && code[number] == ' ') ++number;
    if (number == code.size() || !is_digit(code[number])) continue;
    for (at = number; at < code.size() && is_digit(code[at]);) ++at;
  }
  return out;
}

}  // namespace

std::string words_of_equation(std::string_view instruction) {
  instruction.remove_prefix(std::min(instruction.find_first_not_of(' '), instruction.size()));
  if (instruction.size() < 3 || !equals_ignoring_case(instruction.substr(0, 2), "eq") || is_letter(instruction[2])) return {};
  const size_t first = instruction.find('('), last = instruction.rfind(')');
  if (first == instruction.npos || last == instruction.npos || last < first) return {};
  std::string words = without_switches(instruction.substr(first + 1, last - first - 1));
  const size_t comma = words.find("),");
  if (!words.starts_with('(') || comma == words.npos) return words;
  return words.substr(comma + 2) + words.substr(0, comma + 1);
}

}  // namespace mugai::sanitize::rtf
