#include "sanitizers/offcrypto/data_spaces.h"

namespace mugai::sanitize::offcrypto {
namespace {

constexpr std::string_view kSpace = "StrongEncryptionDataSpace", kTransform = "StrongEncryptionTransform";

std::string le32(uint64_t value) {
  return {static_cast<char>(value), static_cast<char>(value >> 8), static_cast<char>(value >> 16), static_cast<char>(value >> 24)};
}

// UNICODE-LP-P4 (§2.1.2): length in bytes, UTF-16LE, filled up to a multiple of four.
std::string counted(std::string_view ascii) {
  std::string out = le32(2 * ascii.size());
  for (const char c : ascii) out += {c, '\0'};
  return out.append(out.size() % 4, '\0');
}

// Of readers, updaters and writers: 1.0 each.
std::string versions() { return le32(1) + le32(1) + le32(1); }

// One data space for one stream, made by one transform (§2.1.5 to §2.1.9).
std::string version() { return counted("Microsoft.Container.DataSpaces") + versions(); }
std::string map() {
  constexpr uint64_t kHead = 8, kOneEntry = 1, kOneComponent = 1, kIsStream = 0;
  const std::string entry = le32(kOneComponent) + le32(kIsStream) + counted("EncryptedPackage") + counted(kSpace);
  return le32(kHead) + le32(kOneEntry) + le32(4 + entry.size()) + entry;
}
std::string space() {
  constexpr uint64_t kHead = 8, kOneTransform = 1;
  return le32(kHead) + le32(kOneTransform) + counted(kTransform);
}
std::string transform() {
  constexpr uint64_t kType = 1, kReserved = 4;
  const std::string id = le32(kType) + counted("{FF9A3F03-56EF-4613-BDD5-5A41C1D07246}");
  const std::string algorithm = le32(0) + le32(0) + le32(0);   // stands in EncryptionInfo
  return le32(4 + id.size()) + id + counted("Microsoft.Container.EncryptionTransform") + versions() + algorithm + le32(kReserved);
}

}  // namespace

bool is_rights_managed(const CompoundFile& file) {
  if (file.find(CompoundFile::kRoot, "\tDRMContent") != CompoundFile::kNone) return true;   // §2.2.11: documents of 2003
  const CompoundFile::Id spaces = file.find(CompoundFile::kRoot, "\6DataSpaces");
  if (spaces == CompoundFile::kNone) return false;
  const CompoundFile::Id transforms = file.find(spaces, "TransformInfo");
  if (transforms == CompoundFile::kNone) return false;
  for (const CompoundFile::Id one : file.entry(transforms).children)
    if (file.entry(one).name.find("DRM") != std::string::npos) return true;   // §2.2.2: "DRMEncryptedTransform", "\tDRMTransform"
  return false;
}

void add_data_spaces(CompoundWriter& file) {
  static const std::string version_stream = version(), map_stream = map(), space_stream = space(), transform_stream = transform();
  const CompoundWriter::Id spaces = file.add_storage(CompoundWriter::kRoot, "\6DataSpaces");
  file.add_stream(spaces, "Version", version_stream);
  file.add_stream(spaces, "DataSpaceMap", map_stream);
  file.add_stream(file.add_storage(spaces, "DataSpaceInfo"), kSpace, space_stream);
  file.add_stream(file.add_storage(file.add_storage(spaces, "TransformInfo"), kTransform), "\6Primary", transform_stream);
}

}  // namespace mugai::sanitize::offcrypto
