// links: sanitizers
// The first byte says what the rest is: a package, a flat document, or the content of a text, a spreadsheet or a presentation.
// What leaves passes the second look, and treated again it is the same; its text is bounded.
#include <cstdlib>
#include <memory>

#include "sanitizers/formats/zip_writer.h"
#include "sanitizers/verify/verify.h"
#include "tests/support/lone_format.h"

namespace {

using namespace mugai;

constexpr std::string_view kTypes[] = {"odt", "ods", "odp", "fodt"};

std::string package(const sanitize::Type& type, Bytes content) {
  const auto workspace = sanitize::Workspace::in_memory();
  StringSink out;
  sanitize::ZipWriter zip(out, *workspace);
  const std::string inner = "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\"><office:body><office:chart/></office:body></office:document-content>";
  const bool ok = zip.add_file("mimetype", type.media_type, {}, sanitize::ZipWriter::Packing::stored) && zip.add_file("content.xml", content) &&
                  zip.add_file("Object 1/content.xml", inner) && zip.add_file("Object 2/content.xml", content) &&
                  zip.add_file("Pictures/a.png", "x") && zip.finish();
  return ok ? std::move(out.text) : std::string();
}

void check_text(const std::string& file, std::string_view type, const Profile& profile) {
  const auto workspace = sanitize::Workspace::in_memory();
  sanitize::Budget budget{profile.limits.max_expanded_bytes, profile.limits.max_archive_members, 0};
  test::LoneContext context(profile, budget, {}, *workspace);
  sanitize::Input input;
  input.bytes = file;
  input.type = sanitize::type_by_id(type);
  StringSink text;
  const sanitize::Outcome outcome = sanitize::format_for(*input.type)->to_text(input, text, context);
  if (outcome.leaves() && text.text.size() > 8 * profile.limits.max_text_bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<sanitize::Identifier> identifier = std::move(sanitize::Identifier::load().value());
  if (size < 1) return 0;
  const Bytes rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view type = kTypes[data[0] % 4];
  const bool whole = type == "fodt" || (data[0] & 0x20);
  const std::string file = whole ? std::string(rest) : package(*sanitize::type_by_id(type), rest);
  Profile profile;
  profile.limits.max_expanded_bytes = 16 << 20;
  profile.limits.max_text_bytes = 1 << 16;
  if (data[0] & 0x40) profile.urls = UrlPolicy::keep;
  check_text(file, type, profile);
  const test::LoneResult first = test::treat_alone(file, type, profile);
  if (!first.left()) return 0;
  const std::string_view type_out = first.outcome.type_out->id;
  const test::LoneResult second = test::treat_alone(first.bytes, type_out, profile);
  if (!second.left() || second.bytes != first.bytes || !second.outcome.removed.empty()) std::abort();
  const std::string name = "a." + std::string(first.outcome.type_out->extension);
  auto look = sanitize::verify_file(first.bytes, name, profile.limits, *identifier);
  if (!look || look->verdict != sanitize::Verdict::clean) std::abort();
  return 0;
}
