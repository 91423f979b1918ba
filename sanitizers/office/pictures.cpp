#include "sanitizers/office/pictures.h"

#include <algorithm>
#include <array>

namespace mugai::sanitize {

namespace {

// A grey square of 8 x 8 pixels: IHDR, IDAT, IEND.
constexpr std::array<unsigned char, 71> kPlaceholder = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x08, 0x08, 0x00, 0x00, 0x00, 0x00, 0xe1, 0x64, 0xe1, 0x57, 0x00,
    0x00, 0x00, 0x0e, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x38, 0x01, 0x05, 0x0c, 0x94, 0x31, 0x00,
    0x08, 0xb1, 0x32, 0x01, 0xb5, 0xc0, 0xab, 0x65, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82};

// What every program that opens documents shows.
bool is_common(const Type& type) {
  static constexpr std::string_view kIds[] = {"png", "jpeg", "gif", "tiff"};
  return std::find(std::begin(kIds), std::end(kIds), type.id) != std::end(kIds);
}

}  // namespace

Bytes grey_square() { return {reinterpret_cast<const char*>(kPlaceholder.data()), kPlaceholder.size()}; }

Bytes Picture::bytes() const { return placeholder ? grey_square() : blob.bytes(); }

bool rebuild_picture(const Input& input, Context& context, Tally& tally, Picture& out) {
  out.extension = "png";
  out.content_type = "image/png";
  out.placeholder = true;
  if (input.bytes == grey_square()) return true;
  Member member = context.sanitize_member(input);
  if (member.outcome.kind == Outcome::Kind::failed) return false;
  if (!member.outcome.leaves() || !member.outcome.type_out || !is_common(*member.outcome.type_out)) {
    tally.add("picture-placeholder");
    return true;
  }
  out.placeholder = false;
  out.blob = std::move(member.blob);
  out.extension = member.outcome.type_out->extension;
  out.content_type = member.outcome.type_out->media_type;
  return true;
}

}  // namespace mugai::sanitize
