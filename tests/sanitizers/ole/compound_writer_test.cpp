#include "sanitizers/ole/compound_writer.h"

#include <gtest/gtest.h>

#include "sanitizers/ole/compound_file.h"

namespace mugai::sanitize {
namespace {

std::string content_of(CompoundFile& file, CompoundFile::Id id) {
  StringSink out;
  return id != CompoundFile::kNone && file.read(id, out) == CompoundFile::Read::complete ? out.text : "(damaged)";
}

TEST(CompoundWriter, WhatItWritesIsReadBack) {
  const std::string large(100'000, 'x'), just_large(4'096, 'y'), just_small(4'095, 'z'), id(16, '\x42');
  CompoundWriter writer(id);
  const CompoundWriter::Id folder = writer.add_storage(CompoundWriter::kRoot, "フォルダー", id);
  writer.add_stream(CompoundWriter::kRoot, "large", large);
  writer.add_stream(folder, "just large", just_large);
  writer.add_stream(folder, "\1Ole10Native", just_small);
  writer.add_stream(folder, "empty", "");
  StringSink out;
  ASSERT_TRUE(writer.write(out));
  EXPECT_EQ(out.text.size() % 512, 0u);

  const auto file = CompoundFile::open(out.text);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->entry(CompoundFile::kRoot).class_id, id);
  EXPECT_EQ(content_of(*file, file->find(CompoundFile::kRoot, "large")), large);
  const CompoundFile::Id inside = file->find(CompoundFile::kRoot, "フォルダー");
  ASSERT_NE(inside, CompoundFile::kNone);
  EXPECT_EQ(file->entry(inside).children.size(), 3u);
  EXPECT_EQ(content_of(*file, file->find(inside, "just large")), just_large);
  EXPECT_EQ(content_of(*file, file->find(inside, "\1Ole10Native")), just_small);
  EXPECT_EQ(content_of(*file, file->find(inside, "empty")), "");
}

// Beyond 109 sectors of table, 7 MB, the table needs lists of its own.
TEST(CompoundWriter, LargeFilesHaveListsOfTables) {
  const std::string large(20 << 20, 'x');
  CompoundWriter writer;
  writer.add_stream(CompoundWriter::kRoot, "a", large);
  StringSink out;
  ASSERT_TRUE(writer.write(out));
  const auto file = CompoundFile::open(out.text);
  ASSERT_TRUE(file);
  EXPECT_TRUE(content_of(*file, file->find(CompoundFile::kRoot, "a")) == large);
}

TEST(CompoundWriter, AnEmptyFileIsOne) {
  StringSink out;
  ASSERT_TRUE(CompoundWriter().write(out));
  EXPECT_TRUE(CompoundFile::open(out.text));
}

}  // namespace
}  // namespace mugai::sanitize
