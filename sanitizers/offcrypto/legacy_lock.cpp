#include "sanitizers/offcrypto/legacy_lock.h"

#include "sanitizers/little_endian.h"
#include "sanitizers/offcrypto/data_spaces.h"

namespace mugai::sanitize::offcrypto {
namespace {

constexpr size_t kPrefix = 64 << 10;   // FilePass comes right behind the first record, or behind a few short ones

bool is_locked_document(Bytes fib) {
  constexpr uint32_t kEncrypted = 0x0100;
  return fib.size() >= 12 && (u16(fib, 10) & kEncrypted) != 0;
}

bool is_locked_workbook(Bytes records) {
  constexpr uint32_t kEnd = 0x0a, kFilePass = 0x2f;
  constexpr size_t kHead = 4;
  if ((u16(records, 0) & 0xff) != 0x09) return false;   // the beginning of a substream, of any version
  for (size_t at = 0; at + kHead <= records.size(); at += kHead + u16(records, at + 2)) {
    if (u16(records, at) == kFilePass) return true;
    if (u16(records, at) == kEnd) return false;
  }
  return false;
}

bool is_locked_presentation(Bytes current_user) {
  constexpr uint32_t kCurrentUserAtom = 0x0ff6, kEncryptedToken = 0xf3d1c4df;
  return u16(current_user, 2) == kCurrentUserAtom && (u16(current_user, 12) | u16(current_user, 14) << 16) == kEncryptedToken;
}

}  // namespace

LegacyLock legacy_lock(Bytes untrusted_file) {
  const std::unique_ptr<CompoundFile> file = CompoundFile::open(untrusted_file);
  if (!file) return is_locked_workbook(untrusted_file.substr(0, kPrefix)) ? LegacyLock::password : LegacyLock::none;
  if (is_rights_managed(*file)) return LegacyLock::rights_management;
  const bool locked = is_locked_document(file->beginning("WordDocument", kPrefix)) || is_locked_workbook(file->beginning("Workbook", kPrefix)) ||
                      is_locked_workbook(file->beginning("Book", kPrefix)) || is_locked_presentation(file->beginning("Current User", kPrefix)) ||
                      file->find(CompoundFile::kRoot, "EncryptedSummary") != CompoundFile::kNone;
  return locked ? LegacyLock::password : LegacyLock::none;
}

}  // namespace mugai::sanitize::offcrypto
