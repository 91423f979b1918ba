// Every way in which a ZIP can say two things, one row each: where two readers could differ, nothing is guessed.
#include "sanitizers/formats/zip_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sanitizers/formats/archive_bytes.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;
using namespace zip;
using test::deflated;
using test::zip_of;
using test::ZipBytes;
using test::ZipShape;

uint64_t removed(const ZipAudit& audit, std::string_view what) {
  for (const Removed& one : audit.removed)
    if (one.what == what) return one.count;
  return 0;
}

ZipBytes plain(const std::string& name = "a.txt") { return {name, "hello"}; }

TEST(ZipAudit, FindsWhatIsThereInTheOrderOfTheDirectory) {
  const std::string bytes = zip_of({plain("b.txt"), deflated("a.txt", "aaaaaaaaaaaaaaaaaaaa"), {"d/", ""}});
  const ZipAudit audit = audit_zip(bytes, 10);
  ASSERT_EQ(audit.trouble, "");
  ASSERT_EQ(audit.entries.size(), 3u);
  EXPECT_EQ(audit.entries[0].raw_name, "b.txt");
  EXPECT_EQ(bytes.substr(audit.entries[0].data_offset, audit.entries[0].packed_size), "hello");
  EXPECT_EQ(audit.entries[1].size, 20u);
  EXPECT_EQ(audit.entries[2].kind, ZipEntry::Kind::folder);
  EXPECT_TRUE(audit.removed.empty());
}

struct Row {
  const char* what;
  std::string zip;
  std::string trouble;   // of the archive
};

std::string data_descriptor(const ZipBytes& one, bool marked, bool wide) {
  std::string out(marked ? kDescriptor : ""sv);
  put32(out, one.crc);
  if (wide) put64(out, one.packed_size), put64(out, one.size);
  else put32(out, one.packed_size), put32(out, one.size);
  return out;
}

// ZIP64's two end records, and the old one with its numbers marked as being there.
std::string zip64_of(const std::vector<ZipBytes>& members, uint64_t said_members, uint64_t locator_error = 0) {
  std::string bytes = zip_of(members);
  const size_t end = bytes.size() - kEndSize;
  const uint64_t size = u32(bytes, end + 12), offset = u32(bytes, end + 16);
  std::string tail(kEnd64);
  put64(tail, kEnd64Size - 12);
  put16(tail, 45);
  put16(tail, 45);
  put64(tail, 0);
  put64(tail, said_members);
  put64(tail, said_members);
  put64(tail, size);
  put64(tail, offset);
  tail += kLocator64;
  put32(tail, 0);
  put64(tail, end + locator_error);
  put32(tail, 1);
  tail += kEnd;
  put32(tail, 0);
  put16(tail, 0xffff);
  put16(tail, 0xffff);
  put32(tail, 0xffffffff);
  put32(tail, 0xffffffff);
  put16(tail, 0);
  return bytes.substr(0, end) + tail;
}

TEST(ZipAudit, HoldsTheWholeWhenReadersCouldDifferAboutIt) {
  const std::string good = zip_of({plain()});
  const std::string end = good.substr(good.size() - kEndSize);
  std::string disk = good, wrong_count = zip_of({plain()}, {.count = 2});
  disk[disk.size() - 18] = 1;
  const Row rows[] = {
      {"nothing", "", "damaged-archive"},
      {"no end record", good.substr(0, good.size() - 1), "damaged-archive"},
      {"a comment that is not all there", zip_of({plain()}, {.comment = "abc"}).substr(0, good.size() + 1), "damaged-archive"},
      {"more members than the directory", wrong_count, "damaged-archive"},
      {"fewer members than the directory", zip_of({plain(), plain("b.txt")}, {.count = 1}), "ambiguous-archive"},
      {"an end record whose comment is another end record", zip_of({plain()}, {.comment = end}), "ambiguous-archive"},
      {"two ZIPs one after the other", good + zip_of({plain("b.txt")}), "ambiguous-archive"},
      {"another ZIP behind it", good + zip_of({plain("longer.txt"), plain("b.txt")}), "hidden-members"},
      {"a member that the directory does not name", zip_of({plain().with([&](ZipBytes& one) { one.before = good.substr(0, 40); })}), "hidden-members"},
      {"something between the directory and its end", zip_of({plain()}, {.before_end = "xx"}), "ambiguous-archive"},
      {"a volume of a split archive", disk, "split-archive"},
      {"the first volume of one", "PK\7\10PK\3\4 and so on and so on and so on"s, "split-archive"},
      {"members that share their data", zip_of({plain(), plain("b.txt")}, {.same_offset = true}), "overlapping-members"},
      {"too many members", zip_of(std::vector<ZipBytes>(11, plain())), "too-many-members"},
      {"ZIP64 that counts otherwise", zip64_of({plain()}, 2), "damaged-archive"},
      {"ZIP64 whose locator points elsewhere", zip64_of({plain()}, 1, 1), "damaged-archive"},
      {"ZIP64 whose locator points into the past", zip64_of({plain()}, 1, static_cast<uint64_t>(-1)), "ambiguous-archive"},
  };
  for (const Row& row : rows) EXPECT_EQ(audit_zip(row.zip, 10).trouble, row.trouble) << row.what;
}

TEST(ZipAudit, AcceptsHonestVariety) {
  ZipBytes marked = plain(), bare = plain(), wide = plain(), aligned = plain(), macos = plain();
  for (ZipBytes* one : {&marked, &bare, &wide}) one->flags = kFlagDescriptor;
  marked.descriptor = data_descriptor(marked, true, false);
  bare.descriptor = data_descriptor(bare, false, false);
  wide.descriptor = data_descriptor(wide, true, true);
  aligned.extra = std::string(3, '\0');
  const Row rows[] = {
      {"an empty archive", zip_of({}), ""},
      {"a data descriptor", zip_of({marked, plain("b")}), ""},
      {"one without signature", zip_of({bare, plain("b")}), ""},
      {"one with wide sizes", zip_of({wide, plain("b")}), ""},
      {"padding", zip_of({aligned}), ""},
      {"ZIP64 for no reason", zip64_of({plain()}, 1), ""},
      {"a stored ZIP", zip_of({{"inner.zip", zip_of({plain()})}}), ""},
      {"a mark of spanning", zip_of({plain()}, {.prefix = "PK00"}), ""},
  };
  for (const Row& row : rows) {
    const ZipAudit audit = audit_zip(row.zip, 10);
    EXPECT_EQ(audit.trouble, "") << row.what;
    EXPECT_TRUE(audit.removed.empty()) << row.what;
    for (const ZipEntry& entry : audit.entries) EXPECT_EQ(entry.trouble, "") << row.what;
  }
}

TEST(ZipAudit, NamesWhatSurroundsTheMembers) {
  EXPECT_EQ(removed(audit_zip(zip_of({plain()}, {.comment = "hi"}), 10), "archive-comment"), 1u);
  EXPECT_EQ(removed(audit_zip(zip_of({plain()}, {.suffix = "junk"}), 10), "trailing-data"), 1u);
  const std::string prefixed = zip_of({plain()}, {.prefix = "#!/bin/sh\n"});
  const ZipAudit audit = audit_zip(prefixed, 10);
  EXPECT_EQ(removed(audit, "prepended-data"), 1u);
  EXPECT_EQ(audit.prepended, "#!/bin/sh\n");
  EXPECT_EQ(removed(audit_zip(zip_of({plain(), plain("b").with([](ZipBytes& one) { one.before = "gap"; })}), 10), "unlisted-data"), 1u);
}

TEST(ZipAudit, HoldsMembersThatSayTwoThings) {
  struct Case {
    const char* what;
    void (*change)(ZipBytes&);
    const char* trouble;
  };
  const Case cases[] = {
      {"another name in front", [](ZipBytes& one) { one.local_name = "b.exe"; }, "conflicting-entry"},
      {"another method in front", [](ZipBytes& one) { one.local_method = 8; }, "conflicting-entry"},
      {"another size in front", [](ZipBytes& one) { one.local_size = 4; }, "conflicting-entry"},
      {"another CRC in front", [](ZipBytes& one) { one.local_crc = 4; }, "conflicting-entry"},
      {"stored, but of another size", [](ZipBytes& one) { one.size = one.local_size = 500; }, "conflicting-entry"},
      {"a folder with content", [](ZipBytes& one) { one.external = 0x10; }, "conflicting-entry"},
      {"a name with NUL", [](ZipBytes& one) { one.name = one.local_name = "a.exe\0.txt"s; }, "conflicting-entry"},
      {"no name", [](ZipBytes& one) { one.name = one.local_name = ""; }, "conflicting-entry"},
      {"a descriptor that says otherwise", [](ZipBytes& one) { one.flags = kFlagDescriptor; one.descriptor = "PK\7\10 123456789012"; }, "conflicting-entry"},
      {"AES without its field", [](ZipBytes& one) { one.method = 99; one.flags = 1; }, "conflicting-entry"},
      {"a field of AES without AES", [](ZipBytes& one) { one.extra = "\x01\x99\7\0\2\0AE\3\10\0"s; }, "conflicting-entry"},
      {"ZIP64's field twice", [](ZipBytes& one) { one.extra = "\1\0\1\0x\1\0\1\0y"s; }, "conflicting-entry"},
  };
  for (const Case& one : cases) {
    const ZipAudit audit = audit_zip(zip_of({plain("ok.txt"), plain().with(one.change)}), 10);
    EXPECT_EQ(audit.trouble, "") << one.what;
    ASSERT_EQ(audit.entries.size(), 2u) << one.what;
    EXPECT_EQ(audit.entries[0].trouble, "") << one.what;
    EXPECT_EQ(audit.entries[1].trouble, one.trouble) << one.what;
  }
}

// The "Zombie ZIP" of CVE-2026-0866: deflated data under a header that says stored, with the sizes of before and after.
TEST(ZipAudit, HoldsDeflatedDataThatIsCalledStored) {
  ZipBytes zombie = deflated("payload.txt", std::string(500, 'x'));
  zombie.method = 0;
  EXPECT_EQ(audit_zip(zip_of({zombie}), 10).entries.at(0).trouble, "conflicting-entry");
}

TEST(ZipAudit, TakesAUnicodeNameOnlyWhenItBelongsToTheOther) {
  const auto with_path = [](const std::string& unicode, uint32_t crc) {
    ZipBytes one = plain("\x93\xfa.txt");
    put16(one.extra, kExtraUnicodePath);
    put16(one.extra, 5 + unicode.size());
    one.extra += '\1';
    put32(one.extra, crc);
    one.extra += unicode;
    return zip_of({one});
  };
  const uint32_t crc = crc32_of("\x93\xfa.txt");
  const std::string right = with_path("日.txt", crc), stale = with_path("日.txt", crc + 1), broken = with_path("\xff.txt", crc);
  EXPECT_EQ(audit_zip(right, 10).entries.at(0).unicode_name, "日.txt");
  EXPECT_EQ(audit_zip(stale, 10).entries.at(0).unicode_name, "");
  EXPECT_EQ(audit_zip(broken, 10).entries.at(0).trouble, "conflicting-entry");
}

TEST(ZipAudit, AnswersWhateverIsCutOffOrChanged) {
  const std::string good = zip64_of({plain(), deflated("b", "bbbbbbbbbbbbb")}, 2);
  for (size_t i = 0; i < good.size(); ++i) {
    EXPECT_NE(audit_zip(good.substr(0, i), 10).trouble, "");
    std::string changed = good;
    changed[i] = static_cast<char>(~changed[i]);
    const ZipAudit audit = audit_zip(changed, 10);
    for (const ZipEntry& entry : audit.entries) EXPECT_LE(entry.data_offset, good.size());
  }
}

}  // namespace
}  // namespace mugai::sanitize
