// The words in an RTF. Outlook hides HTML and plain texts in RTF (MS-OXRTFEX): those come out again as they were. From any
// other RTF the text comes out, with its lines, tabs and characters in Windows code pages and Unicode; pictures, objects,
// fields' instructions and hidden text do not. This is no sanitizer: what it gives is treated as HTML or text like any other.
// Linear, no recursion, never fails.
#pragma once

#include <string>
#include <string_view>

namespace mugai::sanitize::rtf {

enum class Stories {
  body,   // of a mail, which has no pages
  all,    // headers, footers, notes and comments too, where they stand
};

struct RtfText {
  bool is_html = false;
  std::string content;  // UTF-8, LF
};

RtfText text_of_rtf(std::string_view untrusted_rtf, Stories stories = Stories::body);

}  // namespace mugai::sanitize::rtf
