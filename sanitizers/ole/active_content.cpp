#include "sanitizers/ole/active_content.h"

#include <algorithm>

#include "sanitizers/detect/ole_directory.h"
#include "sanitizers/little_endian.h"
#include "sanitizers/ole/compound_file.h"

namespace mugai::sanitize {

namespace {

constexpr size_t kPrologue = 4'096;
constexpr size_t kMostBytes = 64 << 20;   // of a stream; sheets are named at its beginning

uint64_t macro_sheets_in(Bytes records) {
  constexpr uint32_t kBoundSheet = 0x85, kMacroSheet = 1;
  constexpr size_t kHead = 4, kKind = 5;   // behind the sheet's place and its state
  uint64_t count = 0;
  for (size_t at = 0; at + kHead <= records.size(); at += kHead + u16(records, at + 2))
    if (u16(records, at) == kBoundSheet && byte_at(records, at + kHead + kKind) == kMacroSheet) ++count;
  return count;
}

// Records of a presentation stand in each other; walking into those that hold others meets all of them in one pass.
void count_records(Bytes records, ActiveContent& out) {
  constexpr uint32_t kVbaInfo = 0x3FF, kObject = 0x1011, kHoldsRecords = 0xF;
  constexpr size_t kHead = 8;
  for (size_t at = 0; at + kHead <= records.size();) {
    const uint32_t type = u16(records, at + 2);
    out.vba = out.vba || type == kVbaInfo;
    if (type == kObject) ++out.objects;
    at += kHead;
    if ((u16(records, at - kHead) & kHoldsRecords) != kHoldsRecords) at += u32(records, at - 4);
  }
}

// Word keeps objects in a storage of their own, Excel beside its stream under names of a kind.
uint64_t count_storages(const CompoundFile& file) {
  const auto count = [&](CompoundFile::Id storage, std::string_view prefix) {
    const std::vector<CompoundFile::Id>& children = file.entry(storage).children;
    return static_cast<uint64_t>(std::count_if(children.begin(), children.end(), [&](CompoundFile::Id id) {
      return file.entry(id).is_storage && file.entry(id).name.starts_with(prefix);
    }));
  };
  const CompoundFile::Id pool = file.find(CompoundFile::kRoot, "ObjectPool");
  return (pool == CompoundFile::kNone ? 0 : count(pool, "_")) + count(CompoundFile::kRoot, "MBD") + count(CompoundFile::kRoot, "LNK");
}

// Word 2003 says in the root of its XML what stands further down.
ActiveContent in_xml(Bytes xml) {
  const auto says = [&](Bytes word) { return xml.find(word) != xml.npos; };
  ActiveContent out;
  out.vba = says("macrosPresent=\"yes\"") || says("\"editdata.");
  out.objects = says("embeddedObjPresent=\"yes\"") || says("ocxPresent=\"yes\"") || says("\"oledata.") ? 1 : 0;
  return out;
}

}  // namespace

ActiveContent find_active_content(Bytes untrusted_file) {
  ActiveContent out;
  if (untrusted_file.substr(0, kPrologue).find("<?mso-application") != untrusted_file.npos) return in_xml(untrusted_file);
  if (!is_ole(untrusted_file)) return out;
  const OleDirectory directory = read_ole_directory(untrusted_file);
  for (const char* name : {"_VBA_PROJECT", "VBA", "_VBA_PROJECT_CUR", "Macros"}) out.vba = out.vba || directory.has(name);
  out.metadata = directory.has("\5SummaryInformation");
  const std::unique_ptr<CompoundFile> file = CompoundFile::open(untrusted_file);
  if (!file) return out;
  out.macro_sheets = macro_sheets_in(file->beginning("Workbook", kMostBytes)) + macro_sheets_in(file->beginning("Book", kMostBytes));
  out.objects = count_storages(*file);
  count_records(file->beginning("PowerPoint Document", kMostBytes), out);
  return out;
}

}  // namespace mugai::sanitize
