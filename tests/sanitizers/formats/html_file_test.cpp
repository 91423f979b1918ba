#include "sanitizers/formats/html_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace mugai::sanitize {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HtmlFile, LeavesAsTextThatShowsWhereLinksLead) {
  const Treated treated = treat(
      "<html><script>alert(1)</script><p>お知らせ</p><a href=\"https://evil.example/x\">こちら</a><img src=x "
      "alt=\"地図\"></html>",
      "html");
  EXPECT_EQ(treated.outcome.kind, Outcome::Kind::altered);
  EXPECT_EQ(treated.outcome.action, Action::text);
  EXPECT_EQ(treated.outcome.method, 1);
  EXPECT_EQ(treated.outcome.type_out->id, "text");
  EXPECT_THAT(treated.bytes, HasSubstr("お知らせ"));
  EXPECT_THAT(treated.bytes, HasSubstr("evil"));
  EXPECT_THAT(treated.bytes, HasSubstr("地図"));
  EXPECT_THAT(treated.bytes, Not(HasSubstr("alert")));
  EXPECT_THAT(treated.bytes, Not(HasSubstr("https://")));
  EXPECT_EQ(treated.removed("script"), 1u);
}

TEST(HtmlFile, ReadsTheCharsetOfItsMetaElement) {
  const Treated treated = treat(
      "<html><head><meta charset=\"shift_jis\"></head><body>\x93\xfa\x96\x7b\x8c\xea</body></html>", "html");
  EXPECT_THAT(treated.bytes, HasSubstr("日本語"));
}

TEST(HtmlFile, ItsTextPassesAgainUnchanged) {
  const Treated once = treat("<p>一<p>二<ul><li>三</ul>", "html");
  const Treated twice = treat(once.bytes, "text");
  EXPECT_EQ(twice.outcome.kind, Outcome::Kind::clean);
  EXPECT_EQ(twice.bytes, once.bytes);
}

}  // namespace
}  // namespace mugai::sanitize
