// Places inside of the document that links and bookmarks lead to (ISO 32000-2 §12.3.2). Named ones are resolved, so that
// no tree of names has to cross. Other documents are no destination.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sanitizers/pdf/pages.h"

namespace mugai::sanitize::pdf {

class Destinations {
 public:
  // `pages` must outlive it and have their pages of ours.
  Destinations(QPDF& source, const std::vector<Page>& pages);

  // Of a link or bookmark: its Dest, or the D of its GoTo action.
  std::optional<Handle> of(Handle link_or_bookmark) const;

  // Our page for a foreign one; nothing when it is none.
  std::optional<Handle> page(Handle from) const;

 private:
  std::optional<Handle> explicit_one(Handle array) const;
  std::optional<Handle> resolve(Handle destination) const;
  void read_names(Handle tree);

  const std::vector<Page>& pages_;
  std::map<QPDFObjGen, size_t> numbers_;
  std::map<std::string, Handle> names_;
};

}  // namespace mugai::sanitize::pdf
