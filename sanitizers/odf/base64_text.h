// Bytes written into a part of a document as base64, in lines: what office:binary-data holds. Borrows the writer.
#pragma once

#include <string>

#include "sanitizers/mime/transfer.h"
#include "sanitizers/xml/xml_writer.h"

namespace mugai::sanitize::odf {

class Base64Text : public Sink {
 public:
  explicit Base64Text(XmlWriter& writer) : writer_(writer) {}
  bool write(Bytes bytes) override { return encoder_.encode(bytes, lines_) && flush(); }
  [[nodiscard]] bool finish() { return encoder_.finish(lines_) && flush(); }

 private:
  bool flush() {
    std::erase(lines_.text, '\r');
    writer_.text(lines_.text);
    lines_.text.clear();
    return true;
  }

  XmlWriter& writer_;
  Base64Encoder encoder_;
  StringSink lines_;
};

}  // namespace mugai::sanitize::odf
