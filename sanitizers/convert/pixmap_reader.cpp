#include "sanitizers/convert/pixmap_reader.h"

#include <algorithm>
#include <charconv>

namespace mugai::sanitize {

namespace {

constexpr size_t kMaxHeader = 64;
constexpr uint32_t kMaxSide = 65'535;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

}  // namespace

// "P6", width, height and, but for P4, 255: separated by blanks and ended by one. No comments, which no converter writes.
PixmapReader::Header PixmapReader::read_header() {
  if (header_.size() < 3) return Header::wanting;
  if (header_[0] != 'P' || header_[1] < '4' || header_[1] > '6' || !is_blank(header_[2])) return Header::wrong;
  const size_t wanted = header_[1] == '4' ? 2 : 3;
  uint32_t numbers[3] = {0, 0, 255};
  size_t at = 3;
  for (size_t i = 0; i < wanted; ++i) {
    const char* const begin = header_.data() + at;
    const char* const end = header_.data() + header_.size();
    const auto [stop, failure] = std::from_chars(begin, end, numbers[i]);
    if (stop == end && failure != std::errc::result_out_of_range) return Header::wanting;
    if (failure != std::errc() || stop == begin || !is_blank(*stop)) return Header::wrong;
    at += static_cast<size_t>(stop - begin) + 1;
  }
  const auto [width, height, most] = numbers;
  if (width == 0 || height == 0 || width > kMaxSide || height > kMaxSide || most != 255) return Header::wrong;
  if (uint64_t{width} * height > max_pixels_) return Header::wrong;
  pixmap_.width = width;
  pixmap_.height = height;
  pixmap_.bits = header_[1] == '4' ? 1 : 8;
  pixmap_.bands = header_[1] == '6' ? 3 : 1;
  return Header::complete;
}

bool PixmapReader::write(Bytes untrusted) {
  while (!untrusted.empty() && !damaged_) {
    if (!in_pixels_) {
      header_.push_back(untrusted.front());
      untrusted.remove_prefix(1);
      const Header header = read_header();
      damaged_ = header == Header::wrong || (header == Header::wanting && header_.size() > kMaxHeader);
      if (header != Header::complete) continue;
      header_.clear();
      in_pixels_ = true;
      wanted_ = pixmap_.row_bytes() * pixmap_.height;
      pixmap_.pixels.clear();
      pixmap_.pixels.reserve(wanted_);
      continue;
    }
    const size_t count = std::min(untrusted.size(), wanted_ - pixmap_.pixels.size());
    pixmap_.pixels.append(untrusted.substr(0, count));
    untrusted.remove_prefix(count);
    if (pixmap_.pixels.size() < wanted_) break;
    in_pixels_ = false;
    if (!take_(pixmap_)) return false;
  }
  return !damaged_;
}

}  // namespace mugai::sanitize
