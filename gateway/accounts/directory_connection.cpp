#include "gateway/accounts/directory_connection.h"

#include <fcntl.h>
#include <netdb.h>
#include <openldap.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace mugai::gateway::directory {

namespace {

constexpr int kQuestions = 4;       // look up, groups, bind: what one connection may take, in time-outs

struct FreeUrl {
  void operator()(LDAPURLDesc* url) const { ldap_free_urldesc(url); }
};
struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

bool connects(int fd, const addrinfo& to, std::chrono::milliseconds timeout) {
  if (::connect(fd, to.ai_addr, to.ai_addrlen) == 0) return true;
  if (errno != EINPROGRESS) return false;
  pollfd wanted{fd, POLLOUT, 0};
  int failure = ETIMEDOUT;
  socklen_t length = sizeof failure;
  return ::poll(&wanted, 1, static_cast<int>(timeout.count())) == 1 &&
         ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &length) == 0 && failure == 0;
}

}  // namespace

Error unavailable(int code) {
  return {"ldap.unavailable", "ディレクトリーが応答しません / the directory does not answer", ldap_err2string(code)};
}

Result<std::unique_ptr<Connection>> Connection::open(const config::Ldap& settings) {
  std::unique_ptr<Connection> out(new Connection(settings));
  if (const Status connected = out->connect(); !connected) return connected.error();
  if (const Status secured = out->secure(); !secured) return secured.error();
  return out;
}

Connection::~Connection() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  if (watch_.joinable()) watch_.join();
  if (handle_) ldap_unbind_ext_s(handle_, nullptr, nullptr);
}

Status Connection::connect() {
  LDAPURLDesc* parsed = nullptr;
  if (ldap_url_parse(settings_.url.c_str(), &parsed) != LDAP_URL_SUCCESS || !parsed->lud_host)
    return Error{"ldap.settings", "ldap.url が正しくありません / ldap.url is not usable", settings_.url};
  const std::unique_ptr<LDAPURLDesc, FreeUrl> url(parsed);
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (const int code = ::getaddrinfo(url->lud_host, std::to_string(url->lud_port).c_str(), &hints, &found); code != 0)
    return Error{"ldap.unavailable", "ディレクトリーが応答しません / the directory does not answer", ::gai_strerror(code)};
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  Fd fd;
  for (const addrinfo* one = addresses.get(); one; one = one->ai_next) {
    fd.reset(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (fd && connects(fd.get(), *one, settings_.timeout)) break;
    fd.reset();
  }
  if (!fd) return unavailable(LDAP_SERVER_DOWN);
  if (::fcntl(fd.get(), F_SETFL, 0) != 0) return unavailable(LDAP_SERVER_DOWN);
  socket_.reset(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!socket_) return unavailable(LDAP_SERVER_DOWN);
  if (const int code = ldap_init_fd(fd.get(), LDAP_PROTO_TCP, settings_.url.c_str(), &handle_); code != LDAP_SUCCESS) return unavailable(code);
  fd.release();   // the handle's now
  cut_off_at(std::chrono::steady_clock::now() + settings_.timeout * kQuestions);
  return Ok{};
}

void Connection::cut_off_at(std::chrono::steady_clock::time_point deadline) {
  watch_ = std::thread([this, deadline] {
    std::unique_lock lock(mutex_);
    if (!ended_.wait_until(lock, deadline, [this] { return over_; })) ::shutdown(socket_.get(), SHUT_RDWR);
  });
}

Status Connection::secure() {
  const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, is_server = 0, tls12 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
  const auto ms = settings_.timeout.count();
  const timeval timeout{static_cast<time_t>(ms / 1000), static_cast<suseconds_t>(ms % 1000 * 1000)};
  const auto set = [this](int option, const void* value) { return ldap_set_option(handle_, option, value) == LDAP_OPT_SUCCESS; };
  const bool ready = set(LDAP_OPT_PROTOCOL_VERSION, &version) && set(LDAP_OPT_REFERRALS, LDAP_OPT_OFF) && set(LDAP_OPT_TIMEOUT, &timeout) &&
                     set(LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) && set(LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls12) &&
                     (settings_.ca.empty() || set(LDAP_OPT_X_TLS_CACERTFILE, settings_.ca.c_str())) && set(LDAP_OPT_X_TLS_NEWCTX, &is_server);
  if (!ready) return Error{"ldap.settings", "LDAP の TLS を設定できません(ldap.ca を確認) / cannot set up TLS for LDAP; look at ldap.ca", settings_.ca};
  const bool at_once = settings_.url.starts_with("ldaps://");
  const int started = at_once ? ldap_install_tls(handle_) : ldap_start_tls_s(handle_, nullptr, nullptr);
  if (started != LDAP_SUCCESS || !ldap_tls_inplace(handle_)) return unavailable(started);
  return Ok{};
}

}  // namespace mugai::gateway::directory
