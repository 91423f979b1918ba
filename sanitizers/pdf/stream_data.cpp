#include "sanitizers/pdf/stream_data.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr int kMostFilters = 8;

Codec codec_of(const std::string& filter) {
  if (filter == "/DCTDecode" || filter == "/DCT") return Codec::jpeg;
  if (filter == "/JPXDecode") return Codec::jpeg2000;
  if (filter == "/JBIG2Decode") return Codec::jbig2;
  if (filter == "/CCITTFaxDecode" || filter == "/CCF") return Codec::fax;
  for (const char* known : {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx",
                            "/RunLengthDecode", "/RL", "/Crypt"})
    if (filter == known) return Codec::none;
  return Codec::unknown;
}

// One value, or the i-th of an array of them.
Handle at(Handle one_or_many, int i) {
  if (one_or_many.isArray()) return i < one_or_many.getArrayNItems() ? one_or_many.getArrayItem(i) : Handle::newNull();
  return i == 0 ? one_or_many : Handle::newNull();
}

int filters_of(Handle filter) {
  if (filter.isNull()) return 0;
  return filter.isArray() ? filter.getArrayNItems() : 1;
}

// Counts, and keeps libqpdf from finishing what others go on writing to.
class Counted : public Pipeline {
 public:
  Counted(Allowance allowance, Pipeline& out) : Pipeline("counted", nullptr), allowance_(allowance), out_(out) {}
  void write(unsigned char const* data, size_t size) override {
    allowance_.take(size);
    out_.write(data, size);
  }
  void finish() override {}

 private:
  Allowance allowance_;
  Pipeline& out_;
};

bool pipe(Handle stream, Pipeline& out, qpdf_stream_decode_level_e level) {
  bool filtered = false;
  const bool whole = stream.pipeStreamData(&out, &filtered, 0, level, true, false);
  return whole && (filtered || level == qpdf_dl_none);
}

}  // namespace

Encoding encoding_of(Handle stream) {
  Encoding encoding;
  Handle dictionary = stream.getDict();
  if (!dictionary.getKey("/F").isNull()) return encoding.codec = Codec::unknown, encoding;
  Handle filter = dictionary.getKey("/Filter");
  Handle parameters = dictionary.getKey("/DecodeParms");
  if (parameters.isNull()) parameters = dictionary.getKey("/DP");
  const int count = filters_of(filter);
  if (count > kMostFilters) return encoding.codec = Codec::unknown, encoding;
  for (int i = 0; i < count; ++i) {
    Handle one = at(filter, i);
    const Codec codec = one.isName() ? codec_of(one.getName()) : Codec::unknown;
    if (codec == Codec::none) continue;
    encoding.codec = i + 1 == count ? codec : Codec::unknown;
    encoding.parameters = at(parameters, i);
    return encoding;
  }
  return encoding;
}

bool decode(Handle stream, Allowance allowance, Pipeline& out) {
  Counted counted(allowance, out);
  const Codec codec = encoding_of(stream).codec;
  if (codec == Codec::unknown) return false;
  if (codec == Codec::none) {
    if (stream.getDict().getKey("/Filter").isNull()) return pipe(stream, counted, qpdf_dl_none);
    return pipe(stream, counted, qpdf_dl_specialized);
  }
  Handle filter = stream.getDict().getKey("/Filter"), parameters = stream.getDict().getKey("/DecodeParms");
  const int before = filters_of(filter) - 1;
  if (before == 0) return pipe(stream, counted, qpdf_dl_none);
  // libqpdf undoes all filters or none: it is shown a stream that has only the first ones.
  Handle outer_filters = Handle::newArray(), outer_parameters = Handle::newArray();
  for (int i = 0; i < before; ++i) {
    outer_filters.appendItem(at(filter, i));
    outer_parameters.appendItem(at(parameters, i));
  }
  Handle outer = stream.getOwningQPDF()->newStream();
  bool whole = true;
  outer.replaceStreamData(
      [&](Pipeline* raw) { whole = stream.pipeStreamData(raw, nullptr, 0, qpdf_dl_none, true, false) && whole; }, outer_filters, outer_parameters);
  return pipe(outer, counted, qpdf_dl_specialized) && whole;
}

std::string decoded(Handle stream, Allowance allowance, bool& whole) {
  StringSink bytes;
  ToSink to_bytes(bytes);
  whole = decode(stream, allowance, to_bytes);
  return std::move(bytes.text);
}

}  // namespace mugai::sanitize::pdf
