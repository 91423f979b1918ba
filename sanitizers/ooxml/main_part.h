// The kinds of documents, by the content type of their main part: what each becomes. Pure table.
#pragma once

#include <string_view>

#include "sanitizers/ooxml/schema.h"

namespace mugai::sanitize::ooxml {

struct MainPart {
  std::string_view content_type;   // lower-case, as it came
  Kind kind;
  std::string_view root;           // folder of the application
  std::string_view type_out;       // id
  std::string_view written_type;   // content type of ours
};

const MainPart* main_part_of(std::string_view content_type);   // null: none that we rebuild

}  // namespace mugai::sanitize::ooxml
