#include "sanitizers/rtf/picture.h"

#include <algorithm>

#include "sanitizers/little_endian.h"
#include "sanitizers/office/pictures.h"
#include "sanitizers/text/hex.h"

namespace mugai::sanitize::rtf {

namespace {

constexpr std::string_view kKinds[] = {"pngblip", "jpegblip", "emfblip", "macpict", "pmmetafile", "wmetafile", "dibitmap", "wbitmap"};
constexpr size_t kSome = 64 << 10;

struct Measure {
  std::string_view name;
  int64_t least, most;
};
constexpr Measure kMeasures[] = {{"picw", 1, 1'000'000},      {"pich", 1, 1'000'000},      {"picwgoal", 1, 1'000'000}, {"pichgoal", 1, 1'000'000},
                                 {"picscalex", 1, 30'000},    {"picscaley", 1, 30'000},    {"piccropl", -100'000, 100'000},
                                 {"piccropr", -100'000, 100'000}, {"piccropt", -100'000, 100'000}, {"piccropb", -100'000, 100'000}};

bool is_metafile(std::string_view kind) { return kind == "emfblip" || kind == "macpict" || kind == "pmmetafile" || kind == "wmetafile"; }

std::string little(uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

// A bitmap without the header that files have: what stands in front of its points must be known.
std::string bitmap_header(Bytes dib) {
  const uint32_t header = u32(dib, 0), bits = byte_at(dib, 14) | byte_at(dib, 15) << 8, compression = u32(dib, 16), used = u32(dib, 32);
  if (header != 40 || bits > 32 || used > 256) return {};
  const uint32_t colors = used != 0 ? used : bits <= 8 ? 1u << bits : 0;
  const uint32_t masks = compression == 3 ? 12 : 0;
  const auto size = static_cast<uint32_t>(std::min<size_t>(dib.size() + 14, UINT32_MAX));
  return "BM" + little(size) + little(0) + little(14 + header + masks + 4 * colors);
}

}  // namespace

void Picture::word(const Token& token) {
  if (std::find(std::begin(kKinds), std::end(kKinds), token.text) != std::end(kKinds)) {
    if (kind_.empty()) kind_ = token.text;
    return;
  }
  const auto* measure = std::find_if(std::begin(kMeasures), std::end(kMeasures), [&](const Measure& one) { return one.name == token.text; });
  if (measure == std::end(kMeasures) || !token.has_number || token.number < measure->least || token.number > measure->most) return;
  numbers_.emplace(token.text, token.number);
}

void Picture::digits(Bytes text) {
  for (const char c : text) {
    const int digit = hex_digit(static_cast<unsigned char>(c));
    if (digit < 0) continue;
    if (half_ < 0) {
      half_ = digit;
      continue;
    }
    some_ += static_cast<char>(half_ << 4 | digit);
    half_ = -1;
    if (some_.size() >= kSome) flush();
  }
}

void Picture::binary(Bytes bytes) {
  flush();
  if (!data_.write(bytes)) broken_ = true;
}

void Picture::flush() {
  if (!data_.write(some_)) broken_ = true;
  some_.clear();
}

// Metafiles count in hundredths of millimetres, pictures in points of their own.
void Picture::measure(bool placeholder) {
  for (const auto& [from, to] : {std::pair("picw", "picwgoal"), std::pair("pich", "pichgoal")}) {
    const auto found = numbers_.find(from);
    if (found == numbers_.end()) continue;
    if (is_metafile(kind_)) numbers_.emplace(to, std::max<int64_t>(1, found->second * 1440 / 2540));
    else if (placeholder) numbers_.emplace(to, std::min<int64_t>(found->second * 15, 1'000'000));
    if (is_metafile(kind_)) numbers_.erase(found);
  }
}

bool Picture::finish(const std::string& path, Tally& tally, Writer& writer) {
  flush();
  if (broken_ || !data_.finish()) return false;
  Blob whole(context_.workspace);
  Input member;
  member.bytes = data_.bytes();
  member.path = path;
  if (kind_ == "dibitmap") {
    if (!whole.write(bitmap_header(data_.bytes())) || !whole.write(data_.bytes()) || !whole.finish()) return false;
    member.bytes = whole.bytes();
  }
  if (member.bytes.empty()) return true;
  sanitize::Picture picture(context_.workspace);
  if (!rebuild_picture(member, context_, tally, picture)) return false;
  const bool is_jpeg = picture.content_type == "image/jpeg";
  if (!picture.placeholder && !is_jpeg && picture.content_type != "image/png") {
    picture.placeholder = true;
    tally.add("picture-placeholder");
  }
  measure(picture.placeholder);
  for (const Measure& one : kMeasures)
    if (const auto found = numbers_.find(one.name); found != numbers_.end()) writer.word(one.name, found->second);
  writer.word(is_jpeg && !picture.placeholder ? "jpegblip" : "pngblip");
  writer.hex(picture.bytes());
  return true;
}

}  // namespace mugai::sanitize::rtf
