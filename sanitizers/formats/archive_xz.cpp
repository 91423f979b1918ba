#include "sanitizers/formats/archive_xz.h"

#include <lzma.h>

#include <array>
#include <memory>

namespace mugai::sanitize {
namespace {

constexpr uint64_t kMaxMemory = 128 << 20;   // twice what "xz -9" needs to unpack

struct Decoder {
  Decoder() { ready = lzma_stream_decoder(&stream, kMaxMemory, LZMA_CONCATENATED) == LZMA_OK; }
  ~Decoder() { lzma_end(&stream); }
  lzma_stream stream = LZMA_STREAM_INIT;
  bool ready = false;
};

}  // namespace

ArchiveHandle::Read unpack_xz(Bytes untrusted, uint64_t max_bytes, Sink& out) {
  using Read = ArchiveHandle::Read;
  Decoder decoder;
  if (!decoder.ready) return Read::sink_failed;
  const auto buffer = std::make_unique<std::array<uint8_t, 64 << 10>>();
  lzma_stream& stream = decoder.stream;
  stream.next_in = reinterpret_cast<const uint8_t*>(untrusted.data());
  stream.avail_in = untrusted.size();
  uint64_t total = 0;
  for (lzma_ret status = LZMA_OK; status != LZMA_STREAM_END;) {
    stream.next_out = buffer->data();
    stream.avail_out = buffer->size();
    status = lzma_code(&stream, LZMA_FINISH);
    if (status == LZMA_MEMLIMIT_ERROR) return Read::too_large;
    if (status == LZMA_OPTIONS_ERROR) return Read::unsupported;
    if (status != LZMA_OK && status != LZMA_STREAM_END) return Read::damaged;
    const size_t got = buffer->size() - stream.avail_out;
    total += got;
    if (total > max_bytes) return Read::too_large;
    if (!out.write(Bytes(reinterpret_cast<const char*>(buffer->data()), got))) return Read::sink_failed;
  }
  return Read::ok;
}

}  // namespace mugai::sanitize
