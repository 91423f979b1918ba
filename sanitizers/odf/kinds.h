// The kinds of documents, by their media type: what each leaves as. Pure table.
#pragma once

#include <string_view>

namespace mugai::sanitize::odf {

struct Kind {
  std::string_view mimetype;   // as it came
  std::string_view body;       // the element in office:body
  std::string_view written;    // media type of ours
  std::string_view type_out;   // id; empty: only inside of another document
  std::string_view flat_out;
};

const Kind* kind_of(std::string_view mimetype);        // null: none that we rebuild
const Kind* kind_of_inner(std::string_view body);      // of a document inside of another, by its content

}  // namespace mugai::sanitize::odf
