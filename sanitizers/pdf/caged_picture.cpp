#include "sanitizers/pdf/caged_picture.h"

#include <qpdf/QPDFWriter.hh>

#include "sanitizers/convert/page_encoder.h"
#include "sanitizers/convert/pixmap_reader.h"
#include "sanitizers/pdf/fax.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr long long kMostSide = 30'000;
constexpr double kHair = 0.001;

struct Size {
  uint32_t width = 0, height = 0;
};

Size size_of(Handle dictionary) {
  const auto side = [&](const char* key) -> uint32_t {
    Handle value = dictionary.getKey(key);
    return value.isInteger() && value.getIntValue() > 0 && value.getIntValue() <= kMostSide ? static_cast<uint32_t>(value.getIntValue()) : 0;
  };
  return {side("/Width"), side("/Height")};
}

// The encoded data, other filters undone.
std::string raw(Copier& copier, Handle stream) {
  bool whole = false;
  return decoded(stream, copier.allowance(), whole);
}

// In which colours it is to be drawn. A palette or an ink would need more of the document than its caretaker should see.
std::string device_space(Handle space) {
  if (space.isNull()) return {};   // JPEG 2000 says so itself
  if (space.isName()) {
    for (const char* known : {"/DeviceGray", "/DeviceRGB", "/DeviceCMYK"})
      if (space.getName() == known) return known;
  } else if (space.isArray() && space.getArrayNItems() == 2 && space.getArrayItem(0).isName() && space.getArrayItem(0).getName() == "/ICCBased") {
    Handle profile = space.getArrayItem(1);
    Handle components = profile.isStream() ? profile.getDict().getKey("/N") : Handle::newNull();
    if (components.isInteger() && components.getIntValue() == 1) return "/DeviceGray";
    if (components.isInteger() && components.getIntValue() == 3) return "/DeviceRGB";
    if (components.isInteger() && components.getIntValue() == 4) return "/DeviceCMYK";
  }
  throw OverLimit{"picture-codec"};
}

std::string lone_document(Copier& copier, Handle from, const Encoding& encoding, Size size) {
  QPDF document;
  document.emptyPDF();
  Handle picture = document.newStream();
  Handle parameters = Handle::newNull();
  Handle dictionary = picture.getDict();
  if (encoding.codec == Codec::jbig2) {
    dictionary.replaceKey("/ColorSpace", Handle::newName("/DeviceGray"));
    dictionary.replaceKey("/BitsPerComponent", Handle::newInteger(1));
    Handle globals = Handle(encoding.parameters).isDictionary() ? Handle(encoding.parameters).getKey("/JBIG2Globals") : Handle::newNull();
    if (globals.isStream()) {
      parameters = Handle::newDictionary();
      parameters.replaceKey("/JBIG2Globals", document.newStream(raw(copier, globals)));
    }
  } else if (const std::string space = device_space(from.getDict().getKey("/ColorSpace")); !space.empty()) {
    dictionary.replaceKey("/ColorSpace", Handle::newName(space));
    dictionary.replaceKey("/BitsPerComponent", Handle::newInteger(8));
  }
  picture.replaceStreamData(raw(copier, from), Handle::newName(encoding.codec == Codec::jbig2 ? "/JBIG2Decode" : "/JPXDecode"), parameters);
  dictionary.replaceKey("/Type", Handle::newName("/XObject"));
  dictionary.replaceKey("/Subtype", Handle::newName("/Image"));
  dictionary.replaceKey("/Width", Handle::newInteger(size.width));
  dictionary.replaceKey("/Height", Handle::newInteger(size.height));
  // A hair less than the page: where a picture ends on a dot's edge, poppler draws it one dot wider, and blends.
  const auto inside = [](uint32_t side) { return Handle::newReal(side - 2 * kHair, 3).unparse(); };
  const std::string hair = Handle::newReal(kHair, 3).unparse();
  const std::string sides = inside(size.width) + " 0 0 " + inside(size.height) + " " + hair + " " + hair;
  Handle page = Handle::parse("<< /Type /Page /MediaBox [0 0 " + std::to_string(size.width) + " " + std::to_string(size.height) + "] /Resources << /XObject << >> >> >>");
  page.getKey("/Resources").getKey("/XObject").replaceKey("/I", picture);
  page.replaceKey("/Contents", document.newStream(sides + " cm /I Do"));
  document.addPage(document.makeIndirectObject(page), false);
  StringSink bytes;
  ToSink to_bytes(bytes);
  QPDFWriter writer(document);
  writer.setOutputPipeline(&to_bytes);
  writer.setStaticID(true);
  writer.setDecodeLevel(qpdf_dl_none);
  writer.write();
  return std::move(bytes.text);
}

void give_bilevel(Handle into, const Pixmap& drawn) {
  const std::string encoded = fax_encoded(drawn.pixels, drawn.width, drawn.height);
  if (encoded.empty()) throw OverLimit{"picture-codec"};
  into.replaceStreamData(encoded, Handle::newName("/CCITTFaxDecode"), fax_parameters(drawn.width, drawn.height, false));
}

void give_samples(Handle into, const Pixmap& drawn) {
  PageInk ink = ink_of(drawn);
  ink.bilevel = false;   // eight bits a sample, as the dictionary says
  const std::optional<EncodedPage> encoded = encode_page(drawn, ink);
  if (!encoded || encoded->bits != 8) throw OverLimit{"picture-codec"};
  into.replaceStreamData(encoded->bytes, Handle::newName(encoded->jpeg ? "/DCTDecode" : "/FlateDecode"), Handle::newNull());
  into.getDict().replaceKey("/ColorSpace", Handle::newName(encoded->bands == 1 ? "/DeviceGray" : "/DeviceRGB"));
  into.getDict().replaceKey("/BitsPerComponent", Handle::newInteger(8));
}

}  // namespace

Shape give_caged_picture(Copier& copier, Handle from, Handle into, const Encoding& encoding) {
  Converter* const converter = copier.context().converter;
  const Size size = size_of(from.getDict());
  if (!converter || size.width == 0 || size.height == 0) throw OverLimit{"picture-codec"};
  std::optional<Pixmap> drawn;
  PixmapReader reader(copier.context().profile.limits.max_image_pixels, [&](Pixmap& pixmap) {
    if (drawn) return false;
    drawn = std::move(pixmap);
    return true;
  });
  const bool bilevel = encoding.codec == Codec::jbig2;
  const auto colour = bilevel ? Conversion::Colour::mono : device_space(from.getDict().getKey("/ColorSpace")) == "/DeviceGray" ? Conversion::Colour::grey : Conversion::Colour::colour;
  copier.allowance().take(uint64_t{size.width} * size.height);
  const Converted how = converter->convert(Conversion::exact(size.width, size.height, colour), lone_document(copier, from, encoding, size), UINT64_MAX, reader);
  if (how != Converted::ok || !reader.at_end_of_one() || !drawn || drawn->width != size.width || drawn->height != size.height || (drawn->bits == 1) != bilevel)
    throw OverLimit{"picture-codec"};
  if (bilevel) return give_bilevel(into, *drawn), Shape::picture;
  return give_samples(into, *drawn), Shape::drawn_picture;
}

}  // namespace mugai::sanitize::pdf
