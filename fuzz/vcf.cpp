// links: sanitizers
// Contacts of any bytes: what leaves is lines of at most 75 octets that our reader reads again without loss, of allowed
// properties only, and stays as it is. (Pictures are members of a container, which this target has none of.)
#include <cstdint>
#include <cstdlib>

#include "sanitizers/formats/content_lines.h"
#include "tests/support/lone_format.h"

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const mugai::Bytes bytes(reinterpret_cast<const char*>(data), size);
  const auto once = mugai::test::treat_alone(bytes, "vcf");
  if (!once.left()) return 0;
  const std::string& text = once.bytes;
  require(text.size() <= 64 * size + 1'000 && text.starts_with("BEGIN:VCARD\r\n") && text.ends_with("END:VCARD\r\n"));
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find_first_of("\r\n", at);
    require(end != text.npos && text.substr(end, 2) == "\r\n" && end - at <= 75);
    at = end + 2;
  }
  const mugai::sanitize::ContentLines lines = mugai::sanitize::read_content_lines(text, "utf-8");
  require(lines.malformed == 0 && !lines.lossy);
  for (const auto& line : lines.lines)
    require(line.name != "KEY" && line.name != "SOUND" && line.name != "PHOTO" && line.name != "URL" &&
            line.name != "AGENT");
  const auto twice = mugai::test::treat_alone(text, "vcf");
  require(twice.bytes == text && twice.outcome.removed.empty());
  return 0;
}
