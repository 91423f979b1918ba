// read_tiff_facts() of image_facts.h: the chain of a TIFF's directories, walked before any decoder follows
// it.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "sanitizers/formats/image_facts.h"
#include "sanitizers/formats/tiff_directory.h"

namespace mugai::sanitize {
namespace {

enum Tag : uint16_t {
  kSubfile = 254,
  kWidth = 256,
  kHeight = 257,
  kBits = 258,
  kCompression = 259,
  kPhotometric = 262,
  kDescription = 270,
  kMake = 271,
  kModel = 272,
  kSamples = 277,
  kXResolution = 282,
  kYResolution = 283,
  kUnit = 296,
  kSoftware = 305,
  kDateTime = 306,
  kArtist = 315,
  kHost = 316,
  kPredictor = 317,
  kTileWidth = 322,
  kTileHeight = 323,
  kSubDirectories = 330,
  kJpegTables = 347,
  kSubsampling = 530,
  kXmp = 700,
  kCopyright = 33432,
  kIptc = 33723,
  kPhotoshop = 34377,
  kExif = 34665,
  kGps = 34853,
  kDngVersion = 50706,
};

constexpr uint64_t kMostTilePixels = 16 << 20;

bool describes(uint16_t tag) {
  return tag == kDescription || tag == kMake || tag == kModel || tag == kSoftware || tag == kDateTime ||
         tag == kArtist || tag == kHost || tag == kCopyright || tag == kXmp || tag == kIptc ||
         tag == kPhotoshop || tag == kExif || tag >= 50'000;
}

// Of the scaling that the Independent JPEG Group's encoder applies to the table of T.81 annex K.1, whose
// entries sum up to 3,688. TIFF keeps tables apart from the pixels, as a JPEG of their own.
int quality_of(Bytes tables) {
  ImageFacts facts;
  read_jpeg_facts(facts, tables);
  const JpegStyle::Table& table = facts.jpeg.tables[0];
  const double scale = 100.0 * std::accumulate(table.begin(), table.end(), 0.0) / 3'688;
  if (scale == 0) return 90;
  return std::clamp(static_cast<int>(std::lround(scale <= 100 ? 100 - scale / 2 : 5'000 / scale)), 30, 97);
}

TiffPage page_of(const TiffReader& reader, const TiffReader::Directory& directory, Bytes bytes) {
  TiffPage page;
  page.width = reader.value(directory, kWidth);
  page.height = reader.value(directory, kHeight);
  page.bits = static_cast<int>(reader.value(directory, kBits, 1));
  page.samples = static_cast<int>(reader.value(directory, kSamples, 1));
  page.photometric = static_cast<int>(reader.value(directory, kPhotometric));
  page.compression = static_cast<int>(reader.value(directory, kCompression, 1));
  constexpr int kYcbcr = 6;
  const TiffEntry* sampling = directory.find(kSubsampling);
  page.subsampled = page.photometric == kYcbcr && (!sampling || reader.value_at(*sampling, 0) > 1);
  if (const TiffEntry* tables = directory.find(kJpegTables))
    page.jpeg_quality = quality_of(slice(bytes, tables->at, tables->count));
  page.predictor = reader.value(directory, kPredictor, 1) == 2;
  const double unit = reader.value(directory, kUnit, 2) == 3   ? 2.54
                      : reader.value(directory, kUnit, 2) == 2 ? 1
                                                               : 0;
  page.resolution = {reader.rational(directory, kXResolution) * unit,
                     reader.rational(directory, kYResolution) * unit};
  return page;
}

}  // namespace

void read_tiff_facts(ImageFacts& facts, Bytes bytes, uint32_t max_pages) {
  const TiffReader reader(bytes);
  // BigTIFF: large-format cameras' raw files; no scanner writes it. "CR": Canon's raw files.
  if (!reader.is_classic() || slice(bytes, 8, 3) == "CR\2") {
    facts.raw_photo = true;
    return;
  }
  std::unordered_set<uint32_t> seen;
  for (uint32_t at = reader.first_directory(); at != 0;) {
    const auto directory = reader.directory(at);
    // A chain that comes back ends there for us and for libtiff, but an honest program writes none.
    if (!directory || !seen.insert(at).second) {
      facts.broken = facts.pages.empty();
      return;
    }
    facts.pages.push_back(page_of(reader, *directory, bytes));
    facts.pages.back().directory = at;
    facts.pages.back().next_at = size_t{at} + 2 + 12 * size_t{reader.u16(at)};
    if (facts.pages.size() > max_pages) return;
    for (const TiffEntry& entry : directory->entries) {
      facts.metadata += describes(entry.tag);
      facts.locations += entry.tag == kGps;
      facts.raw_photo |= entry.tag == kDngVersion;
    }
    // A tile is unpacked whole, however little of it is shown.
    const uint64_t tile =
        uint64_t{reader.value(*directory, kTileWidth)} * reader.value(*directory, kTileHeight);
    facts.too_complex |= tile > kMostTilePixels;
    const bool reduced = reader.value(*directory, kSubfile) & 1;
    if (facts.pages.size() == 1) facts.raw_photo |= reduced && directory->find(kSubDirectories);
    at = directory->next;
  }
  facts.broken = facts.pages.empty();
}

}  // namespace mugai::sanitize
