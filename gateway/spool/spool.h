// The spool: every message that was accepted and is not yet finished. States are directories, moves are renames:
//   incoming/  being received; not acknowledged; removed at start
//   active/    accepted, to be treated and delivered now
//   deferred/  waiting; the file's modification time is the time of the next attempt
//   hold/      waiting for a person
// A message is accepted by commit(): content and envelope are written, fsync'ed, renamed into active/ and the directory
// fsync'ed, in that order. A crash before the rename leaves a file in incoming/ that was never acknowledged; a crash
// after it leaves a message that was perhaps not acknowledged but will be delivered: a duplicate at worst, never a loss.
// Concurrent commits share the directory's fsync. Threads: begin() and Writer belong to the loop's thread; commits are
// finished by the spool's own threads, which call `post` with the completion.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "gateway/file.h"
#include "gateway/spool/spool_file.h"

namespace mugai::gateway {

enum class SpoolState { active, deferred, hold };
std::string_view to_string(SpoolState state);

struct SpoolEntry {
  MessageId id;
  SpoolState state;
  int64_t due_ms = 0;      // deferred: time of the next attempt
};

class Spool {
 public:
  using Post = std::function<void(std::function<void()>)>;

  // Makes the directories, empties incoming/. `post` runs a function on the loop's thread.
  static Result<std::unique_ptr<Spool>> open(const std::string& directory, Post post);
  // For tools beside a running gateway: looks and moves, never empties, never commits.
  static Result<std::unique_ptr<Spool>> open_existing(const std::string& directory);
  ~Spool();

  // A message on its way in. Small ones touch the disk only at commit. Destroyed without commit: gone.
  class Writer {
   public:
    ~Writer();
    [[nodiscard]] bool write(Bytes content);
    // `done` runs through `post`. Nothing of the Writer may be used after this.
    void commit(std::function<void(Result<SpooledMessage>)> done);
    uint64_t size() const { return size_; }

   private:
    friend class Spool;
    Writer(Spool& spool, SpoolHeader header);
    [[nodiscard]] bool open_file();

    Spool& spool_;
    SpoolHeader header_;
    std::string buffer_;
    std::string rendered_;   // the header as written; empty while nothing is on disk
    Fd file_;
    uint64_t size_ = 0;
    bool committed_ = false;
  };
  std::unique_ptr<Writer> begin(SpoolHeader header);

  std::vector<SpoolEntry> scan() const;
  // Opens, maps and parses. The mapping keeps the content alive even when the file is removed.
  struct Opened {
    SpooledMessage message;
    Fd file;
    Mapping mapping;
    Bytes content() const { return mapping.bytes().substr(message.content_offset, message.content_size); }
  };
  Result<Opened> open_message(const MessageId& id, SpoolState state) const;

  // Appends records and makes them durable: called when some recipients are final and others are not.
  Status append(const MessageId& id, SpoolState state, const std::vector<RecipientRecord>& records);
  Status move(const MessageId& id, SpoolState from, SpoolState to, int64_t due_ms = 0);
  Status remove(const MessageId& id, SpoolState state);
  std::optional<SpoolState> find(const MessageId& id) const;

  uint64_t free_bytes() const;
  const std::string& directory() const { return directory_; }

 private:
  struct Commit {
    SpoolHeader header;
    std::string buffer;        // not yet written tail
    std::string rendered;      // not empty: header already in the file
    Fd file;
    uint64_t size = 0;
    std::function<void(Result<SpooledMessage>)> done;
  };

  Spool(std::string directory, Post post) : directory_(std::move(directory)), post_(std::move(post)) {}
  std::string path(std::string_view state, const MessageId& id) const;
  void run_committer();
  Result<SpooledMessage> write_and_sync(Commit& commit);

  std::string directory_;
  Post post_;
  Fd active_directory_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Commit> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> committers_;
};

}  // namespace mugai::gateway
