// links: sanitizers
// The first byte says what the rest is: a document of before 2007, a stream EncryptionInfo beside a package that is always the
// same, or a compound file with a locked package. What is parsed keeps its promises about sizes, and no password that is tried
// makes a program of it.
#include <cstdlib>

#include "sanitizers/offcrypto/legacy_lock.h"
#include "sanitizers/offcrypto/locked_package.h"
#include "sanitizers/offcrypto/package_stream.h"
#include "sanitizers/ole/compound_file.h"

namespace {

using namespace mugai;
using namespace mugai::sanitize::offcrypto;

size_t whole_blocks(size_t bytes) { return (bytes + kBlock - 1) / kBlock * kBlock; }
void check(bool holds) {
  if (!holds) std::abort();
}

void look_at(Bytes stream) {
  EncryptionInfo info;
  if (parse_encryption_info(stream, info) != Parsed::complete) return;
  check(info.spin_count <= kMaxSpinCount && is_key_size(info.data.key_bytes) && is_key_size(info.password.key_bytes));
  check(!info.password.salt.empty() && !info.data.salt.empty() && info.verifier_hash.size() == whole_blocks(hash_bytes(info.password.hash)));
  check(info.verifier_input.size() == whole_blocks(info.password.salt.size()));
  check(info.hmac_key.size() == info.hmac_value.size());
  if (info.agile) check(info.key.size() == whole_blocks(info.data.key_bytes));
  info.spin_count = std::min(info.spin_count, 100u);
  const auto key = unlock(info, Bytes("p\0w\0", 4));
  // Whatever the key, a package decrypts to what its first eight bytes say, or not at all.
  PackageKey other;
  if (!key) other.algorithm = info.data, other.key.assign(info.data.key_bytes, 'k'), other.agile = info.agile;
  StringSink out;
  PackageStream package(key ? *key : other, out);
  const std::string content("\x23\x01\0\0\0\0\0\0", 8);
  check(package.write(content) && package.write(std::string(0x130, 'c')));
  if (package.finish() == PackageStream::End::complete) check(out.text.size() == 0x123);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const Bytes rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) return static_cast<void>(legacy_lock(rest)), 0;
  if (data[0] % 3 == 1) return look_at(rest), 0;
  sanitize::Budget budget{64 << 10, 10, 0};   // for a thousand or two of hashes
  StringSink out;
  const std::string passwords[] = {"pw"};
  const Unlocked result = unlock_package(rest, passwords, budget, out).how;
  check(result != Unlocked::failed && out.text.size() <= size);
  return 0;
}
