#include "sanitizers/formats/tiff_writer.h"

#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "sanitizers/formats/tiff_directory.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kHeader = 8, kStripBytes = 256 << 10;

// What libtiff writes for one page: pixels from front to back into the blob, then the directory and its
// values in an order of its own, kept in memory. Of the header only the place of the directory is wanted.
struct Page {
  explicit Page(Workspace& workspace) : blob(workspace) {}
  Blob blob;
  std::string tail;
  uint64_t at = 0, in_blob = 0;
  std::array<char, kHeader> header{};
  bool failed = false;
};

tmsize_t no_read(thandle_t, void*, tmsize_t) {
  return 0;
}
tmsize_t write_bytes(thandle_t handle, void* data, tmsize_t count) {
  Page& page = *static_cast<Page*>(handle);
  const auto size = static_cast<uint64_t>(std::max<tmsize_t>(count, 0));
  const Bytes bytes(static_cast<const char*>(data), size);
  constexpr uint64_t kMostTail = 32 << 20;
  if (page.at + size <= kHeader) std::memcpy(page.header.data() + page.at, bytes.data(), size);
  if (page.at == page.in_blob && page.tail.empty()) {
    page.failed |= !page.blob.write(bytes);
    page.in_blob += size;
  } else if (page.at >= page.in_blob && page.at - page.in_blob + size <= kMostTail) {
    const size_t place = page.at - page.in_blob;
    page.tail.resize(std::max<size_t>(page.tail.size(), place + size), '\0');
    page.tail.replace(place, size, bytes);
  } else {
    page.failed |= page.at + size > kHeader;
  }
  page.at += size;
  return page.failed ? -1 : count;
}
toff_t seek(thandle_t handle, toff_t offset, int whence) {
  Page& page = *static_cast<Page*>(handle);
  page.at = whence == SEEK_SET   ? offset
            : whence == SEEK_CUR ? page.at + offset
                                 : page.in_blob + page.tail.size() + offset;
  return page.at;
}
int close_nothing(thandle_t) {
  return 0;
}
toff_t size_of(thandle_t handle) {
  const Page& page = *static_cast<Page*>(handle);
  return page.in_blob + page.tail.size();
}
int no_map(thandle_t, void**, toff_t*) {
  return 0;
}
void no_unmap(thandle_t, void*, toff_t) {}

struct Close {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Handle = std::unique_ptr<TIFF, Close>;

int compression_tag(TiffCompression compression) {
  switch (compression) {
    case TiffCompression::lzw:
      return COMPRESSION_LZW;
    case TiffCompression::packbits:
      return COMPRESSION_PACKBITS;
    case TiffCompression::jpeg:
      return COMPRESSION_JPEG;
    case TiffCompression::fax4:
      return COMPRESSION_CCITTFAX4;
    case TiffCompression::deflate:
      break;
  }
  return COMPRESSION_ADOBE_DEFLATE;
}

// The codec's own tags come after that of the compression.
void set_tags(TIFF* tiff, const PixelLayout& layout, const TiffStyle& style, const Resolution& resolution) {
  const bool colour = layout.bands >= 3, alpha = layout.bands == 2 || layout.bands == 4;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, layout.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, layout.height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, style.bilevel ? 1 : layout.bytes_per_sample * 8);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, layout.bands);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression_tag(style.compression));
  const bool jpeg = style.compression == TiffCompression::jpeg;
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
               jpeg && colour  ? PHOTOMETRIC_YCBCR
               : colour        ? PHOTOMETRIC_RGB
               : style.bilevel ? PHOTOMETRIC_MINISWHITE
                               : PHOTOMETRIC_MINISBLACK);
  if (alpha) {
    const uint16_t kind = EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
  }
  if (jpeg) {
    TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, style.jpeg_quality);
    if (colour) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    const int step = style.subsampled ? 2 : 1;
    if (colour) TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, step, step);
  }
  const bool differences =
      style.compression == TiffCompression::deflate || style.compression == TiffCompression::lzw;
  if (differences && style.predictor && !style.bilevel)
    TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  const size_t row = std::max<size_t>(style.bilevel ? (layout.width + 7) / 8 : layout.row_bytes(), 1);
  // Fax programs expect a page in one strip; JPEG wants whole blocks.
  const size_t rows = style.compression == TiffCompression::fax4
                          ? layout.height
                          : std::max<size_t>(kStripBytes / row / 16, 1) * 16;
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, static_cast<uint32_t>(std::min<size_t>(rows, layout.height)));
  if (!resolution.known()) return;
  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, static_cast<float>(resolution.x));
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, static_cast<float>(resolution.y));
  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
}

// Black is 1 in a fax.
void pack(const uint8_t* row, std::vector<uint8_t>& out, uint32_t width) {
  std::fill(out.begin(), out.end(), uint8_t{0});
  for (uint32_t x = 0; x < width; ++x)
    if (row[x] < 128) out[x / 8] = static_cast<uint8_t>(out[x / 8] | 0x80 >> x % 8);
}

WriteError compress(RowSource& rows, const TiffStyle& style, const Resolution& resolution, Page& page) {
  const PixelLayout& layout = rows.layout();
  const Handle tiff(TIFFClientOpen("page", "wl", &page, no_read, write_bytes, seek, close_nothing, size_of,
                                   no_map, no_unmap));
  if (!tiff) return WriteError::sink;
  set_tags(tiff.get(), layout, style, resolution);
  std::vector<uint8_t> line(style.bilevel ? (layout.width + 7) / 8 : layout.row_bytes());
  for (uint32_t y = 0; y < layout.height; ++y) {
    const uint8_t* row = rows.next();
    if (!row) return WriteError::source;
    if (style.bilevel)
      pack(row, line, layout.width);
    else
      std::copy_n(row, line.size(), line.begin());  // libtiff works in the buffer it is given
    if (TIFFWriteScanline(tiff.get(), line.data(), y) < 0)
      return page.failed ? WriteError::sink : WriteError::source;
  }
  return TIFFWriteDirectory(tiff.get()) ? WriteError::none : WriteError::sink;
}

void put16(std::string& out, uint32_t value) {
  out += {static_cast<char>(value), static_cast<char>(value >> 8)};
}
void put32(std::string& out, uint32_t value) {
  put16(out, value & 0xffff);
  put16(out, value >> 16);
}

constexpr uint32_t kMostOffset = 0xfffffff0;

// The page's directory with its values, to stand at `place` of the file, and the page's pixels behind it.
bool directory_at(uint64_t place, Bytes page, uint32_t from, uint32_t pixels_end, bool last,
                  std::string& out) {
  const TiffReader reader(page);
  const auto directory = reader.directory(from);
  if (!directory) return false;
  const size_t head = 2 + 12 * directory->entries.size() + 4;
  const auto size_of = [](const TiffEntry& entry) -> size_t {
    const size_t one = entry.type == 3 ? 2 : entry.type == 4 ? 4 : entry.type == 5 ? 8 : 1;
    return one * entry.count;
  };
  size_t values_size = 0;
  for (const TiffEntry& entry : directory->entries)
    if (size_of(entry) > 4) values_size += (size_of(entry) + 1) / 2 * 2;
  const uint64_t pixels = place + head + values_size, end = pixels + (pixels_end - kHeader);
  if (end + 1 > kMostOffset) return false;
  std::string values;
  put16(out, static_cast<uint32_t>(directory->entries.size()));
  for (const TiffEntry& entry : directory->entries) {
    const bool strips = entry.tag == TIFFTAG_STRIPOFFSETS;
    std::string value;
    if (strips)
      for (uint32_t i = 0; i < entry.count; ++i)
        put32(value, static_cast<uint32_t>(reader.value_at(entry, i) - kHeader + pixels));
    else
      value = slice(page, entry.at, size_of(entry));
    put16(out, entry.tag);
    put16(out, strips ? 4u : entry.type);
    put32(out, entry.count);
    if (value.size() > 4) {
      put32(out, static_cast<uint32_t>(place + head + values.size()));
      values += value;
      values.resize((values.size() + 1) / 2 * 2, '\0');
    } else {
      value.resize(4, '\0');
      out += value;
    }
  }
  put32(out, last ? 0 : static_cast<uint32_t>(end + (end & 1)));
  out += values;
  return values.size() == values_size;
}

}  // namespace

void quiet_tiff() {
  TIFFSetErrorHandler(nullptr);
  TIFFSetWarningHandler(nullptr);
}

WriteError TiffWriter::add_page(RowSource& rows, const TiffStyle& style, const Resolution& resolution,
                                bool last) {
  const PixelLayout& layout = rows.layout();
  if (layout.bands < 1 || layout.bands > 4 ||
      (style.bilevel && (layout.bands != 1 || layout.bytes_per_sample != 1)))
    return WriteError::source;
  Page page(workspace_);
  const WriteError error = compress(rows, style, resolution, page);
  if (error != WriteError::none) return error;
  if (page.failed || !page.blob.write(page.tail) || !page.blob.finish()) return WriteError::sink;
  const Bytes whole = page.blob.bytes();
  const uint32_t directory = TiffReader(Bytes(page.header.data(), kHeader)).first_directory();
  std::string front;
  if (written_ == 0) {
    front = "II*";
    front.push_back('\0');
    put32(front, kHeader);
    written_ = kHeader;
  }
  // libtiff puts the directory, and its values, behind the pixels.
  const TiffReader reader(whole);
  const auto found = reader.directory(directory);
  const TiffEntry* offsets = found ? found->find(TIFFTAG_STRIPOFFSETS) : nullptr;
  const TiffEntry* counts = found ? found->find(TIFFTAG_STRIPBYTECOUNTS) : nullptr;
  if (!offsets || !counts) return WriteError::source;
  uint32_t pixels_end = kHeader;
  for (uint32_t i = 0; i < offsets->count; ++i)
    pixels_end = std::max(pixels_end, reader.value_at(*offsets, i) + reader.value_at(*counts, i));
  if (pixels_end > whole.size()) return WriteError::source;
  const size_t header_size = front.size();
  if (!directory_at(written_, whole, directory, pixels_end, last, front)) return WriteError::source;
  const Bytes pixels = whole.substr(kHeader, pixels_end - kHeader);
  written_ += front.size() - header_size + pixels.size();
  const bool odd = written_ & 1;
  written_ += odd;
  return out_.write(front) && out_.write(pixels) && out_.write(odd ? Bytes("\0", 1) : Bytes())
             ? WriteError::none
             : WriteError::sink;
}

}  // namespace mugai::sanitize
