// The data of a stream: which of its filters we undo, and undoing them. What a picture codec left (JPEG and its like)
// stays encoded; pictures.cpp deals with that. Data in another file (F) is never looked for.
#pragma once

#include <cstdint>
#include <string>

#include "sanitizers/pdf/qpdf.h"

namespace mugai::sanitize::pdf {

enum class Codec { none, jpeg, jpeg2000, jbig2, fax, unknown };

struct Encoding {
  Codec codec = Codec::none;   // of the last filter
  Handle parameters;           // its DecodeParms; null when it has none
};

Encoding encoding_of(Handle stream);

// What may still be unpacked, shared by all streams of a message.
class Allowance {
 public:
  explicit Allowance(uint64_t& left) : left_(left) {}
  void take(uint64_t bytes) {
    if (bytes > left_) throw OverLimit{"expands-too-much"};
    left_ -= bytes;
  }

 private:
  uint64_t& left_;
};

// Undoes every filter but a picture codec, into `out`, which is not finished. False: damaged or ends early; what could
// be read was written, as readers show it.
bool decode(Handle stream, Allowance allowance, Pipeline& out);

// The same in memory, for what is small by nature.
std::string decoded(Handle stream, Allowance allowance, bool& whole);

}  // namespace mugai::sanitize::pdf
