// links: test_support
// Mails, mailboxes, calendars and contacts as files, through the whole pipeline; the first byte chooses the name. What leaves
// is what it says it is, holds no program, and stays as it is, but for pictures, which are equal to the eye.
#include <cstdint>
#include <cstdlib>

#include "tests/support/rebuild.h"

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mugai;
  constexpr const char* kNames[] = {"a.msg", "winmail.dat", "a.mbox", "a.mht", "a.eml", "a.ics", "a.vcf"};
  const Bytes input(reinterpret_cast<const char*>(data), size);
  const std::string name = kNames[byte_at(input, 0) % std::size(kNames)];
  const test::RebuiltFile once = test::rebuild_file(std::string(slice(input, 1)), name);
  for (const sanitize::Item& item : once.report.items)
    if (const sanitize::Type* type = sanitize::type_by_id(item.detected))
      require(type->danger != sanitize::Danger::active || item.output_name.empty());
  if (!once.left()) return 0;
  for (const sanitize::Item& item : once.report.items)
    if (item.method == 3 && item.output_name.ends_with(".jpg")) return 0;
  const test::RebuiltFile twice = test::rebuild_file(once.bytes, once.item().output_name);
  require(twice.left() && twice.bytes == once.bytes);
  return 0;
}
