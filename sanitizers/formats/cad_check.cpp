#include "sanitizers/formats/cad_check.h"

#include <algorithm>
#include <charconv>

namespace mugai::sanitize {
namespace {

constexpr size_t kLongestKeyword = 32;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

// "\\server\share", "//server/share", "http://...": what a program would fetch.
bool leads_elsewhere(std::string_view path) {
  const bool twice =
      path.size() > 2 && (path[0] == '\\' || path[0] == '/') && (path[1] == '\\' || path[1] == '/');
  return (twice && path.find_first_of("\\/", 2) != path.npos) || path.find("://") != path.npos;
}

std::string_view file_name(std::string_view path) {
  const size_t slash = path.find_last_of("\\/");
  return slash == path.npos ? path : path.substr(slash + 1);
}

}  // namespace

void StepCheck::read(std::string_view utf8) {
  for (const char c : utf8) {
    const char before = last_;
    last_ = c;
    if (inside_ == Inside::string) {
      if (c == '\'') inside_ = Inside::nothing;  // a doubled one opens the next string at once
    } else if (inside_ == Inside::comment) {
      if (before == '*' && c == '/') {
        inside_ = Inside::nothing;
        last_ = '\0';
      }
    } else if (c == '\'') {
      inside_ = Inside::string;
    } else if (before == '/' && c == '*') {
      inside_ = Inside::comment;
      last_ = '\0';
      if (!word_.empty()) word_.pop_back();
    } else if (c == ';') {
      end_of_statement();
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      if (state_ == State::ended) wrong_ = true;
      if (word_.size() < kLongestKeyword) word_.push_back(c);
    }
  }
}

void StepCheck::end_of_statement() {
  const auto then = [&](bool right, State next) {
    if (right)
      state_ = next;
    else
      wrong_ = true;
  };
  const bool data = word_ == "DATA" || word_.starts_with("DATA(");
  switch (state_) {
    case State::start:
      then(word_ == "ISO-10303-21", State::header_wanted);
      break;
    case State::header_wanted:
      then(word_ == "HEADER", State::header);
      break;
    case State::header:
      if (word_ == "ENDSEC") state_ = State::data_wanted;
      break;
    case State::data_wanted:
      then(data, State::data);
      break;
    case State::data:
      if (word_ == "ENDSEC") state_ = State::between;
      break;
    case State::between:
      if (data)
        state_ = State::data;
      else
        then(word_ == "END-ISO-10303-21", State::ended);
      break;
    case State::ended:
      wrong_ = true;
      break;
  }
  word_.clear();
}

std::string DxfEditor::edit(std::string_view lines) {
  std::string out;
  out.reserve(lines.size());
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    const std::string_view line = lines.substr(0, end),
                           text = line.substr(0, line.find_last_not_of("\r\n") + 1);
    lines.remove_prefix(end);
    if (ended_) {
      wrong_ |= !trimmed(text).empty();
      out += line;
    } else if (code_next_) {
      const std::string_view number = trimmed(text);
      const auto [rest, error] = std::from_chars(number.data(), number.data() + number.size(), code_);
      wrong_ |= error != std::errc() || rest != number.data() + number.size() || code_ < -5 || code_ > 1'071;
      out += line;
      code_next_ = false;
    } else {
      out += value(text);
      out += line.substr(text.size());
      code_next_ = true;
    }
  }
  return out;
}

void DxfEditor::entity(std::string_view name) {
  entity_ = name.substr(0, kLongestKeyword);
  wrong_ |= !section_seen_ && entity_ != "SECTION";
  section_seen_ |= entity_ == "SECTION";
  ended_ = entity_ == "EOF";
  reference_ = is_one_of(entity_, {"IMAGEDEF", "PDFDEFINITION", "DWFDEFINITION", "DGNDEFINITION",
                                   "POINTCLOUDDEF", "POINTCLOUDDEFEX", "POINTCLOUD", "STYLE", "GEOMAPIMAGE",
                                   "MATERIAL", "WIPEOUT", "DATALINK", "NAVISWORKSMODELDEF", "BLOCK"});
  foreign_ |= is_one_of(entity_, {"OLEFRAME", "OLE2FRAME", "VBA_PROJECT"});
}

std::string DxfEditor::value(std::string_view text) {
  if (code_ == 0) {
    entity(trimmed(text));
    return std::string(text);
  }
  const bool names_file = code_ == 1 || code_ == 3 || code_ == 4 || (code_ >= 300 && code_ <= 309);
  const bool is_text = is_one_of(
      entity_, {"TEXT", "MTEXT", "ATTRIB", "ATTDEF", "DIMENSION", "MULTILEADER", "TABLE", "ACAD_TABLE"});
  const std::string_view path = trimmed(text);
  const bool cut = names_file && !is_text &&
                   (leads_elsewhere(path) || (reference_ && path.find_first_of("\\/") != path.npos));
  if (!cut) return std::string(text);
  ++paths_;
  return std::string(file_name(path));
}

std::string_view DxfEditor::obstacle() const {
  if (foreign_) return "embedded-in-drawing";
  if (wrong_ || !ended_ || !section_seen_) return "broken-drawing";
  return {};
}

}  // namespace mugai::sanitize
