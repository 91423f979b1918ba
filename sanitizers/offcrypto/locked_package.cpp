#include "sanitizers/offcrypto/locked_package.h"

#include "sanitizers/offcrypto/data_spaces.h"
#include "sanitizers/offcrypto/package_stream.h"
#include "sanitizers/ole/compound_file.h"

namespace mugai::sanitize::offcrypto {
namespace {

// [MS-OFFCRYPTO] §2.4.2.3: a workbook that is only protected is encrypted with this.
constexpr Bytes kDefaultPassword = "VelvetSweatshop";
constexpr uint32_t kMaxDefaultSpinCount = 1'000'000;   // Excel's is 100,000: more is not its, and dear
// Some six seconds of a core: a hundred passwords of a usual document, or one at the highest spin count that there is.
constexpr uint64_t kMaxHashes = 12'000'000;

class Tries {
 public:
  Tries(const EncryptionInfo& info, Budget& budget) : info_(info), budget_(budget) {}

  std::optional<PackageKey> with(Bytes password) {
    const std::optional<std::string> units = password_units(password);
    const uint64_t hashes = uint64_t{info_.spin_count} + 10;
    if (!units || hashes > left_ || !budget_.take_bytes(hashes * kBytesPerHash)) return std::nullopt;
    left_ -= hashes;
    return unlock(info_, *units);
  }

 private:
  const EncryptionInfo& info_;
  Budget& budget_;
  uint64_t left_ = kMaxHashes;
};

Unlocked decrypt(CompoundFile& file, CompoundFile::Id stream, const PackageKey& key, Sink& package, Unlocked opened) {
  PackageStream decrypting(key, package);
  // Some programs call the stream longer than it is; what counts is that the package is whole.
  if (file.read(stream, decrypting) == CompoundFile::Read::sink_failed) return Unlocked::failed;
  switch (decrypting.finish()) {
    case PackageStream::End::complete: return opened;
    case PackageStream::End::damaged: return Unlocked::damaged;
    case PackageStream::End::tampered: return Unlocked::tampered;
    case PackageStream::End::sink_failed: return Unlocked::failed;
  }
  return Unlocked::damaged;
}

}  // namespace

Opening unlock_package(Bytes untrusted_file, std::span<const std::string> passwords, Budget& budget, Sink& package) {
  const std::unique_ptr<CompoundFile> file = CompoundFile::open(untrusted_file);
  if (!file) return {Unlocked::damaged};
  if (is_rights_managed(*file)) return {Unlocked::rights_managed};
  const CompoundFile::Id how = file->find(CompoundFile::kRoot, "EncryptionInfo"), what = file->find(CompoundFile::kRoot, "EncryptedPackage");
  StringSink stream;
  if (how == CompoundFile::kNone || what == CompoundFile::kNone || file->read(how, stream) != CompoundFile::Read::complete) return {Unlocked::damaged};
  EncryptionInfo info;
  switch (parse_encryption_info(stream.text, info)) {
    case Parsed::damaged: return {Unlocked::damaged};
    case Parsed::unsupported: return {Unlocked::unsupported};
    case Parsed::complete: break;
  }
  Tries tries(info, budget);
  if (info.spin_count <= kMaxDefaultSpinCount)
    if (const auto key = tries.with(kDefaultPassword)) return {decrypt(*file, what, *key, package, Unlocked::by_default)};
  for (const std::string& password : passwords)
    if (const auto key = tries.with(password)) return {decrypt(*file, what, *key, package, Unlocked::by_password), &password};
  return {Unlocked::locked};
}

}  // namespace mugai::sanitize::offcrypto
