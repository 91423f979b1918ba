// A request and its answer as values, without sockets: what the router, the console, the recipients' pages and the API are
// written against, and what their tests make by hand. All of a Request comes from outside and is untrusted; what is
// promised of it: method and path are not empty, the path is decoded UTF-8 without control characters, "." and "..";
// field and header names are as sent. Plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mugai::gateway::web {

// Several values of one name keep their order.
class Fields {
 public:
  void add(std::string name, std::string value) { all_.emplace_back(std::move(name), std::move(value)); }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  // The first; empty when there is none.
  const std::string& get(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& list() const { return all_; }

 private:
  const std::string* find(std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> all_;
};

struct UploadedFile {
  std::string field, name, content;
};

struct Request {
  std::string method = "GET";        // upper-case
  std::string path = "/";
  Fields query, cookies;
  Fields headers;                    // names in lower case
  Fields form;                       // of an urlencoded or multipart body
  std::vector<UploadedFile> files;   // of a multipart body
  std::string body;                  // of any other type
  std::string client_address;        // "10.1.0.9"
  Fields place;                      // filled by the router: {"id": ...}

  const UploadedFile* file(std::string_view field) const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;   // besides those that every answer has
  std::string body;

  // Replaces one of the same name.
  Response& set(std::string_view name, std::string value);
  const std::string& header(std::string_view name) const;     // any case; empty when there is none
};

Response html(std::string body, int status = 200);
Response plain(std::string body, int status = 200);
Response see_other(std::string path);                         // 303: after every POST that did something
// As a file to keep: never shown by the browser in our origin. The name is encoded for the header.
Response download(std::string content, std::string_view untrusted_name, std::string type = "application/octet-stream");

// "a=1&b=%E6%97%A5"; also of a query. More than `max_fields` fields: nothing.
std::optional<Fields> parse_form(std::string_view untrusted, size_t max_fields = 2'000);
Fields parse_cookies(std::string_view untrusted_header);
// The body of multipart/form-data; nothing when it is malformed.
bool parse_multipart(std::string_view untrusted_body, std::string_view boundary, Request& into);
// Percent-decoded, checked; nothing for what no page of ours can be named by.
std::optional<std::string> clean_path(std::string_view untrusted_path);
std::string url_encode(std::string_view text);

}  // namespace mugai::gateway::web
