// links: sanitizers test_support
// What leaves of any bytes is a ZIP that passes our own audit, within bounds, and passes a second time with nothing left to
// remove: unchanged, but for pictures, whose pixels may be written otherwise.
#include <cstdint>
#include <cstdlib>

#include "sanitizers/formats/zip_audit.h"
#include "tests/support/rebuild.h"

using namespace mugai;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr uint64_t kMaxExpanded = 4 << 20;

bool is_archive(const std::string& type) {
  for (const char* id : {"zip", "7z", "rar", "lzh", "tar", "gz", "bz2", "xz", "zst", "cab", "cpio"})
    if (type == id) return true;
  return false;
}

bool has_picture(const sanitize::Report& report) {
  for (const sanitize::Item& item : report.items)
    if (const sanitize::Type* type = sanitize::type_by_id(item.detected); type && type->media_type.starts_with("image/"))
      return true;
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Profile profile;
  profile.limits.max_expanded_bytes = kMaxExpanded;
  profile.limits.max_archive_members = 200;
  profile.limits.max_archive_depth = 4;
  profile.limits.max_image_pixels = 1 << 16;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const test::RebuiltFile first = test::rebuild_file(bytes, "", profile, {"password"});
  if (!first.left() || !is_archive(first.item().detected)) return 0;
  const sanitize::ZipAudit audit = sanitize::audit_zip(first.bytes, 200);
  require(audit.trouble.empty() && audit.removed.empty() && audit.prepended.empty());
  for (const sanitize::ZipEntry& entry : audit.entries) require(entry.trouble.empty() && !entry.encrypted);
  require(first.bytes.size() < 2 * kMaxExpanded);
  const test::RebuiltFile second = test::rebuild_file(first.bytes, first.item().output_name, profile);
  require(second.report.verdict == sanitize::Verdict::clean);
  require(second.bytes == first.bytes || has_picture(first.report));
  return 0;
}
