// The client on real loopback sockets, against our own server and against scripted next hops.
#include "smtp/client.h"

#include <sys/un.h>

#include "tests/smtp/loopback.h"

namespace mugai::smtp::test {
namespace {

using std::chrono::milliseconds;
using State = RecipientResult::State;

struct RunningClient : LoopThread {
  explicit RunningClient(ClientConfig config = {}) {
    if (config.hello.empty()) config.hello = "gw.example";
    on_loop([&] {
      auto created = Client::create(loop, config);
      EXPECT_TRUE(created) << (created ? "" : created.error().text);
      client = std::move(*created);
    });
  }
  ~RunningClient() {
    on_loop([&] { client.reset(); });
  }

  std::future<std::vector<RecipientResult>> start(const std::string& next_hop, std::string_view message,
                                                  int recipients = 1) {
    auto promise = std::make_shared<std::promise<std::vector<RecipientResult>>>();
    Envelope envelope;
    envelope.reverse_path.text = "a@example.jp";
    for (int i = 0; i < recipients; ++i) {
      Recipient recipient;
      recipient.forward_path.text = "r" + std::to_string(i) + "@x.example";
      envelope.recipients.push_back(recipient);
    }
    const auto hop = parse_next_hop(next_hop);
    EXPECT_TRUE(hop);
    on_loop([&] {
      client->deliver(*hop, envelope, message,
                      [promise](auto results) { promise->set_value(std::move(results)); });
    });
    return promise->get_future();
  }

  std::vector<RecipientResult> deliver(const std::string& next_hop, std::string_view message,
                                       int recipients = 1) {
    auto future = start(next_hop, message, recipients);
    if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
      ADD_FAILURE() << "no result";
      return {};
    }
    return future.get();
  }

  std::unique_ptr<Client> client;
};

std::string smtp_url(uint16_t port, const std::string& host = "127.0.0.1") {
  return "smtp://" + host + ":" + std::to_string(port);
}

// A next hop that plays one script per connection, each on accept, in order.
struct ScriptedHop {
  explicit ScriptedHop(std::vector<std::vector<std::string>> scripts, const std::string& unix_path = "") {
    listener = ::socket(unix_path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM, 0);
    if (unix_path.empty()) {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
      socklen_t size = sizeof address;
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
      port = ntohs(address.sin_port);
    } else {
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
      EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }
    ::listen(listener, 16);
    thread = std::thread([this, scripts = std::move(scripts)] {
      for (const auto& script : scripts) {
        Peer peer(::accept(listener, nullptr, nullptr), nullptr);
        if (!peer.connected) return;
        ++accepted;
        for (const std::string& line : script) {
          if (line.substr(0, 2) == "S:") peer.send(line.substr(3) + "\r\n");
          if (line.substr(0, 2) == "C:") {
            const std::string expected = line.substr(3), got = peer.read_line();
            EXPECT_EQ(got.substr(0, expected.size()), expected);
          }
          if (line == "wait") std::this_thread::sleep_for(milliseconds(200));
        }
      }
    });
  }
  ~ScriptedHop() {
    ::shutdown(listener, SHUT_RDWR);
    thread.join();
    ::close(listener);
  }
  int listener = -1;
  uint16_t port = 0;
  std::atomic<int> accepted{0};
  std::thread thread;
};

TEST(Client, DeliversToOurServerAndUsesTheConnectionAgain) {
  RunningServer server;
  RunningClient client;
  for (int i = 0; i < 3; ++i) {
    const auto results = client.deliver(smtp_url(server.port), "Subject: x\r\n\r\n.\r\nbody\r\n", 2);
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results[1].state, State::delivered);
    EXPECT_EQ(results[1].remote, "[127.0.0.1]:" + std::to_string(server.port));
  }
  EXPECT_EQ(server.connections(), 1u);
  server.on_loop([&] {
    ASSERT_EQ(server.handler.messages.size(), 3u);
    EXPECT_EQ(server.handler.messages[2].content, "Subject: x\r\n\r\n.\r\nbody\r\n");
    EXPECT_EQ(server.handler.messages[2].envelope.recipients.size(), 2u);
  });
}

TEST(Client, DeliversABigMessage) {
  RunningServer server;
  RunningClient client;
  std::string big;
  while (big.size() < 30'000'000) big += ".123456789 0123456789 0123456789 0123456789\r\n";
  EXPECT_EQ(client.deliver(smtp_url(server.port), big).at(0).state, State::delivered);
  server.on_loop([&] { EXPECT_TRUE(server.handler.messages.at(0).content == big); });
}

TEST(Client, KeepsToItsLimitOfConnections) {
  RunningServer server;
  server.on_loop([&] { server.handler.commit_later = true; });
  ClientConfig config;
  config.max_connections_per_destination = 3;
  RunningClient client(config);
  std::vector<std::future<std::vector<RecipientResult>>> futures;
  for (int i = 0; i < 50; ++i) futures.push_back(client.start(smtp_url(server.port), "x\r\n"));
  size_t most = 0;
  for (int done = 0; done < 50;) {
    most = std::max(most, server.connections());
    done += server.on_loop([&] {
      int count = 0;
      for (; !server.handler.pending.empty(); ++count) {
        const auto commit = server.handler.pending.front();
        server.handler.pending.pop_front();
        commit(replies::kMessageAccepted);
      }
      return count;
    });
  }
  for (auto& future : futures) EXPECT_EQ(future.get().at(0).state, State::delivered);
  EXPECT_EQ(most, 3u);
}

TEST(Client, UsesTlsAndVerifiesNames) {
  ListenerConfig listener;
  auto context = tls::Context::server(certificate().certificate_file(), certificate().key_file());
  ASSERT_TRUE(context);
  listener.tls = *context;
  listener.policy.require_tls = true;
  RunningServer server(listener);

  RunningClient opportunistic;
  EXPECT_EQ(opportunistic.deliver(smtp_url(server.port), "x\r\n").at(0).state, State::delivered);
  server.on_loop([&] { EXPECT_TRUE(server.handler.last_client.tls); });

  ClientConfig config;
  config.tls = TlsPolicy::verified;
  config.ca_file = certificate().certificate_file();
  RunningClient verified(config);
  EXPECT_EQ(verified.deliver(smtp_url(server.port), "x\r\n").at(0).state, State::delivered);
  EXPECT_EQ(verified.deliver(smtp_url(server.port, "localhost"), "x\r\n").at(0).state, State::delivered);

  const Certificate stranger;
  config.ca_file = stranger.certificate_file();
  RunningClient distrustful(config);
  const auto results = distrustful.deliver(smtp_url(server.port), "x\r\n");
  EXPECT_EQ(results.at(0).state, State::deferred);
  EXPECT_EQ(results.at(0).reply.enhanced, "4.7.5");
}

TEST(Client, FallsBackToPlainTextOnlyWhenThePolicyIsOpportunistic) {
  const std::vector<std::string> broken = {
      "S: 220 x", "C: EHLO", "S: 250-x\r\n250 STARTTLS", "C: STARTTLS", "S: 220 go", "wait", "S: rubbish"};
  const std::vector<std::string> plain = {"S: 220 x",  "C: EHLO",   "S: 250-x\r\n250 STARTTLS",
                                          "C: MAIL",   "S: 250 ok", "C: RCPT",
                                          "S: 250 ok", "C: DATA",   "S: 354 go",
                                          "C: x",      "C: .",      "S: 250 ok"};
  ScriptedHop hop({broken, plain});
  RunningClient client;
  EXPECT_EQ(client.deliver(smtp_url(hop.port), "x\r\n").at(0).state, State::delivered);

  ScriptedHop strict_hop({broken});
  ClientConfig config;
  config.tls = TlsPolicy::required;
  RunningClient strict(config);
  EXPECT_EQ(strict.deliver(smtp_url(strict_hop.port), "x\r\n").at(0).reply.enhanced, "4.7.5");
}

TEST(Client, TriesAgainOnAFreshConnectionWhenAKeptOneHasDied) {
  const std::vector<std::string> first = {"S: 220 x", "C: EHLO",   "S: 250 x", "C: MAIL",   "S: 250 ok",
                                          "C: RCPT",  "S: 250 ok", "C: DATA",  "S: 354 go", "C: x",
                                          "C: .",     "S: 250 ok", "C: MAIL"};  // and hangs up
  const std::vector<std::string> second(first.begin(), first.end() - 1);
  ScriptedHop hop({first, second});
  RunningClient client;
  EXPECT_EQ(client.deliver(smtp_url(hop.port), "x\r\n").at(0).state, State::delivered);
  EXPECT_EQ(client.deliver(smtp_url(hop.port), "x\r\n").at(0).state, State::delivered);
  EXPECT_EQ(hop.accepted, 2);
}

TEST(Client, DefersWhenTheConnectionIsLostAfterTheDot) {
  ScriptedHop hop({{"S: 220 x", "C: EHLO", "S: 250 x", "C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 ok",
                    "C: DATA", "S: 354 go", "C: x", "C: ."}});
  RunningClient client;
  const auto results = client.deliver(smtp_url(hop.port), "x\r\n");
  EXPECT_EQ(results.at(0).state, State::deferred);
  EXPECT_NE(results.at(0).reply.text.find("twice"), std::string::npos);
}

TEST(Client, BelievesARefusalBeforeTheEndOfTheMessage) {
  ScriptedHop hop({{"S: 220 x", "C: EHLO", "S: 250 x", "C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 ok",
                    "C: DATA", "S: 354 go", "C: x", "S: 552 5.3.4 enough", "wait"}});
  RunningClient client;
  std::string big;
  while (big.size() < 30'000'000) big += "x\r\n";
  const auto results = client.deliver(smtp_url(hop.port), big);
  EXPECT_EQ(results.at(0).state, State::failed);
  EXPECT_EQ(results.at(0).reply.enhanced, "5.3.4");
}

TEST(Client, ReachesIpv6) {
  ListenerConfig config;
  config.listen = {"127.0.0.1:0", "[::1]:0"};
  RunningServer server(config);
  const uint16_t port = server.on_loop([&] { return server.server->endpoints().at(1).port; });
  RunningClient client;
  EXPECT_EQ(client.deliver(smtp_url(port, "[::1]"), "x\r\n").at(0).state, State::delivered);
  server.on_loop([&] { EXPECT_EQ(server.handler.last_client.address, "::1"); });
}

TEST(Client, DefersWhenNobodyIsThere) {
  RunningClient client;
  const auto refused = client.deliver("smtp://127.0.0.1:1", "x\r\n", 2);
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[1].state, State::deferred);
  EXPECT_EQ(refused[1].reply.enhanced, "4.4.1");
  const auto unknown = client.deliver("smtp://no-such-host.invalid:25", "x\r\n");
  EXPECT_EQ(unknown.at(0).reply.enhanced, "4.4.3");
}

TEST(Client, TimesOut) {
  ScriptedHop hop({{"wait"}});
  ClientConfig config;
  config.timeouts.greeting = milliseconds(100);
  RunningClient client(config);
  const auto results = client.deliver(smtp_url(hop.port), "x\r\n");
  EXPECT_EQ(results.at(0).state, State::deferred);
  EXPECT_NE(results.at(0).reply.text.find("in time"), std::string::npos);
}

TEST(Client, QuitsIdleConnections) {
  RunningServer server;
  ClientConfig config;
  config.idle_reuse = milliseconds(0);
  RunningClient client(config);
  client.deliver(smtp_url(server.port), "x\r\n");
  for (int i = 0; i < 300 && server.connections() > 0; ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ(server.connections(), 0u);
}

TEST(Client, SpeaksLmtpOverAUnixSocket) {
  const TemporaryFolder folder;
  const std::string path = folder.path / "lmtp";
  ScriptedHop hop({{"S: 220 x", "C: LHLO gw.example", "S: 250-x\r\n250 PIPELINING", "C: MAIL", "C: RCPT",
                    "C: RCPT", "C: DATA", "S: 250 ok\r\n250 ok\r\n250 ok\r\n354 go", "C: x", "C: .",
                    "S: 250 2.1.5 one\r\n550 5.2.2 two"}},
                  path);
  RunningClient client;
  const auto results = client.deliver("lmtp://" + path, "x\r\n", 2);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].state, State::delivered);
  EXPECT_EQ(results[1].reply.enhanced, "5.2.2");
}

TEST(Client, DeliversToAMaildir) {
  const TemporaryFolder folder;
  RunningClient client;
  const auto results =
      client.deliver("maildir:" + (folder.path / "box").string(), "Subject: x\r\n\r\nbody\r\n", 2);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].state, State::delivered);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path / "box/new")) {
    ++files;
    std::string content;
    FILE* file = fopen(entry.path().c_str(), "r");
    for (int c = fgetc(file); c != EOF; c = fgetc(file)) content += static_cast<char>(c);
    fclose(file);
    EXPECT_EQ(content,
              "Return-Path: <a@example.jp>\nDelivered-To: r0@x.example\nDelivered-To: r1@x.example\nSubject: "
              "x\n\nbody\n");
  }
  EXPECT_EQ(files, 1);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path / "box/tmp"));
  const auto refused = client.deliver("maildir:/proc/nowhere", "x\r\n");
  EXPECT_EQ(refused.at(0).state, State::deferred);
}

}  // namespace
}  // namespace mugai::smtp::test
