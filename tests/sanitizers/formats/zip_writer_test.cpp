// What our own ZIPs look like, byte by byte where it matters; other programs read them in tests/e2e.
#include "sanitizers/formats/zip_writer.h"

#include <gtest/gtest.h>

#include "sanitizers/formats/deflate.h"
#include "sanitizers/formats/zip_audit.h"
#include "sanitizers/formats/zip_fields.h"

namespace mugai::sanitize {
namespace {

using namespace zip;

struct Written {
  std::unique_ptr<Workspace> workspace = Workspace::in_memory();
  StringSink sink;
  ZipWriter zip{sink, *workspace};
  ZipAudit audit() const { return audit_zip(sink.text, 100'000); }
};

TEST(ZipWriter, WritesNothingThatAReaderDoesNotNeed) {
  Written one;
  ASSERT_TRUE(one.zip.add_file("a.txt", std::string(100, 'a')) && one.zip.finish());
  const std::string& bytes = one.sink.text;
  EXPECT_EQ(u16(bytes, 6), 0);                    // no flags
  EXPECT_EQ(u16(bytes, 28), 0);                   // no extra field
  EXPECT_EQ(u16(bytes, 8), kDeflated);
  EXPECT_EQ(bytes.find(kDescriptor), Bytes::npos);
  EXPECT_EQ(u16(bytes, bytes.size() - 2), 0);     // no comment
}

TEST(ZipWriter, SaysUtf8OnlyOfNamesThatNeedIt) {
  Written one;
  ASSERT_TRUE(one.zip.add_file("a", "x") && one.zip.add_file("あ", "x") && one.zip.add_folder("い") && one.zip.finish());
  const ZipAudit audit = one.audit();
  EXPECT_FALSE(audit.entries.at(0).utf8);
  EXPECT_TRUE(audit.entries.at(1).utf8);
  EXPECT_EQ(audit.entries.at(2).raw_name, "い/");
  EXPECT_EQ(audit.entries.at(2).kind, ZipEntry::Kind::folder);
}

TEST(ZipWriter, StoresWhatDoesNotShrinkAndWhatIsAskedTo) {
  Written one;
  std::string noise(600'000, '\0');
  uint32_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  ASSERT_TRUE(one.zip.add_file("empty", "") && one.zip.add_file("x", "x") && one.zip.add_file("noise", noise) &&
              one.zip.add_file("mimetype", std::string(100, 'm'), {}, ZipWriter::Packing::stored) && one.zip.finish());
  for (const ZipEntry& entry : one.audit().entries) {
    EXPECT_EQ(entry.method, kStored) << entry.raw_name;
    EXPECT_EQ(entry.packed_size, entry.size);
  }
}

TEST(ZipWriter, PacksLargeContentThatShrinks) {
  Written one;
  std::string rows;
  for (int i = 0; rows.size() < 3'000'000; ++i) rows += "row " + std::to_string(i) + "\n";
  ASSERT_TRUE(one.zip.add_file("rows", rows) && one.zip.finish());
  EXPECT_LT(one.sink.text.size(), rows.size() / 2);
}

TEST(ZipWriter, WritesTheSameBytesForTheSameInput) {
  Written one, two;
  for (Written* each : {&one, &two})
    ASSERT_TRUE(each->zip.add_file("a", std::string(1000, 'q'), ZipTime::from_fields(0x5a21, 0x6000)) && each->zip.finish());
  EXPECT_EQ(one.sink.text, two.sink.text);
}

TEST(ZipWriter, CountsBeyondTheOldLimitByZip64) {
  Written one;
  for (int i = 0; i < 70'000; ++i) ASSERT_TRUE(one.zip.add_file(std::to_string(i), ""));
  ASSERT_TRUE(one.zip.finish());
  const ZipAudit audit = one.audit();
  EXPECT_EQ(audit.trouble, "");
  EXPECT_EQ(audit.entries.size(), 70'000u);
}

TEST(ZipWriter, RefusesNamesThatNoHeaderHolds) {
  Written one;
  EXPECT_FALSE(one.zip.add_file(std::string(65'536, 'n'), ""));
}

TEST(ZipTime, IsTheNearestThatExists) {
  EXPECT_EQ(ZipTime::from_fields(0, 0).date, 0x21);
  EXPECT_EQ(ZipTime::from_fields(0x5a21, 0xffff).date, 0x21);
  EXPECT_EQ(ZipTime::from_moment(0).date, 0x21);
  EXPECT_EQ(ZipTime::from_moment(4'500'000'000'000).date, 0xff9f);
  EXPECT_EQ(ZipTime::from_moment(1'700'000'000).date >> 9, 2023 - 1980);
}

TEST(Gunzip, ReadsAllMembersAndVerifiesEach) {
  StringSink packed, out;
  ASSERT_TRUE(deflate_to("hello\n", packed));
  std::string member("\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
  member += packed.text;
  put32(member, crc32_of("hello\n"));
  put32(member, 6);
  uint64_t trailing = 0;
  EXPECT_EQ(gunzip_to(member + member + "tail", 100, out, trailing), Gunzip::ok);
  EXPECT_EQ(out.text, "hello\nhello\n");
  EXPECT_EQ(trailing, 4u);
  EXPECT_EQ(gunzip_to(member, 5, out, trailing), Gunzip::too_large);
  EXPECT_EQ(gunzip_to(member.substr(0, member.size() - 1), 100, out, trailing), Gunzip::damaged);
  member[member.size() - 5] ^= 1;
  EXPECT_EQ(gunzip_to(member, 100, out, trailing), Gunzip::damaged);
}

}  // namespace
}  // namespace mugai::sanitize
