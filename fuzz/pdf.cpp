// links: sanitizers
// What leaves has a strict reader's consent and nothing that acts, is bounded, and a fixed point.
#include <cstdlib>

#include "sanitizers/verify/checks.h"
#include "tests/support/lone_format.h"

using namespace mugai;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes input(reinterpret_cast<const char*>(data), size);
  Profile profile;
  profile.limits.max_expanded_bytes = 16 << 20;
  profile.limits.max_image_pixels = 1 << 20;
  profile.limits.max_document_pages = 50;
  const test::LoneResult once = test::treat_alone(input, "pdf", profile);
  if (!once.left()) return 0;
  sanitize::Objections found;
  sanitize::check_pdf(once.bytes, found);
  if (!found.ids().empty()) std::abort();
  const test::LoneResult twice = test::treat_alone(once.bytes, "pdf", profile);
  if (!twice.left() || twice.outcome.kind != sanitize::Outcome::Kind::clean) std::abort();
  return 0;
}
