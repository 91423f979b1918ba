#include "sanitizers/convert/image_pdf.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace mugai::sanitize {

namespace {

// The objects that all pages share stand first in numbers and last in the file.
enum Shared : size_t { kCatalog = 1, kPages, kFont, kDescendant, kDescriptor, kToUnicode, kFirstFree };

constexpr uint16_t kFirstBeyond = 0xD800, kLastBeyond = 0xDFFF;   // no character of its own has these codes
constexpr uint16_t kReplacement = 0xFFFD;
constexpr double kMostPoints = 14'400;   // larger pages are not defined

// Without exponent and without a locale's comma.
std::string number(double value) {
  const auto thousandths = static_cast<long long>(std::llround(std::clamp(value, -1e9, 1e9) * 1'000));
  std::string out = thousandths < 0 ? "-" : "";
  out += std::to_string(std::abs(thousandths) / 1'000);
  const long long rest = std::abs(thousandths) % 1'000;
  if (rest == 0) return out;
  std::string digits = std::to_string(1'000 + rest).substr(1);
  while (digits.back() == '0') digits.pop_back();
  return out + "." + digits;
}

std::string reference(size_t object) { return std::to_string(object) + " 0 R"; }

void put_hex(std::string& out, uint16_t code) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kDigits[code >> shift & 15]);
}

// The text is valid UTF-8.
char32_t next_character(std::string_view& utf8) {
  const auto lead = static_cast<unsigned char>(utf8.front());
  const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t out = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) out = out << 6 | (byte_at(utf8, i) & 0x3F);
  utf8.remove_prefix(std::min(length, utf8.size()));
  return out;
}

constexpr std::string_view kMapHead =
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    "/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
constexpr std::string_view kMapTail = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend";

// Codes are characters, but for those beyond the basic plane. A range may not cross a change of the first byte, and a
// block has at most a hundred.
std::string unicode_map(const std::map<char32_t, uint16_t>& beyond) {
  std::string out(kMapHead);
  std::vector<std::string> ranges, singles;
  for (unsigned high = 0; high < 256; ++high) {
    if (high >= kFirstBeyond >> 8 && high <= kLastBeyond >> 8) continue;
    std::string first, last;
    put_hex(first, static_cast<uint16_t>(high << 8));
    put_hex(last, static_cast<uint16_t>(high << 8 | 0xFF));
    ranges.push_back("<" + first + "> <" + last + "> <" + first + ">\n");
  }
  for (const auto& [character, code] : beyond) {
    std::string line = "<";
    put_hex(line, code);
    line += "> <";
    put_hex(line, static_cast<uint16_t>(0xD7C0 + (character >> 10)));
    put_hex(line, static_cast<uint16_t>(0xDC00 + (character & 0x3FF)));
    singles.push_back(line + ">\n");
  }
  const auto blocks = [&](const std::vector<std::string>& lines, const std::string& kind) {
    for (size_t at = 0; at < lines.size(); at += 100) {
      const size_t count = std::min<size_t>(100, lines.size() - at);
      out += std::to_string(count) + " begin" + kind + "\n";
      for (size_t i = 0; i < count; ++i) out += lines[at + i];
      out += "end" + kind + "\n";
    }
  };
  blocks(ranges, "bfrange");
  blocks(singles, "bfchar");
  return out.append(kMapTail);
}

}  // namespace

bool ImagePdf::put(Bytes bytes) {
  written_ += bytes.size();
  return out_.write(bytes);
}

bool ImagePdf::begin_object(size_t number) {
  if (written_ == 0 && !put("%PDF-1.5\n%\xE7\x84\xA1\xE5\xAE\xB3\n")) return false;
  if (places_.size() < number) places_.resize(number);
  places_[number - 1] = written_;
  return put(std::to_string(number) + " 0 obj\n");
}

bool ImagePdf::add_object(size_t number, Bytes content) {
  return begin_object(number) && put(content) && put("\nendobj\n");
}

bool ImagePdf::add_stream(size_t number, const std::string& dictionary, Bytes data) {
  return begin_object(number) && put("<<" + dictionary + "/Length " + std::to_string(data.size()) + ">>\nstream\n") && put(data) &&
         put("\nendstream\nendobj\n");
}

std::string ImagePdf::codes_of(std::string_view utf8, size_t& count) {
  std::string out;
  for (count = 0; !utf8.empty(); ++count) {
    const char32_t character = next_character(utf8);
    uint16_t code = static_cast<uint16_t>(character);
    if (character > 0xFFFF) {
      const size_t next = kFirstBeyond + beyond_.size();
      const auto known = beyond_.find(character);
      if (known != beyond_.end()) code = known->second;
      else if (next > kLastBeyond) code = kReplacement;
      else beyond_[character] = code = static_cast<uint16_t>(next);
    }
    put_hex(out, code);
  }
  return out;
}

// Each word is stretched over the place where it is seen. The font is a square wide as high for every character. A word
// whose characters would be thinner than any are is one that runs downwards.
std::string ImagePdf::text_of(const std::vector<Word>& words, double height) {
  constexpr double kDescent = 0.2, kThinnest = 0.12, kMostSize = 1'000;
  std::string out = "BT 3 Tr\n";
  for (const Word& word : words) {
    size_t count = 0;
    const std::string codes = codes_of(word.text, count);
    const double wide = std::max<double>(word.right - word.left, 0.1), high = std::max<double>(word.bottom - word.top, 0.1);
    const bool down = wide < kThinnest * high * static_cast<double>(count);
    const double size = std::clamp<double>(down ? wide : high, 1, kMostSize);
    const double stretch = 100 * (down ? high : wide) / (size * static_cast<double>(count));
    out += "/F " + number(size) + " Tf " + number(std::clamp(stretch, 1.0, 10'000.0)) + " Tz ";
    if (down) out += "0 -1 1 0 " + number(word.left + kDescent * size) + " " + number(height - word.top);
    else out += "1 0 0 1 " + number(word.left) + " " + number(height - word.bottom + kDescent * size);
    out += " Tm <" + codes + "> Tj\n";
  }
  return out + "ET\n";
}

bool ImagePdf::add_page(const EncodedPage& page, double width, double height, const std::vector<Word>& words) {
  width = std::clamp(width, 1.0, kMostPoints);
  height = std::clamp(height, 1.0, kMostPoints);
  const size_t image = std::max<size_t>(places_.size() + 1, kFirstFree), content = image + 1, object = image + 2;
  const std::string picture = "/Type/XObject/Subtype/Image/Width " + std::to_string(page.width) + "/Height " +
                              std::to_string(page.height) + "/BitsPerComponent " + std::to_string(page.bits) +
                              (page.bands == 1 ? "/ColorSpace/DeviceGray" : "/ColorSpace/DeviceRGB") +
                              (page.jpeg ? "/Filter/DCTDecode" : "/Filter/FlateDecode");
  const bool has_text = with_text_ && !words.empty();
  std::string drawing = "q " + number(width) + " 0 0 " + number(height) + " 0 0 cm /P Do Q\n";
  if (has_text) drawing += text_of(words, height);
  const std::string dictionary = "<</Type/Page/Parent " + reference(kPages) + "/MediaBox[0 0 " + number(width) + " " + number(height) +
                                 "]/Resources<</XObject<</P " + reference(image) + ">>" +
                                 (has_text ? "/Font<</F " + reference(kFont) + ">>" : "") + ">>/Contents " + reference(content) + ">>";
  pages_.push_back(object);
  return add_stream(image, picture, page.bytes) && add_stream(content, "", drawing) && add_object(object, dictionary);
}

bool ImagePdf::add_font() {
  return add_object(kFont, "<</Type/Font/Subtype/Type0/BaseFont/Invisible/Encoding/Identity-H/DescendantFonts[" +
                               reference(kDescendant) + "]/ToUnicode " + reference(kToUnicode) + ">>") &&
         add_object(kDescendant, "<</Type/Font/Subtype/CIDFontType2/BaseFont/Invisible/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
                                 "/Supplement 0>>/DW 1000/FontDescriptor " + reference(kDescriptor) + ">>") &&
         add_object(kDescriptor, "<</Type/FontDescriptor/FontName/Invisible/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0"
                                 "/Ascent 800/Descent -200/CapHeight 800/StemV 80>>") &&
         add_stream(kToUnicode, "", unicode_map(beyond_));
}

bool ImagePdf::finish() {
  std::string kids;
  for (const size_t page : pages_) kids += reference(page) + " ";
  if (!add_object(kCatalog, "<</Type/Catalog/Pages " + reference(kPages) + ">>")) return false;
  if (!add_object(kPages, "<</Type/Pages/Count " + std::to_string(pages_.size()) + "/Kids[" + kids + "]>>")) return false;
  if (with_text_ && !add_font()) return false;
  const uint64_t table = written_;
  std::string out = "xref\n0 " + std::to_string(places_.size() + 1) + "\n0000000000 65535 f \n";
  for (const uint64_t place : places_) {
    char line[32];
    std::snprintf(line, sizeof line, "%010llu %05d %c \n", static_cast<unsigned long long>(place), place ? 0 : 65535, place ? 'n' : 'f');
    out += line;
  }
  out += "trailer\n<</Size " + std::to_string(places_.size() + 1) + "/Root " + reference(kCatalog) + ">>\nstartxref\n" +
         std::to_string(table) + "\n%%EOF\n";
  return put(out);
}

}  // namespace mugai::sanitize
