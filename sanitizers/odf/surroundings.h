// What the part of a document at hand can refer to. Implemented by the rebuild: a package has parts by name, a flat document
// has none; both can have pictures inside of their XML.
#pragma once

#include <string>

#include "sanitizers/workspace.h"

namespace mugai::sanitize::odf {

class Surroundings {
 public:
  virtual ~Surroundings() = default;

  // What a reference is to be written as; empty: it leads to nothing that comes along. `untrusted_href` as it stands.
  // `has_stand_in`: nobody misses the picture when it cannot be rebuilt, for a document is drawn in its place.
  virtual std::string picture(const std::string& untrusted_href, bool has_stand_in) = 0;
  virtual std::string object(const std::string& untrusted_href) = 0;

  // The part that this names does not come along, and is counted already.
  virtual void left_behind(const std::string& untrusted_href) = 0;

  // A picture inside of the XML, decoded; what is to be written in its place goes to `out`. False: temporary failure.
  [[nodiscard]] virtual bool inner_picture(Bytes untrusted, Sink& out) = 0;

  // Why the whole file is held, once something was found that holds it; or empty.
  virtual std::string trouble() const = 0;
};

}  // namespace mugai::sanitize::odf
