// links: sanitizers
// What leaves begins as what it claims to be, is within bounds, and passes a second time with nothing left to
// remove.
#include <cstdint>
#include <cstdlib>

#include "sanitizers/detect/identify.h"
#include "sanitizers/formats/images.h"
#include "tests/support/lone_format.h"

using namespace mugai::sanitize;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

mugai::test::LoneResult treat(mugai::Bytes bytes, const Type& type) {
  mugai::Profile profile;
  profile.limits.max_image_pixels = 1 << 18;
  profile.limits.max_image_pages = 8;
  profile.limits.max_expanded_bytes = 1 << 20;
  return mugai::test::treat_alone(bytes, type.id, profile);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool ready = init_images();
  static const auto identifier = Identifier::load().value();
  require(ready);
  const mugai::Bytes bytes(reinterpret_cast<const char*>(data), size);
  const Type& type = *identifier->identify(bytes, "", "").type;
  if (type.media_type.substr(0, 6) != "image/" || !format_for(type)) return 0;
  const auto first = treat(bytes, type);
  if (!first.left()) return 0;
  require(first.outcome.type_out && identifier->identify(first.bytes, "", "").type == first.outcome.type_out);
  require(first.bytes.size() < (8u << 20));
  if (first.outcome.type_out->id == "dxf") return 0;
  const auto second = treat(first.bytes, *first.outcome.type_out);
  require(second.outcome.kind == Outcome::Kind::clean && second.outcome.removed.empty());
  return 0;
}
