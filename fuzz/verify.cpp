// links: test_support
// The second look at any bytes, and at whatever the first look let through: to that it never objects.
#include <cstdint>
#include <cstdlib>

#include "sanitizers/verify/verify.h"
#include "tests/support/rebuild.h"

using namespace mugai;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr const char* kNames[] = {"", "a.csv", "a.txt", "a.xml", "a.zip", "a.eml", "a.ics", "a.vcf", "a.png"};
  Profile profile;
  profile.limits.max_image_pixels = 1 << 16;
  profile.limits.max_expanded_bytes = 1 << 20;
  profile.limits.max_archive_members = 50;
  const std::string name = kNames[size ? data[0] % std::size(kNames) : 0];
  const std::string bytes(reinterpret_cast<const char*>(data) + (size ? 1 : 0), size ? size - 1 : 0);
  if (!sanitize::verify_file(bytes, name, profile.limits, test::identifier())) std::abort();
  const test::RebuiltFile file = test::rebuild_file(bytes, name, profile);
  if (!file.left()) return 0;
  const auto second = sanitize::verify_file(file.bytes, file.item().output_name, profile.limits, test::identifier());
  if (!second || second->verdict != sanitize::Verdict::clean) {
    for (const sanitize::Item& item : second->items)
      for (const std::string& reason : item.reasons) std::fprintf(stderr, "%s %s\n", item.path.c_str(), reason.c_str());
    std::abort();
  }
  return 0;
}
