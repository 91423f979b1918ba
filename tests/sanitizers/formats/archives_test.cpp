// Archives through the whole pipeline: what comes out, what stays behind, what the report says.
#include "sanitizers/formats/archives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/formats/zip_audit.h"
#include "tests/sanitizers/formats/archive_bytes.h"
#include "tests/support/rebuild.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;
using test::deflated;
using test::rebuild_file;
using test::RebuiltFile;
using test::tar_end;
using test::tar_member;
using test::zip_of;
using test::ZipBytes;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// The names in a ZIP of ours, which must pass our own audit.
std::vector<std::string> names_in(const std::string& zip) {
  const ZipAudit audit = audit_zip(zip, 100'000);
  EXPECT_EQ(audit.trouble, "");
  EXPECT_THAT(audit.removed, IsEmpty());
  std::vector<std::string> names;
  for (const ZipEntry& entry : audit.entries) {
    EXPECT_EQ(entry.trouble, "") << entry.raw_name;
    names.emplace_back(entry.raw_name);
  }
  return names;
}

uint64_t removed(const Item& item, std::string_view what) {
  for (const Removed& one : item.removed)
    if (one.what == what) return one.count;
  return 0;
}

void expect_fixed_point(const RebuiltFile& first) {
  const RebuiltFile second = rebuild_file(first.bytes, first.item().output_name);
  EXPECT_EQ(second.report.verdict, Verdict::clean);
  EXPECT_TRUE(second.bytes == first.bytes);
}

// gzip (RFC 1952) of stored bytes.
std::string gzip_of(const std::string& content) {
  StringSink packed;
  EXPECT_TRUE(deflate_to(content, packed));
  std::string out = "\x1f\x8b\x08\0\0\0\0\0\0\x03"s + packed.text;
  zip::put32(out, crc32_of(content));
  zip::put32(out, content.size());
  return out;
}

TEST(Archives, ComeOutAsAFreshZipWithTheirFoldersInOrder) {
  const RebuiltFile file = rebuild_file(
      zip_of({deflated("資料/一覧.txt", "あいう\n").with([](ZipBytes& one) { one.flags = 0x800; }), {"空/", ""}, {"b.txt", "b\n"}}),
      "book.zip");
  EXPECT_EQ(file.report.verdict, Verdict::clean);
  EXPECT_EQ(file.item().action, Action::rebuilt);
  EXPECT_EQ(file.item().method, 3);
  EXPECT_THAT(names_in(file.bytes), ElementsAre("資料/一覧.txt", "空/", "b.txt"));
  EXPECT_EQ(file.item("1/1")->name, "資料/一覧.txt");
  expect_fixed_point(file);
}

TEST(Archives, LoseTheMemberThatMayNotLeaveAndSaySo) {
  const RebuiltFile file = rebuild_file(zip_of({{"ok.txt", "fine\n"}, {"sub/請求書.pdf.exe", "MZ\x90"}}), "a.zip");
  EXPECT_EQ(file.report.verdict, Verdict::held);
  EXPECT_THAT(names_in(file.bytes), ElementsAre("ok.txt"));
  EXPECT_EQ(removed(file.item(), "held-members"), 1u);
  EXPECT_EQ(file.item("1/2")->action, Action::held);
  EXPECT_THAT(file.item("1/2")->reasons, Contains("executable"));
  EXPECT_THAT(file.held, Contains(std::pair("1/2"s, "MZ\x90"s)));
  expect_fixed_point(file);
}

TEST(Archives, AreHeldWhenNothingIsLeft) {
  const RebuiltFile file = rebuild_file(zip_of({{"a.exe", "MZ"}, {"b.js", "x"}}), "a.zip");
  EXPECT_FALSE(file.left());
  EXPECT_THAT(file.item().reasons, Contains("nothing-left"));
}

TEST(Archives, InShiftJisOrEucComeOutWithRightNames) {
  EXPECT_THAT(names_in(rebuild_file(zip_of({{"\x95\x5c\x8e\x86.txt", "x"}, {"\x93\xfa\x96\x7b\x8c\xea\x5c\x97\x5c\x92\xe8.txt", "y"}}),
                                    "a.zip").bytes),
              ElementsAre("表紙.txt", "日本語/予定.txt"));
  EXPECT_THAT(names_in(rebuild_file(zip_of({{"\xc9\xbd\xbb\xe6.txt", "x"}, {"\xc6\xfc\xcb\xdc\xb8\xec/\xcd\xbd\xc4\xea\xa4\xce\xa4\xe2\xa4\xce.txt", "y"}}),
                                    "a.zip").bytes),
              ElementsAre("表紙.txt", "日本語/予定のもの.txt"));
}

TEST(Archives, ComposeTheNamesOfMacs) {
  const RebuiltFile file = rebuild_file(zip_of({{"か\u3099/は\u309a.txt", "x"}}), "a.zip");
  EXPECT_THAT(names_in(file.bytes), ElementsAre("が/ぱ.txt"));
  EXPECT_EQ(file.report.verdict, Verdict::clean);
}

TEST(Archives, OfMacsLoseTheRecordsOfTheDesktop) {
  const std::string record = "\0\5\x16\7\0\2\0\0Mac OS X"s;
  const RebuiltFile file = rebuild_file(
      zip_of({{"a.txt", "x"}, {"__MACOSX/", ""}, {"__MACOSX/._a.txt", record}, {".DS_Store", "\0\0\0\1Bud1"s}, {"__MACOSX/._b.txt", "MZ\x90\0\3\0"s}}), "a.zip");
  EXPECT_THAT(names_in(file.bytes), ElementsAre("a.txt"));
  EXPECT_EQ(removed(file.item(), "desktop-record"), 2u);
  EXPECT_EQ(file.item("1/3"), nullptr);
  EXPECT_EQ(file.item("1/5")->action, Action::held);
}

TEST(Archives, WithAUnicodeNameTakeItUnlessItIsAnotherFile) {
  const auto with_path = [](const std::string& raw, const std::string& unicode) {
    ZipBytes one(raw, "x");
    zip::put16(one.extra, zip::kExtraUnicodePath);
    zip::put16(one.extra, 5 + unicode.size());
    one.extra += '\1';
    zip::put32(one.extra, crc32_of(raw));
    one.extra += unicode;
    return zip_of({one, {"z.txt", "z"}});
  };
  EXPECT_THAT(names_in(rebuild_file(with_path("\x93\xfa.txt", "日.txt"), "a.zip").bytes), ElementsAre("日.txt", "z.txt"));
  EXPECT_THAT(names_in(rebuild_file(with_path("?.txt", "😀.txt"), "a.zip").bytes), ElementsAre("😀.txt", "z.txt"));
  for (const char* other : {"b.txt", "a.txt.exe", "a.tx\u00e9"})
    EXPECT_THAT(names_in(rebuild_file(with_path("a.txt", other), "a.zip").bytes), ElementsAre("z.txt")) << other;
}

TEST(Archives, ReadTheEndOfNamesWithoutEnd) {
  const RebuiltFile file = rebuild_file(zip_of({{std::string(6'000, 'n') + ".js", "x"}, {"a.txt", "x"}}), "a.zip");
  EXPECT_THAT(names_in(file.bytes), ElementsAre("a.txt"));
  EXPECT_THAT(file.item("1/1")->reasons, Contains("executable"));
}

TEST(Archives, ThatNestFoldersWithoutEndAreCutInFront) {
  std::string path;
  for (int i = 0; i < 60; ++i) path += i % 2 ? "con/" : "ディレクトリ" + std::to_string(i) + "/";
  const RebuiltFile file = rebuild_file(zip_of({{path + "a.txt", "x"}, {path + "../", ""}, {path + "b.txt", "y"}, {path + "c/", ""}}), "a.zip");
  const std::vector<std::string> names = names_in(file.bytes);
  ASSERT_EQ(names.size(), 3u);
  EXPECT_TRUE(names[0].ends_with("ディレクトリ58/_con/a.txt"));
  EXPECT_LT(names[0].size(), 800u);
  EXPECT_EQ(removed(file.item(), "renamed-members"), 2u);
  expect_fixed_point(file);
}

TEST(Archives, WithManyLongNamesOfOneBeginningAreAFixedPoint) {
  std::vector<ZipBytes> members;
  for (int i = 0; i < 20; ++i) {
    std::string name;
    for (int k = 0; k < 100; ++k) name += "あ";
    members.push_back({name + std::to_string(i) + ".txt", "x"});
    members.push_back({name + ". /" + name + ".txt", "x"});
    members.push_back({name + ".txt/x", "x"});
  }
  members.erase(std::unique(members.begin(), members.end(), [](const ZipBytes& a, const ZipBytes& b) { return a.name == b.name; }), members.end());
  const RebuiltFile file = rebuild_file(zip_of(members), "a.zip");
  ASSERT_TRUE(file.left());
  expect_fixed_point(file);
}

TEST(Archives, DefuseFoldersThatWindowsOpensAsSomethingElse) {
  EXPECT_THAT(names_in(rebuild_file(zip_of({{"Panel.{21EC2020-3AEA-1069-A2DD-08002B30309D}/a.txt", "x"}, {"x.exe/b.txt", "x"}}), "a.zip").bytes),
              ElementsAre("Panel_{21EC2020-3AEA-1069-A2DD-08002B30309D}/a.txt", "x_exe/b.txt"));
}

TEST(Archives, KeepTimes) {
  const RebuiltFile file = rebuild_file(zip_of({{"a.txt", "x"}}), "a.zip");
  const ZipAudit audit = audit_zip(file.bytes, 10);
  EXPECT_EQ(audit.entries.at(0).time.time, 0x6000);
  EXPECT_EQ(audit.entries.at(0).time.date, 0x5a21);
}

TEST(Archives, GiveFilesThatWouldBeOneADifferentName) {
  const RebuiltFile file = rebuild_file(zip_of({{"a/x.txt", "1"}, {"A/X.txt", "2"}, {"a/x.txt.", "3"}, {"q", "4"}, {"q.txt/z.txt", "5"}}), "a.zip");
  EXPECT_THAT(names_in(file.bytes),
              ElementsAre("a/x.txt", "A/X (2).txt", "a/x (3).txt", "q.txt", "q.txt (2)/z.txt"));
  EXPECT_EQ(removed(file.item(), "renamed-members"), 3u);
  expect_fixed_point(file);
}

TEST(Archives, DoNotWriteOutsideOfTheirFolder) {
  const RebuiltFile file = rebuild_file(
      zip_of({{"../up.txt", "x"}, {"a/../../b.txt", "x"}, {"C:\\win\\c.txt", "x"}, {"/etc/d.txt", "x"}, {"..\\e.txt", "x"}, {"con/f.txt", "x"}}),
      "a.zip");
  EXPECT_THAT(names_in(file.bytes), ElementsAre("win/c.txt", "etc/d.txt", "_con/f.txt"));
  for (const char* path : {"1/1", "1/2", "1/5"})
    EXPECT_THAT(file.item(path)->reasons, Contains("path-traversal")) << path;
}

TEST(Archives, AreOpenedInsideOfEachOther) {
  const std::string inner = zip_of({{"deep.txt", "x"}, {"evil.vbs", "x"}});
  const RebuiltFile file = rebuild_file(zip_of({{"inner.zip", inner}, {"a.txt", "y"}}), "outer.zip");
  EXPECT_THAT(names_in(file.bytes), ElementsAre("inner.zip", "a.txt"));
  EXPECT_EQ(file.item("1/1/1")->output_name, "deep.txt");
  EXPECT_EQ(file.item("1/1/2")->action, Action::held);
  expect_fixed_point(file);
}

TEST(Archives, OfTarLoseTheirLinksAndDevices) {
  const RebuiltFile file =
      rebuild_file(tar_member("a.txt", "x") + tar_member("l", "", '2', "/etc/passwd") + tar_member("h", "", '1', "a.txt") +
                       tar_member("d", "", '3') + tar_member("e/", "", '5') + tar_end(),
                   "a.tar");
  EXPECT_EQ(file.item().action, Action::converted);
  EXPECT_EQ(file.item().output_name, "a.zip");
  EXPECT_THAT(names_in(file.bytes), ElementsAre("a.txt", "e/"));
  EXPECT_THAT(file.item("1/2")->reasons, Contains("archive-link"));
  EXPECT_THAT(file.item("1/3")->reasons, Contains("archive-link"));
  EXPECT_THAT(file.item("1/4")->reasons, Contains("special-file"));
}

TEST(Archives, LinksInAZipAreHeldToo) {
  const RebuiltFile file = rebuild_file(
      zip_of({{"a.txt", "x"}, ZipBytes("l", "/etc/passwd").with([](ZipBytes& one) { one.external = 0120777u << 16; })}), "a.zip");
  EXPECT_THAT(names_in(file.bytes), ElementsAre("a.txt"));
  EXPECT_THAT(file.item("1/2")->reasons, Contains("archive-link"));
}

TEST(Archives, EncryptedWithoutAPasswordAreLockedWithTheirNames) {
  const auto encrypt = [](ZipBytes& one) {
    one.flags = 1;
    one.size = one.local_size = one.packed_size - 12;
  };
  const RebuiltFile all = rebuild_file(zip_of({ZipBytes("a.txt", std::string(20, 'x')).with(encrypt)}), "a.zip");
  EXPECT_FALSE(all.left());
  EXPECT_EQ(all.item().action, Action::locked);
  EXPECT_THAT(all.item().reasons, Contains("encrypted"));
  EXPECT_EQ(removed(all.item(), "member: a.txt"), 1u);

  const RebuiltFile mixed =
      rebuild_file(zip_of({ZipBytes("a.txt", std::string(20, 'x')).with(encrypt), {"b.txt", "y"}}), "a.zip");
  EXPECT_THAT(names_in(mixed.bytes), ElementsAre("b.txt"));
  EXPECT_EQ(mixed.item("1/1")->action, Action::locked);
}

TEST(Archives, BeyondLimitsAreHeld) {
  Profile profile;
  profile.limits.max_archive_members = 3;
  EXPECT_THAT(rebuild_file(zip_of({{"1", ""}, {"2", ""}, {"3", ""}, {"4", ""}}), "a.zip", profile).item().reasons,
              Contains("too-many-members"));
  EXPECT_THAT(rebuild_file(tar_member("1", "") + tar_member("2", "") + tar_member("3", "") + tar_member("4", "") + tar_end(),
                           "a.tar", profile).item().reasons,
              Contains("too-many-members"));
  const std::string zeros(4 << 20, '\0');
  const std::string bomb = zip_of({{"a.txt", "x"}, deflated("zeros.txt", zeros)});
  EXPECT_THAT(rebuild_file(bomb, "a.zip").item().reasons, Contains("expands-too-much"));
  EXPECT_TRUE(rebuild_file(zip_of({deflated("spaces.txt", std::string(1 << 20, ' '))}), "a.zip").left());
}

TEST(Archives, UnpackedInVainCountAgainstTheLimitOfAll) {
  Profile profile;
  profile.limits.max_expanded_bytes = 5 << 20;
  const std::string bomb = gzip_of(std::string(2 << 20, ' '));
  std::vector<ZipBytes> members;
  for (int i = 0; i < 8; ++i) members.push_back({std::to_string(i) + ".gz", bomb});
  members.push_back({"late.txt", std::string(100'000, 'x')});
  const RebuiltFile file = rebuild_file(zip_of(members), "a.zip", profile);
  EXPECT_FALSE(file.left());
  EXPECT_THAT(file.item("1/9")->reasons, Contains("expands-too-much"));
}

TEST(Archives, DeeperThanAllowedAreHeld) {
  std::string nested = zip_of({{"a.txt", "x"}});
  for (int i = 0; i < 9; ++i) nested = zip_of({{"n.zip", nested}, {"b.txt", "y"}});
  const RebuiltFile file = rebuild_file(nested, "a.zip");
  EXPECT_TRUE(file.left());
  const Item* deepest = file.item("1/1/1/1/1/1/1/1/1/1");
  ASSERT_TRUE(deepest);
  EXPECT_THAT(deepest->reasons, Contains("too-deep"));
}

TEST(Archives, CutAnywhereAreHeld) {
  const std::string zip = zip_of({deflated("a.txt", "hello hello hello\n"), {"b.txt", "x"}});
  for (size_t size = 4; size < zip.size(); ++size) EXPECT_FALSE(rebuild_file(zip.substr(0, size), "a.zip").left()) << size;
  const std::string tar = tar_member("a.txt", "hello\n");
  for (const size_t size : {100u, 511u, 512u, 514u}) EXPECT_FALSE(rebuild_file(tar.substr(0, size), "a.tar").left()) << size;
  for (const char* name : {"a.7z", "a.rar", "a.lzh", "a.cab", "a.gz", "a.xz", "a.arj"})
    EXPECT_FALSE(rebuild_file("not an archive \x01\x02\x03", name).left()) << name;
}

TEST(Archives, OneDamagedMemberSpoilsNoOther) {
  ZipBytes bad = deflated("bad.txt", "hello hello hello\n");
  bad.content[3] = '\x55';
  ZipBytes lies("lies.txt", "hello");
  lies.crc = lies.local_crc = 7;
  const RebuiltFile file = rebuild_file(zip_of({bad, {"ok.txt", "x"}, lies}), "a.zip");
  EXPECT_THAT(names_in(file.bytes), ElementsAre("ok.txt"));
  EXPECT_THAT(file.item("1/1")->reasons, Contains("damaged-member"));
  EXPECT_THAT(file.item("1/3")->reasons, Contains("damaged-member"));
}

TEST(Archives, PackedFilesComeOutAsAZipOfOne) {
  const RebuiltFile file = rebuild_file(gzip_of("hello\n"), "notes.txt.gz");
  EXPECT_THAT(names_in(file.bytes), ElementsAre("notes.txt"));
  // A script is one by name alone, also by the name inside.
  EXPECT_FALSE(rebuild_file(gzip_of("hello\n"), "notes.js.gz").left());
  std::string named = gzip_of("hello\n");
  named[3] = 8;
  EXPECT_FALSE(rebuild_file(named.insert(10, "notes.vbs\0"s), "notes.gz").left());
  EXPECT_THAT(names_in(rebuild_file(gzip_of(tar_member("x/a.txt", "x") + tar_end()), "a.tar.gz").bytes), ElementsAre("x/a.txt"));
  EXPECT_EQ(removed(rebuild_file(gzip_of("hello\n") + "junk", "notes.txt.gz").item(), "trailing-data"), 1u);
  std::string damaged = gzip_of("hello\n");
  damaged[damaged.size() - 6] ^= 1;
  EXPECT_THAT(rebuild_file(damaged, "notes.txt.gz").item().reasons, Contains("damaged-archive"));
}

}  // namespace
}  // namespace mugai::sanitize
