#include "sanitizers/ole/compound_file.h"

#include <gtest/gtest.h>

#include "tests/support/compound_writer.h"

namespace mugai::sanitize {
namespace {

using test::le32;

std::string large_content() {
  std::string content(10'000, 'x');
  content.append("end");
  return content;
}

std::string sample() {
  test::CompoundWriter writer;
  writer.stream("small", "abc");
  writer.stream("folder/large", large_content());
  writer.stream("folder/empty", "");
  writer.stream("folder/inner/small", std::string(200, 'y'));
  return writer.bytes();
}

std::string read(CompoundFile& file, std::initializer_list<std::string_view> path) {
  CompoundFile::Id id = CompoundFile::kRoot;
  for (const std::string_view name : path) {
    id = file.find(id, name);
    if (id == CompoundFile::kNone) return "(none)";
  }
  StringSink out;
  return file.read(id, out) == CompoundFile::Read::complete ? out.text : "(damaged)";
}

TEST(CompoundFile, ReadsSmallLargeAndEmptyStreamsInStorages) {
  const std::string bytes = sample();
  const auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file);
  EXPECT_EQ(read(*file, {"small"}), "abc");
  EXPECT_EQ(read(*file, {"FOLDER", "Large"}), large_content());
  EXPECT_EQ(read(*file, {"folder", "empty"}), "");
  EXPECT_EQ(read(*file, {"folder", "inner", "small"}), std::string(200, 'y'));
  EXPECT_EQ(read(*file, {"folder", "none"}), "(none)");
}

TEST(CompoundFile, NeverGivesMoreThanTheFileHas) {
  const std::string bytes = sample();
  const auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file);
  size_t given = 0;
  for (int i = 0; i < 100; ++i)
    if (const std::string text = read(*file, {"folder", "large"}); text != "(damaged)") given += text.size();
  EXPECT_LE(given, bytes.size());
}

TEST(CompoundFile, EndsWhereChainsLoopOrLeaveTheFile) {
  const std::string bytes = sample();
  for (const uint32_t next : {0u, 1u, 5u, 0x7fffffffu, 0xfffffff9u}) {
    std::string broken = bytes;
    for (size_t at = broken.size() - 512; at + 4 <= broken.size(); at += 4) broken.replace(at, 4, le32(next));
    const auto file = CompoundFile::open(broken);
    if (file) {
      EXPECT_NE(read(*file, {"folder", "large"}), large_content()) << next;
    }
  }
}

TEST(CompoundFile, EveryCutIsReadOrRefusedNeverShort) {
  const std::string bytes = sample(), large = large_content();
  for (size_t length = 0; length < bytes.size(); length += 97) {
    const std::string cut = bytes.substr(0, length);
    const auto file = CompoundFile::open(cut);
    if (!file) continue;
    const std::string got = read(*file, {"folder", "large"});
    EXPECT_TRUE(got == large || got == "(damaged)" || got == "(none)") << length;
  }
}

TEST(CompoundFile, AnEntryIsMetOnceWhateverPointsToIt) {
  std::string bytes = sample();
  // In every directory entry all three links lead to the first stream.
  for (size_t at = bytes.find(test::utf16(u"Root Entry")); at + 128 <= bytes.size() && bytes[at + 66] != 0; at += 128)
    bytes.replace(at + 68, 12, le32(1) + le32(1) + le32(1));
  const auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->entry(CompoundFile::kRoot).children.size(), 1u);
}

}  // namespace
}  // namespace mugai::sanitize
