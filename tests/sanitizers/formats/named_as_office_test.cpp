// Pages, web archives and tables of text under the names of Word and Excel, as systems export them: what they are decides, and
// the name they leave under says it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kArchive = crlf(R"(MIME-Version: 1.0
X-Document-Type: Workbook
Content-Type: multipart/related; boundary="b"

--b
Content-Location: file:///C:/book.htm
Content-Type: text/html; charset="utf-8"

<html><script>alert(1)</script><body><p>項目</p></body></html>
--b
Content-Location: file:///C:/book_files/oledata.mso
Content-Transfer-Encoding: base64
Content-Type: application/x-mso

QWN0aXZlTWltZQAAAfAEAAAA
--b--
)");

TEST(NamedAsOffice, APageComesAsItsText) {
  for (const std::string& page : {std::string("<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body><table><tr><td>項目</td></tr></table></body></html>"),
                                  std::string("<meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"><table><tr><td>項目</td></tr></table>"),
                                  std::string("\xef\xbb\xbf\r\n<table><tr><td>項目</td></tr></table>")})
    for (const auto& [name, output] : {std::pair("集計.xls", "集計.txt"), {"集計.doc", "集計.txt"}}) {
      const RebuiltFile result = rebuild_file(page, name);
      EXPECT_EQ(result.item().detected, "html") << page;
      EXPECT_EQ(result.item().output_name, output);
      EXPECT_THAT(result.item().reasons, Contains("extension-corrected"));
      EXPECT_THAT(result.bytes, HasSubstr("項目"));
      EXPECT_THAT(result.bytes, Not(HasSubstr("<")));
    }
}

TEST(NamedAsOffice, AWebArchiveComesAsAMail) {
  for (const auto& [name, output] : {std::pair("集計.xls", "集計.eml"), {"集計.doc", "集計.eml"}}) {
    const RebuiltFile result = rebuild_file(kArchive, name);
    EXPECT_EQ(result.item().detected, "mht");
    EXPECT_EQ(result.item().output_name, output);
    EXPECT_THAT(result.item().reasons, Contains("extension-corrected"));
    EXPECT_THAT(result.bytes, Not(HasSubstr("QWN0aXZl")));
    ASSERT_NE(result.item("1/1"), nullptr);
    EXPECT_EQ(result.item("1/1")->removed.at(0).what, "script");
    ASSERT_EQ(result.held.size(), 1u);
    EXPECT_EQ(result.held[0].first, "1/2");
  }
}

TEST(NamedAsOffice, ATableOfTextComesAsOne) {
  const RebuiltFile result = rebuild_file("a\tb\n1\t=cmd|'/C calc'!A0\n", "集計.xls");
  EXPECT_EQ(result.item().detected, "tsv");
  EXPECT_EQ(result.item().output_name, "集計.tsv");
  EXPECT_THAT(result.item().reasons, Contains("extension-corrected"));
  EXPECT_EQ(result.bytes, "a\tb\n1\t'=cmd|'/C calc'!A0\n");
  EXPECT_FALSE(rebuild_file("a\tb\n1\n", "集計.xls").left());   // is it one?
}

}  // namespace
}  // namespace mugai::test
