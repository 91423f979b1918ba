// The structure of a message as GMime sees it, in place: header fields and body parts are views into the original. Only
// the structure comes from GMime; values, encodings and charsets are decoded by our own code (header_text, transfer,
// charset), because GMime's decoders lose data. A parsed GMime object is never edited and never asked for its boundary.
// The views are valid as long as the message bytes are. Pure, one thread per call.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/limits.h"
#include "sanitizers/mime/header_text.h"

namespace mugai::sanitize {

struct Field {
  std::string name;   // lower-case
  Bytes raw_value;    // after the colon, folds and final line end included
};

struct Part {
  enum class Kind { leaf, multipart, message, too_deep };
  Kind kind = Kind::leaf;
  std::vector<Field> fields;
  ParameterizedValue content_type;         // "text/plain" when the header is absent or unreadable
  std::vector<std::string> other_types;    // further Content-Type values that some reader may obey
  ParameterizedValue disposition;          // value empty when absent
  Bytes content;                           // everything after the blank line, still encoded
  std::vector<Part> children;              // multipart: its parts. message: exactly one, the message inside

  const Field* find(std::string_view lower_name) const;
  std::string_view media_type() const { return content_type.value; }
};

struct Structure {
  Part root;                        // the message itself: its fields and its one body
  std::vector<std::string> notes;   // stable ids of ambiguities that this message has, each once
  std::deque<std::string> recovered;  // text that no part holds; some parts' content points here
  bool too_many_parts = false;
  bool too_long_header = false;
};

// Call once per process before any other use of this header.
void init_mime();

Structure parse_structure(Bytes untrusted_message, const Limits& limits);

}  // namespace mugai::sanitize
