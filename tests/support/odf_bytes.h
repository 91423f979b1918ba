// OpenDocument files made by hand, part by part.
#pragma once

#include <string>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::test {

class OdfBytes {
 public:
  // The smallest documents of their kinds. `body` goes where text, sheets, slides or shapes stand.
  static OdfBytes text(const std::string& body, const std::string& before_body = "");
  static OdfBytes sheet(const std::string& cells, const std::string& after_tables = "");   // cells of one row of one table
  static OdfBytes slides(const std::string& shapes);

  OdfBytes& type(const std::string& last_word);   // "text-template"
  OdfBytes& add(const std::string& name, const std::string& content);   // again: replaces
  OdfBytes& in_manifest(const std::string& entries);
  std::string& part(const std::string& name);
  std::string file() const;
  std::string flat() const;   // content.xml as one flat document

  // A part with the usual vocabularies declared.
  static std::string part_xml(const std::string& root, const std::string& inside);

 private:
  struct Part {
    std::string name, content;
  };
  std::string type_ = "text", manifest_;
  std::vector<Part> parts_;
};

std::string small_png();   // of 2 x 2 pixels

}  // namespace mugai::test
