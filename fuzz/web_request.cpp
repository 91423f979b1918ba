// links: gateway
// What a browser or an attacker sends to the console. Oracles: nothing grows, names and values are UTF-8, a path has no
// control character and no way up, what was read and is written again reads the same; a signed link opens as it was made
// and not with one byte changed; a word to look for has nothing in it that a query's syntax knows.
#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "gateway/quarantine/request_link.h"
#include "gateway/search/words.h"
#include "gateway/web/http.h"
#include "sanitizers/text/utf8.h"

using namespace mugai::gateway;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void check_fields(const web::Fields& fields, size_t longest) {
  size_t total = 0;
  for (const auto& [name, value] : fields.list()) {
    require(mugai::sanitize::is_valid_utf8(name) && mugai::sanitize::is_valid_utf8(value));
    total += name.size() + value.size();
  }
  require(total <= 3 * longest);   // what is no UTF-8 becomes U+FFFD
}

static void check_form(std::string_view input) {
  const auto form = web::parse_form(input);
  if (!form) return;
  check_fields(*form, input.size());
  std::string written;
  for (const auto& [name, value] : form->list())
    written += (written.empty() ? "" : "&") + web::url_encode(name) + "=" + web::url_encode(value);
  const auto again = web::parse_form(written);
  require(again && again->list() == form->list());
}

static void check_multipart(std::string_view input) {
  const size_t line = std::min(input.find("\r\n"), input.size());
  web::Request request;
  if (line < 3 || !web::parse_multipart(input, input.substr(2, line - 2), request)) return;
  check_fields(request.form, input.size());
  size_t total = 0;
  for (const web::UploadedFile& file : request.files) total += file.content.size();
  require(total <= input.size());
}

static void check_path(std::string_view input) {
  const auto path = web::clean_path(input);
  if (!path) return;
  require(path->starts_with('/') && path->size() <= input.size());
  for (const char c : *path) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F && c != '\\');
  require((*path + "/").find("/../") == std::string::npos);
  std::string written;
  for (const char c : *path) written += c == '/' ? "/" : web::url_encode(std::string_view(&c, 1));
  const auto again = web::clean_path(written);
  require(again == path);
}

static const Secrets& secrets() {
  static const Secrets made = [] {
    std::string directory = std::filesystem::temp_directory_path() / "mugai-fuzz-XXXXXX";
    require(::mkdtemp(directory.data()) != nullptr);
    Secrets opened = std::move(Secrets::open(directory).value());
    std::filesystem::remove_all(directory);
    return opened;
  }();
  return made;
}

static void check_link(std::string_view input) {
  require(!open_request_token(secrets(), input, 0));
  const RequestLink link{"261121-00Q0K1-KWT1Z", std::string(input.substr(0, 300)), 2'000};
  std::string token = request_token(secrets(), link);
  for (const char c : token) require(c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
  const auto opened = open_request_token(secrets(), token, 1'999);
  require(opened && opened->message == link.message && opened->recipient == link.recipient);
  require(!open_request_token(secrets(), token, 2'000));
  token[input.size() % token.size()] ^= 1;
  require(!open_request_token(secrets(), token, 1'999));
}

static void check_words(std::string_view input) {
  for (const words::Word& word : words::parse(input)) {
    require(!word.terms.empty());
    for (const words::Term& term : word.terms) {
      require(!term.text.empty());
      for (const char c : term.text) require(static_cast<unsigned char>(c) > 0x20 && std::string_view("'\"\\*:&|!()<>").find(c) == std::string_view::npos);
    }
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  check_form(input);
  check_multipart(input);
  check_path(input);
  check_link(input);
  check_words(input);
  const web::Fields cookies = web::parse_cookies(input);
  size_t total = 0;
  for (const auto& [name, value] : cookies.list()) total += name.size() + value.size();
  require(total <= input.size());
  return 0;
}
