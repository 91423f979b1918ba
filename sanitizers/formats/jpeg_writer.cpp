#include "sanitizers/formats/jpeg_writer.h"

#include <csetjmp>
#include <cstdio>
// jpeglib.h leans on what cstdio declares.
#include <jpeglib.h>

#include <cmath>

namespace mugai::sanitize {
namespace {

// What both of them cost is memory for every coefficient of the picture.
constexpr uint64_t kMostCoefficientBytes = 96ull << 20;

struct Writer {
  jpeg_compress_struct codec{};
  jpeg_error_mgr errors{};
  jpeg_destination_mgr destination{};
  std::jmp_buf on_error{};
  std::array<JOCTET, 16 << 10> buffer{};
  Sink* out = nullptr;
  bool sink_failed = false;
};

Writer& writer_of(j_common_ptr codec) {
  return *static_cast<Writer*>(codec->client_data);
}
Writer& writer_of(j_compress_ptr codec) {
  return *static_cast<Writer*>(codec->client_data);
}

[[noreturn]] void fail(j_common_ptr codec) {
  std::longjmp(writer_of(codec).on_error, 1);
}
void say_nothing(j_common_ptr) {}

void start(j_compress_ptr codec) {
  Writer& writer = writer_of(codec);
  writer.destination.next_output_byte = writer.buffer.data();
  writer.destination.free_in_buffer = writer.buffer.size();
}
bool flush(Writer& writer, size_t count) {
  const Bytes bytes(reinterpret_cast<const char*>(writer.buffer.data()), count);
  writer.sink_failed |= !writer.out->write(bytes);
  return !writer.sink_failed;
}
boolean empty_buffer(j_compress_ptr codec) {
  Writer& writer = writer_of(codec);
  if (!flush(writer, writer.buffer.size())) fail(reinterpret_cast<j_common_ptr>(codec));
  start(codec);
  return TRUE;
}
void finish(j_compress_ptr codec) {
  Writer& writer = writer_of(codec);
  if (!flush(writer, writer.buffer.size() - writer.destination.free_in_buffer))
    fail(reinterpret_cast<j_common_ptr>(codec));
}

void set_tables(j_compress_ptr codec, const JpegStyle& style) {
  if (!style.has_tables()) {
    jpeg_set_quality(codec, style.quality, TRUE);
    return;
  }
  for (int i = 0; i < 2; ++i) {
    std::array<unsigned int, 64> table{};
    for (size_t k = 0; k < 64; ++k)
      table[k] = std::max<unsigned int>(style.tables[static_cast<size_t>(i)][k], 1);
    jpeg_add_quant_table(codec, i, table.data(), 100, TRUE);
  }
}

uint64_t coefficient_bytes(uint64_t pixels, const JpegStyle& style) {
  const uint64_t chroma = 200 / static_cast<unsigned>(style.horizontal * style.vertical);
  return pixels * sizeof(JCOEF) * (100 + chroma) / 100;
}

bool is_affordable(const PixelLayout& layout, const JpegStyle& style) {
  const uint64_t pixels = uint64_t{layout.width} * layout.height;
  return (layout.bands == 1 ? pixels * sizeof(JCOEF) : coefficient_bytes(pixels, style)) <= kMostCoefficientBytes;
}

void set_resolution(j_compress_ptr codec, const Resolution& resolution) {
  codec->density_unit = resolution.known() ? 1 : 0;
  codec->X_density = resolution.known() ? static_cast<UINT16>(std::lround(resolution.x)) : UINT16{1};
  codec->Y_density = resolution.known() ? static_cast<UINT16>(std::lround(resolution.y)) : UINT16{1};
}

void set_style(j_compress_ptr codec, const PixelLayout& layout, const JpegStyle& style,
               const Resolution& resolution) {
  codec->image_width = layout.width;
  codec->image_height = layout.height;
  codec->input_components = layout.bands;
  codec->in_color_space = layout.bands == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(codec);
  set_tables(codec, style);
  if (layout.bands == 3) {
    codec->comp_info[0].h_samp_factor = style.horizontal;
    codec->comp_info[0].v_samp_factor = style.vertical;
  }
  const bool affordable = is_affordable(layout, style);
  codec->optimize_coding = style.optimised && affordable ? TRUE : FALSE;
  if (style.progressive && affordable) jpeg_simple_progression(codec);
  set_resolution(codec, resolution);
}

// Nothing in here has a destructor: libjpeg leaves by longjmp.
WriteError run(Writer& writer, RowSource& rows, const JpegStyle& style, const Resolution& resolution) {
  jpeg_compress_struct& codec = writer.codec;
  if (setjmp(writer.on_error)) return writer.sink_failed ? WriteError::sink : WriteError::source;
  jpeg_create_compress(&codec);
  codec.dest = &writer.destination;
  set_style(&codec, rows.layout(), style, resolution);
  jpeg_start_compress(&codec, TRUE);
  while (codec.next_scanline < codec.image_height) {
    const uint8_t* pixels = rows.next();
    if (!pixels) return WriteError::source;
    JSAMPROW row = const_cast<JSAMPROW>(pixels);  // libjpeg does not write to it
    jpeg_write_scanlines(&codec, &row, 1);
  }
  jpeg_finish_compress(&codec);
  return WriteError::none;
}

struct Reader {
  jpeg_decompress_struct codec{};
  jpeg_error_mgr errors{};
};

// As run(): no destructors. Both codecs fail to the same place.
WriteError copy(Reader& reader, Writer& writer, Bytes jpeg, const JpegStyle& style, const Resolution& resolution) {
  if (setjmp(writer.on_error)) return writer.sink_failed ? WriteError::sink : WriteError::source;
  jpeg_create_decompress(&reader.codec);
  jpeg_create_compress(&writer.codec);
  writer.codec.dest = &writer.destination;
  jpeg_mem_src(&reader.codec, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size());
  if (jpeg_read_header(&reader.codec, TRUE) != JPEG_HEADER_OK) return WriteError::source;
  jvirt_barray_ptr* const coefficients = jpeg_read_coefficients(&reader.codec);
  // What libjpeg calls a warning is data that it had to make up.
  if (!coefficients || (reader.errors.num_warnings > 0 && !style.forgiving)) return WriteError::source;
  jpeg_copy_critical_parameters(&reader.codec, &writer.codec);
  for (int i = 0; i < writer.codec.num_components; ++i) writer.codec.comp_info[i].component_id = i + 1;
  writer.codec.JFIF_major_version = writer.codec.JFIF_minor_version = 1;
  writer.codec.optimize_coding = style.optimised ? TRUE : FALSE;
  if (style.progressive) jpeg_simple_progression(&writer.codec);
  set_resolution(&writer.codec, resolution);
  jpeg_write_coefficients(&writer.codec, coefficients);
  jpeg_finish_compress(&writer.codec);
  return reader.errors.num_warnings > 0 && !style.forgiving ? WriteError::source : WriteError::none;
}

std::unique_ptr<Writer> make_writer(Sink& out) {
  auto writer = std::make_unique<Writer>();
  writer->out = &out;
  writer->codec.err = jpeg_std_error(&writer->errors);
  writer->errors.error_exit = fail;
  writer->errors.output_message = say_nothing;
  writer->codec.client_data = writer.get();
  writer->destination.init_destination = start;
  writer->destination.empty_output_buffer = empty_buffer;
  writer->destination.term_destination = finish;
  return writer;
}

}  // namespace

bool is_affordable_copy(uint64_t pixels, const JpegStyle& style) {
  return coefficient_bytes(pixels, style) <= kMostCoefficientBytes / 2;
}

WriteError copy_jpeg(Bytes untrusted_jpeg, const JpegStyle& style, const Resolution& resolution, Sink& out) {
  const std::unique_ptr<Writer> writer = make_writer(out);
  const auto reader = std::make_unique<Reader>();
  reader->codec.err = jpeg_std_error(&reader->errors);
  reader->errors.error_exit = fail;
  reader->errors.output_message = say_nothing;
  reader->codec.client_data = writer.get();
  const WriteError error = copy(*reader, *writer, untrusted_jpeg, style, resolution);
  jpeg_destroy_compress(&writer->codec);
  jpeg_destroy_decompress(&reader->codec);
  return error;
}

JpegStyle JpegStyle::transposed() const {
  JpegStyle turned = *this;
  std::swap(turned.horizontal, turned.vertical);
  for (size_t i = 0; i < 2; ++i)
    for (size_t k = 0; k < 64; ++k) turned.tables[i][k] = tables[i][k % 8 * 8 + k / 8];
  return turned;
}

WriteError write_jpeg(RowSource& rows, const JpegStyle& style, const Resolution& resolution, Sink& out) {
  const PixelLayout& layout = rows.layout();
  if ((layout.bands != 1 && layout.bands != 3) || layout.bytes_per_sample != 1) return WriteError::source;
  const std::unique_ptr<Writer> writer = make_writer(out);
  const WriteError error = run(*writer, rows, style, resolution);
  jpeg_destroy_compress(&writer->codec);
  return error;
}

}  // namespace mugai::sanitize
