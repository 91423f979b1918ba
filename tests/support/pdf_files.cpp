#include "tests/support/pdf_files.h"

#include <cstdio>

namespace mugai::test {

std::string pdf_of(const std::vector<std::string>& objects) {
  std::string out = "%PDF-1.7\n";
  std::vector<size_t> places;
  for (size_t i = 0; i < objects.size(); ++i) {
    places.push_back(out.size());
    out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const size_t table = out.size();
  out += "xref\n0 " + std::to_string(objects.size() + 1) + "\n0000000000 65535 f \n";
  for (const size_t place : places) {
    char line[32];
    std::snprintf(line, sizeof line, "%010zu 00000 n \n", place);
    out += line;
  }
  return out + "trailer\n<</Size " + std::to_string(objects.size() + 1) + "/Root 1 0 R>>\nstartxref\n" + std::to_string(table) +
         "\n%%EOF\n";
}

std::string pdf_stream(const std::string& dictionary, const std::string& data) {
  return "<<" + dictionary + "/Length " + std::to_string(data.size()) + ">>\nstream\n" + data + "\nendstream";
}

std::string pdf_with_text(const std::vector<std::string>& pages) {
  std::string kids;
  std::vector<std::string> objects(3);
  objects[2] = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";
  for (const std::string& text : pages) {
    kids += std::to_string(objects.size() + 1) + " 0 R ";
    objects.push_back("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents " +
                      std::to_string(objects.size() + 2) + " 0 R>>");
    objects.push_back(pdf_stream("", text.empty() ? "" : "BT/F 24 Tf 72 720 Td(" + text + ")Tj ET"));
  }
  objects[0] = "<</Type/Catalog/Pages 2 0 R>>";
  objects[1] = "<</Type/Pages/Kids[" + kids + "]/Count " + std::to_string(pages.size()) + ">>";
  return pdf_of(objects);
}

std::string pdf_with_japanese(const std::string& utf8) {
  std::string hex;
  for (size_t at = 0; at < utf8.size();) {
    const unsigned char lead = static_cast<unsigned char>(utf8[at]);
    const int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : 3;   // the basic plane is enough here
    unsigned code = length == 1 ? lead : lead & (0xFF >> (length + 1));
    for (int i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(utf8[at + static_cast<size_t>(i)]) & 0x3F);
    char digits[8];
    std::snprintf(digits, sizeof digits, "%04X", code);
    hex += digits;
    at += static_cast<size_t>(length);
  }
  return pdf_of({"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                 "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
                 pdf_stream("", "BT/F 24 Tf 72 720 Td<" + hex + ">Tj ET"),
                 "<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/UniJIS-UTF16-H/DescendantFonts[6 0 R]>>",
                 "<</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)"
                 "/Supplement 4>>/FontDescriptor 7 0 R>>",
                 "<</Type/FontDescriptor/FontName/Ryumin-Light/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800"
                 "/Descent -200/CapHeight 700/StemV 80>>"});
}

}  // namespace mugai::test
