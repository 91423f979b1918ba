#include "sanitizers/office/zip_parts.h"

#include <algorithm>

namespace mugai::sanitize {

std::string ZipParts::open(Bytes untrusted, const Limits& limits, Budget& budget, KeyOf key_of) {
  const uint64_t by_ratio = std::max<uint64_t>(untrusted.size() * uint64_t{limits.max_expansion_ratio}, kSmallBytes);
  const ArchiveLimits archive_limits{budget.members, std::min(budget.expanded_bytes, by_ratio)};
  source_ = open_zip(untrusted, archive_limits, {});
  if (!source_->trouble.empty()) return source_->trouble;
  uint64_t total = 0;
  for (size_t i = 0; i < source_->members.size(); ++i) {
    const ArchiveMember& member = source_->members[i];
    if (member.kind == ArchiveMember::Kind::folder) continue;
    if (!member.trouble.empty()) return member.trouble;
    if (member.kind != ArchiveMember::Kind::file) return "archive-link";
    if (member.encrypted) return "encrypted";
    if (member.size > archive_limits.bytes - total) return "expands-too-much";
    total += member.size;
    if (!index_.emplace(key_of(member.name), i).second) return "duplicate-name";
  }
  return budget.take_bytes(total) ? "" : "expands-too-much";
}

uint64_t ZipParts::size(const std::string& key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? 0 : source_->members[found->second].size;
}

std::string ZipParts::read(const std::string& key, Blob& out) {
  const auto found = index_.find(key);
  if (found == index_.end()) return "damaged-document";
  switch (source_->read(found->second, out)) {
    case ArchiveSource::Read::ok: return out.finish() ? "" : "workspace";
    case ArchiveSource::Read::sink_failed: return "workspace";
    case ArchiveSource::Read::too_large: return "expands-too-much";
    default: return "damaged-document";
  }
}

std::vector<std::string> ZipParts::keys() const {
  std::vector<std::string> result;
  for (const auto& [key, index] : index_) result.push_back(key);
  return result;
}

}  // namespace mugai::sanitize
