#include "gateway/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mugai::gateway {

namespace {
constexpr off_t kCopiedBytes = 64 << 10;
}

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Mapping::~Mapping() {
  if (data_) ::munmap(data_, size_);
}

Result<Mapping> Mapping::of(int fd) {
  // Not fstat: libc makes it a call that could also look at paths, and workers may not.
  const off_t size = ::lseek(fd, 0, SEEK_END);
  if (size < 0) return io_error("file.map", "cannot look at a file");
  Mapping mapping;
  if (size == 0) return mapping;
  if (size <= kCopiedBytes) {
    mapping.copy_ = std::make_unique_for_overwrite<char[]>(static_cast<size_t>(size));
    while (mapping.size_ < static_cast<size_t>(size)) {
      const ssize_t count = ::pread(fd, mapping.copy_.get() + mapping.size_, static_cast<size_t>(size) - mapping.size_,
                                    static_cast<off_t>(mapping.size_));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return io_error("file.map", "cannot read a file");
      if (count == 0) break;
      mapping.size_ += static_cast<size_t>(count);
    }
    return mapping;
  }
  void* data = ::mmap(nullptr, static_cast<size_t>(size), PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) return io_error("file.map", "cannot map a file");
  mapping.data_ = data;
  mapping.size_ = static_cast<size_t>(size);
  return mapping;
}

bool FdSink::write(Bytes bytes) {
  constexpr size_t kBuffer = 64 << 10;
  written_ += bytes.size();
  if (buffer_.size() + bytes.size() > kBuffer && !flush()) return false;
  if (bytes.size() > kBuffer) return write_all(fd_, bytes);
  buffer_.append(bytes);
  return true;
}

bool FdSink::flush() {
  const bool ok = write_all(fd_, buffer_);
  buffer_.clear();
  return ok;
}

bool write_all(int fd, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

bool pwrite_all(int fd, Bytes bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
  return true;
}

Result<Fd> unnamed_file(const std::string& directory, bool small) {
  Fd fd(small ? ::memfd_create("mugai", MFD_CLOEXEC | MFD_ALLOW_SEALING) : ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) return io_error("file.temporary", "cannot make a temporary file in " + directory);
  return fd;
}

bool seal(int fd) { return ::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0; }

Result<std::string> read_file(const std::string& path, uint64_t max_bytes) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return io_error("file.read", "cannot read " + path + ": " + std::strerror(errno));
  std::string bytes;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error("file.read", "cannot read " + path + ": " + std::strerror(errno));
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<size_t>(count));
    if (bytes.size() > max_bytes) return Error{"file.too-large", path + " is larger than allowed", ""};
  }
}

Error io_error(std::string id, std::string text) { return {std::move(id), std::move(text), std::strerror(errno)}; }

}  // namespace mugai::gateway
