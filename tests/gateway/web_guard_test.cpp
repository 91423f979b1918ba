#include <gtest/gtest.h>

#include <regex>

#include "gateway/web/embedded.h"
#include "gateway/web/format.h"
#include "gateway/web/guard.h"
#include "gateway/web/texts.h"
#include "gateway/web/view.h"

namespace mugai::gateway::web {
namespace {

config::Console listening(const char* address, const char* public_url = "") {
  config::Console console;
  console.enabled = true;
  console.listen = {*config::IpAddress::parse(address), 8025};
  console.public_url = public_url;
  return console;
}

TEST(WebGuard, KnowsItsOwnNames) {
  const config::Console local = listening("127.0.0.1");
  for (const char* good : {"127.0.0.1:8025", "localhost:8025", "localhost", "10.1.0.9"}) EXPECT_TRUE(host_is_ours(good, local)) << good;
  for (const char* bad : {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example"}) EXPECT_FALSE(host_is_ours(bad, local)) << bad;
  const config::Console named = listening("10.1.0.5", "https://mugai.city.example.lg.jp");
  for (const char* good : {"mugai.city.example.lg.jp", "MUGAI.city.example.lg.jp", "10.1.0.5:8025"}) EXPECT_TRUE(host_is_ours(good, named)) << good;
  for (const char* bad : {"10.1.0.9", "localhost", "mugai.city.example.lg.jp.evil.example", "mugai.city.example.lg.jp:99"})
    EXPECT_FALSE(host_is_ours(bad, named)) << bad;
}

TEST(WebGuard, RefusesWhatOtherSitesSend) {
  const config::Console local = listening("127.0.0.1");
  const auto from = [&](std::initializer_list<std::pair<std::string, std::string>> headers) {
    Request request;
    request.headers.add("host", "127.0.0.1:8025");
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    return is_from_our_pages(request, local);
  };
  EXPECT_TRUE(from({{"sec-fetch-site", "same-origin"}}));
  EXPECT_TRUE(from({{"sec-fetch-site", "same-origin"}, {"origin", "null"}}));
  EXPECT_TRUE(from({{"origin", "http://127.0.0.1:8025"}}));
  EXPECT_FALSE(from({{"sec-fetch-site", "cross-site"}}));
  EXPECT_FALSE(from({{"sec-fetch-site", "same-site"}}));
  EXPECT_FALSE(from({{"sec-fetch-site", "none"}}));
  EXPECT_FALSE(from({{"origin", "https://evil.example"}}));
  EXPECT_FALSE(from({{"origin", "http://127.0.0.1:9999"}}));
}

TEST(WebGuard, GivesEveryAnswerItsHeaders) {
  Response answer = html("x");
  add_security_headers(answer, false);
  EXPECT_EQ(answer.header("content-security-policy"),
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; "
            "base-uri 'none'");
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer.header("referrer-policy"), "no-referrer");
  EXPECT_EQ(answer.header("cache-control"), "no-store");
  EXPECT_EQ(answer.header("strict-transport-security"), "");
  add_security_headers(answer, true);
  EXPECT_NE(answer.header("strict-transport-security"), "");
  Response file = download("x", "a.txt");
  add_security_headers(file, false);
  EXPECT_EQ(file.header("content-security-policy"), "default-src 'none'; sandbox");
}

TEST(WebGuard, BelievesOnlyAProxyThatTheSettingsName) {
  Request request;
  request.headers.add("x-forwarded-for", "192.0.2.1, 10.1.0.9");
  EXPECT_EQ(client_of(request, "127.0.0.1", listening("127.0.0.1")), "127.0.0.1");
  config::Console behind = listening("127.0.0.1");
  behind.behind_proxy = true;
  EXPECT_EQ(client_of(request, "127.0.0.1", behind), "10.1.0.9");
  Request nonsense;
  nonsense.headers.add("x-forwarded-for", "<script>");
  EXPECT_EQ(client_of(nonsense, "127.0.0.1", behind), "127.0.0.1");
}

TEST(WebView, EscapesAndUnmasks) {
  EXPECT_EQ(escape("<a href=\"x\" title='y'>&`"), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&#96;");
  EXPECT_EQ(escape("a\u202Egnp.exe"), "a[U+202E]gnp.exe");
  EXPECT_EQ(escape("zero\u200Bwidth \u2066x\u2069"), "zero[U+200B]width [U+2066]x[U+2069]");
  EXPECT_EQ(escape(std::string("nul\0x\x1b[31m", 10)), "nul[U+0000]x[U+001B][31m");
  EXPECT_EQ(escape("日本語 \xF0\x9F\x91\xA8\u200D\xF0\x9F\x91\xA9\n\t"), "日本語 \xF0\x9F\x91\xA8\u200D\xF0\x9F\x91\xA9\n\t");
  EXPECT_EQ(escape("bad \xff\xc3("), "bad \xEF\xBF\xBD\xEF\xBF\xBD(");
}

TEST(WebView, TemplatesSayOnlyWhatIsEscaped) {
  const std::regex unescaped("\\{\\{\\{|\\{\\{&"), active("\\son[a-z]+=|\\sstyle=|<script(?! src=)|javascript:|https?://", std::regex::icase);
  size_t pages = 0;
  for (const auto& [name, content] : embedded_files()) {
    if (!name.starts_with("pages/")) continue;
    ++pages;
    const std::string page(content);
    if (name != "pages/layout.mustache") EXPECT_FALSE(std::regex_search(page, unescaped)) << name;
    EXPECT_FALSE(std::regex_search(page, active)) << name;
  }
  EXPECT_GT(pages, 20u);
}

TEST(WebView, TemplatesNameOnlyTextsThatThereAre) {
  const std::regex names("\\{\\{t\\.([a-z0-9_]+)\\}\\}");
  for (const auto& [name, content] : embedded_files()) {
    const std::string page(content);
    for (std::sregex_iterator at(page.begin(), page.end(), names), end; at != end; ++at)
      EXPECT_TRUE(has_text((*at)[1].str())) << name << ": " << (*at)[1];
  }
  for (const Text& one : all_texts()) {
    EXPECT_FALSE(one.ja.empty()) << one.id;
    EXPECT_FALSE(one.en.empty()) << one.id;
  }
}

TEST(WebView, FormsThatChangeSomethingCarryTheToken) {
  const std::regex forms("<form method=\"post\"[\\s\\S]*?</form>");
  size_t found = 0;
  for (const auto& [name, content] : embedded_files()) {
    const std::string page(content);
    // Recipients have no session: the signed link in the address is what nobody else's page knows.
    if (name == "pages/asked.mustache" || name == "pages/digest.mustache") continue;
    for (std::sregex_iterator at(page.begin(), page.end(), forms), end; at != end; ++at, ++found)
      EXPECT_NE(at->str().find("name=\"csrf\" value=\"{{csrf}}\""), std::string::npos) << name << at->str();
  }
  EXPECT_GT(found, 15u);
}

TEST(WebFormat, SaysSizesAndNumbers) {
  EXPECT_EQ(size_of(999), "999 B");
  EXPECT_EQ(size_of(1'400'000), "1.4 MB");
  EXPECT_EQ(size_of(21'474'836'480), "21 GB");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(grouped(12), "12");
  EXPECT_FALSE(day_ms("2026-13-01"));
  EXPECT_FALSE(day_ms("<script>"));
  EXPECT_EQ(*day_ms("2026-11-21", 1) - *day_ms("2026-11-21"), 86'400'000);
}

}  // namespace
}  // namespace mugai::gateway::web
