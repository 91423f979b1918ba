// links: sanitizers
// Any bytes as an RTF. What leaves passes the second look, which knows no object, and treated again it is the same; its text
// is UTF-8.
#include <cstdlib>
#include <memory>

#include "sanitizers/rtf/text.h"
#include "sanitizers/text/utf8.h"
#include "sanitizers/verify/verify.h"
#include "tests/support/lone_format.h"

using namespace mugai;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<sanitize::Identifier> identifier = std::move(sanitize::Identifier::load().value());
  if (size < 1) return 0;
  const Bytes rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  Profile profile;
  if (data[0] & 1) profile.urls = UrlPolicy::keep;
  const std::string file = data[0] & 2 ? "{\\rtf1" + std::string(rest) + "}" : std::string(rest);
  const test::LoneResult first = test::treat_alone(file, "rtf", profile);
  if (!first.left()) return 0;
  const test::LoneResult second = test::treat_alone(first.bytes, "rtf", profile);
  if (!second.left() || second.bytes != first.bytes || !second.outcome.removed.empty()) std::abort();
  if (!sanitize::is_valid_utf8(sanitize::rtf::text_of_rtf(first.bytes, sanitize::rtf::Stories::all).content)) std::abort();
  auto look = sanitize::verify_file(first.bytes, "a.rtf", profile.limits, *identifier);
  if (!look) std::abort();
  for (const sanitize::Item& item : look->items)
    for (const std::string& reason : item.reasons)
      if (reason != "executable" && reason != "extension-mismatch" && reason != "unsafe-name") std::abort();   // words of scripts
  return 0;
}
