#include "sanitizers/text/html_tokenizer.h"

#include <algorithm>

#include "config/base/bytes.h"
#include "sanitizers/text/html_entities.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxName = 64;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

constexpr std::string_view kAttributeNames[] = {
    "href",   "src",   "alt",     "title",      "style", "class", "id",    "hidden",     "width",
    "height", "color", "bgcolor", "background", "type",  "start", "value", "http-equiv", "border"};
static_assert(std::size(kAttributeNames) == static_cast<size_t>(HtmlAttribute::count));

bool is_raw_text(std::string_view name) {
  return name == "script" || name == "style" || name == "xmp" || name == "iframe" || name == "noembed" ||
         name == "noframes" || name == "plaintext";
}
bool is_rcdata(std::string_view name) {
  return name == "title" || name == "textarea";
}

bool starts_with_tag(std::string_view html, size_t at, std::string_view name) {
  if (!equals_ignoring_case(html.substr(at, name.size()), name)) return false;
  const size_t after = at + name.size();
  return after >= html.size() || is_space(html[after]) || html[after] == '/' || html[after] == '>';
}

}  // namespace

bool HtmlTokenizer::next(HtmlToken& token) {
  token.has_references = true;
  if (!raw_element_.empty()) {
    const std::string name = std::move(raw_element_);
    raw_element_.clear();
    const size_t end = end_of_raw_content(name);
    token.kind = HtmlToken::Kind::text;
    token.text = html_.substr(at_, end - at_);
    token.has_references = is_rcdata(name);
    at_ = end;
    return true;
  }
  while (at_ < html_.size()) {
    if (html_[at_] == '<') {
      const size_t before = at_;
      if (read_markup(token)) return true;
      if (at_ != before) continue;  // a comment, or a tag that never ends
    }
    // Text up to the next '<' that could be markup; a lone '<' is text.
    const size_t start = at_;
    at_ = std::min(html_.find('<', at_ + 1), html_.size());
    token.kind = HtmlToken::Kind::text;
    token.text = html_.substr(start, at_ - start);
    return true;
  }
  return false;
}

// at_ is on '<'. True: a token. False and at_ moved: nothing to show. False and at_ as before: text.
bool HtmlTokenizer::read_markup(HtmlToken& token) {
  const char c = static_cast<char>(byte_at(html_, at_ + 1));
  if (is_letter(c)) {
    token.kind = HtmlToken::Kind::start_tag;
    return read_tag(token, at_ + 1);
  }
  if (c == '!') {
    if (html_.substr(at_ + 2, 2) == "--")
      skip_comment();
    else
      skip_past('>');  // doctype, CDATA, <![if ...]>
    return false;
  }
  if (c == '?') {
    skip_past('>');
    return false;
  }
  if (c != '/') return false;
  const char d = static_cast<char>(byte_at(html_, at_ + 2));
  if (is_letter(d)) {
    token.kind = HtmlToken::Kind::end_tag;
    return read_tag(token, at_ + 2);
  }
  if (at_ + 2 < html_.size()) skip_past('>');
  return false;
}

bool HtmlTokenizer::read_tag(HtmlToken& token, size_t name_at) {
  at_ = name_at;
  while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>') ++at_;
  token.name = html_.substr(name_at, std::min(at_ - name_at, kMaxName));
  for (char& c : token.name) c = ascii_lower(c);
  token.present.fill(false);
  read_attributes(token);
  if (at_ >= html_.size()) return false;  // the end of the file inside a tag: browsers drop it
  ++at_;
  if (token.kind == HtmlToken::Kind::start_tag && (is_raw_text(token.name) || is_rcdata(token.name)))
    raw_element_ = token.name;
  return true;
}

// Stops on the '>' or at the end.
void HtmlTokenizer::read_attributes(HtmlToken& token) {
  while (true) {
    while (at_ < html_.size() && (is_space(html_[at_]) || html_[at_] == '/')) ++at_;
    if (at_ >= html_.size() || html_[at_] == '>') return;
    const size_t start = at_++;  // even '=' begins a name
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>' &&
           html_[at_] != '=')
      ++at_;
    const std::string_view name = html_.substr(start, at_ - start);
    while (at_ < html_.size() && is_space(html_[at_])) ++at_;
    std::string value;
    if (at_ < html_.size() && html_[at_] == '=') {
      ++at_;
      while (at_ < html_.size() && is_space(html_[at_])) ++at_;
      read_attribute_value(value);
    }
    for (size_t i = 0; i < std::size(kAttributeNames); ++i) {
      if (!equals_ignoring_case(name, kAttributeNames[i]) || token.present[i]) continue;
      token.present[i] = true;
      token.values[i] = std::move(value);
      break;
    }
  }
}

void HtmlTokenizer::read_attribute_value(std::string& value) {
  if (at_ >= html_.size() || html_[at_] == '>') return;
  const char quote = html_[at_];
  const size_t start = quote == '"' || quote == '\'' ? ++at_ : at_;
  if (quote == '"' || quote == '\'') {
    at_ = std::min(html_.find(quote, at_), html_.size());
    append_with_references(html_.substr(start, at_ - start), true, value);
    if (at_ < html_.size()) ++at_;
    return;
  }
  while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '>') ++at_;
  append_with_references(html_.substr(start, at_ - start), true, value);
}

// at_ is on "<!--". Ends at "-->" or "--!>"; "<!-->" and "<!--->" are whole comments.
void HtmlTokenizer::skip_comment() {
  size_t i = at_ + 4;
  if (byte_at(html_, i) == '>') {
    at_ = i + 1;
    return;
  }
  if (html_.substr(i, 2) == "->") {
    at_ = i + 2;
    return;
  }
  for (i = html_.find("--", i); i != std::string_view::npos; i = html_.find("--", i + 1)) {
    if (byte_at(html_, i + 2) == '>') {
      at_ = i + 3;
      return;
    }
    if (html_.substr(i + 2, 2) == "!>") {
      at_ = i + 4;
      return;
    }
  }
  at_ = html_.size();
}

void HtmlTokenizer::skip_past(char c) {
  const size_t found = html_.find(c, at_);
  at_ = found == std::string_view::npos ? html_.size() : found + 1;
}

// Where the end tag of the raw element stands. In scripts, "<!-- <script>" hides one "</script>" (the states
// "script data double escaped").
size_t HtmlTokenizer::end_of_raw_content(std::string_view name) const {
  if (name == "plaintext") return html_.size();
  bool escaped = false, twice = false;
  for (size_t i = html_.find_first_of("<-", at_); i != std::string_view::npos;
       i = html_.find_first_of("<-", i + 1)) {
    if (html_[i] == '-') {
      if (escaped && html_.substr(i, 3) == "-->") escaped = twice = false;
      continue;
    }
    if (byte_at(html_, i + 1) == '/' && starts_with_tag(html_, i + 2, name)) {
      if (!twice) return i;
      twice = false;
    } else if (name == "script" && html_.substr(i, 4) == "<!--") {
      escaped = true;
    } else if (escaped && starts_with_tag(html_, i + 1, name)) {
      twice = true;
    }
  }
  return html_.size();
}

}  // namespace mugai::sanitize
