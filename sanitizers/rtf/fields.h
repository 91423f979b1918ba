// The fields that are open where an RTF is being read, one in the other. The instruction decides over its field when it ends,
// before anything behind it is written; the names that may stay are those of Word's documents (office/fields.h). One per
// document; borrows what it is given.
#pragma once

#include <string>
#include <vector>

#include "sanitizers/office/field_readings.h"
#include "sanitizers/rtf/writer.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize::rtf {

class Fields {
 public:
  Fields(Links& links, Tally& tally) : links_(links), tally_(tally) {}

  void begin();
  std::string end();   // the words on a button that goes and has shown nothing else
  void lock() { open_.back().locked = true; }
  bool locked() const { return open_.back().locked; }

  // False: this field has had an instruction.
  bool begin_instruction(const Writer::Mark& mark);
  struct Verdict {
    bool stays = false;
    Writer::Mark mark;
  };
  Verdict end_instruction();
  bool begin_result();   // of a field that stays

  bool in_code() const;      // of any field that is open

  // What stands in the text; counts when it stands in an instruction.
  void read(std::string_view text, bool deleted, bool inserted);

 private:
  struct Open {
    bool seen = false, in_code = false, stays = false, locked = false;
    Writer::Mark mark{};
    std::string shown;
    FieldReadings readings;
  };
  Links& links_;
  Tally& tally_;
  std::vector<Open> open_;
};

}  // namespace mugai::sanitize::rtf
