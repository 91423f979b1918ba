#include "sanitizers/pdf/signatures.h"

#include <set>

#include "sanitizers/mime/piece.h"
#include "sanitizers/mime/smime.h"
#include "sanitizers/pdf/walk.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kMostNames = 10;

// The value of a signature field, wherever the field hangs.
bool is_signature(Handle object) {
  return object.getKey("/ByteRange").isArray() && object.getKey("/Contents").isString();
}

}  // namespace

std::vector<Removed> signatures_in(QPDF& source) {
  std::vector<Removed> removed;
  uint64_t count = 0;
  std::set<std::string> names;
  for_each_dictionary(source, [&](Handle value, bool) {
    if (!is_signature(value)) return;
    ++count;
    if (std::string name = signer_named_in(value.getKey("/Contents").getStringValue()); !name.empty() && names.size() < kMostNames) names.insert(std::move(name));
  });
  if (count > 0) removed.push_back({"digital-signature", count});
  for (const std::string& name : names) removed.push_back({std::string(kSignedBy) + name, 1});
  return removed;
}

}  // namespace mugai::sanitize::pdf
