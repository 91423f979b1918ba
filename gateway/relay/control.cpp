#include "gateway/relay/control.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read_until.hpp>
#include <asio/streambuf.hpp>
#include <asio/write.hpp>

#include <nlohmann/json.hpp>

#include "gateway/file.h"

namespace mugai::gateway {

using Socket = asio::local::stream_protocol::socket;

namespace {
constexpr size_t kLongestLine = 16 << 10;
}

struct ControlServer::Impl : std::enable_shared_from_this<ControlServer::Impl> {
  Impl(asio::io_context& context, std::string where, Handle what)
      : loop(context), acceptor(context), path(std::move(where)), handle(std::move(what)) {}

  struct Conversation {
    explicit Conversation(Socket accepted) : socket(std::move(accepted)), buffer(kLongestLine) {}
    Socket socket;
    asio::streambuf buffer;
    std::string answer;
  };

  void accept() {
    acceptor.async_accept([self = shared_from_this()](const std::error_code& failure, Socket socket) {
      if (failure) return;
      self->converse(std::make_shared<Conversation>(std::move(socket)));
      self->accept();
    });
  }

  void converse(const std::shared_ptr<Conversation>& one) {
    asio::async_read_until(one->socket, one->buffer, '\n',
                           [self = shared_from_this(), one](const std::error_code& failure, size_t length) {
                             if (failure || length == 0) return;
                             const auto* begin = static_cast<const char*>(one->buffer.data().data());
                             const std::string line(begin, length - 1);
                             const size_t blank = line.find(' ');
                             const Status status = self->handle(
                                 line.substr(0, blank), blank == std::string::npos ? "" : line.substr(blank + 1));
                             one->answer = status ? "ok\n" : status.error().text + "\n";
                             asio::async_write(one->socket, asio::buffer(one->answer),
                                               [one](const std::error_code&, size_t) {});
                           });
  }

  asio::io_context& loop;
  asio::local::stream_protocol::acceptor acceptor;
  std::string path;
  Handle handle;
};

ControlServer::ControlServer(asio::io_context& loop, std::string path, Handle handle)
    : impl_(std::make_shared<Impl>(loop, std::move(path), std::move(handle))) {}

ControlServer::~ControlServer() {
  std::error_code ignored;
  impl_->acceptor.close(ignored);
  ::unlink(impl_->path.c_str());
}

Status ControlServer::open() {
  ::unlink(impl_->path.c_str());
  std::error_code failure;
  const asio::local::stream_protocol::endpoint endpoint(impl_->path);
  impl_->acceptor.open(endpoint.protocol(), failure);
  if (!failure) impl_->acceptor.bind(endpoint, failure);
  if (!failure) impl_->acceptor.listen(16, failure);
  if (failure) return Error{"control.listen", "cannot listen on " + impl_->path, failure.message()};
  ::chmod(impl_->path.c_str(), 0600);
  impl_->accept();
  return Ok{};
}

std::string render_release_call(const ReleaseCall& call) {
  if (call.passwords.empty()) return call.item;
  // JSON has no raw line ends.
  return call.item + " " + nlohmann::json(call.passwords).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

Result<ReleaseCall> parse_release_call(const std::string& argument) {
  const size_t blank = argument.find(' ');
  ReleaseCall call{argument.substr(0, blank), {}};
  if (blank == std::string::npos) return call;
  const nlohmann::json passwords = nlohmann::json::parse(argument.substr(blank + 1), nullptr, false);
  if (!passwords.is_array()) return Error{"control.malformed", "the passwords cannot be read", ""};
  for (const nlohmann::json& one : passwords)
    if (one.is_string()) call.passwords.push_back(one.get<std::string>());
  return call;
}

std::optional<Status> ask_gateway(const std::string& path, const std::string& verb, const std::string& argument) {
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (!socket || path.size() >= sizeof address.sun_path) return std::nullopt;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return std::nullopt;
  if (!write_all(socket.get(), verb + " " + argument + "\n")) return std::nullopt;
  std::string answer;
  std::array<char, kLongestLine> buffer;
  for (;;) {
    const ssize_t count = ::read(socket.get(), buffer.data(), buffer.size());
    if (count <= 0) break;
    answer.append(buffer.data(), static_cast<size_t>(count));
  }
  while (!answer.empty() && answer.back() == '\n') answer.pop_back();
  if (answer == "ok") return Status(Ok{});
  return Status(Error{"control.refused", answer.empty() ? "the gateway did not answer" : answer, ""});
}

}  // namespace mugai::gateway
