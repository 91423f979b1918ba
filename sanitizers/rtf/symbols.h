// Control words and symbols that stand for characters (RTF 1.9.1, "Special Characters"). Pure.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

namespace mugai::sanitize::rtf {

struct Symbol {
  std::string_view name, text;
};

// As characters of a line.
inline constexpr Symbol kSymbols[] = {
    {"bullet", "\u2022"}, {"emdash", "\u2014"}, {"emspace", "\u2003"}, {"endash", "\u2013"}, {"enspace", "\u2002"},   {"ldblquote", "\u201c"},
    {"lquote", "\u2018"}, {"ltrmark", "\u200e"}, {"qmspace", "\u2005"}, {"rdblquote", "\u201d"}, {"rquote", "\u2019"}, {"rtlmark", "\u200f"},
    {"zwj", "\u200d"},    {"zwnj", "\u200c"},
};

// As lines and tabs of a plain text.
inline constexpr Symbol kBreaks[] = {
    {"par", "\n"}, {"line", "\n"}, {"sect", "\n"}, {"page", "\n"}, {"column", "\n"}, {"row", "\n"}, {"nestrow", "\n"}, {"tab", "\t"}, {"cell", "\t"}, {"nestcell", "\t"},
};

template <size_t N>
std::string_view text_in(const Symbol (&table)[N], std::string_view name) {
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const Symbol& one) { return one.name == name; });
  return found == std::end(table) ? std::string_view() : found->text;
}

// Empty: it is none.
inline std::string_view text_of_symbol(std::string_view name) {
  const std::string_view text = text_in(kBreaks, name);
  return text.empty() ? text_in(kSymbols, name) : text;
}

}  // namespace mugai::sanitize::rtf
