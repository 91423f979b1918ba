// PDF files made by hand, object by object, and a look into what came out: every object and every stream in plain text.
#pragma once

#include <string>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::test {

class PdfBytes {
 public:
  // A catalog (1), a tree (2) with one page (3) of 200 x 100 points that shows "Hello" in Helvetica (4, 5). `page` and
  // `catalog` are further entries.
  static PdfBytes one_page(const std::string& page = "", const std::string& catalog = "", const std::string& content = "");

  // Its number.
  int add(const std::string& object);
  int add_stream(const std::string& dictionary, const std::string& data);
  void set(int number, const std::string& object) { objects_.at(static_cast<size_t>(number) - 1) = object; }

  std::string file(const std::string& trailer = "") const;

 private:
  std::vector<std::string> objects_;
};

std::string ref(int number);

// The same document in other clothes.
std::string with_escaped_names(std::string pdf);        // /JavaScript -> /#4A#61...; as readers read it
std::string with_object_streams(Bytes pdf);
std::string encrypted(Bytes pdf, const std::string& password);   // AES-256; an empty one opens by itself
std::string in_second_revision(Bytes pdf, const std::string& first_page_text);   // after an earlier one

// All objects, streams decoded; fails the test when libqpdf has anything to complain about.
std::string look_into(Bytes pdf);

}  // namespace mugai::test
