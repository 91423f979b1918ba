// HTML to readable plain text, by a tokenizer of our own (the states of WHATWG's HTML Living Standard §13.2.5, no tree,
// no recursion, linear time). Links show their true target, lists, tables and quotes keep their shape, entities are
// decoded; scripts, styles and hidden text never become visible text. Input is valid UTF-8 (charset.h). Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizers/report.h"

namespace mugai::sanitize {

struct HtmlOptions {
  // The mark for an inline picture: given the src ("cid:x", "https://...", "data:...") and the alt text, returns what
  // stands in the text, e.g. "[画像: logo.png]"; empty for nothing. Tracking pixels are not asked about.
  std::function<std::string(std::string_view src, std::string_view alt)> image_mark;
  size_t width = 0;  // wrap at this many columns; 0: never wrap
};

struct HtmlText {
  std::string text;                        // UTF-8, LF line ends, ends with LF unless empty
  std::vector<std::string> referenced_cids;  // decoded Content-IDs of inline pictures, in order
  // script, style, iframe, object, media, svg, form, form-control, meta-refresh, tracking-pixel, remote-image,
  // hidden-text, unsafe-link (javascript:, data:, file: and the like)
  std::vector<Removed> removed;
  std::vector<std::string> notes;          // "deceptive-link": a text that names another host than its target
};

HtmlText html_to_text(std::string_view utf8_html, const HtmlOptions& options);

// The charset that a <meta> in the first 1,024 bytes declares, or empty (HTML §13.2.3.2).
std::string html_meta_charset(std::string_view bytes);

}  // namespace mugai::sanitize
