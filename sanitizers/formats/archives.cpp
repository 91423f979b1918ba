#include "sanitizers/formats/archives.h"

#include <algorithm>

#include "sanitizers/detect/name.h"
#include "sanitizers/formats/archive_listing.h"
#include "sanitizers/formats/archive_names.h"
#include "sanitizers/formats/archive_packed.h"
#include "sanitizers/formats/archive_signs.h"
#include "sanitizers/formats/archive_source.h"
#include "sanitizers/formats/zip_writer.h"

namespace mugai::sanitize {
namespace {

constexpr uint64_t kSmallBytes = 1 << 20;   // may always come out, however well it was packed

// A packed file that is no tar: an archive of one member.
class OneFile : public ArchiveSource {
 public:
  OneFile(std::string name, Bytes content) : content_(content) {
    ArchiveMember member;
    member.name = std::move(name);
    member.size = content.size();
    members.push_back(std::move(member));
  }
  bool view(size_t, Bytes& content) override { return content = content_, true; }
  Read read(size_t, Sink& out) override { return out.write(content_) ? Read::ok : Read::sink_failed; }

 private:
  Bytes content_;
};

// What macOS puts beside each file: icons, flags, window positions. Nobody misses it, and a notice for each would hide
// what matters. Names alone do not make one.
constexpr std::string_view kMacFolder = "__MACOSX";
bool is_desktop_record(const std::vector<std::string>& path, Bytes content) {
  using namespace std::string_view_literals;
  if (path.empty()) return false;
  const bool apple_double = path.back().starts_with("._") && content.starts_with("\0\5\x16\7\0\2\0\0"sv);
  return apple_double || (path.back() == ".DS_Store" && content.starts_with("\0\0\0\1Bud1"sv));
}

bool is_same_folder(const std::vector<std::string>& parts, const std::string& path) {
  std::string given;
  for (const std::string& part : parts) given += part + "/";
  return same_path_key(given) == same_path_key(path);
}

// What was unpacked in vain is taken from the budget too, else a thousand bombs would cost a thousand times their limit.
void spend(Budget& budget, uint64_t bytes) { budget.expanded_bytes -= std::min(budget.expanded_bytes, bytes); }

class Rebuild {
 public:
  Rebuild(const Input& input, Sink& out, Context& context, ArchiveSource& source)
      : input_(input), context_(context), source_(source), zip_(out, context.workspace) {}

  Outcome run() {
    outcome_.removed = std::move(source_.removed);
    for (size_t i = 0; i < source_.members.size(); ++i)
      if (!add(i)) return Outcome::failed("workspace");
    if (left_ == 0 && held_ > 0) return Outcome::held("nothing-left");
    if (!zip_.finish()) return Outcome::failed("workspace");
    if (held_ > 0) outcome_.removed.push_back({"held-members", held_});
    if (renamed_ > 0) outcome_.removed.push_back({"renamed-members", renamed_});
    if (desktop_records_ > 0) outcome_.removed.push_back({"desktop-record", desktop_records_});
    outcome_.kind = outcome_.removed.empty() ? Outcome::Kind::clean : Outcome::Kind::altered;
    outcome_.type_out = type_by_id("zip");
    outcome_.action = input_.type == outcome_.type_out ? Action::rebuilt : Action::converted;
    outcome_.method = 3;
    return std::move(outcome_);
  }

 private:
  // False: temporary failure.
  bool add(size_t index) {
    const ArchiveMember& member = source_.members[index];
    // Whoever treats or holds a member takes it from the budget; a folder costs as much.
    uint32_t& budget = context_.budget.members;
    if (member.kind == ArchiveMember::Kind::folder && budget > 0) --budget;
    MemberPath path = split_path(member.name);
    if (member.kind == ArchiveMember::Kind::folder && member.trouble.empty() && !path.climbs) {
      if (!path.parts.empty() && path.parts.front() == kMacFolder) return true;
      const std::string folder = paths_.folder(path.parts);
      return folder.empty() || !paths_.is_new(folder) || zip_.add_folder(folder, member.time);
    }
    Input input;
    input.name = member.name;
    input.path = input_.path + "/" + std::to_string(index + 1);
    if (const std::string reason = trouble_of(member, path); !reason.empty()) return hold(input, reason);
    return treat(index, input, path.parts);
  }

  static std::string trouble_of(const ArchiveMember& member, const MemberPath& path) {
    if (!member.trouble.empty()) return member.trouble;
    if (member.kind == ArchiveMember::Kind::link) return "archive-link";
    if (member.kind == ArchiveMember::Kind::special) return "special-file";
    return path.climbs ? "path-traversal" : "";
  }

  bool treat(size_t index, Input& input, std::vector<std::string> path) {
    if (source_.view(index, input.bytes)) return pass(index, input, std::move(path));
    Blob content(context_.workspace);
    const ArchiveSource::Read result = source_.read(index, content);
    if (result != ArchiveSource::Read::ok) spend(context_.budget, source_.members[index].size);
    switch (result) {
      case ArchiveSource::Read::ok: break;
      case ArchiveSource::Read::damaged: return hold(input, "damaged-member");
      case ArchiveSource::Read::unsupported: return hold(input, "unsupported-compression");
      case ArchiveSource::Read::encrypted: return hold(input, "encrypted", Action::locked);
      case ArchiveSource::Read::too_large: return hold(input, "expands-too-much");
      case ArchiveSource::Read::sink_failed: return false;
    }
    if (!content.finish()) return false;
    input.bytes = content.bytes();
    return pass(index, input, std::move(path));
  }

  bool pass(size_t index, const Input& input, std::vector<std::string> path) {
    if (is_desktop_record(path, input.bytes)) return ++desktop_records_, true;
    const Member treated = context_.sanitize_member(input);
    if (treated.outcome.kind == Outcome::Kind::failed) return false;
    if (!treated.outcome.leaves()) return ++held_, true;
    ++left_;
    add_summary(treated.outcome.summary);
    if (!path.empty()) path.pop_back();
    const std::string folder = paths_.folder(path);
    const std::string place = paths_.file(folder, treated.output_name);
    // Its own new name stands in the member's report; that of its folder, or " (2)", stands nowhere else.
    if (!is_same_folder(path, folder) || !place.ends_with(treated.output_name)) ++renamed_;
    return zip_.add_file(place, treated.blob.bytes(), source_.members[index].time);
  }

  // Where links of the files inside led, what an invitation says; no more than people would read.
  void add_summary(const std::string& summary) {
    constexpr size_t kMost = 32 << 10;
    if (summary.empty() || outcome_.summary.size() + summary.size() > kMost) return;
    if (!outcome_.summary.empty()) outcome_.summary += "\n";
    outcome_.summary += summary;
  }

  bool hold(const Input& input, const std::string& reason, Action action = Action::held) {
    ++held_;
    return context_.hold_member(input, reason, action);
  }

  const Input& input_;
  Context& context_;
  ArchiveSource& source_;
  ZipWriter zip_;
  ArchivePaths paths_;
  Outcome outcome_;
  uint64_t left_ = 0, held_ = 0, desktop_records_ = 0, renamed_ = 0;
};

std::string without_extension(const std::string& name) {
  const size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

// A gzip file may tell the name of its content (RFC 1952 §2.3.1), and some programs unpack under that one. The more
// dangerous of the two counts.
std::string name_inside(const Input& input) {
  const std::string outside = without_extension(input.untrusted_name);
  const std::vector<std::string> names = decode_names({gzip_name(input.bytes)});
  const auto danger = [](const std::string& name) {
    const NameReading reading = read_name(name);
    return reading.type ? reading.type->danger : Danger::inert;
  };
  return danger(names.front()) > danger(outside) ? names.front() : outside;
}

uint64_t declared_bytes(const std::vector<ArchiveMember>& members, uint64_t enough) {
  uint64_t total = 0;
  for (const ArchiveMember& member : members) {
    if (member.size > enough - total) return enough + 1;
    total += member.size;
  }
  return total;
}

Outcome hold_whole(const ArchiveSource& source) {
  Outcome outcome = Outcome::held(source.trouble, source.trouble == "encrypted" ? Action::locked : Action::held);
  list_members(source.members, outcome);
  return outcome;
}

}  // namespace

Outcome ArchiveFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  const uint64_t by_ratio = input.bytes.size() * uint64_t{context.profile.limits.max_expansion_ratio};
  const ArchiveLimits limits{context.budget.members,
                             std::min(context.budget.expanded_bytes, std::max(by_ratio, kSmallBytes))};
  Blob unpacked(context.workspace);
  std::unique_ptr<ArchiveSource> source;
  if (is_packed_file(*input.type)) {
    uint64_t trailing = 0;
    switch (unpack_file(input.bytes, *input.type, limits.bytes, unpacked, trailing)) {
      case ArchiveHandle::Read::ok: break;
      case ArchiveHandle::Read::too_large: spend(context.budget, limits.bytes); return Outcome::held("expands-too-much");
      case ArchiveHandle::Read::sink_failed: return Outcome::failed("workspace");
      case ArchiveHandle::Read::damaged:
      case ArchiveHandle::Read::unsupported:
      case ArchiveHandle::Read::encrypted: spend(context.budget, unpacked.size()); return Outcome::held("damaged-archive");
    }
    if (!unpacked.finish()) return Outcome::failed("workspace");
    if (is_tar(unpacked.bytes())) source = open_stream(unpacked.bytes(), *type_by_id("tar"), limits);
    else source = std::make_unique<OneFile>(name_inside(input), unpacked.bytes());
    if (trailing > 0) source->removed.push_back({"trailing-data", 1});
  } else if (input.type->id == "zip") {
    source = open_zip(input.bytes, limits, context.passwords);
  } else {
    source = open_stream(input.bytes, *input.type, limits);
    if (!source->trouble.empty()) spend(context.budget, source->surveyed_bytes);
    if (const std::string_view sign = archive_sign(input.bytes, *input.type, input.untrusted_name); !sign.empty())
      source->trouble = sign;
  }
  if (source->trouble.empty() && declared_bytes(source->members, limits.bytes) > limits.bytes)
    source->trouble = "expands-too-much";
  if (!source->trouble.empty()) return hold_whole(*source);
  return Rebuild(input, out, context, *source).run();
}

}  // namespace mugai::sanitize
