// Office documents made by hand, part by part, and a look into what came out.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::test {

class OoxmlBytes {
 public:
  // The smallest documents of their kinds. `body` goes where text, rows or shapes stand.
  static OoxmlBytes word(const std::string& body, const std::string& main_type = "");
  static OoxmlBytes sheet(const std::string& rows, const std::string& workbook = "", const std::string& main_type = "");
  static OoxmlBytes slides(const std::string& shapes, const std::string& presentation = "", const std::string& main_type = "");

  OoxmlBytes& add(const std::string& name, const std::string& content, const std::string& content_type = "");
  // `from` is a part's name, "" for the package; `type` is a URI or the last word of a usual one.
  OoxmlBytes& relate(const std::string& from, const std::string& id, const std::string& type, const std::string& target, bool external = false);
  OoxmlBytes& rename(const std::string& from, const std::string& to);   // in the ZIP only
  OoxmlBytes& replace_in(const std::string& part, const std::string& what, const std::string& with);
  std::string& part(const std::string& name);
  std::string file() const;

 private:
  struct Part {
    std::string name, content, type;
  };
  std::vector<Part> parts_;
  std::map<std::string, std::string> relationships_;
};

// Every part with its name in front of it; fails the test when it is no ZIP of ours.
std::string parts_of(Bytes package);
std::string part_of(Bytes package, const std::string& name);   // empty when there is none
std::string word_text(const std::string& inner);               // a paragraph

std::string as_utf16(const std::string& ascii_xml);            // with a byte order mark

}  // namespace mugai::test
