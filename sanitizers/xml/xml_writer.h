// Writes a part of ours as XML 1.0 in UTF-8: known vocabularies under their own prefixes, each declared where it is first
// used, everything escaped. The same calls give the same bytes. Borrows the sink. failed(): the sink did.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sanitizers/xml/xml_parser.h"

namespace mugai::sanitize {

class XmlWriter {
 public:
  explicit XmlWriter(Sink& out);

  // `also` are declared as well, since values of attributes speak of them.
  void start(const XmlName& name, const std::vector<XmlAttribute>& attributes, const std::vector<const Namespace*>& also = {});
  void text(std::string_view text);
  void end();
  void finish();
  bool failed() const { return failed_; }

 private:
  struct Open {
    std::string name;
    size_t declared;   // how many declarations were in scope outside
  };
  void declare(const Namespace* space);
  void close_tag();
  void escape(std::string_view text, bool in_attribute);
  void flush();

  Sink& out_;
  std::string buffer_;
  std::vector<Open> open_;
  std::vector<const Namespace*> declared_;
  bool tag_open_ = false, failed_ = false;
};

}  // namespace mugai::sanitize
