#include "gateway/web/server.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <chrono>
#include <mutex>
#include <set>

#include "gateway/log.h"
#include "gateway/web/guard.h"

namespace mugai::gateway::web {

namespace net = Poco::Net;

namespace {

constexpr int kThreads = 24, kWaiting = 64;
constexpr int kReadSeconds = 15, kLargeReadSeconds = 300;
constexpr size_t kLargeBody = 1 << 20;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// What was read of a request that is refused early is enough for its error page.
struct Refused {
  int status;
};

class Exchange {
 public:
  Exchange(const config::Console& settings, const Router& router, std::mutex& large)
      : settings_(settings), router_(router), large_(large) {}

  void run(net::HTTPServerRequest& poco_request, net::HTTPServerResponse& poco_response) {
    Request request;
    Response response;
    try {
      read_head(poco_request, request);
      read_body(poco_request, request);
      response = router_.answer(request);
    } catch (const Refused& refused) {
      response = router_.error(request, refused.status);
    } catch (const std::exception& failure) {
      // Whoever has a recipient's link may ask in their name.
      const std::string path = request.path.starts_with("/r/") ? "/r/" : request.path;
      log::error("console.failed", {{"path", path}, {"detail", failure.what()}});
      response = router_.error(request, 500);
    }
    send(request, response, poco_response);
  }

 private:
  void read_head(net::HTTPServerRequest& from, Request& request) {
    request.method = from.getMethod();
    request.client_address = from.clientAddress().host().toString();
    for (const auto& [name, value] : from) request.headers.add(lower(name), value);
    request.client_address = client_of(request, request.client_address, settings_);
    const std::string& target = from.getURI();
    const size_t mark = std::min(target.find('?'), target.size());
    const auto path = clean_path(std::string_view(target).substr(0, mark));
    const auto query = parse_form(std::string_view(target).substr(std::min(mark + 1, target.size())), 100);
    if (!path || !query) throw Refused{400};
    request.path = *path;
    request.query = *query;
    for (const std::string& header : request.headers.all("cookie")) {
      const Fields cookies = parse_cookies(header);
      for (const auto& [name, value] : cookies.list()) request.cookies.add(name, value);
    }
    if (!host_is_ours(request.headers.get("host"), settings_)) throw Refused{421};
  }

  void read_body(net::HTTPServerRequest& from, Request& request) {
    const bool chunked = from.getChunkedTransferEncoding();
    const bool sized = from.getContentLength64() != net::HTTPMessage::UNKNOWN_CONTENT_LENGTH;
    if (chunked && sized) throw Refused{400};
    if (!chunked && (!sized || from.getContentLength64() == 0)) return;
    const size_t max = router_.max_body(request.method, request.path);
    if (max == 0) return;
    if (sized && static_cast<uint64_t>(from.getContentLength64()) > max) throw Refused{413};
    std::unique_lock<std::mutex> one_at_a_time(large_, std::defer_lock);
    if ((chunked || static_cast<size_t>(from.getContentLength64()) > kLargeBody) && max > kLargeBody && !one_at_a_time.try_lock())
      throw Refused{503};
    std::string body = read_all(from.stream(), max, max > kLargeBody ? kLargeReadSeconds : kReadSeconds);
    if (sized && body.size() != static_cast<size_t>(from.getContentLength64())) throw Refused{400};
    take_body(from, request, std::move(body));
  }

  static std::string read_all(std::istream& in, size_t max, int seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    std::string body;
    char buffer[16'384];
    // What has come so far, however little: a full buffer might be waited for beyond the deadline.
    while (in.peek() != std::istream::traits_type::eof()) {
      body.append(buffer, static_cast<size_t>(in.readsome(buffer, sizeof buffer)));
      if (body.size() > max) throw Refused{413};
      if (std::chrono::steady_clock::now() > end) throw Refused{408};
    }
    return body;
  }

  static void take_body(const net::HTTPServerRequest& from, Request& request, std::string body) {
    std::string type;
    Poco::Net::NameValueCollection parameters;
    net::MessageHeader::splitParameters(from.getContentType(), type, parameters);
    type = lower(type);
    if (type == "application/x-www-form-urlencoded") {
      auto form = parse_form(body);
      if (!form) throw Refused{400};
      request.form = std::move(*form);
    } else if (type == "multipart/form-data") {
      if (!parse_multipart(body, parameters.get("boundary", ""), request)) throw Refused{400};
    } else {
      request.body = std::move(body);
    }
  }

  void send(const Request& request, Response& response, net::HTTPServerResponse& out) {
    add_security_headers(response, settings_.encrypted());
    out.setStatusAndReason(static_cast<net::HTTPResponse::HTTPStatus>(response.status));
    for (const auto& [name, value] : response.headers) out.add(name, value);
    out.setKeepAlive(false);
    out.setContentLength64(static_cast<Poco::Int64>(response.body.size()));
    std::ostream& stream = out.send();
    if (request.method != "HEAD") stream.write(response.body.data(), static_cast<std::streamsize>(response.body.size()));
    stream.flush();
  }

  const config::Console& settings_;
  const Router& router_;
  std::mutex& large_;
};

class Handler : public net::HTTPRequestHandler {
 public:
  explicit Handler(Exchange exchange) : exchange_(exchange) {}
  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    exchange_.run(request, response);
  }

 private:
  Exchange exchange_;
};

class Handlers : public net::HTTPRequestHandlerFactory {
 public:
  explicit Handlers(Exchange exchange) : exchange_(exchange) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return std::make_unique<Handler>(exchange_).release();   // Poco deletes it
  }

 private:
  Exchange exchange_;
};

// The sockets that are open, so that stopping need not wait for those who say nothing.
class Live {
 public:
  void add(const net::StreamSocket& socket) {
    const std::lock_guard lock(mutex_);
    sockets_.insert(socket);
  }
  void remove(const net::StreamSocket& socket) {
    const std::lock_guard lock(mutex_);
    sockets_.erase(socket);
  }
  // Answers under way are still sent.
  void hear_no_more() {
    const std::lock_guard lock(mutex_);
    for (net::StreamSocket socket : sockets_) {
      try {
        socket.shutdownReceive();
      } catch (const Poco::Exception&) {
        continue;   // it is closed already
      }
    }
  }

 private:
  std::mutex mutex_;
  std::set<net::StreamSocket> sockets_;
};

class Connection : public net::HTTPServerConnection {
 public:
  Connection(const net::StreamSocket& accepted, const net::StreamSocket& spoken, net::HTTPServerParams::Ptr params,
             net::HTTPRequestHandlerFactory::Ptr handlers, Live& live)
      : net::HTTPServerConnection(spoken, std::move(params), std::move(handlers)), accepted_(accepted), live_(live) {
    live_.add(accepted_);
  }
  ~Connection() override { live_.remove(accepted_); }

 private:
  net::StreamSocket accepted_;
  Live& live_;
};

// Runs on the connection's own thread: that is where TLS may wait for its peer.
class Connections : public net::TCPServerConnectionFactory {
 public:
  Connections(net::HTTPServerParams::Ptr params, net::HTTPRequestHandlerFactory::Ptr handlers, net::Context::Ptr tls, Live& live)
      : params_(std::move(params)), handlers_(std::move(handlers)), tls_(std::move(tls)), live_(live) {}
  net::TCPServerConnection* createConnection(const net::StreamSocket& accepted) override {
    net::StreamSocket socket = accepted;
    socket.setReceiveTimeout(Poco::Timespan(kReadSeconds, 0));
    socket.setSendTimeout(Poco::Timespan(kReadSeconds, 0));
    if (tls_) socket = net::SecureStreamSocket::attach(socket, tls_);
    return std::make_unique<Connection>(accepted, socket, params_, handlers_, live_).release();   // Poco deletes it
  }

 private:
  net::HTTPServerParams::Ptr params_;
  net::HTTPRequestHandlerFactory::Ptr handlers_;
  net::Context::Ptr tls_;
  Live& live_;
};

net::Context::Ptr tls_context(const config::Console& settings) {
  net::initializeSSL();
  net::Context::Params params;
  params.privateKeyFile = settings.key;
  params.certificateFile = settings.certificate;
  params.verificationMode = net::Context::VERIFY_NONE;
  params.cipherList = "HIGH:!aNULL:!eNULL:!MD5:!RC4:!3DES:!CBC:!kRSA";
  net::Context::Ptr context = new net::Context(net::Context::TLS_SERVER_USE, params);
  context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
  return context;
}

}  // namespace

struct Server::Impl {
  config::Console settings;
  std::mutex large;   // bodies that fill memory come one at a time
  Live live;
  Poco::ThreadPool threads{2, kThreads, 60};
  std::unique_ptr<net::TCPServer> server;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Server>> Server::start(const config::Console& settings, const Router& router) {
  auto impl = std::make_unique<Impl>();
  impl->settings = settings;
  net::Context::Ptr tls;
  try {
    if (!settings.certificate.empty()) tls = tls_context(settings);
  } catch (const Poco::Exception& failure) {
    return Error{"console.certificate", "the console's certificate or key cannot be used", failure.displayText()};
  }
  try {
    net::HTTPServerParams::Ptr params = new net::HTTPServerParams;
    params->setMaxThreads(kThreads);
    params->setMaxQueued(kWaiting);
    params->setKeepAlive(false);
    params->setTimeout(Poco::Timespan(kReadSeconds, 0));
    params->setSoftwareVersion("");
    const net::SocketAddress address(settings.listen.address.to_string(), settings.listen.port);
    net::HTTPRequestHandlerFactory::Ptr handlers = new Handlers(Exchange(impl->settings, router, impl->large));
    net::TCPServerConnectionFactory::Ptr connections = new Connections(params, handlers, tls, impl->live);
    impl->server = std::make_unique<net::TCPServer>(connections, impl->threads, net::ServerSocket(address, kWaiting), params);
    impl->server->start();
  } catch (const Poco::Exception& failure) {
    return Error{"console.listen", "the console cannot listen on " + settings.listen.to_string(), failure.displayText()};
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::~Server() {
  impl_->server->stop();
  impl_->live.hear_no_more();
  impl_->threads.joinAll();
}

}  // namespace mugai::gateway::web
