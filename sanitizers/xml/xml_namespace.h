// A vocabulary of XML, as rules and writer know it: a row of a table that one kind of documents has. Rows live as long as the
// process and compare by address.
#pragma once

#include <string_view>

namespace mugai::sanitize {

struct Namespace {
  std::string_view uri;
  std::string_view prefix;   // as rules name it; "x" is written as the default namespace
};

using NamespaceLookup = const Namespace* (*)(std::string_view uri);   // null: not known

}  // namespace mugai::sanitize
