// Writes one part anew, as a stream: what rules.h says element by element, and what takes more than one element to know:
// fields of Word that are split into runs, formulas, embedded objects whose picture stays, alternatives. Memory does not
// grow with the part. Never writes a reference to a part that does not come along. Borrows everything; used once.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sanitizers/office/fields.h"
#include "sanitizers/ooxml/formulas.h"
#include "sanitizers/ooxml/rules.h"
#include "sanitizers/ooxml/schema.h"
#include "sanitizers/xml/xml_writer.h"

namespace mugai::sanitize::ooxml {

// The relationships of the part at hand.
class References {
 public:
  virtual ~References() = default;
  // What an id leads to and comes along; Kind::none when nothing does. Pure.
  virtual Kind kind_of(std::string_view id) const = 0;
  // The part is written with this id in it.
  virtual void use(std::string_view id) = 0;
  // A link stands where this id is, whether it stays or not.
  virtual void link(std::string_view id) = 0;
};

// What a first reading found out, by the number of the element in the part.
struct Findings {
  enum class Field : uint8_t { stays, goes, unclosed };
  std::map<uint64_t, Field> fields;
  std::map<uint64_t, std::string> buttons;   // fields that go, and what is shown instead
  std::set<uint64_t> objects;   // frames with an embedded object in them
};

struct PartWork {
  Kind kind;
  References& references;
  Links& links;
  Tally& tally;
};

// Empty, or the reason that the file is held for.
std::string rewrite_part(Bytes untrusted, const PartWork& work, Sink& out);

}  // namespace mugai::sanitize::ooxml
