// File descriptors and mappings with owners. Small, used everywhere in gateway/; nothing here knows about mail.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace mugai::gateway {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

// A read-only view of a whole file. A small one is read: that costs less than to map it, and nobody who has the file open
// too can change what was seen. A larger one is mapped and must not shrink meanwhile.
class Mapping {
 public:
  Mapping() = default;
  ~Mapping();
  Mapping(Mapping&& other) noexcept
      : copy_(std::move(other.copy_)),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(copy_, other.copy_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  static Result<Mapping> of(int fd);
  Bytes bytes() const { return {static_cast<const char*>(copy_ ? copy_.get() : data_), size_}; }

 private:
  std::unique_ptr<char[]> copy_;
  void* data_ = nullptr;
  size_t size_ = 0;
};

// A sink into a descriptor it does not own; buffers 64 KiB. flush() must be called and its answer looked at.
class FdSink : public Sink {
 public:
  explicit FdSink(int fd) : fd_(fd) {}
  [[nodiscard]] bool write(Bytes bytes) override;
  [[nodiscard]] bool flush();
  uint64_t written() const { return written_; }

 private:
  int fd_;
  std::string buffer_;
  uint64_t written_ = 0;
};

[[nodiscard]] bool write_all(int fd, Bytes bytes);
[[nodiscard]] bool pwrite_all(int fd, Bytes bytes, uint64_t offset);

// An unnamed file that is gone when it is closed: in memory when small, in `directory` otherwise.
Result<Fd> unnamed_file(const std::string& directory, bool small);

// A file in memory that nobody can change any more, whoever else has it open. False for other files.
[[nodiscard]] bool seal(int fd);

Result<std::string> read_file(const std::string& path, uint64_t max_bytes);

// Error with the id, a text for people and errno's text as detail.
Error io_error(std::string id, std::string text);

}  // namespace mugai::gateway
