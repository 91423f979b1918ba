// links: sanitizers
// Any page gives valid UTF-8 of bounded size, and scrubbing that text twice is the same as once.
#include "sanitizers/text/html_text.h"

#include <cstdint>
#include <cstdlib>

#include "sanitizers/text/charset.h"
#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf8.h"

using namespace mugai;
using namespace mugai::sanitize;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes bytes(reinterpret_cast<const char*>(data), size);
  (void)html_meta_charset(bytes);
  const std::string html = decode_text(bytes, "utf-8").utf8;
  HtmlOptions options;
  options.width = size % 3 == 0 ? 40 : 0;
  const HtmlText page = html_to_text(html, options);
  if (!is_valid_utf8(page.text)) abort();
  if (page.text.size() > 64 * html.size() + 1024) abort();
  if (!page.text.empty() && page.text.back() != '\n') abort();
  for (const UrlPolicy policy : {UrlPolicy::keep, UrlPolicy::defang, UrlPolicy::remove}) {
    const Scrubbed once = scrub_body(page.text, policy);
    if (!is_valid_utf8(once.text)) abort();
    const Scrubbed twice = scrub_body(once.text, policy);
    if (twice.text != once.text || !twice.removed.empty()) abort();
  }
  const std::string line = scrub_line(page.text);
  if (scrub_line(line) != line) abort();
  return 0;
}
