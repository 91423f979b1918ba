// One text of a message, from its encoded part to clean UTF-8: transfer encoding, charset, format=flowed, uuencoded
// files cut out, HTML turned into text, then scrubbed. Chooses between the plain and the HTML form of the same text.
// Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/base/profile.h"
#include "sanitizers/mime/flatten.h"
#include "sanitizers/mime/transfer.h"
#include "sanitizers/report.h"
#include "sanitizers/text/charset.h"

namespace mugai::sanitize {

struct BodyText {
  std::string text;                    // UTF-8, LF, no blank lines at either end, ends with LF unless empty
  std::vector<Removed> removed;
  std::vector<std::string> reasons;    // "html-to-text", "undecodable-characters"
  std::vector<std::string> notes;
  std::vector<UuBlock> files;          // uuencoded files found in it, in order
  std::vector<std::string> cids;       // Content-IDs of the pictures that it shows
  uint64_t size_in = 0;                // decoded bytes of the form that was used
  bool from_html = false;
};

// `image_name` gives the file name of the picture with a Content-ID or a Content-Location, or empty. False: temporary failure.
[[nodiscard]] bool render_text(const TextSegment& segment, const Profile& profile,
                               const std::function<std::string(std::string_view cid)>& image_name, BodyText& out);

// What looks like the beginning of a uuencoded file no longer does.
void indent_uuencoded(std::string& text);

// "[画像: name]", the mark where an inline picture stood.
std::string picture_mark(std::string_view name);

}  // namespace mugai::sanitize
