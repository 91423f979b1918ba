#include "gateway/web/http.h"

#include <algorithm>

#include "sanitizers/text/utf8.h"

namespace mugai::gateway::web {

namespace {

const std::string kNothing;

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) out.push_back(' ');
    else if (text[i] != '%') out.push_back(text[i]);
    else if (i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])));
      i += 2;
    } else return std::nullopt;
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string repaired(std::string_view text) {
  std::string out;
  sanitize::append_repaired_utf8(text, out);
  return out;
}

// Of "form-data; name=\"file\"; filename=\"a.txt\"": browsers write quotes inside as %22.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  const std::string wanted = "; " + std::string(name) + "=\"";
  const size_t at = header.find(wanted);
  if (at == header.npos) return std::nullopt;
  const size_t begin = at + wanted.size(), end = header.find('"', begin);
  if (end == header.npos) return std::nullopt;
  return std::string(header.substr(begin, end - begin));
}

}  // namespace

const std::string* Fields::find(std::string_view name) const {
  for (const auto& [key, value] : all_)
    if (key == name) return &value;
  return nullptr;
}

const std::string& Fields::get(std::string_view name) const {
  const std::string* found = find(name);
  return found ? *found : kNothing;
}

std::vector<std::string> Fields::all(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : all_)
    if (key == name) out.push_back(value);
  return out;
}

const UploadedFile* Request::file(std::string_view field) const {
  for (const UploadedFile& one : files)
    if (one.field == field) return &one;
  return nullptr;
}

Response& Response::set(std::string_view name, std::string value) {
  for (auto& [key, old] : headers)
    if (same_name(key, name)) {
      old = std::move(value);
      return *this;
    }
  headers.emplace_back(std::string(name), std::move(value));
  return *this;
}

const std::string& Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return kNothing;
}

Response html(std::string body, int status) {
  Response out{status, {}, std::move(body)};
  out.set("Content-Type", "text/html; charset=utf-8");
  return out;
}

Response plain(std::string body, int status) {
  Response out{status, {}, std::move(body)};
  out.set("Content-Type", "text/plain; charset=utf-8");
  return out;
}

Response see_other(std::string path) {
  Response out{303, {}, ""};
  out.set("Location", std::move(path));
  return out;
}

Response download(std::string content, std::string_view untrusted_name, std::string type) {
  Response out{200, {}, std::move(content)};
  out.set("Content-Type", std::move(type));
  out.set("Content-Disposition", "attachment; filename*=UTF-8''" + url_encode(untrusted_name));
  out.set("Content-Security-Policy", "default-src 'none'; sandbox");
  return out;
}

std::optional<Fields> parse_form(std::string_view untrusted, size_t max_fields) {
  Fields out;
  while (!untrusted.empty()) {
    const size_t end = std::min(untrusted.find('&'), untrusted.size());
    const std::string_view one = untrusted.substr(0, end);
    untrusted.remove_prefix(std::min(end + 1, untrusted.size()));
    if (one.empty()) continue;
    const size_t equals = std::min(one.find('='), one.size());
    auto name = percent_decoded(one.substr(0, equals), true);
    auto value = percent_decoded(one.substr(std::min(equals + 1, one.size())), true);
    if (!name || !value || out.list().size() >= max_fields) return std::nullopt;
    out.add(repaired(*name), repaired(*value));
  }
  return out;
}

Fields parse_cookies(std::string_view untrusted_header) {
  Fields out;
  while (!untrusted_header.empty()) {
    const size_t end = std::min(untrusted_header.find(';'), untrusted_header.size());
    const std::string_view one = trimmed(untrusted_header.substr(0, end));
    untrusted_header.remove_prefix(std::min(end + 1, untrusted_header.size()));
    const size_t equals = one.find('=');
    if (equals != one.npos) out.add(std::string(one.substr(0, equals)), std::string(one.substr(equals + 1)));
  }
  return out;
}

bool parse_multipart(std::string_view body, std::string_view boundary, Request& into) {
  constexpr size_t kMaxParts = 200;
  if (boundary.empty() || boundary.size() > 200) return false;
  const std::string first = "--" + std::string(boundary), next = "\r\n" + first;
  if (!body.starts_with(first)) return false;
  body.remove_prefix(first.size());
  for (size_t parts = 0; parts < kMaxParts; ++parts) {
    if (body.starts_with("--")) return true;
    if (!body.starts_with("\r\n")) return false;
    body.remove_prefix(2);
    const size_t blank = body.find("\r\n\r\n"), end = body.find(next, blank == body.npos ? 0 : blank + 2);
    if (blank == body.npos || end == body.npos || end < blank) return false;
    const std::string_view headers = body.substr(0, blank);
    const std::string_view content = end >= blank + 4 ? body.substr(blank + 4, end - blank - 4) : std::string_view();
    body.remove_prefix(end + next.size());
    const auto name = parameter(headers, "name");
    if (!name) return false;
    if (const auto file_name = parameter(headers, "filename"))
      into.files.push_back({repaired(*name), repaired(*file_name), std::string(content)});
    else
      into.form.add(repaired(*name), repaired(content));
  }
  return false;
}

std::optional<std::string> clean_path(std::string_view untrusted_path) {
  auto decoded = percent_decoded(untrusted_path, false);
  if (!decoded || !decoded->starts_with('/') || decoded->size() > 2'048 || !sanitize::is_valid_utf8(*decoded)) return std::nullopt;
  if (std::any_of(decoded->begin(), decoded->end(), [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; }))
    return std::nullopt;
  const std::string around = *decoded + "/";
  if (around.find("/./") != around.npos || around.find("/../") != around.npos) return std::nullopt;
  return decoded;
}

std::string url_encode(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' || c == '~')
      out.push_back(c);
    else out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

}  // namespace mugai::gateway::web
