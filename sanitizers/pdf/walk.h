// Every dictionary of a document, those of streams and those inside of others too, wherever it hangs. A list of work instead of
// recursion: how deep a document nests is not our stack's business.
#pragma once

#include <vector>

#include "sanitizers/pdf/qpdf.h"

namespace mugai::sanitize::pdf {

// `visit(dictionary, of_stream)`
template <typename Visit>
void for_each_dictionary(QPDF& source, Visit visit) {
  std::vector<Handle> rest = source.getAllObjects();
  const auto later = [&](Handle value) {
    if (!value.isIndirect() && (value.isDictionary() || value.isArray())) rest.push_back(value);
  };
  while (!rest.empty()) {
    Handle object = rest.back();
    rest.pop_back();
    Handle dictionary = object.isStream() ? object.getDict() : object;
    if (dictionary.isDictionary()) {
      visit(dictionary, object.isStream());
      for (auto [key, value] : dictionary.ditems()) later(value);
    } else if (object.isArray()) {
      for (Handle value : object.aitems()) later(value);
    }
  }
}

}  // namespace mugai::sanitize::pdf
