#include "gateway/web/connection.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/HTTPResponse.h>

#include "gateway/log.h"
#include "gateway/web/guard.h"

namespace mugai::gateway::web {

namespace {

constexpr size_t kLargeBody = 1 << 20;

std::string wire_form(const Response& response, bool with_body) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " " +
                    Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status)) + "\r\n";
  out += "Date: " + Poco::DateTimeFormatter::format(Poco::Timestamp(), Poco::DateTimeFormat::HTTP_FORMAT) + "\r\n";
  for (const auto& [name, value] : response.headers)
    if (value.find_first_of("\r\n") == value.npos) out += name + ": " + value + "\r\n";
  out += "Content-Length: " + std::to_string(response.body.size()) + "\r\nConnection: close\r\n\r\n";
  if (with_body) out += response.body;
  return out;
}

}  // namespace

void Connection::start(const std::shared_ptr<smtp::tls::Context>& tls) {
  if (tls) start_tls(tls, smtp::tls::Stream::Role::server);
  read();
}

void Connection::enter(Stage stage) {
  stage_ = stage;
  since_ = Clock::now();
}

void Connection::secured(const smtp::tls::Stream* stream, const std::string&) {
  if (!stream) close_now();
}

void Connection::received(Bytes untrusted) {
  if (stage_ != Stage::head && stage_ != Stage::body) return;
  reader_.feed(untrusted);
  go_on();
}

void Connection::go_on() {
  switch (reader_.state()) {
    case RequestReader::State::head:
    case RequestReader::State::body: return;
    case RequestReader::State::head_read: return judge();
    case RequestReader::State::done: return answer();
    case RequestReader::State::refused: return refuse(reader_.refusal());
  }
}

// On a thread, while the connection is held by what follows on the loop and head_ is not touched.
std::optional<Response> Connection::guarded(const std::function<std::optional<Response>()>& question) const {
  try {
    return question();
  } catch (const std::exception& failure) {
    // Whoever has a recipient's link may ask in their name.
    log::error("console.failed", {{"path", head_.path.starts_with("/r/") ? "/r/" : head_.path}, {"detail", failure.what()}});
    return owner_.router().error(head_, 500);
  }
}

void Connection::judge() {
  pause();
  Request& request = reader_.request();
  request.client_address = client_of(request, address_, owner_.settings());
  head_ = request;
  if (!host_is_ours(request.headers.get("host"), owner_.settings())) return refuse(421);
  const size_t max = owner_.router().max_body(request.method, request.path);
  if (max == 0 || !reader_.body_follows()) return take_body(max);
  enter(Stage::judging);
  const auto self = std::static_pointer_cast<Connection>(shared_from_this());
  const bool asked = owner_.ask([this] { return guarded([this] { return owner_.router().turned_away(head_); }); },
                                [self, max](std::optional<Response> turned_away) {
                                  if (turned_away) return self->respond(std::move(*turned_away));
                                  self->take_body(max);
                                });
  if (!asked) refuse(503);
}

void Connection::take_body(size_t max) {
  if (owner_.is_stopping() && reader_.body_follows()) return close_now();
  enter(Stage::body);
  if (reader_.take_body(max) != RequestReader::State::body) return go_on();
  if (reader_.body_may_exceed(kLargeBody) && max > kLargeBody) {
    has_large_body_ = owner_.take_large_body();
    if (!has_large_body_) return refuse(503);
  }
  if (reader_.wants_continue() && reader_.body_received() == 0) send("HTTP/1.1 100 Continue\r\n\r\n");
  read();
}

void Connection::answer() {
  pause();
  leave_large_body();
  enter(Stage::answering);
  const auto self = std::static_pointer_cast<Connection>(shared_from_this());
  const auto request = std::make_shared<Request>(std::move(reader_.request()));
  const bool asked = owner_.ask([this, request] { return guarded([&]() -> std::optional<Response> { return owner_.router().answer(std::move(*request)); }); },
                                [self](std::optional<Response> response) { self->respond(std::move(*response)); });
  if (!asked) refuse(503);
}

void Connection::refuse(int status) {
  if (stage_ == Stage::head) head_ = reader_.request();
  respond(owner_.router().error(head_, status));
}

void Connection::respond(Response response) {
  if (closing()) return;
  pause();
  leave_large_body();
  add_security_headers(response, owner_.settings().encrypted());
  const std::string bytes = wire_form(response, head_.method != "HEAD");
  enter(Stage::sending);
  sending_time_ = owner_.limits().grace + std::chrono::milliseconds(1'000 * bytes.size() / owner_.limits().bytes_per_second);
  send(bytes);
  close_gently();
}

void Connection::leave_large_body() {
  if (std::exchange(has_large_body_, false)) owner_.leave_large_body();
}

void Connection::check_time(Clock::time_point now) {
  if (closing() && stage_ != Stage::sending) return;
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
  const ServerLimits& limits = owner_.limits();
  switch (stage_) {
    case Stage::head:
      if (passed < limits.head) return;
      return reader_.has_begun() ? refuse(408) : close_now();
    case Stage::body: {
      const auto wanted = static_cast<int64_t>(limits.bytes_per_second) * (passed - limits.grace).count() / 1'000;
      if (passed >= limits.body || static_cast<int64_t>(reader_.body_received()) < wanted) refuse(408);
      return;
    }
    case Stage::sending:
      if (passed >= sending_time_) close_now();
      return;
    case Stage::judging:
    case Stage::answering: return;
  }
}

void Connection::end() {
  ended_ = true;
  close_now();
}

Connection::Worth Connection::worth() const {
  switch (stage_) {
    case Stage::head: return Worth::little;
    case Stage::sending: return has_unsent() ? Worth::some : Worth::little;
    case Stage::body: return Worth::some;
    case Stage::judging:
    case Stage::answering: break;
  }
  return Worth::much;
}

void Connection::stop() {
  if (stage_ == Stage::head || stage_ == Stage::body) close_now();
}

void Connection::closed() {
  leave_large_body();
  owner_.gone(*this);
}

}  // namespace mugai::gateway::web
