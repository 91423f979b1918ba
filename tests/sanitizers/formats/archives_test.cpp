#include "sanitizers/formats/archives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/formats/archive_reader.h"
#include "support.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

// Stored members; the flags are those of APPNOTE 4.4.4 (bit 0: encrypted, bit 11: UTF-8).
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members, uint32_t flags = 0) {
  std::string body, directory;
  for (const auto& [name, content] : members) {
    const auto size = static_cast<uint32_t>(content.size());
    const std::string common = le16(20) + le16(flags) + le16(0) + le32(0) + le32(crc32(content)) +
                               le32(size) + le32(size) + le16(static_cast<uint32_t>(name.size())) + le16(0);
    directory += "PK\1\2"s + le16(20) + common + std::string(10, '\0') +
                 le32(static_cast<uint32_t>(body.size())) + name;
    body += "PK\3\4"s + common + name + content;
  }
  const auto count = static_cast<uint32_t>(members.size());
  return body + directory + "PK\5\6"s + le32(0) + le16(count) + le16(count) +
         le32(static_cast<uint32_t>(directory.size())) + le32(static_cast<uint32_t>(body.size())) + le16(0);
}

// One tar header and its content (POSIX.1-1988 ustar).
std::string tar_of(const std::string& name, const std::string& content) {
  std::string header = name;
  header.resize(100, '\0');
  char size[13];
  std::snprintf(size, sizeof size, "%011zo", content.size());
  header += "0000644\0"s + "0000000\0"s + "0000000\0"s + size + '\0' + "00000000000\0"s + "        "s + "0"s +
            std::string(100, '\0') + "ustar\0"s + "00"s;
  header.resize(512, '\0');
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char text[8];
  std::snprintf(text, sizeof text, "%06o", sum);
  header.replace(148, 8, std::string(text) + "\0 "s);
  std::string body = content;
  body.resize((content.size() + 511) / 512 * 512, '\0');
  return header + body + std::string(1024, '\0');
}

std::vector<std::string> shown(const Treated& treated) {
  std::vector<std::string> names;
  for (const Removed& item : treated.outcome.removed)
    if (item.what.compare(0, 8, "member: ") == 0) names.push_back(item.what.substr(8));
  return names;
}

class Archives : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(init_archives()); }
};

TEST_F(Archives, AreHeldAndTheirMembersAreNamedProgramsFirst) {
  const Treated treated =
      treat(zip_of({{"readme.txt", "hello"}, {"sub/請求書.pdf.exe", "MZ"}}, 0x800), "zip");
  EXPECT_EQ(treated.outcome.kind, Outcome::Kind::held);
  EXPECT_EQ(treated.outcome.action, Action::held);
  EXPECT_THAT(treated.outcome.reasons, ElementsAre("archive", "executable-in-archive"));
  EXPECT_EQ(treated.removed("members"), 2u);
  EXPECT_THAT(shown(treated), ElementsAre("sub/請求書.pdf.exe", "readme.txt"));
  EXPECT_TRUE(treated.bytes.empty());
}

TEST_F(Archives, JapaneseNamesInShiftJisAreReadable) {
  EXPECT_THAT(shown(treat(zip_of({{"\x93\xfa\x96\x7b\x8c\xea\x8e\x91\x97\xbf.txt", "x"}}), "zip")),
              ElementsAre("日本語資料.txt"));
}

TEST_F(Archives, EncryptedOnesAreLocked) {
  const Treated treated = treat(zip_of({{"a.txt", std::string(20, 'x')}}, 1), "zip");
  EXPECT_EQ(treated.outcome.action, Action::locked);
  EXPECT_THAT(treated.outcome.reasons, ElementsAre("archive", "encrypted"));
}

TEST_F(Archives, TarIsListed) {
  EXPECT_THAT(shown(treat(tar_of("a.js", "x"), "tar")), ElementsAre("a.js"));
  EXPECT_THAT(treat(tar_of("a.js", "x"), "tar").outcome.reasons, Contains("executable-in-archive"));
}

TEST_F(Archives, TooManyMembersEndTheListAndShownNamesAreBounded) {
  std::vector<std::pair<std::string, std::string>> members;
  for (int i = 0; i < 100; ++i) members.push_back({std::to_string(i) + std::string(300, 'n'), ""});
  const Treated all = treat(zip_of(members), "zip");
  EXPECT_EQ(all.removed("members"), 100u);
  EXPECT_EQ(shown(all).size(), 20u);
  EXPECT_LE(shown(all)[0].size(), 130u);
  Profile profile;
  profile.limits.max_archive_members = 10;
  EXPECT_THAT(treat(zip_of(members), "zip", profile).outcome.reasons, Contains("archive-limit"));
}

TEST_F(Archives, DamagedOnesAreHeldToo) {
  const std::string zip = zip_of({{"a.txt", "hello"}});
  for (size_t size = 0; size < zip.size(); ++size)
    EXPECT_EQ(treat(zip.substr(0, size), "zip").outcome.kind, Outcome::Kind::held);
  for (const char* type : {"7z", "rar", "lzh", "cab", "arj"})
    EXPECT_THAT(treat("not an archive", type).outcome.reasons, ElementsAre("archive", "damaged-archive"))
        << type;
  EXPECT_THAT(treat("\x1f\x8b\x08 one file, no archive", "gz").outcome.reasons, ElementsAre("archive"));
}

}  // namespace
}  // namespace mugai::sanitize
