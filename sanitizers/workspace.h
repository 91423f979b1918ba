// Where decoded and rebuilt pieces live while a message is treated. Small blobs stay in memory; a larger one goes to one
// scratch file, in chunks, and is mapped when it is complete, so that private memory does not grow with the message.
// A Workspace belongs to one message and one thread and outlives its blobs. It opens no file: it is given one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace mugai::sanitize {

class Workspace;

// Bytes written once, then read. Movable. bytes() is valid until the blob is moved from or destroyed; its place in the
// scratch file is then used again.
class Blob : public Sink {
 public:
  explicit Blob(Workspace& workspace) : workspace_(&workspace) {}
  ~Blob() override;
  Blob(Blob&& other) noexcept;
  Blob& operator=(Blob&& other) noexcept;

  // False when the workspace is full or failed; the blob is then useless and the message is a temporary failure or held.
  [[nodiscard]] bool write(Bytes bytes) override;
  [[nodiscard]] bool finish();
  Bytes bytes() const;
  uint64_t size() const { return size_; }

 private:
  [[nodiscard]] bool spill();

  Workspace* workspace_;
  std::string memory_;            // the whole while small, the unwritten tail when spilled
  std::vector<uint64_t> chunks_;  // offsets in the scratch file
  uint64_t size_ = 0;
  void* mapping_ = nullptr;
  uint64_t mapped_ = 0;
};

class Workspace {
 public:
  // Takes ownership of `scratch_fd`, an empty file open for reading and writing that nobody else uses. `max_bytes`
  // bounds what all blobs together may put there.
  Workspace(int scratch_fd, uint64_t max_bytes);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // For tests, fuzzers and tools: an anonymous file in memory.
  static std::unique_ptr<Workspace> in_memory(uint64_t max_bytes = 1ull << 30);

  static constexpr uint64_t kChunk = 256 << 10;   // also the size up to which a blob stays in memory

 private:
  friend class Blob;
  [[nodiscard]] bool write_chunk(Bytes bytes, uint64_t& offset);

  int fd_;
  uint64_t end_ = 0;
  std::vector<uint64_t> free_;    // chunks that no blob holds any more
  uint64_t max_bytes_;
};

}  // namespace mugai::sanitize
