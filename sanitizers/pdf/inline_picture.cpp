#include "sanitizers/pdf/inline_picture.h"

#include "sanitizers/formats/jpeg_writer.h"
#include "sanitizers/text/hex.h"

namespace mugai::sanitize::pdf {

namespace {

struct Abbreviation {
  std::string_view brief, full;
};

// Table 91. Filter and DecodeParms are for decoding only.
constexpr Abbreviation kKeys[] = {
    {"/BPC", "/BitsPerComponent"}, {"/CS", "/ColorSpace"}, {"/D", "/Decode"},      {"/H", "/Height"},
    {"/I", "/Interpolate"},        {"/IM", "/ImageMask"},  {"/W", "/Width"},       {"/Intent", "/Intent"},
};

Handle value_of(Handle dictionary, std::string_view brief, std::string_view full) {
  Handle value = dictionary.getKey(std::string(full));
  return value.isNull() ? dictionary.getKey(std::string(brief)) : value;
}

bool is_plain(Handle value) {
  return value.isName() || value.isNumber() || value.isBool() || value.isArray();
}

std::string hexadecimal(Bytes bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size() + 1);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out += '>';
}

}  // namespace

std::string inline_picture(const std::string& dictionary, const std::string& untrusted_data, Allowance allowance) {
  Handle given;
  try {
    given = Handle::parse("<<" + dictionary + ">>");
  } catch (const std::exception&) {
    return {};
  }
  if (!given.isDictionary()) return {};
  QPDF scratch;
  scratch.emptyPDF();
  scratch.setSuppressWarnings(true);
  Handle stream = scratch.newStream();
  // Of the end-of-line before EI one byte belongs to nobody; decoders do not mind it.
  stream.replaceStreamData(untrusted_data, value_of(given, "/F", "/Filter"), value_of(given, "/DP", "/DecodeParms"));
  const Encoding encoding = encoding_of(stream);
  bool whole = false;
  std::string data = decoded(stream, allowance, whole);
  std::string filter = "/F /AHx";
  switch (encoding.codec) {
    case Codec::none:
      if (!whole && data.empty()) return {};
      break;
    case Codec::jpeg: {
      StringSink jpeg;
      if (copy_jpeg(data, {}, {}, jpeg) != WriteError::none) return {};
      data = std::move(jpeg.text);
      filter = "/F [/AHx /DCT]";
      break;
    }
    default: return {};
  }
  std::string out = "BI ";
  for (const Abbreviation& key : kKeys)
    if (Handle value = value_of(given, key.brief, key.full); is_plain(value)) out.append(key.brief).append(" ").append(value.unparse()).append(" ");
  return out.append(filter).append(" ID ").append(hexadecimal(data)).append("\nEI\n");
}

}  // namespace mugai::sanitize::pdf
