#include "sanitizers/workspace.h"

#include <sys/mman.h>
#include <unistd.h>

namespace mugai::sanitize {

Blob::Blob(Blob&& other) noexcept
    : workspace_(other.workspace_),
      memory_(std::move(other.memory_)),
      chunks_(std::exchange(other.chunks_, {})),
      size_(std::exchange(other.size_, 0)),
      mapping_(std::exchange(other.mapping_, nullptr)),
      mapped_(std::exchange(other.mapped_, 0)) {}

Blob::~Blob() {
  if (mapping_) ::munmap(mapping_, mapped_);
  workspace_->free_.insert(workspace_->free_.end(), chunks_.begin(), chunks_.end());
}

Blob& Blob::operator=(Blob&& other) noexcept {
  Blob old(std::move(other));
  std::swap(workspace_, old.workspace_);
  std::swap(memory_, old.memory_);
  std::swap(chunks_, old.chunks_);
  std::swap(size_, old.size_);
  std::swap(mapping_, old.mapping_);
  std::swap(mapped_, old.mapped_);
  return *this;
}

bool Blob::write(Bytes bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const size_t take = std::min<size_t>(bytes.size(), Workspace::kChunk - memory_.size());
    memory_.append(bytes.substr(0, take));
    bytes.remove_prefix(take);
    if (memory_.size() == Workspace::kChunk && !bytes.empty() && !spill()) return false;
  }
  return true;
}

bool Blob::spill() {
  uint64_t offset = 0;
  if (!workspace_->write_chunk(memory_, offset)) return false;
  chunks_.push_back(offset);
  memory_.clear();
  return true;
}

// Chunks of several blobs may lie between each other in the file; in memory each blob is one range, mapped chunk by
// chunk into a reservation (the kernel joins neighbours into one mapping).
bool Blob::finish() {
  if (chunks_.empty()) return true;
  if (!memory_.empty() && !spill()) return false;
  memory_ = std::string();
  mapped_ = chunks_.size() * Workspace::kChunk;
  void* reserved = ::mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return false;
  mapping_ = reserved;
  char* at = static_cast<char*>(reserved);
  for (const uint64_t offset : chunks_) {
    if (::mmap(at, Workspace::kChunk, PROT_READ, MAP_SHARED | MAP_FIXED, workspace_->fd_,
               static_cast<off_t>(offset)) == MAP_FAILED)
      return false;
    at += Workspace::kChunk;
  }
  return true;
}

Bytes Blob::bytes() const {
  if (mapping_) return {static_cast<const char*>(mapping_), size_};
  return memory_;
}

Workspace::Workspace(int scratch_fd, uint64_t max_bytes) : fd_(scratch_fd), max_bytes_(max_bytes) {}

Workspace::~Workspace() {
  if (fd_ >= 0) ::close(fd_);
}

std::unique_ptr<Workspace> Workspace::in_memory(uint64_t max_bytes) {
  return std::make_unique<Workspace>(::memfd_create("mugai-scratch", MFD_CLOEXEC), max_bytes);
}

bool Workspace::write_chunk(Bytes bytes, uint64_t& offset) {
  const bool again = !free_.empty();
  if (!again && end_ + kChunk > max_bytes_) return false;
  offset = again ? free_.back() : end_;
  if (again) free_.pop_back();
  uint64_t at = offset;
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written <= 0) {
      if (written < 0 && errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(written));
    at += static_cast<uint64_t>(written);
  }
  if (again) return true;
  // Whole chunks, so that every mapped page has a file page behind it: a read past the end would be a SIGBUS.
  end_ += kChunk;
  return ::ftruncate(fd_, static_cast<off_t>(end_)) == 0;
}

}  // namespace mugai::sanitize
