// What the part of a document at hand can refer to. Implemented by the rebuild: a package has parts by name, a flat document
// has none; both can have pictures inside of their XML.
#pragma once

#include <string>

#include "sanitizers/workspace.h"

namespace mugai::sanitize::odf {

class Surroundings {
 public:
  virtual ~Surroundings() = default;

  struct PictureFound {
    std::string href;    // to be written; empty: it does not come along
    bool lost = false;   // because it cannot be rebuilt
  };
  // `untrusted_href` as it stands in the part.
  virtual PictureFound picture(const std::string& untrusted_href) = 0;
  // For a picture that is lost; counted. Empty: it is to be written into the XML (grey_square() of office/pictures.h).
  virtual std::string stand_in() = 0;
  // A picture inside of the XML, decoded, rebuilt into `out`. False: temporary failure.
  [[nodiscard]] virtual bool inner_picture(Bytes untrusted, Blob& out, bool& lost) = 0;

  // A document inside of this one; empty: it does not come along.
  virtual std::string object(const std::string& untrusted_href) = 0;

  // The part that this names does not come along, and nobody needs to be told.
  virtual void left_behind(const std::string& untrusted_href) = 0;

  // Why the whole file is held, once something was found that holds it; or empty.
  virtual std::string trouble() const = 0;
};

}  // namespace mugai::sanitize::odf
