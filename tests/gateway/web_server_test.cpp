#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "gateway/web/request_reader.h"
#include "gateway/web/server.h"

namespace mugai::gateway::web {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

class Client {
 public:
  explicit Client(uint16_t port, const char* from = "127.0.0.1") : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in local{}, server{};
    local.sin_family = server.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &local.sin_addr);
    ::inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    server.sin_port = htons(port);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&local), sizeof local), 0);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&server), sizeof server), 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool say(std::string_view text) { return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()); }

  // All until the server closes, or what has come by then.
  std::string hear(std::chrono::milliseconds longest = 5s) {
    std::string out;
    const auto end = Clock::now() + longest;
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
      pollfd one{socket_, POLLIN, 0};
      if (left <= 0 || ::poll(&one, 1, static_cast<int>(left)) <= 0) return out + "[no end]";
      char buffer[4096];
      const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
      if (got <= 0) return out;
      out.append(buffer, static_cast<size_t>(got));
    }
  }

 private:
  int socket_;
};

const std::string kGet = "GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

class WebServer : public ::testing::Test {
 protected:
  void start(const ServerLimits& limits = {}) {
    settings.enabled = true;
    settings.listen = {*config::IpAddress::parse("127.0.0.1"), 0};
    router.errors("/", [](const Request&, int status) { return plain("error " + std::to_string(status), status); });
    router.add("GET", "/hello", [](const Request&) { return plain("hello"); });
    router.add("GET", "/broken", [](const Request&) -> Response { throw std::runtime_error("broken"); });
    router.add("POST", "/echo", [](const Request& request) { return plain(request.body); });
    router.add("POST", "/large", [this](const Request& request) {
      ++answered;
      return plain(std::to_string(request.body.size()));
    }, 64 << 20, [](const Request& head) -> std::optional<Response> {
      if (head.cookies.get("mugai") == "good") return std::nullopt;
      return plain("who are you", 401);
    });
    auto started = Server::start(settings, router, limits);
    ASSERT_TRUE(started) << started.error().detail;
    server = std::move(*started);
  }

  std::string ask(const std::string& request, const char* from = "127.0.0.1") {
    Client client(server->port(), from);
    client.say(request);
    return client.hear();
  }

  void expect_answer_at_once(const char* from = "127.0.0.1") {
    const auto before = Clock::now();
    EXPECT_TRUE(ask(kGet, from).ends_with("\r\n\r\nhello"));
    EXPECT_LT(Clock::now() - before, 1s);
  }

  config::Console settings;
  Router router;
  std::atomic<int> answered = 0;
  std::unique_ptr<Server> server;
};

TEST_F(WebServer, IsThereForOthersHoweverManyDripTheirHeads) {
  start();
  std::vector<std::unique_ptr<Client>> drippers;
  for (int i = 0; i < 100; ++i) {
    drippers.push_back(std::make_unique<Client>(server->port(), i % 2 ? "127.0.0.1" : "127.0.0.2"));
    drippers.back()->say("GET /hello HT");
  }
  expect_answer_at_once();
  expect_answer_at_once("127.0.0.3");
}

TEST_F(WebServer, IsThereForOthersWhenEveryPlaceIsTaken) {
  ServerLimits limits;
  limits.connections = 40;
  start(limits);
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 60; ++i) silent.push_back(std::make_unique<Client>(server->port(), ("127.0.1." + std::to_string(1 + i / 6)).c_str()));
  expect_answer_at_once();
}

TEST_F(WebServer, IsThereForOthersWhoeverDripsBodiesOrReadsNoAnswers) {
  start();
  std::vector<std::unique_ptr<Client>> others;
  for (int i = 0; i < 60; ++i) {
    others.push_back(std::make_unique<Client>(server->port()));
    others.back()->say(i % 2 ? "POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx" : kGet);
  }
  expect_answer_at_once();
}

TEST_F(WebServer, GivesAHeadOneDeadlineHoweverOftenSomethingComes) {
  ServerLimits limits;
  limits.head = 500ms;
  start(limits);
  Client client(server->port());
  const auto before = Clock::now();
  std::string heard;
  for (int i = 0; i < 20 && heard.empty(); ++i) {
    client.say("G");
    heard = client.hear(100ms);
    if (heard == "[no end]") heard.clear();
  }
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 408")) << heard;
  EXPECT_LT(Clock::now() - before, 1500ms);
}

TEST_F(WebServer, EndsABodyThatComesTooSlowlyAndTakesTheNext) {
  ServerLimits limits;
  limits.grace = 300ms;
  start(limits);
  const std::string head = "POST /large HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: mugai=good\r\nContent-Length: ";
  Client slow(server->port());
  slow.say(head + "2000000\r\n\r\nx");
  std::this_thread::sleep_for(100ms);
  EXPECT_TRUE(ask(head + "2000001\r\n\r\nx").starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(slow.hear(3s).starts_with("HTTP/1.1 408"));
  EXPECT_TRUE(ask(head + "2000000\r\n\r\n" + std::string(2'000'000, 'x')).ends_with("2000000"));
  EXPECT_EQ(answered, 1);
}

TEST_F(WebServer, ReadsNoBodyOfSomebodyWhoIsNotLetIn) {
  start();
  const std::string head = "POST /large HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000000\r\n";
  Client nobody(server->port());
  nobody.say(head + "\r\n");
  const std::string first_words = nobody.hear(500ms);
  EXPECT_TRUE(first_words.starts_with("HTTP/1.1 401")) << first_words;
  EXPECT_NE(first_words.find("who are you"), std::string::npos);
  // Nor does it keep anybody from sending something large.
  EXPECT_TRUE(ask("POST /large HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: mugai=good\r\nContent-Length: 2000000\r\n\r\n" + std::string(2'000'000, 'x'))
                  .ends_with("2000000"));
  EXPECT_EQ(answered, 1);
}

TEST_F(WebServer, RefusesWhatIsTooLargeBeforeItComes) {
  start();
  EXPECT_TRUE(ask("POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 300000\r\n\r\n").starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(ask("GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + std::string(40'000, 'x')).starts_with("HTTP/1.1 431"));
}

TEST_F(WebServer, SpeaksHttpAsBrowsersAndProgramsDo) {
  start();
  EXPECT_TRUE(ask("HEAD /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").ends_with("\r\n\r\n"));
  EXPECT_TRUE(ask("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n").starts_with("HTTP/1.1 421"));
  EXPECT_TRUE(ask("GET /broken HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").starts_with("HTTP/1.1 500"));
  EXPECT_TRUE(ask("POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX: y\r\n\r\n")
                  .ends_with("hello world"));
  Client polite(server->port());
  polite.say("POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(polite.hear(300ms), "HTTP/1.1 100 Continue\r\n\r\n[no end]");
  polite.say("hello");
  EXPECT_TRUE(polite.hear().ends_with("hello"));
}

TEST_F(WebServer, StopsAtOnceWhoeverIsStillTalking) {
  start();
  Client head(server->port()), body(server->port());
  head.say("GET /");
  body.say("POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\n");
  std::this_thread::sleep_for(100ms);
  const auto before = Clock::now();
  server.reset();
  EXPECT_LT(Clock::now() - before, 3s);
}

// However the bytes are cut, the request is the same.
RequestReader read(std::string_view bytes, size_t step, size_t max = 1000) {
  RequestReader reader;
  for (size_t i = 0; i < bytes.size(); i += step)
    if (reader.feed(bytes.substr(i, step)) == RequestReader::State::head_read) reader.take_body(max);
  return reader;
}

TEST(WebRequestReader, ReadsTheSameHoweverItIsCut) {
  const std::string bytes =
      "POST /a%20b?x=1 HTTP/1.1\r\nHost: h\r\nCookie: mugai=t\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\ny=2&z=3 and more";
  for (const size_t step : {1ul, 2ul, 3ul, 7ul, 50ul, 1000ul}) {
    RequestReader reader = read(bytes, step);
    ASSERT_EQ(reader.state(), RequestReader::State::done) << step;
    EXPECT_EQ(reader.request().path, "/a b");
    EXPECT_EQ(reader.request().query.get("x"), "1");
    EXPECT_EQ(reader.request().cookies.get("mugai"), "t");
    EXPECT_EQ(reader.request().form.get("z"), "3");
  }
}

TEST(WebRequestReader, RefusesWhatCouldBeReadInTwoWays) {
  const auto status = [](const std::string& fields, const std::string& body = "") {
    return read("POST / HTTP/1.1\r\n" + fields + "\r\n" + body, 1000).refusal();
  };
  EXPECT_EQ(status("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(status("Content-Length: 3\r\nContent-Length: 4\r\n"), 400);
  EXPECT_EQ(status("Content-Length: +3\r\n"), 400);
  EXPECT_EQ(status("Content-Length: 3, 4\r\n"), 400);
  EXPECT_EQ(status("Transfer-Encoding: gzip, chunked\r\n"), 400);
  EXPECT_EQ(status("Host: a\r\nHost: b\r\n"), 400);
  EXPECT_EQ(status("X: a\nY: b\r\n"), 400);
  EXPECT_EQ(status(std::string("X: a\0b\r\n", 8)), 400);
  EXPECT_EQ(status("Transfer-Encoding: chunked\r\n", "5\nhello"), 400);
  EXPECT_EQ(status("Transfer-Encoding: chunked\r\n", "-5\r\nhello"), 400);
  EXPECT_EQ(status("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nhello"), 400);
  EXPECT_EQ(status("Transfer-Encoding: chunked\r\n", "2\r\nhello\r\n"), 400);
  EXPECT_EQ(status("Transfer-Encoding: chunked\r\n", "3e9\r\n" + std::string(1001, 'x')), 413);
  EXPECT_EQ(status("Content-Length: 1001\r\n"), 413);
}

}  // namespace
}  // namespace mugai::gateway::web
