#include "sanitizers/convert/page_words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {

namespace {

constexpr size_t kMaxLine = 64 << 10;
constexpr uint64_t kMaxKeptBytes = 96ull << 20;
constexpr double kMostPoints = 1'000'000;

// The value of ` name="…"`.
std::optional<double> number_in(Bytes line, std::string_view name) {
  const std::string mark = " " + std::string(name) + "=\"";
  const size_t at = line.find(mark);
  if (at == Bytes::npos) return std::nullopt;
  const char* const begin = line.data() + at + mark.size();
  const char* const end = line.data() + line.size();
  double value = 0;
  const auto [stop, failure] = std::from_chars(begin, end, value, std::chars_format::fixed);
  if (failure != std::errc() || stop == end || *stop != '"' || !std::isfinite(value) || std::abs(value) > kMostPoints)
    return std::nullopt;
  return value;
}

std::string unescaped(Bytes text) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string out;
  while (!text.empty()) {
    const auto found = std::find_if(std::begin(kEntities), std::end(kEntities), [&](const auto& one) { return text.starts_with(one.first); });
    const bool known = found != std::end(kEntities);
    out.push_back(known ? found->second : text.front());
    text.remove_prefix(known ? found->first.size() : 1);
  }
  return out;
}

}  // namespace

bool PageWordsReader::add_word(Bytes line) {
  const size_t begin = line.find('>'), end = line.rfind("</word>");
  const auto left = number_in(line, "xMin"), top = number_in(line, "yMin"), right = number_in(line, "xMax"), bottom = number_in(line, "yMax");
  if (begin == Bytes::npos || end == Bytes::npos || end <= begin || !left || !top || !right || !bottom) return true;
  std::string text = unescaped(line.substr(begin + 1, end - begin - 1));
  if (!is_valid_utf8(text)) return true;
  text = scrub_line(text);
  if (text.find_first_not_of(' ') == text.npos) return true;
  kept_bytes_ += sizeof(Word) + text.size();
  too_large_ = kept_bytes_ > kMaxKeptBytes;
  if (too_large_) return false;
  pages.back().words.push_back({static_cast<float>(*left), static_cast<float>(*top), static_cast<float>(*right),
                                static_cast<float>(*bottom), std::move(text)});
  return true;
}

bool PageWordsReader::read_line(Bytes line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (line.starts_with("<page ")) {
    const auto width = number_in(line, "width"), height = number_in(line, "height");
    if (in_page_ || ended_ || pages.size() >= max_pages_ || !width || !height || *width <= 0 || *height <= 0) return false;
    pages.push_back({*width, *height, 1, {}});
    in_page_ = true;
  } else if (line.starts_with("<word ")) {
    return in_page_ && add_word(line);
  } else if (line.starts_with("</page>")) {
    if (!in_page_) return false;
    in_page_ = false;
  } else if (line.starts_with("</doc>")) {
    ended_ = true;
  }
  return true;
}

bool PageWordsReader::write(Bytes untrusted) {
  while (!untrusted.empty()) {
    const size_t end = untrusted.find('\n');
    if (line_.size() + std::min(end, untrusted.size()) > kMaxLine) return false;
    line_.append(untrusted.substr(0, end));
    if (end == Bytes::npos) break;
    untrusted.remove_prefix(end + 1);
    if (!read_line(line_)) return false;
    line_.clear();
  }
  return true;
}

}  // namespace mugai::sanitize
