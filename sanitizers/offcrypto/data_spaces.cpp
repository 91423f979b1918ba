#include "sanitizers/offcrypto/data_spaces.h"

namespace mugai::sanitize::offcrypto {

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

}  // namespace mugai::sanitize::offcrypto
