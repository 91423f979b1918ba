#include "smtp/maildir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>

#include "config/base/bytes.h"

namespace mugai::smtp {
namespace {

namespace fs = std::filesystem;

class File {
 public:
  File(const fs::path& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  bool write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return true;
  }
  bool sync() { return ::fsync(descriptor_) == 0; }

 private:
  int descriptor_;
};

std::string unique_name(std::string host) {
  static std::atomic<unsigned> counter{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  for (char& c : host)
    if (c == '/' || c == ':') c = '_';
  return std::to_string(micros / 1'000'000) + ".M" + std::to_string(micros % 1'000'000) + "P" +
         std::to_string(::getpid()) + "Q" + std::to_string(counter++) + "." + host;
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

bool write_with_lf(File& file, std::string_view message) {
  constexpr size_t kBlock = 256 << 10;
  std::string block;
  while (!message.empty()) {
    const size_t crlf = message.find("\r\n");
    const bool found = crlf != std::string_view::npos;
    block += message.substr(0, crlf);
    if (found) block += '\n';
    message.remove_prefix(found ? crlf + 2 : message.size());
    if (block.size() < kBlock) continue;
    if (!file.write_all(block)) return false;
    block.clear();
  }
  return file.write_all(block);
}

// Nothing when all went well, else what failed.
std::optional<std::string> store(const fs::path& folder, const Envelope& envelope, std::string_view message,
                                 const std::string& hostname) {
  const auto failure = [](const std::string& what) { return what + ": " + std::strerror(errno); };
  std::error_code error;
  for (const char* name : {"tmp", "new", "cur"}) {
    fs::create_directories(folder / name, error);
    if (error) return "cannot make " + (folder / name).string() + ": " + error.message();
  }
  const std::string name = unique_name(hostname);
  const fs::path temporary = folder / "tmp" / name, final_path = folder / "new" / name;
  {
    File file(temporary, O_WRONLY | O_CREAT | O_EXCL);
    if (!file.is_open()) return failure("cannot create " + temporary.string());
    std::string trace = "Return-Path: <" + one_line(envelope.reverse_path.text) + ">\n";
    for (const Recipient& recipient : envelope.recipients)
      trace += "Delivered-To: " + one_line(recipient.forward_path.text) + "\n";
    if (!file.write_all(trace) || !write_with_lf(file, message) || !file.sync()) {
      const auto why = failure("cannot write " + temporary.string());
      ::unlink(temporary.c_str());
      return why;
    }
  }
  if (::rename(temporary.c_str(), final_path.c_str()) != 0) {
    const auto why = failure("cannot rename to " + final_path.string());
    ::unlink(temporary.c_str());
    return why;
  }
  // Without this the rename may be lost in a crash although we said 250. If it fails, the message may arrive
  // twice.
  File directory(folder / "new", O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || !directory.sync()) return failure("cannot fsync " + (folder / "new").string());
  return std::nullopt;
}

}  // namespace

std::vector<RecipientResult> deliver_to_maildir(const std::string& path, const Envelope& envelope,
                                                std::string_view message, const std::string& hostname) {
  const auto problem = store(path, envelope, message, hostname);
  RecipientResult result;
  result.remote = "maildir:" + path;
  result.state = problem ? RecipientResult::State::deferred : RecipientResult::State::delivered;
  result.reply =
      problem ? Reply{451, "4.3.0", "Maildir: " + *problem} : Reply{250, "2.0.0", "Delivered to Maildir"};
  return std::vector<RecipientResult>(envelope.recipients.size(), result);
}

}  // namespace mugai::smtp
