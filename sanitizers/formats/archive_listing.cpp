#include "sanitizers/formats/archive_listing.h"

#include <algorithm>

#include "sanitizers/detect/name.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {
namespace {

constexpr std::string_view kMember = "member: ";
constexpr size_t kShownMembers = 20, kShownBytes = 120;

std::string shortened(const std::string& name) {
  if (name.size() <= kShownBytes) return name;
  size_t end = kShownBytes;
  while (end > 0 && (byte_at(name, end) & 0xc0) == 0x80) --end;
  return name.substr(0, end) + "…";
}

bool is_program(const ArchiveMember* member) {
  const NameReading name = read_name(member->name);
  return name.type && name.type->danger == Danger::active;
}

}  // namespace

void list_members(const std::vector<ArchiveMember>& members, Outcome& outcome) {
  std::vector<const ArchiveMember*> files;
  for (const ArchiveMember& member : members)
    if (member.kind != ArchiveMember::Kind::folder) files.push_back(&member);
  if (files.empty()) return;
  const auto others = std::stable_partition(files.begin(), files.end(), is_program);
  if (others != files.begin()) outcome.reasons.emplace_back("executable-in-archive");
  outcome.removed.push_back({"members", files.size()});
  for (size_t i = 0; i < std::min(files.size(), kShownMembers); ++i) {
    std::string what(kMember);
    what += shortened(scrub_line(files[i]->name));
    outcome.removed.push_back({std::move(what), 1});
  }
}

}  // namespace mugai::sanitize
