#include "gateway/spool/spool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

#include "gateway/log.h"

namespace mugai::gateway {

namespace fs = std::filesystem;

namespace {

constexpr size_t kCommitters = 4;        // concurrent fsyncs; the file system groups them
constexpr size_t kBatch = 16;            // messages that share one fsync of the directory
constexpr size_t kWriterBuffer = 128 << 10;
constexpr std::array kStates = {SpoolState::active, SpoolState::deferred, SpoolState::hold};

std::string state_name(SpoolState state) { return std::string(to_string(state)); }

}  // namespace

std::string_view to_string(SpoolState state) {
  switch (state) {
    case SpoolState::active: return "active";
    case SpoolState::deferred: return "deferred";
    case SpoolState::hold: break;
  }
  return "hold";
}

std::string Spool::path(std::string_view state, const MessageId& id) const {
  return directory_ + "/" + std::string(state) + "/" + id.text;
}

Result<std::unique_ptr<Spool>> Spool::open(const std::string& directory, Post post) {
  std::error_code failure;
  for (const char* name : {"incoming", "active", "deferred", "hold"}) {
    fs::create_directories(directory + "/" + name, failure);
    if (failure) return Error{"spool.directory", "cannot make " + directory + "/" + name, failure.message()};
  }
  // What lies here was never acknowledged: the client still has it.
  for (const auto& entry : fs::directory_iterator(directory + "/incoming", failure)) fs::remove(entry.path(), failure);
  std::unique_ptr<Spool> spool(new Spool(directory, std::move(post)));
  spool->active_directory_ = Fd(::open((directory + "/active").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!spool->active_directory_) return io_error("spool.directory", "cannot open " + directory + "/active");
  for (size_t i = 0; i < kCommitters; ++i) spool->committers_.emplace_back([one = spool.get()] { one->run_committer(); });
  return spool;
}

Result<std::unique_ptr<Spool>> Spool::open_existing(const std::string& directory) {
  if (!fs::is_directory(directory + "/active"))
    return Error{"spool.missing", "there is no spool in " + directory + "; has the gateway ever run with this state?", ""};
  return std::unique_ptr<Spool>(new Spool(directory, nullptr));
}

Spool::~Spool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : committers_) thread.join();
}

std::unique_ptr<Spool::Writer> Spool::begin(SpoolHeader header) {
  return std::unique_ptr<Writer>(new Writer(*this, std::move(header)));
}

Spool::Writer::Writer(Spool& spool, SpoolHeader header) : spool_(spool), header_(std::move(header)) {}

Spool::Writer::~Writer() {
  if (file_ && !committed_) ::unlink(spool_.path("incoming", header_.id).c_str());
}

bool Spool::Writer::open_file() {
  file_ = Fd(::open(spool_.path("incoming", header_.id).c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file_) return false;
  rendered_ = render_spool_header(header_, 0);
  return write_all(file_.get(), rendered_);
}

bool Spool::Writer::write(Bytes content) {
  size_ += content.size();
  if (buffer_.size() + content.size() <= kWriterBuffer) {
    buffer_.append(content);
    return true;
  }
  if (!file_ && !open_file()) return false;
  const bool ok = write_all(file_.get(), buffer_) && write_all(file_.get(), content);
  buffer_.clear();
  return ok;
}

void Spool::Writer::commit(std::function<void(Result<SpooledMessage>)> done) {
  committed_ = true;
  Commit commit{std::move(header_), std::move(buffer_), std::move(rendered_), std::move(file_), size_, std::move(done)};
  {
    const std::lock_guard lock(spool_.mutex_);
    spool_.waiting_.push_back(std::move(commit));
  }
  spool_.wake_.notify_one();
}

// Everything up to the rename: after this the file's content is durable, its name is not.
Result<SpooledMessage> Spool::write_and_sync(Commit& commit) {
  const std::string incoming = path("incoming", commit.header.id);
  const auto fail = [&](std::string_view what) {
    Error error = io_error(errno == ENOSPC || errno == EDQUOT ? "spool.full" : "spool.write", "cannot store the message");
    error.detail = std::string(what) + " " + incoming + ": " + error.detail;
    ::unlink(incoming.c_str());
    return error;
  };
  if (!commit.file) {
    commit.file = Fd(::open(incoming.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!commit.file) return fail("create");
    commit.rendered = render_spool_header(commit.header, commit.size);
    if (!write_all(commit.file.get(), commit.rendered + commit.buffer)) return fail("write");
  } else if (!write_all(commit.file.get(), commit.buffer) ||
             !pwrite_all(commit.file.get(), render_size(commit.size), size_offset())) {
    return fail("write");
  }
  if (::fdatasync(commit.file.get()) != 0) return fail("fsync");
  if (::rename(incoming.c_str(), path("active", commit.header.id).c_str()) != 0) return fail("rename");
  SpooledMessage message;
  message.content_offset = commit.rendered.size();
  message.content_size = commit.size;
  message.header = std::move(commit.header);
  return message;
}

void Spool::run_committer() {
  for (;;) {
    std::vector<Commit> batch;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      // A fair share, so that the committers work side by side.
      const size_t share = std::min(kBatch, (waiting_.size() + kCommitters - 1) / kCommitters);
      for (size_t i = 0; i < share; ++i) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    std::vector<Result<SpooledMessage>> results;
    for (Commit& commit : batch) results.push_back(write_and_sync(commit));
    // The names become durable together; nobody hears 250 before this.
    const bool durable = ::fsync(active_directory_.get()) == 0;
    for (size_t i = 0; i < batch.size(); ++i) {
      if (!durable && results[i]) results[i] = io_error("spool.write", "cannot store the message");
      post_([done = std::move(batch[i].done), result = std::move(results[i])]() mutable { done(std::move(result)); });
    }
  }
}

std::vector<SpoolEntry> Spool::scan() const {
  std::vector<SpoolEntry> out;
  for (const SpoolState state : kStates) {
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(directory_ + "/" + state_name(state), failure)) {
      const std::string name = entry.path().filename().string();
      struct stat status {};
      if (!is_valid_id(name) || ::stat(entry.path().c_str(), &status) != 0) continue;
      out.push_back({MessageId{name}, state, static_cast<int64_t>(status.st_mtim.tv_sec) * 1000});
    }
  }
  std::sort(out.begin(), out.end(), [](const SpoolEntry& a, const SpoolEntry& b) { return a.id < b.id; });
  return out;
}

Result<Spool::Opened> Spool::open_message(const MessageId& id, SpoolState state) const {
  Fd file(::open(path(to_string(state), id).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return io_error("spool.read", "cannot open message " + id.text);
  Result<Mapping> mapping = Mapping::of(file.get());
  if (!mapping) return mapping.error();
  Result<SpooledMessage> message = parse_spool_file(mapping->bytes());
  if (!message) return message.error();
  return Opened{std::move(*message), std::move(file), std::move(*mapping)};
}

Status Spool::append(const MessageId& id, SpoolState state, const std::vector<RecipientRecord>& records) {
  const Fd file(::open(path(to_string(state), id).c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  std::string lines;
  for (const RecipientRecord& record : records) lines += render_record(record);
  if (!file || !write_all(file.get(), lines) || ::fdatasync(file.get()) != 0)
    return io_error("spool.write", "cannot note what happened to message " + id.text);
  return Ok{};
}

// The time is set before the rename: a message in deferred/ always has the time that belongs to it.
Status Spool::move(const MessageId& id, SpoolState from, SpoolState to, int64_t due_ms) {
  const std::string source = path(to_string(from), id);
  if (to == SpoolState::deferred) {
    const std::array<timespec, 2> times = {timespec{due_ms / 1000, 0}, timespec{due_ms / 1000, 0}};
    ::utimensat(AT_FDCWD, source.c_str(), times.data(), 0);
  }
  if (from != to && ::rename(source.c_str(), path(to_string(to), id).c_str()) != 0)
    return io_error("spool.move", "cannot move message " + id.text);
  return Ok{};
}

Status Spool::remove(const MessageId& id, SpoolState state) {
  if (::unlink(path(to_string(state), id).c_str()) != 0) return io_error("spool.remove", "cannot remove message " + id.text);
  return Ok{};
}

std::optional<SpoolState> Spool::find(const MessageId& id) const {
  if (!is_valid_id(id.text)) return std::nullopt;
  for (const SpoolState state : kStates)
    if (::access(path(to_string(state), id).c_str(), F_OK) == 0) return state;
  return std::nullopt;
}

uint64_t Spool::free_bytes() const {
  struct statvfs status {};
  if (::statvfs(directory_.c_str(), &status) != 0) return 0;
  return static_cast<uint64_t>(status.f_bavail) * status.f_frsize;
}

}  // namespace mugai::gateway
