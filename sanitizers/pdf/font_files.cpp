#include "sanitizers/pdf/font_files.h"

#include "sanitizers/pdf/sfnt.h"
#include "sanitizers/pdf/walk.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kMostFontBytes = 64 << 20;

// Header, Adobe's encrypted portion, trailer (Adobe Type 1 Font Format, chapter 2); the lengths are what readers go by.
void set_type1_lengths(Handle from, Handle into, const std::string& font) {
  long long rest = static_cast<long long>(font.size());
  for (const char* key : {"/Length1", "/Length2", "/Length3"}) {
    Handle given = from.getDict().getKey(key);
    const long long length = std::clamp(given.isInteger() ? given.getIntValue() : 0, 0LL, rest);
    into.getDict().replaceKey(key, Handle::newInteger(length));
    rest -= length;
  }
}

bool is_type1(Bytes font) { return font.starts_with("%!") || font.starts_with("\x80\x01"); }

// Header of a CFF table (Adobe Technical Note 5176 §6).
bool is_cff(Bytes font) { return byte_at(font, 0) == 1 && byte_at(font, 2) >= 4 && byte_at(font, 3) >= 1 && byte_at(font, 3) <= 4 && font.size() > 8; }

}  // namespace

std::set<QPDFObjGen> files_that_keep_programs(QPDF& source) {
  std::set<QPDFObjGen> files;
  for_each_dictionary(source, [&](Handle descriptor, bool) {
    Handle name = descriptor.getKey("/FontName"), file = descriptor.getKey("/FontFile2");
    if (file.isStream() && name.isName() && draws_by_programs(name.getName().substr(1))) files.insert(file.getObjGen());
  });
  return files;
}

bool give_font_file(Copier& copier, Handle from, Handle into, Shape shape) {
  bool whole = false;
  std::string font = decoded(from, copier.allowance(), whole);
  if (!whole) copier.tally().add("damaged-stream");
  if (font.size() > kMostFontBytes) throw OverLimit{"expands-too-much"};
  if (is_sfnt(font)) {
    font = rebuilt_sfnt(font, copier.keeps_programs(from));
  } else if (!(shape == Shape::type1_file && is_type1(font)) && !is_cff(font)) {
    font.clear();
  }
  if (font.empty()) return copier.tally().add("broken-font"), false;
  if (shape == Shape::type1_file) set_type1_lengths(from, into, font);
  if (shape == Shape::truetype_file) into.getDict().replaceKey("/Length1", Handle::newInteger(static_cast<long long>(font.size())));
  into.replaceStreamData(font, Handle::newNull(), Handle::newNull());
  return true;
}

}  // namespace mugai::sanitize::pdf
