// What lies on top of a page (ISO 32000-2 §12.5). Links that lead somewhere in the document stay links; those to the web
// go by the profile's policy. Of everything else only what a reader shows stays, drawn into the page: notes, stamps, marks, fields
// of forms with what was filled in.
#pragma once

#include <string>
#include <vector>

#include "sanitizers/pdf/copier.h"
#include "sanitizers/pdf/destinations.h"

namespace mugai::sanitize::pdf {

// What is to be drawn over a page, once its resources are complete.
struct Drawing {
  Handle annotation;   // the foreign one, for where it stands
  Handle form;         // its looks, of ours
};

class Annotations {
 public:
  Annotations(Copier& copier, QPDF& source, const Destinations& destinations);

  // Of one page: links go into `page.ours`, the rest is returned.
  std::vector<Drawing> take(Page& page);

  // Targets of links to the web that are links no more, each once, in order.
  const std::vector<std::string>& targets() const { return targets_; }

 private:
  std::optional<Handle> link(Handle from);
  std::optional<Drawing> drawing(Handle from);
  bool is_hidden(Handle from) const;
  bool is_turned_off(Handle content) const;

  Copier& copier_;
  const Destinations& destinations_;
  Handle form_;              // the document's AcroForm, or null
  std::vector<QPDFObjGen> off_;   // groups of optional content that are not shown
  std::vector<std::string> targets_;
};

// The operators that draw them, naming each as its place in `names`.
std::string drawing_operators(const std::vector<Drawing>& drawings, const std::vector<std::string>& names, int page_rotation);

}  // namespace mugai::sanitize::pdf
