// links: sanitizers
// What leaves begins as what it claims to be, is within bounds, and passes a second time with nothing left to
// remove.
#include <cstdint>
#include <cstdlib>

#include "sanitizers/detect/identify.h"
#include "sanitizers/format.h"
#include "sanitizers/formats/images.h"

using namespace mugai::sanitize;

namespace {

struct MemorySink : mugai::Sink {
  std::string bytes;
  bool write(mugai::Bytes more) override {
    bytes.append(more);
    return true;
  }
};
struct NoMembers : Context {
  using Context::Context;
  Outcome sanitize_member(const Input&, mugai::Sink&, std::string&) override { return Outcome::held("none"); }
};

void require(bool holds) {
  if (!holds) std::abort();
}

Outcome treat(mugai::Bytes bytes, const Type& type, MemorySink& out) {
  mugai::Profile profile;
  profile.limits.max_image_pixels = 1 << 18;
  profile.limits.max_image_pages = 8;
  Budget budget{1 << 20, 10, 0};
  NoMembers context(profile, budget, {});
  Input input;
  input.bytes = bytes;
  input.type = &type;
  return format_for(type)->sanitize(input, out, context);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool ready = init_images();
  static const auto identifier = Identifier::load().value();
  require(ready);
  const mugai::Bytes bytes(reinterpret_cast<const char*>(data), size);
  const Type& type = *identifier->identify(bytes, "", "").type;
  if (type.media_type.substr(0, 6) != "image/" || !format_for(type)) return 0;
  MemorySink once, twice;
  const Outcome first = treat(bytes, type, once);
  if (first.kind != Outcome::Kind::clean && first.kind != Outcome::Kind::altered) return 0;
  require(first.type_out && identifier->identify(once.bytes, "", "").type == first.type_out);
  require(once.bytes.size() < (8u << 20));
  if (first.type_out->id == "dxf") return 0;
  const Outcome second = treat(once.bytes, *first.type_out, twice);
  require(second.kind == Outcome::Kind::clean && second.removed.empty());
  return 0;
}
