#include "sanitizers/pdf/pictures.h"

#include "sanitizers/formats/jpeg_writer.h"
#include "sanitizers/pdf/caged_picture.h"
#include "sanitizers/pdf/fax.h"

namespace mugai::sanitize::pdf {

namespace {

uint64_t pixels_of(Handle dictionary) {
  Handle width = dictionary.getKey("/Width"), height = dictionary.getKey("/Height");
  if (!width.isInteger() || !height.isInteger() || width.getIntValue() <= 0 || height.getIntValue() <= 0) return 0;
  const auto w = static_cast<uint64_t>(width.getIntValue()), h = static_cast<uint64_t>(height.getIntValue());
  return w > (1ull << 20) || h > (1ull << 20) ? ~0ull : w * h;
}

bool give_jpeg(Copier& copier, Handle from, Handle into, Handle parameters) {
  Blob given(copier.context().workspace), rebuilt(copier.context().workspace);
  ToSink to_given(given);
  if (!decode(from, copier.allowance(), to_given)) copier.tally().add("damaged-stream");
  if (!given.finish()) throw SinkFailed{};
  JpegStyle style;
  style.forgiving = true;   // readers show what there is of a picture that ends early, and so do we
  switch (copy_jpeg(given.bytes(), style, {}, rebuilt)) {
    case WriteError::none: break;
    case WriteError::source: return false;
    case WriteError::sink: throw SinkFailed{};
  }
  if (!rebuilt.finish()) throw SinkFailed{};
  Handle transform = parameters.isDictionary() ? parameters.getKey("/ColorTransform") : Handle::newNull();
  Handle ours = Handle::newNull();
  if (transform.isInteger()) {
    ours = Handle::newDictionary();
    ours.replaceKey("/ColorTransform", Handle::newInteger(transform.getIntValue()));
  }
  const Bytes bytes = copier.keep(std::move(rebuilt));
  into.replaceStreamData(
      [bytes](Pipeline* out) {
        out->write(bytes.data(), bytes.size());
        out->finish();
      },
      Handle::newName("/DCTDecode"), ours);
  return true;
}

Shape give(Copier& copier, Handle from, Handle into) {
  const Encoding encoding = encoding_of(from);
  switch (encoding.codec) {
    case Codec::none:
      into.replaceStreamData(
          [&copier, from](Pipeline* out) {
            if (!decode(from, copier.allowance(), *out)) copier.tally().add("damaged-stream");
            out->finish();
          },
          Handle::newNull(), Handle::newNull());
      return Shape::picture;
    case Codec::jpeg: return give_jpeg(copier, from, into, encoding.parameters) ? Shape::picture : Shape::nothing;
    case Codec::fax: return give_fax(copier, from, into, encoding.parameters) ? Shape::picture : Shape::nothing;
    case Codec::jpeg2000:
    case Codec::jbig2: return give_caged_picture(copier, from, into, encoding);
    case Codec::unknown: return Shape::nothing;
  }
  return Shape::nothing;
}

}  // namespace

Shape give_picture(Copier& copier, Handle from, Handle into) {
  if (pixels_of(from.getDict()) > copier.context().profile.limits.max_image_pixels) throw OverLimit{"image-too-large"};
  const Shape given = give(copier, from, into);
  if (given == Shape::nothing) copier.tally().add("broken-picture");
  return given;
}

}  // namespace mugai::sanitize::pdf
