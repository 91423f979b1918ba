// Real sockets for tests: a loop on a thread of its own with a Server in it, a blocking client that plays
// transcripts
// ("C: ...", "S: ...", see transcript.h), and certificates made on the spot.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <filesystem>
#include <future>
#include <thread>

#include "smtp/server.h"
#include "tests/smtp/transcript.h"

namespace mugai::smtp::test {

struct TemporaryFolder {
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mugai-smtp-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

// A self-signed certificate for localhost and 127.0.0.1: cert.pem (which is also its own authority) and
// key.pem.
struct Certificate {
  Certificate() {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key);
    X509_NAME* name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("localhost"),
                               -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_add_ext(x509, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(x509, key, EVP_sha256());
    FILE* file = fopen(certificate_file().c_str(), "w");
    PEM_write_X509(file, x509);
    fclose(file);
    file = fopen(key_file().c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    fclose(file);
    X509_free(x509);
    EVP_PKEY_free(key);
  }
  std::string certificate_file() const { return folder.path / "cert.pem"; }
  std::string key_file() const { return folder.path / "key.pem"; }
  TemporaryFolder folder;
};

inline const Certificate& certificate() {
  static const Certificate made;
  return made;
}

// Runs the loop on a thread; on_loop() runs something there and waits for it.
struct LoopThread {
  LoopThread() : work(asio::make_work_guard(loop)), thread([this] { loop.run(); }) {}
  ~LoopThread() {
    work.reset();
    loop.stop();
    thread.join();
  }
  template <class F>
  auto on_loop(F f) {
    std::packaged_task<decltype(f())()> task(std::move(f));
    auto future = task.get_future();
    asio::post(loop, [&task] { task(); });
    return future.get();
  }
  asio::io_context loop;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::thread thread;
};

struct RunningServer : LoopThread {
  explicit RunningServer(ListenerConfig config = {}) {
    if (config.listen.empty()) config.listen = {"127.0.0.1:0"};
    if (config.policy.hostname.empty()) config.policy.hostname = "gw.example";
    on_loop([&] {
      server = std::make_unique<smtp::Server>(loop, config, handler);
      const Status opened = server->open();
      EXPECT_TRUE(opened) << (opened ? "" : opened.error().text);
    });
    port = on_loop([&] { return server->endpoints().at(0).port; });
  }
  ~RunningServer() {
    on_loop([&] { server.reset(); });
  }
  size_t connections() {
    return on_loop([&] { return server->connections(); });
  }
  FakeHandler handler;
  std::unique_ptr<smtp::Server> server;
  uint16_t port = 0;
};

class Peer {
 public:
  explicit Peer(uint16_t port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval ten_seconds{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &ten_seconds, sizeof ten_seconds);
  }
  explicit Peer(int accepted, std::nullptr_t) : connected(accepted >= 0), socket_(accepted) {}
  ~Peer() { hang_up(); }
  Peer(const Peer&) = delete;

  void hang_up() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ssl_ = nullptr;
    context_ = nullptr;
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  void run(std::initializer_list<std::string> script) {
    std::string group;
    for (const std::string& line : script) {
      SCOPED_TRACE("at: " + line);
      const std::string kind = line.substr(0, 2), rest = line.size() > 3 ? line.substr(3) : "";
      if (kind == "c:") {
        group += rest + "\r\n";
      } else if (kind == "C:" || kind == "C!") {
        send(group + rest + (kind == "C:" ? "\r\n" : ""));
        group.clear();
      } else if (kind == "S:") {
        const std::string got = read_line();
        if (rest.size() >= 3 && rest.substr(rest.size() - 3) == "...")
          ASSERT_EQ(got.substr(0, rest.size() - 3) + "...", rest);
        else
          ASSERT_EQ(got, rest);
      } else if (line == "S! close") {
        ASSERT_EQ(read_line(), "") << "the connection should be closed";
      } else if (line == "C! tls" || line == "TLS") {
        handshake();
      }
    }
  }

  void send(const std::string& bytes) {
    size_t at = 0;
    while (at < bytes.size()) {
      const auto sent = ssl_ ? SSL_write(ssl_, bytes.data() + at, static_cast<int>(bytes.size() - at))
                             : ::send(socket_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return;
      at += static_cast<size_t>(sent);
    }
  }

  // Without CRLF; empty when the connection is closed.
  std::string read_line() {
    for (;;) {
      const size_t end = input_.find("\r\n");
      if (end != std::string::npos) {
        const std::string line = input_.substr(0, end);
        input_.erase(0, end + 2);
        return line;
      }
      char buffer[4096];
      const auto got =
          ssl_ ? SSL_read(ssl_, buffer, sizeof buffer) : ::recv(socket_, buffer, sizeof buffer, 0);
      if (got <= 0) return "";
      input_.append(buffer, static_cast<size_t>(got));
    }
  }

  void handshake() {
    context_ = SSL_CTX_new(TLS_client_method());
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_);
    ASSERT_EQ(SSL_connect(ssl_), 1);
  }

  bool connected = false;

 private:
  int socket_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string input_;
};

}  // namespace mugai::smtp::test
