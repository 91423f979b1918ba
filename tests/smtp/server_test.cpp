// The server on real loopback sockets.
#include "smtp/server.h"

#include <malloc.h>
#include <sys/resource.h>

#include "tests/smtp/loopback.h"

namespace mugai::smtp::test {
namespace {

using std::chrono::milliseconds;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kAddressSanitizer = true;
#elif defined(__has_feature)
constexpr bool kAddressSanitizer = __has_feature(address_sanitizer);
#else
constexpr bool kAddressSanitizer = false;
#endif

std::shared_ptr<tls::Context> server_tls() {
  auto context = tls::Context::server(certificate().certificate_file(), certificate().key_file());
  EXPECT_TRUE(context) << (context ? "" : context.error().text + ": " + context.error().detail);
  return context ? *context : nullptr;
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

TEST(Server, TakesAMessage) {
  RunningServer server;
  Peer peer(server.port);
  peer.run({"S: 220 gw.example ESMTP Mugai", "C: HELO c", "S: 250 gw.example",
            "c: MAIL FROM:<>", "c: RCPT TO:<a@b.example>", "C: DATA", "S: 250 ...", "S: 250 ...", "S: 354 ...",
            "c: hello", "C: .", "S: 250 2.6.0 ...", "C: QUIT", "S: 221 ...", "S! close"});
  peer.hang_up();
  server.on_loop([&] {
    ASSERT_EQ(server.handler.messages.size(), 1u);
    EXPECT_EQ(server.handler.messages[0].content, "hello\r\n");
    EXPECT_EQ(server.handler.last_client.address, "127.0.0.1");
  });
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
  server.on_loop([&] {
    ASSERT_EQ(server.handler.ends.size(), 1u);
    EXPECT_EQ(server.handler.ends[0].messages, 1u);
    EXPECT_EQ(server.handler.ends[0].reason, "221 2.0.0 Bye");
  });
}

TEST(Server, TakesABigMessageAndOneWhileTheCommitIsPending) {
  RunningServer server;
  server.on_loop([&] { server.handler.commit_later = true; });
  std::string big;
  while (big.size() < 20'000'000) big += "0123456789 0123456789 0123456789 0123456789\r\n";
  Peer peer(server.port);
  peer.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "c: MAIL FROM:<>", "c: RCPT TO:<a@b.example>", "C: DATA",
            "S: 250 ...", "S: 250 ...", "S: 354 ...", "C! " + big, "c: .", "C: NOOP"});
  ASSERT_TRUE(eventually([&] { return server.on_loop([&] { return server.handler.pending.size() == 1; }); }));
  server.on_loop([&] { server.handler.pending.front()(replies::kMessageAccepted); });
  peer.run({"S: 250 2.6.0 ...", "S: 250 2.0.0 OK"});
  server.on_loop([&] { EXPECT_TRUE(server.handler.messages.at(0).content == big); });
}

TEST(Server, SpeaksTlsAfterStarttls) {
  ListenerConfig config;
  config.tls = server_tls();
  RunningServer server(config);
  Peer peer(server.port);
  peer.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "C: STARTTLS", "S: 220 ...", "TLS", "C: HELO c", "S: 250 ...",
            "c: MAIL FROM:<>", "c: RCPT TO:<a@b.example>", "C: DATA", "S: 250 ...", "S: 250 ...", "S: 354 ...",
            "c: secret", "C: .", "S: 250 2.6.0 ...", "C: QUIT", "S: 221 ...", "S! close"});
  server.on_loop([&] {
    EXPECT_TRUE(server.handler.last_client.tls);
    EXPECT_EQ(server.handler.last_client.tls_protocol, "TLSv1.3");
  });
}

TEST(Server, TakesABigMessageOverTls) {
  ListenerConfig config;
  config.tls = server_tls();
  RunningServer server(config);
  std::string big;
  while (big.size() < 5'000'000) big += "0123456789 0123456789 0123456789 0123456789\r\n";
  Peer peer(server.port);
  peer.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "C: STARTTLS", "S: 220 ...", "TLS", "C: HELO c", "S: 250 ...",
            "c: MAIL FROM:<>", "c: RCPT TO:<a@b.example>", "C: DATA", "S: 250 ...", "S: 250 ...", "S: 354 ...",
            "C! " + big, "C: .", "S: 250 2.6.0 ..."});
  server.on_loop([&] { EXPECT_TRUE(server.handler.messages.at(0).content == big); });
}

TEST(Server, DropsAClientWhoseHandshakeIsRubbish) {
  ListenerConfig config;
  config.tls = server_tls();
  RunningServer server(config);
  Peer peer(server.port);
  peer.run({"S: 220 ...", "C: STARTTLS", "S: 220 ...", "C: MAIL FROM:<injected@evil.example>"});
  while (!peer.read_line().empty()) {
  }
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
  server.on_loop([&] { EXPECT_EQ(server.handler.ends.at(0).reason.substr(0, 5), "TLS: "); });
}

TEST(Server, BelievesTheProxyHeaderOfItsNamedPeersOnly) {
  ListenerConfig config;
  config.proxy_peers = {*Network::parse("127.0.0.0/8")};
  RunningServer server(config);
  Peer v1(server.port);
  v1.run({"C: PROXY TCP4 203.0.113.7 192.0.2.1 4711 25", "S: 220 ...", "C: HELO c", "S: 250 ...", "C: MAIL FROM:<>",
          "S: 250 ...", "C: RCPT TO:<a@b.example>", "S: 250 ...", "C: DATA", "S: 354 ..."});
  server.on_loop([&] {
    EXPECT_EQ(server.handler.last_client.address, "203.0.113.7");
    EXPECT_EQ(server.handler.last_client.port, 4711);
  });
  Peer without(server.port);
  without.run({"C: EHLO c", "S! close"});

  RunningServer direct;
  Peer liar(direct.port);
  liar.run({"S: 220 ...", "C: PROXY TCP4 203.0.113.7 192.0.2.1 4711 25", "S: 500 ..."});
}

TEST(Server, LimitsConnectionsPerClientAndInAll) {
  ListenerConfig config;
  config.max_connections_per_client = 2;
  RunningServer server(config);
  Peer a(server.port), b(server.port);
  a.run({"S: 220 ..."});
  b.run({"S: 220 ..."});
  Peer c(server.port);
  c.run({"S: 421 4.7.0 ...", "S! close"});
  a.run({"C: QUIT", "S: 221 ..."});
  a.hang_up();
  c.hang_up();
  ASSERT_TRUE(eventually([&] { return server.connections() == 1; }));
  Peer d(server.port);
  d.run({"S: 220 ..."});

  config = {};
  config.max_connections = 1;
  RunningServer small(config);
  Peer e(small.port);
  e.run({"S: 220 ..."});
  Peer f(small.port);
  f.run({"S: 421 4.3.2 ...", "S! close"});
}

TEST(Server, TimesOutPerStage) {
  ListenerConfig config;
  config.timeouts.command = config.timeouts.data_block = milliseconds(150);
  config.timeouts.linger = milliseconds(100);
  RunningServer server(config);
  Peer silent(server.port);
  silent.run({"S: 220 ...", "S: 421 4.4.2 ...", "S! close"});
  Peer in_data(server.port);
  in_data.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "c: MAIL FROM:<>", "c: RCPT TO:<a@b.example>", "C: DATA",
               "S: 250 ...", "S: 250 ...", "S: 354 ...", "C: half", "S: 421 4.4.2 ...", "S! close"});
  server.on_loop([&] { EXPECT_EQ(server.handler.discarded, 1); });
}

TEST(Server, DoesNotLetAClientDribbleForEver) {
  ListenerConfig config;
  config.timeouts.command = milliseconds(200);
  config.timeouts.whole_data = milliseconds(300);
  config.timeouts.linger = milliseconds(20);
  RunningServer server(config);
  Peer command(server.port), message(server.port);
  command.run({"S: 220 ..."});
  message.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "c: MAIL FROM:<>", "c: RCPT TO:<a@b.example>", "C: DATA",
               "S: 250 ...", "S: 250 ...", "S: 354 ..."});
  for (int i = 0; i < 20; ++i) {
    command.send("N");
    message.send("x");
    std::this_thread::sleep_for(milliseconds(30));
  }
  server.on_loop([&] {
    ASSERT_EQ(server.handler.ends.size(), 2u) << "somebody still has hope";
    for (const SessionEnd& end : server.handler.ends) EXPECT_EQ(end.reason.substr(0, 9), "421 4.4.2");
  });
}

TEST(Server, StopsGracefully) {
  RunningServer server;
  Peer idle(server.port), busy(server.port);
  idle.run({"S: 220 ..."});
  busy.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "C: MAIL FROM:<>", "S: 250 ..."});
  std::promise<void> stopped;
  server.on_loop([&] { server.server->stop(milliseconds(5000), [&] { stopped.set_value(); }); });
  idle.run({"S: 421 4.3.2 ...", "S! close"});
  EXPECT_FALSE(Peer(server.port).connected);
  busy.run({"C: RCPT TO:<a@b.example>", "S: 250 ...", "C: DATA", "S: 354 ...", "C: .", "S: 250 2.6.0 ...", "S: 421 4.3.2 ...", "S! close"});
  idle.hang_up();
  busy.hang_up();
  EXPECT_EQ(stopped.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

TEST(Server, StopsAtTheDeadlineWhateverClientsDo) {
  ListenerConfig config;
  config.timeouts.linger = milliseconds(50);
  RunningServer server(config);
  Peer busy(server.port);
  busy.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "C: MAIL FROM:<>", "S: 250 ..."});
  std::promise<void> stopped;
  server.on_loop([&] { server.server->stop(milliseconds(100), [&] { stopped.set_value(); }); });
  EXPECT_EQ(stopped.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
  busy.run({"S: 421 4.3.2 ..."});
}

TEST(Server, TakesANewConfigurationForNewConnections) {
  RunningServer server;
  Peer before(server.port);
  before.run({"S: 220 gw.example ..."});
  ListenerConfig config;
  config.policy.hostname = "new.example";
  config.listen = {"127.0.0.1:0"};
  EXPECT_TRUE(server.on_loop([&] { return static_cast<bool>(server.server->reconfigure(config)); }));
  EXPECT_EQ(server.on_loop([&] { return server.server->endpoints().at(0).port; }), server.port);
  Peer after(server.port);
  after.run({"S: 220 new.example ..."});
  before.run({"C: HELO c", "S: 250 gw.example"});

  config.listen = {"127.0.0.1:0", "192.0.2.1:25"};
  config.policy.hostname = "broken.example";
  const Status refused = server.on_loop([&] { return server.server->reconfigure(config); });
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("192.0.2.1:25"), std::string::npos);
  Peer still(server.port);
  still.run({"S: 220 new.example ..."});
}

TEST(Server, SaysWhatIsWrongWithItsFiles) {
  const auto missing = tls::Context::server("/nonexistent/cert.pem", certificate().key_file());
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().text.find("/nonexistent/cert.pem"), std::string::npos);
  const Certificate other;
  const auto mismatch = tls::Context::server(certificate().certificate_file(), other.key_file());
  ASSERT_FALSE(mismatch);
  EXPECT_NE(mismatch.error().text.find(other.key_file()), std::string::npos);
}

// Both ends are in this process; the client ends hold a descriptor and a small object each.
TEST(Server, KeepsManyIdleClientsCheaply) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const char* wanted = getenv("MUGAI_IDLE_CLIENTS");
  const size_t count = wanted != nullptr ? strtoul(wanted, nullptr, 10) : std::min<size_t>(2'000, (limit.rlim_max - 100) / 2);
  ListenerConfig config;
  config.max_connections_per_client = count;
  config.max_connections = count;
  RunningServer server(config);
  const size_t before = mallinfo2().uordblks;
  std::vector<std::unique_ptr<Peer>> peers;
  for (size_t i = 0; i < count; ++i) {
    peers.push_back(std::make_unique<Peer>(server.port));
    ASSERT_TRUE(peers.back()->connected);
    peers.back()->run({"S: 220 ...", "C: EHLO c", "S: 250-..."});
  }
  ASSERT_EQ(server.connections(), count);
  const size_t per_client = (mallinfo2().uordblks - before) / count;
  std::printf("%zu idle clients, %zu bytes each\n", count, per_client);
  if (!kAddressSanitizer) {
    EXPECT_GT(per_client, 100u);
    EXPECT_LT(per_client, 10'000u);
  }
}

}  // namespace
}  // namespace mugai::smtp::test
