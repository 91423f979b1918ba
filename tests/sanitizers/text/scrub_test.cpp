#include "sanitizers/text/scrub.h"

#include <gtest/gtest.h>

#include <chrono>

namespace mugai::sanitize {
namespace {

uint64_t count_of(const Scrubbed& scrubbed, std::string_view what) {
  for (const Removed& removed : scrubbed.removed)
    if (removed.what == what) return removed.count;
  return 0;
}

struct Case {
  const char* in;
  const char* out;
};

TEST(ScrubBody, TakesOutWhatCannotBeSeen) {
  const Case cases[] = {
      {"a\r\nb\rc\n", "a\nb\nc\n"},
      {"a\x1B[31mb\x07", "a[31mb"},
      {"abc\u202Efdp.exe", "abcfdp.exe"},
      {"a\u200Bb\u200Cc\uFEFFd\u00ADe", "abcde"},
      {"a\u200Db", "ab"},
      {"👨\u200D👩\u200D👧", "👨\u200D👩\u200D👧"},
      {"葛\U000E0100城", "葛\U000E0100城"},  // a name's own kanji shape
      {"a\uFE00\uFE01\uFE02", "a\uFE00"},    // more than one selector hides data
      {"x\U000E0041\U000E0042", "x"},        // tag characters
      {"a\u2028b", "a\nb"},
      {"\ttab", "\ttab"},
  };
  for (const Case& c : cases) EXPECT_EQ(scrub_body(c.in, UrlPolicy::keep).text, c.out) << c.in;
  EXPECT_EQ(count_of(scrub_body("\u202E\u202C", UrlPolicy::keep), "bidi-control"), 2u);
}

TEST(ScrubBody, DefangsUrls) {
  const Case cases[] = {
      {"http://evil.example/x.html", "hxxp://evil[.]example/x.html"},
      {"HTTPS://a.b.c:8080/?q=1.2", "hxxps://a[.]b[.]c:8080/?q=1.2"},
      {"see www.x.y, please", "see www[.]x[.]y, please"},
      {"ftp://a.b/", "fxp://a[.]b/"},
      {"file://server.local/share", "file[:]//server[.]local/share"},
      {"http://a[.]b/", "hxxp://a[.]b/"},
      {"http://p.://p.b/ www.://x.y", "hxxp://p.[:]//p[.]b/ www.[:]//x[.]y"},
      {"http://user:p.w@a.b/", "hxxp://user:p[.]w@a[.]b/"},
      {"http://a.b/?u=http://c.d/", "hxxp://a[.]b/?u=hxxp://c[.]d/"},
      {"詳細はhttp://example.jp/aをご覧ください。", "詳細はhxxp://example[.]jp/aをご覧ください。"},
      {"https://example.jpをご覧ください。例.です", "hxxps://example[.]jpをご覧ください。例.です"},
      {"http://例え.jp/", "hxxp://例え[.]jp/"},
      {"It is http://a.b.", "It is hxxp://a[.]b."},
      {"mail www.foo@bar.jp or info@www.bar.jp", "mail www.foo@bar.jp or info@www.bar.jp"},
      {"a@b.jp version 1.2.3 C:\\\\dir", "a@b.jp version 1.2.3 C:\\\\dir"},
      {"http:\\\\a.b\\c", "hxxp://a[.]b\\c"},
  };
  for (const Case& c : cases) {
    const std::string once = scrub_body(c.in, UrlPolicy::defang).text;
    EXPECT_EQ(once, c.out);
    const Scrubbed twice = scrub_body(once, UrlPolicy::defang);
    EXPECT_EQ(twice.text, once);
    EXPECT_TRUE(twice.removed.empty()) << once;
  }
}

TEST(ScrubBody, RemovesUrls) {
  const Case cases[] = {
      {"see http://evil.example/x?y=z.", "see [URL削除 / URL removed]."},
      {"(www.a.b/c)", "([URL削除 / URL removed])"},
      {"詳細はhttp://a.jp/bをご覧", "詳細は[URL削除 / URL removed]をご覧"},
      {"<https://a.b/c>", "<[URL削除 / URL removed]>"},
  };
  for (const Case& c : cases) {
    const Scrubbed once = scrub_body(c.in, UrlPolicy::remove);
    EXPECT_EQ(once.text, c.out);
    EXPECT_EQ(count_of(once, "url"), 1u);
    EXPECT_EQ(scrub_body(once.text, UrlPolicy::remove).text, once.text);
  }
}

TEST(ScrubBody, ReplacesPicturesDrawnWithBlocks) {
  std::string code, hashes;
  for (int i = 0; i < 8; ++i) {
    code += "█▀▀▀▀▀█ ▄▀█ █▀▀▀▀▀█\n";
    hashes += "##############  ####\n";
  }
  EXPECT_EQ(scrub_body("above\n" + code + "below\n", UrlPolicy::keep).text,
            "above\n[図形文字による絵を削除 / block drawing removed]\nbelow\n");
  EXPECT_EQ(scrub_body(hashes, UrlPolicy::keep).text, "[図形文字による絵を削除 / block drawing removed]\n");
}

TEST(ScrubBody, LeavesHonestRulesAndTables) {
  const std::string table =
      "┏━━━━━━━━━━━┓\n┃お知らせ　　　　　　　┃\n┗━━━━━━━━━━━┛\n■□■□■□■□■□■□\n━━━━━━━━━━━━━━\n"
      "###########\n# section #\n###########\n売上 ██████████ 80%\n";
  const Scrubbed scrubbed = scrub_body(table, UrlPolicy::defang);
  EXPECT_EQ(scrubbed.text, table);
  EXPECT_TRUE(scrubbed.removed.empty());
}

TEST(ScrubBody, TakesLinearTime) {
  for (const char* piece : {"http://", "http://a.b", "www.a@:", "a.b:", "://", "█", "█████████████\n",
                            "\u200B", "👨\u200D", "ＡＢ://", "www.", "http://あ."}) {
    std::string text;
    while (text.size() < (1u << 20)) text += piece;
    for (const UrlPolicy policy : {UrlPolicy::defang, UrlPolicy::remove}) {
      const auto start = std::chrono::steady_clock::now();
      (void)scrub_body(text, policy);
      const double ms =
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
      EXPECT_LT(ms, 3000)
          << piece;  // some 100 ms in a release build; the margin is for sanitizers and busy machines
    }
  }
}

TEST(ScrubFile, KeepsLineEndsUrlsAndFormFeeds) {
  EXPECT_EQ(scrub_file("a\r\nb\rc\f\t\x01http://a.b\u202E\u200B").text, "a\r\nb\rc\f\thttp://a.b\u200B");
}

TEST(ScrubLine, GivesOneCleanLine) {
  EXPECT_EQ(scrub_line("  a\r\n b\tc\u202E\u200Bd\n"), "a  b cd");
  EXPECT_EQ(scrub_line("\n\n"), "");
}

}  // namespace
}  // namespace mugai::sanitize
