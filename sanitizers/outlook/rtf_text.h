// The words in an RTF, for mails whose text exists in no other form. Outlook hides HTML and plain texts in RTF
// (MS-OXRTFEX): those come out again as they were. From any other RTF the text comes out, with its lines, tabs and
// characters in Windows code pages and Unicode; pictures, objects, fields' instructions and hidden text do not. This is no
// sanitizer: what it gives is treated as HTML or text like any other. Linear, no recursion, never fails.
#pragma once

#include <string>
#include <string_view>

namespace mugai::sanitize::outlook {

struct RtfText {
  bool is_html = false;
  std::string content;  // UTF-8
};

RtfText text_of_rtf(std::string_view untrusted_rtf);

}  // namespace mugai::sanitize::outlook
