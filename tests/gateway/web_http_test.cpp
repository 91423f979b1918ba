#include <gtest/gtest.h>

#include "gateway/web/router.h"

namespace mugai::gateway::web {
namespace {

Request asking(std::string method, std::string path) {
  Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  return request;
}

Router some_routes() {
  Router router;
  router.add("GET", "/quarantine/{id}", [](const Request& request) { return plain("item " + request.place.get("id")); });
  router.add("POST", "/quarantine/{id}/release", [](const Request& request) { return see_other("/quarantine/" + request.place.get("id")); });
  router.add("POST", "/try", [](const Request&) { return plain("tried"); }, 1 << 20);
  return router;
}

TEST(WebPath, IsDecodedAndRefusesToClimb) {
  EXPECT_EQ(clean_path("/quarantine/%E6%97%A5"), "/quarantine/日");
  for (const char* bad : {"", "quarantine", "/../etc/passwd", "/assets/%2e%2e/x", "/a/..", "/./a", "/a%00b", "/a%0d%0ab",
                          "/a%5c..%5cb", "/%ff", "/%zz", "/%4"})
    EXPECT_FALSE(clean_path(bad)) << bad;
}

TEST(WebForm, KeepsEveryValueInOrder) {
  const auto form = parse_form("id=1&id=2&reason=%E7%90%86%E7%94%B1+a%26b&empty=&bare");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->all("id"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(form->get("reason"), "理由 a&b");
  EXPECT_TRUE(form->has("bare"));
  EXPECT_EQ(form->get("nowhere"), "");
}

TEST(WebForm, RefusesWhatIsMalformedOrTooMuch) {
  EXPECT_FALSE(parse_form("a=%g1"));
  EXPECT_FALSE(parse_form("a&b&c", 2));
  EXPECT_EQ(parse_form("a=%ff")->get("a"), "\xEF\xBF\xBD");
}

TEST(WebCookies, AreFoundByName) {
  const Fields cookies = parse_cookies("a=1; __Host-mugai=tok=en ;b=2");
  EXPECT_EQ(cookies.get("__Host-mugai"), "tok=en");
  EXPECT_EQ(cookies.get("b"), "2");
}

TEST(WebMultipart, GivesFieldsAndFiles) {
  Request request;
  ASSERT_TRUE(parse_multipart("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n"
                              "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b.txt\"\r\n"
                              "Content-Type: text/plain\r\n\r\n--y\r\n\r\n\r\n--x--\r\n", "x", request));
  EXPECT_EQ(request.form.get("csrf"), "abc");
  ASSERT_NE(request.file("file"), nullptr);
  EXPECT_EQ(request.file("file")->name, "a%22b.txt");
  EXPECT_EQ(request.file("file")->content, "--y\r\n\r\n");
}

TEST(WebMultipart, RefusesWhatHasNoEnd) {
  for (const char* bad : {"", "--x", "--x\r\n", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc",
                          "--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--", "y"}) {
    Request request;
    EXPECT_FALSE(parse_multipart(bad, "x", request)) << bad;
  }
}

TEST(WebRouter, FillsThePlace) {
  EXPECT_EQ(some_routes().answer(asking("GET", "/quarantine/M1-1")).body, "item M1-1");
  EXPECT_EQ(some_routes().answer(asking("HEAD", "/quarantine/M1-1")).status, 200);
}

TEST(WebRouter, AnswersWhatDoesNotExistAndWhatIsNotMeantThatWay) {
  EXPECT_EQ(some_routes().answer(asking("GET", "/quarantine")).status, 404);
  EXPECT_EQ(some_routes().answer(asking("GET", "/quarantine/")).status, 404);
  EXPECT_EQ(some_routes().answer(asking("GET", "/quarantine/a/b")).status, 404);
  const Response wrong = some_routes().answer(asking("DELETE", "/quarantine/a"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("allow"), "GET");
}

TEST(WebRouter, SaysHowMuchBodyItTakes) {
  EXPECT_EQ(some_routes().max_body("POST", "/try"), 1u << 20);
  EXPECT_EQ(some_routes().max_body("POST", "/quarantine/a/release"), Router::kSmallBody);
  EXPECT_EQ(some_routes().max_body("GET", "/quarantine/a"), 0u);
  EXPECT_EQ(some_routes().max_body("POST", "/nowhere"), 0u);
}

TEST(WebRouter, HasErrorPagesByPrefix) {
  Router router = some_routes();
  router.errors("/", [](const Request&, int status) { return html("page", status); });
  router.errors("/api/", [](const Request&, int status) { return plain("problem", status); });
  EXPECT_EQ(router.answer(asking("GET", "/nowhere")).body, "page");
  EXPECT_EQ(router.answer(asking("GET", "/api/v1/nowhere")).body, "problem");
}

TEST(WebDownload, NamesTheFileWithoutBreakingTheHeader) {
  const Response out = download("x", "a\"\r\nSet-Cookie: b=日.txt");
  EXPECT_EQ(out.header("Content-Disposition"), "attachment; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20b%3D%E6%97%A5.txt");
}

}  // namespace
}  // namespace mugai::gateway::web
