// One picture of an RTF (RTF 1.9.1, "Pictures"): its data in digits or binary, its kind and measures. It is rebuilt as if it
// had come by itself, and written as PNG or JPEG, the only kinds that every reader knows and that we make; one that cannot be
// rebuilt (metafiles above all) gives its place to a small grey one of the same measures.
#pragma once

#include <map>
#include <string>

#include "sanitizers/format.h"
#include "sanitizers/rtf/tokenizer.h"
#include "sanitizers/rtf/writer.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize::rtf {

class Picture {
 public:
  explicit Picture(Context& context) : context_(context), data_(context.workspace) {}

  void word(const Token& token);
  void digits(Bytes text);
  void binary(Bytes bytes);

  // Writes words and data into the group that stands open. False: temporary failure.
  [[nodiscard]] bool finish(const std::string& path, Tally& tally, Writer& writer);

 private:
  void flush();
  void measure(bool placeholder);

  Context& context_;
  Blob data_;
  std::string some_;                     // not in data_ yet
  bool broken_ = false;
  int half_ = -1;                        // the first digit of a byte
  std::map<std::string, int64_t, std::less<>> numbers_;
  std::string kind_;
};

}  // namespace mugai::sanitize::rtf
