#include "sanitizers/pdf/fax.h"

#include <tiffio.h>

#include <cstring>

namespace mugai::sanitize::pdf {

namespace {

struct Close {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, Close>;

// A file in memory as libtiff wants one.
struct Memory {
  std::string bytes;
  uint64_t at = 0;
};
Memory& memory_of(thandle_t handle) { return *static_cast<Memory*>(handle); }

tmsize_t read(thandle_t handle, void* out, tmsize_t size) {
  Memory& memory = memory_of(handle);
  const Bytes left = slice(memory.bytes, memory.at, size < 0 ? 0 : static_cast<size_t>(size));
  std::memcpy(out, left.data(), left.size());
  memory.at += left.size();
  return static_cast<tmsize_t>(left.size());
}
constexpr uint64_t kMostBytes = 256ull << 20;

tmsize_t write(thandle_t handle, void* data, tmsize_t size) {
  Memory& memory = memory_of(handle);
  if (size < 0 || memory.at + static_cast<uint64_t>(size) > kMostBytes) return 0;
  if (memory.at + static_cast<uint64_t>(size) > memory.bytes.size()) memory.bytes.resize(memory.at + static_cast<uint64_t>(size));
  std::memcpy(memory.bytes.data() + memory.at, data, static_cast<size_t>(size));
  memory.at += static_cast<uint64_t>(size);
  return size;
}
toff_t seek(thandle_t handle, toff_t offset, int whence) {
  Memory& memory = memory_of(handle);
  const uint64_t base = whence == SEEK_CUR ? memory.at : whence == SEEK_END ? memory.bytes.size() : 0;
  return memory.at = base + offset;
}
int close(thandle_t) { return 0; }
toff_t size(thandle_t handle) { return memory_of(handle).bytes.size(); }

Tiff open(Memory& memory, const char* mode) {
  TIFFSetErrorHandler(nullptr);
  TIFFSetWarningHandler(nullptr);
  return Tiff(TIFFClientOpen("fax", mode, &memory, read, write, seek, close, size, nullptr, nullptr));
}

struct Fax {
  long long k = 0, columns = 1728, rows = 0;
  bool byte_align = false, black_is_1 = false;
};

Fax fax_of(Handle parameters, Handle picture) {
  Fax fax;
  const auto integer = [](Handle value, long long otherwise) { return value.isInteger() ? value.getIntValue() : otherwise; };
  const auto flag = [](Handle value) { return value.isBool() && value.getBoolValue(); };
  fax.rows = integer(picture.getKey("/Height"), 0);
  if (!parameters.isDictionary()) return fax;
  fax.k = integer(parameters.getKey("/K"), 0);
  fax.columns = integer(parameters.getKey("/Columns"), 1728);
  fax.byte_align = flag(parameters.getKey("/EncodedByteAlign"));
  fax.black_is_1 = flag(parameters.getKey("/BlackIs1"));
  return fax;
}

void put16(std::string& out, uint32_t value) { out += {static_cast<char>(value), static_cast<char>(value >> 8)}; }
void put32(std::string& out, uint32_t value) {
  put16(out, value & 0xffff);
  put16(out, value >> 16);
}
void put_field(std::string& out, uint32_t tag, uint32_t value) {
  constexpr uint32_t kLong = 4;
  put16(out, tag);
  put16(out, kLong);
  put32(out, 1);
  put32(out, value);
}

constexpr uint32_t kFields = 10, kDataAt = 8 + 2 + kFields * 12 + 4;

std::string tiff_around(Bytes data, const Fax& fax) {
  const bool two_dimensional = fax.k > 0;
  const uint32_t compression = fax.k < 0 ? COMPRESSION_CCITTFAX4 : fax.byte_align && !two_dimensional ? COMPRESSION_CCITTRLE : COMPRESSION_CCITTFAX3;
  std::string out("II*\0\10\0\0\0", 8);
  put16(out, kFields);
  put_field(out, TIFFTAG_IMAGEWIDTH, static_cast<uint32_t>(fax.columns));
  put_field(out, TIFFTAG_IMAGELENGTH, static_cast<uint32_t>(fax.rows));
  put_field(out, TIFFTAG_BITSPERSAMPLE, 1);
  put_field(out, TIFFTAG_COMPRESSION, compression);
  put_field(out, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  put_field(out, TIFFTAG_STRIPOFFSETS, kDataAt);
  put_field(out, TIFFTAG_SAMPLESPERPIXEL, 1);
  put_field(out, TIFFTAG_ROWSPERSTRIP, static_cast<uint32_t>(fax.rows));
  put_field(out, TIFFTAG_STRIPBYTECOUNTS, static_cast<uint32_t>(data.size()));
  put_field(out, compression == COMPRESSION_CCITTFAX4 ? TIFFTAG_GROUP4OPTIONS : TIFFTAG_GROUP3OPTIONS, two_dimensional ? GROUP3OPT_2DENCODING : 0);
  put32(out, 0);
  return out.append(data);
}

// 1 is black, as libtiff has it. White where the data ends early.
std::string decoded(Bytes data, const Fax& fax) {
  Memory memory{tiff_around(data, fax)};
  std::string rows(static_cast<size_t>((fax.columns + 7) / 8 * fax.rows), '\0');
  if (const Tiff tiff = open(memory, "r")) TIFFReadEncodedStrip(tiff.get(), 0, rows.data(), static_cast<tmsize_t>(rows.size()));
  return rows;
}

}  // namespace

std::string fax_encoded(Bytes rows, uint32_t width, uint32_t height) {
  Memory memory;
  {
    const Tiff tiff = open(memory, "w");
    if (!tiff) return {};
    TIFFSetField(tiff.get(), TIFFTAG_IMAGEWIDTH, width);
    TIFFSetField(tiff.get(), TIFFTAG_IMAGELENGTH, height);
    TIFFSetField(tiff.get(), TIFFTAG_BITSPERSAMPLE, 1);
    TIFFSetField(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(tiff.get(), TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
    TIFFSetField(tiff.get(), TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
    TIFFSetField(tiff.get(), TIFFTAG_ROWSPERSTRIP, height);
    std::string writable(rows);
    if (TIFFWriteEncodedStrip(tiff.get(), 0, writable.data(), static_cast<tmsize_t>(writable.size())) < 0) return {};
  }
  memory.at = 0;
  const Tiff written = open(memory, "r");
  uint64_t *offsets = nullptr, *sizes = nullptr;
  if (!written || !TIFFGetField(written.get(), TIFFTAG_STRIPOFFSETS, &offsets) || !TIFFGetField(written.get(), TIFFTAG_STRIPBYTECOUNTS, &sizes)) return {};
  return std::string(slice(memory.bytes, offsets[0], sizes[0]));
}

Handle fax_parameters(uint32_t width, uint32_t height, bool black_is_1) {
  Handle parameters = Handle::newDictionary();
  parameters.replaceKey("/K", Handle::newInteger(-1));
  parameters.replaceKey("/Columns", Handle::newInteger(width));
  parameters.replaceKey("/Rows", Handle::newInteger(height));
  if (black_is_1) parameters.replaceKey("/BlackIs1", Handle::newBool(true));
  return parameters;
}

bool give_fax(Copier& copier, Handle from, Handle into, Handle parameters) {
  const Fax fax = fax_of(parameters, from.getDict());
  Blob data(copier.context().workspace);
  ToSink to_data(data);
  if (!decode(from, copier.allowance(), to_data)) copier.tally().add("damaged-stream");
  if (!data.finish()) throw SinkFailed{};
  std::string encoded;
  const auto most = static_cast<long long>(copier.context().profile.limits.max_image_pixels);
  if (fax.columns > 0 && fax.rows > 0 && fax.columns <= (1 << 20) && fax.rows <= most / fax.columns && data.size() < kMostBytes)
    encoded = fax_encoded(decoded(data.bytes(), fax), static_cast<uint32_t>(fax.columns), static_cast<uint32_t>(fax.rows));
  if (encoded.empty()) return false;
  into.replaceStreamData(encoded, Handle::newName("/CCITTFaxDecode"),
                         fax_parameters(static_cast<uint32_t>(fax.columns), static_cast<uint32_t>(fax.rows), fax.black_is_1));
  return true;
}

}  // namespace mugai::sanitize::pdf
