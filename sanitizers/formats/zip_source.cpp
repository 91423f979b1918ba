// A ZIP as a source of members: names decoded, passwords tried.
#include <map>

#include "sanitizers/detect/signature.h"
#include "sanitizers/formats/archive_names.h"
#include "sanitizers/formats/archive_source.h"
#include "sanitizers/formats/zip_audit.h"
#include "sanitizers/formats/zip_fields.h"
#include "sanitizers/formats/zip_member.h"
#include "sanitizers/text/charset.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxFailedTries = 1'000;   // of passwords; each costs a thousand hashes with AES

class ZipSource : public ArchiveSource {
 public:
  ZipSource(Bytes bytes, const ArchiveLimits& limits, std::span<const std::string> passwords)
      : bytes_(bytes), audit_(audit_zip(bytes, limits.members)) {
    trouble = audit_.trouble;
    removed = audit_.removed;
    for (const std::string& password : passwords) add_password(password);
    name_members();
    if (!trouble.empty()) return;
    if (const Type* type = by_signature(audit_.prepended); type && type->danger == Danger::active) trouble = "executable";
    if (nothing_readable()) trouble = "encrypted";
  }

  Read read(size_t index, Sink& out) override {
    const ZipEntry& entry = audit_.entries[index];
    if (!entry.encrypted) return read_zip_member(bytes_, entry, {}, out);
    return find_password(entry) ? read_zip_member(bytes_, entry, passwords_[good_], out) : Read::encrypted;
  }

 private:
  struct Nowhere : Sink {
    bool write(Bytes) override { return true; }
  };

  // As typed, and as a Japanese Windows would have encoded it.
  void add_password(const std::string& utf8) {
    passwords_.push_back(utf8);
    if (auto cp932 = encode_text(utf8, "cp932"); cp932 && *cp932 != utf8) passwords_.push_back(*std::move(cp932));
  }

  void name_members() {
    std::vector<Bytes> raw;
    for (const ZipEntry& entry : audit_.entries)
      if (!entry.utf8) raw.push_back(entry.raw_name);
    const std::vector<std::string> decoded = decode_names(raw);
    size_t next = 0;
    for (const ZipEntry& entry : audit_.entries) {
      ArchiveMember member;
      member.name = entry.utf8 ? decode_utf8_name(entry.raw_name) : decoded[next++];
      member.trouble = entry.trouble;
      if (!entry.unicode_name.empty() && entry.unicode_name != member.name) {
        if (!may_be_same_name(entry.raw_name, member.name, entry.unicode_name) && member.trouble.empty())
          member.trouble = "conflicting-entry";
        member.name = decode_utf8_name(entry.unicode_name);
      }
      member.kind = static_cast<ArchiveMember::Kind>(entry.kind);
      // Some Windows programs end folders with their own separator.
      if (entry.kind == ZipEntry::Kind::file && entry.size == 0 && member.name.ends_with('\\'))
        member.kind = ArchiveMember::Kind::folder;
      member.size = entry.size;
      member.time = entry.time;
      member.encrypted = entry.encrypted;
      const uint16_t method = entry.method == zip::kAes ? zip::u16(entry.aes_extra, 5) : entry.method;
      if (member.trouble.empty() && !is_known_zip_method(method)) member.trouble = "unsupported-compression";
      members.push_back(std::move(member));
    }
    hold_duplicates();
  }

  // Of two members of one name some readers show the first, others the last.
  void hold_duplicates() {
    std::map<std::string, size_t> count;
    const auto is_file = [](const ArchiveMember& member) { return member.kind == ArchiveMember::Kind::file; };
    for (const ArchiveMember& member : members)
      if (is_file(member)) ++count[same_path_key(member.name)];
    for (ArchiveMember& member : members)
      if (is_file(member) && member.trouble.empty() && count[same_path_key(member.name)] > 1)
        member.trouble = "duplicate-name";
  }

  // Every file is encrypted, and no password opens one.
  bool nothing_readable() {
    bool any = false;
    for (size_t i = 0; i < members.size(); ++i) {
      if (members[i].kind != ArchiveMember::Kind::file) continue;
      if (!members[i].encrypted) return false;
      any = true;
      if (members[i].trouble.empty() && find_password(audit_.entries[i])) return false;
    }
    return any;
  }

  // The one that worked last is tried first. Ones that do not fit mostly fail at the first bytes.
  bool find_password(const ZipEntry& entry) {
    for (size_t i = 0; i < passwords_.size() && (i == 0 || failed_tries_ < kMaxFailedTries); ++i) {
      const size_t candidate = (good_ + i) % passwords_.size();
      Nowhere nowhere;
      if (read_zip_member(bytes_, entry, passwords_[candidate], nowhere) == Read::ok) {
        good_ = candidate;
        return true;
      }
      ++failed_tries_;
    }
    return false;
  }

  Bytes bytes_;
  ZipAudit audit_;
  std::vector<std::string> passwords_;
  size_t good_ = 0, failed_tries_ = 0;
};

}  // namespace

std::unique_ptr<ArchiveSource> open_zip(Bytes untrusted, const ArchiveLimits& limits,
                                        std::span<const std::string> passwords) {
  return std::make_unique<ZipSource>(untrusted, limits, passwords);
}

}  // namespace mugai::sanitize
