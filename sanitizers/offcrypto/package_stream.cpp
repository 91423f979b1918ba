#include "sanitizers/offcrypto/package_stream.h"

#include <algorithm>

namespace mugai::sanitize::offcrypto {
namespace {

constexpr size_t kHead = 8;

}  // namespace

std::string segment_vector(Digest& digest, Bytes salt, uint32_t number) {
  const std::string le = {static_cast<char>(number), static_cast<char>(number >> 8), static_cast<char>(number >> 16), static_cast<char>(number >> 24)};
  return fitted(digest.of({salt, le}), kBlock);
}

PackageStream::PackageStream(const PackageKey& key, Sink& out)
    : key_(key), out_(out), digest_(key.algorithm.hash), cipher_(key.algorithm.chaining, key.key), broken_(!digest_.ok() || !cipher_.ok()) {
  if (key.has_hmac) hmac_.emplace(key.algorithm.hash, key.hmac_key);
}

bool PackageStream::write(Bytes bytes) {
  if (broken_) return true;
  if (hmac_ && !hmac_->add(bytes)) broken_ = true;
  if (head_.size() < kHead) {
    const Bytes part = bytes.substr(0, kHead - head_.size());
    head_ += part;
    bytes.remove_prefix(part.size());
    if (head_.size() == kHead)
      for (size_t i = 0; i < kHead; ++i) left_ |= uint64_t{byte_at(head_, i)} << 8 * i;
  }
  while (left_ > 0 && !bytes.empty()) {
    const Bytes part = bytes.substr(0, kSegment - segment_.size());
    segment_ += part;
    bytes.remove_prefix(part.size());
    if (segment_.size() < kSegment) return true;
    if (!decrypt(segment_)) return false;
    segment_.clear();
  }
  return true;
}

bool PackageStream::decrypt(Bytes blocks) {
  const std::string iv = key_.agile ? segment_vector(digest_, key_.algorithm.salt, number_++) : std::string();
  std::string plain = cipher_.decrypt(iv, blocks);
  if (plain.empty()) return broken_ = true;
  plain.resize(std::min<uint64_t>(left_, plain.size()));
  left_ -= plain.size();
  return out_.write(plain);
}

PackageStream::End PackageStream::finish() {
  const Bytes rest = Bytes(segment_).substr(0, segment_.size() / kBlock * kBlock);
  if (!broken_ && left_ > 0 && !rest.empty() && !decrypt(rest)) return End::sink_failed;
  if (broken_ || head_.size() < kHead || left_ > 0) return End::damaged;
  if (hmac_ && !equal_in_constant_time(hmac_->result(), key_.hmac)) return End::tampered;
  return End::complete;
}

}  // namespace mugai::sanitize::offcrypto
