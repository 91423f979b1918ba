#include "gateway/web/request_reader.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/MessageHeader.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

namespace mugai::gateway::web {

namespace {

constexpr size_t kMaxChunkLine = 256;
constexpr int kMaxFields = 100;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool has_strange_line_ends(std::string_view head) {
  for (size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\0') return true;
    if (head[i] == '\n' && (i == 0 || head[i - 1] != '\r')) return true;
    if (head[i] == '\r' && (i + 1 == head.size() || head[i + 1] != '\n')) return true;
  }
  return false;
}

template <class Number>
bool parse_number(std::string_view text, int base, Number& out) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return failure == std::errc() && end == text.data() + text.size();
}

}  // namespace

RequestReader::State RequestReader::refuse(int status) {
  refusal_ = status;
  return state_ = State::refused;
}

RequestReader::State RequestReader::feed(Bytes untrusted) {
  if (state_ == State::body) return feed_body(untrusted);
  if (state_ != State::head) return state_;
  const size_t from = head_.size() < 3 ? 0 : head_.size() - 3;
  head_.append(untrusted);
  const size_t end = head_.find("\r\n\r\n", from);
  if (std::min(end, head_.size()) > kMaxHead) return refuse(431);
  if (end == head_.npos) return state_;
  // What follows the head already belongs to the body: it is kept until somebody wants that.
  body_ = head_.substr(end + 4);
  head_.resize(end + 4);
  return parse_head();
}

RequestReader::State RequestReader::parse_head() {
  if (has_strange_line_ends(head_)) return refuse(400);
  Poco::Net::HTTPRequest head;
  head.setFieldLimit(kMaxFields);
  try {
    std::istringstream in(head_);
    head.read(in);
  } catch (const Poco::Exception&) {
    return refuse(400);
  }
  request_.method = head.getMethod();
  for (const auto& [name, value] : head) request_.headers.add(lower(name), value);
  const std::string& target = head.getURI();
  const size_t mark = std::min(target.find('?'), target.size());
  const auto path = clean_path(std::string_view(target).substr(0, mark));
  const auto query = parse_form(std::string_view(target).substr(std::min(mark + 1, target.size())), 100);
  if (request_.method.empty() || !path || !query) return refuse(400);
  request_.path = *path;
  request_.query = *query;
  for (const std::string& header : request_.headers.all("cookie")) {
    const Fields cookies = parse_cookies(header);
    for (const auto& [name, value] : cookies.list()) request_.cookies.add(name, value);
  }
  for (const char* once : {"content-length", "transfer-encoding", "host"})
    if (request_.headers.all(once).size() > 1) return refuse(400);
  content_type_ = request_.headers.get("content-type");
  const std::string& length = request_.headers.get("content-length");
  const std::string coding = lower(request_.headers.get("transfer-encoding"));
  if (!length.empty() && (length.front() < '0' || length.front() > '9' || !parse_number(length, 10, length_))) return refuse(400);
  if (!coding.empty() && (coding != "chunked" || request_.headers.has("content-length"))) return refuse(400);
  chunked_ = !coding.empty();
  wants_continue_ = lower(request_.headers.get("expect")) == "100-continue";
  return state_ = State::head_read;
}

RequestReader::State RequestReader::take_body(size_t max) {
  if (state_ != State::head_read) return state_;
  max_ = max;
  if (max == 0 || !body_follows()) {
    body_.clear();
    return state_ = State::done;
  }
  if (!chunked_ && length_ > max) return refuse(413);
  state_ = State::body;
  const std::string already = std::exchange(body_, {});
  return feed_body(already);
}

RequestReader::State RequestReader::feed_body(Bytes untrusted) {
  received_ += untrusted.size();
  if (chunked_) return feed_chunks(untrusted);
  body_.append(untrusted.substr(0, static_cast<size_t>(length_) - body_.size()));
  return body_.size() == length_ ? finish_body() : state_;
}

RequestReader::State RequestReader::feed_chunks(Bytes untrusted) {
  while (!untrusted.empty()) {
    if (chunk_ == Chunk::data) {
      const size_t take = static_cast<size_t>(std::min<uint64_t>(chunk_left_, untrusted.size()));
      if (body_.size() + take > max_) return refuse(413);
      body_.append(untrusted.substr(0, take));
      untrusted.remove_prefix(take);
      if ((chunk_left_ -= take) == 0) chunk_ = Chunk::end;
      continue;
    }
    const size_t end = std::min(untrusted.find('\n'), untrusted.size() - 1) + 1;
    line_.append(untrusted.substr(0, end));
    untrusted.remove_prefix(end);
    if (line_.size() > kMaxChunkLine) return refuse(400);
    if (line_.back() != '\n') continue;
    if (!line_.ends_with("\r\n")) return refuse(400);
    line_.resize(line_.size() - 2);
    const std::string line = std::exchange(line_, {});
    switch (chunk_) {
      case Chunk::size:
        if (!parse_number(std::string_view(line).substr(0, line.find(';')), 16, chunk_left_)) return refuse(400);
        chunk_ = chunk_left_ == 0 ? Chunk::trailer : Chunk::data;
        break;
      case Chunk::trailer:
        if (line.empty()) return finish_body();
        break;
      default:
        if (!line.empty()) return refuse(400);
        chunk_ = Chunk::size;
    }
  }
  return state_;
}

RequestReader::State RequestReader::finish_body() {
  std::string type;
  Poco::Net::NameValueCollection parameters;
  try {
    Poco::Net::MessageHeader::splitParameters(content_type_, type, parameters);
  } catch (const Poco::Exception&) {
    return refuse(400);
  }
  type = lower(type);
  if (type == "application/x-www-form-urlencoded") {
    auto form = parse_form(body_);
    if (!form) return refuse(400);
    request_.form = std::move(*form);
  } else if (type == "multipart/form-data") {
    if (!parse_multipart(body_, parameters.get("boundary", ""), request_)) return refuse(400);
  } else {
    request_.body = std::move(body_);
  }
  body_ = std::string();
  return state_ = State::done;
}

}  // namespace mugai::gateway::web
