#include "sanitizers/formats/archives.h"

#include <algorithm>

#include "sanitizers/detect/name.h"
#include "sanitizers/formats/archive_reader.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kShownMembers = 20, kShownBytes = 120;

std::string shortened(const std::string& name) {
  if (name.size() <= kShownBytes) return name;
  size_t end = kShownBytes;
  while (end > 0 && (byte_at(name, end) & 0xc0) == 0x80) --end;
  return name.substr(0, end) + "…";
}

bool is_program(const ArchiveListing::Member& member) {
  const NameReading name = read_name(member.name);
  return name.type && name.type->danger == Danger::active;
}

}  // namespace

Outcome ArchiveFormat::sanitize(const Input& input, Sink&, Context& context) const {
  Outcome outcome = Outcome::held("archive");
  const uint64_t by_ratio = input.bytes.size() * uint64_t{context.profile.limits.max_expansion_ratio};
  ArchiveListing listing = list_archive(input.bytes, *input.type, context.budget.members,
                                        std::min(context.budget.expanded_bytes, by_ratio));
  auto& members = listing.members;
  context.budget.members -= std::min<uint32_t>(context.budget.members, static_cast<uint32_t>(members.size()));

  const auto others = std::stable_partition(members.begin(), members.end(), is_program);
  if (others != members.begin()) outcome.reasons.push_back("executable-in-archive");
  if (listing.encrypted) {
    outcome.reasons.push_back("encrypted");
    outcome.action = Action::locked;
  }
  if (listing.damaged && !listing.encrypted) outcome.reasons.push_back("damaged-archive");
  if (listing.over_limit) outcome.reasons.push_back("archive-limit");
  if (!members.empty()) outcome.removed.push_back({"members", members.size()});
  for (size_t i = 0; i < std::min(members.size(), kShownMembers); ++i)
    outcome.removed.push_back({"member: " + shortened(members[i].name), 1});
  return outcome;
}

}  // namespace mugai::sanitize
