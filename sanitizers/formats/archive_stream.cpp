// Archives that libarchive reads from front to back. They are read twice: first to the end, to know names, sizes, damage
// and bombs before anything is treated; then member by member. Where a member's damage ends the reading, it is begun again
// and the member stepped over.
#include <archive.h>
#include <archive_entry.h>

#include <array>

#include "sanitizers/formats/archive_names.h"
#include "sanitizers/formats/archive_source.h"

namespace mugai::sanitize {
namespace {

constexpr int kMaxRestarts = 3;

struct Nowhere : Sink {
  bool write(Bytes bytes) override {
    size += bytes.size();
    return true;
  }
  uint64_t size = 0;
};

ArchiveMember::Kind kind_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry)) return ArchiveMember::Kind::link;
  switch (archive_entry_filetype(entry)) {
    case 0:
    case AE_IFREG: return ArchiveMember::Kind::file;
    case AE_IFDIR: return ArchiveMember::Kind::folder;
    case AE_IFLNK: return ArchiveMember::Kind::link;
    default: return ArchiveMember::Kind::special;
  }
}

class StreamSource : public ArchiveSource {
 public:
  StreamSource(Bytes bytes, const Type& type, const ArchiveLimits& limits) : pieces_{bytes}, kind_(type.id) {
    if (kind_ == "lzh") choose_charset();
    for (int restarts = 0; survey(limits) == Survey::again; ++restarts)
      if (restarts == kMaxRestarts) {
        trouble = "damaged-archive";
        break;
      }
    const std::vector<std::string> names = decode_names({raw_names_.begin(), raw_names_.end()});
    for (size_t i = 0; i < members.size(); ++i) members[i].name = names[i];
    if (trouble.empty()) check_encrypted();
    if (trouble.empty() && !reopen()) trouble = "damaged-archive";
  }

  Read read(size_t index, Sink& out) override {
    for (; at_ <= index; ++at_)
      if (handle_.next() != ArchiveHandle::Step::entry) return Read::damaged;
    return handle_.read(members[index].size, out);
  }

 private:
  enum class Survey { done, again };

  // libarchive fails at names of an LZH that it cannot decode. Headers alone are cheap: the first charset that gets through
  // all of them is it; when none does, the archive is damaged.
  void choose_charset() {
    for (const char* charset : kLzhCharsets) {
      charset_ = charset;
      ArchiveHandle::Step step = reopen() ? ArchiveHandle::Step::entry : ArchiveHandle::Step::failed;
      while (step == ArchiveHandle::Step::entry) step = handle_.next();
      if (step == ArchiveHandle::Step::end) return;
    }
    charset_ = {};
  }

  bool reopen() {
    at_ = 0;
    return handle_.open(kind_, pieces_, {}, charset_);
  }

  Survey survey(const ArchiveLimits& limits) {
    if (!reopen()) {
      trouble = handle_.has_encrypted_header() ? "encrypted" : "damaged-archive";
      return Survey::done;
    }
    for (size_t index = 0;; ++index) {
      const ArchiveHandle::Step step = handle_.next();
      if (step == ArchiveHandle::Step::end && index >= members.size()) return Survey::done;
      if (step != ArchiveHandle::Step::entry) {
        if (index == members.size() && tried_ == index && index > 0) return ++tried_, Survey::again;
        trouble = handle_.has_encrypted_header() ? "encrypted" : "damaged-archive";
        return Survey::done;
      }
      if (index < members.size()) continue;   // known from the time before
      if (index == limits.members) {
        trouble = "too-many-members";
        return Survey::done;
      }
      describe();
      if (!try_content(limits)) return Survey::done;
    }
  }

  void describe() {
    archive_entry* entry = handle_.entry();
    ArchiveMember member;
    const char* name = archive_entry_pathname(entry);
    if (!name) name = archive_entry_pathname_utf8(entry);
    if (!name) member.trouble = "damaged-member";
    raw_names_.emplace_back(name ? name : "");
    member.kind = kind_of(entry);
    if (archive_entry_mtime_is_set(entry)) member.time = ZipTime::from_moment(archive_entry_mtime(entry));
    member.encrypted = archive_entry_is_encrypted(entry) != 0;
    members.push_back(std::move(member));
  }

  // False: that is the end of the whole.
  bool try_content(const ArchiveLimits& limits) {
    ArchiveMember& member = members.back();
    if (member.kind != ArchiveMember::Kind::file || member.encrypted) return true;
    Nowhere nowhere;
    const Read result = handle_.read(limits.bytes - total_, nowhere);
    member.size = nowhere.size;
    surveyed_bytes += nowhere.size;
    switch (result) {
      case Read::ok: total_ += nowhere.size; return true;
      case Read::too_large: trouble = "expands-too-much"; return false;
      case Read::encrypted: member.encrypted = true; break;
      case Read::unsupported: member.trouble = "unsupported-compression"; break;
      case Read::damaged:
      case Read::sink_failed: member.trouble = "damaged-member"; break;
    }
    // libarchive 3.6.2 reads wild memory when it steps over damage in a CAB.
    const bool ends_here = kind_ == "cab";
    if (ends_here) trouble = "damaged-archive";
    tried_ = members.size();   // should reading end here, this is why
    return trouble.empty();
  }

  void check_encrypted() {
    bool any = false;
    for (const ArchiveMember& member : members) {
      if (member.kind != ArchiveMember::Kind::file) continue;
      if (!member.encrypted) return;
      any = true;
    }
    if (any) trouble = "encrypted";
  }

  std::array<Bytes, 1> pieces_;
  std::string_view kind_, charset_;
  ArchiveHandle handle_;
  std::vector<std::string> raw_names_;
  uint64_t total_ = 0;
  size_t at_ = 0;      // members that the handle has passed
  size_t tried_ = 0;   // number of the last member whose content failed, from 1
};

}  // namespace

std::unique_ptr<ArchiveSource> open_stream(Bytes untrusted, const Type& type, const ArchiveLimits& limits) {
  return std::make_unique<StreamSource>(untrusted, type, limits);
}

}  // namespace mugai::sanitize
