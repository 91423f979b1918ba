// Each case is a file that no rebuilt file may look like, and the objection to it. The tests of the formats turn it round:
// what they wrote must raise none.
#include "sanitizers/verify/verify.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "tests/sanitizers/formats/support.h"
#include "tests/support/rebuild.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;
using ::testing::Contains;
using ::testing::IsEmpty;

Report verify(const std::string& bytes, const std::string& name) {
  auto report = verify_file(bytes, name, Limits(), test::identifier());
  return report ? *report : Report{};
}

std::vector<std::string> objections(const std::string& bytes, const std::string& name) {
  std::vector<std::string> all;
  for (const Item& item : verify(bytes, name).items) all.insert(all.end(), item.reasons.begin(), item.reasons.end());
  return all;
}

struct Case {
  const char* what;
  std::string name, bytes;
  const char* objection;
};

class Verify : public ::testing::TestWithParam<Case> {};

TEST_P(Verify, Objects) {
  const Case& one = GetParam();
  const Report report = verify(one.bytes, one.name);
  EXPECT_EQ(report.verdict, Verdict::held);
  EXPECT_THAT(objections(one.bytes, one.name), Contains(one.objection));
}

const std::string kPng = png_of(2, 2, gradient(2, 2));
const std::string kJpegStart = "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"s;

// One stored member; `central_name` as the central directory calls it.
std::string zip_of(const std::string& name, const std::string& central_name, const std::string& body, uint32_t mode = 0100644) {
  const std::string facts = le32(crc32(body)) + le32(static_cast<uint32_t>(body.size())) + le32(static_cast<uint32_t>(body.size()));
  const std::string local = "PK\3\4" + le16(20) + le16(0) + le16(0) + le16(0) + le16(33) + facts +
                            le16(static_cast<uint32_t>(name.size())) + le16(0) + name + body;
  const std::string central = "PK\1\2" + le16(20) + le16(20) + le16(0) + le16(0) + le16(0) + le16(33) + facts +
                              le16(static_cast<uint32_t>(central_name.size())) + le16(0) + le16(0) + le16(0) + le16(0) +
                              le32(mode << 16) + le32(0) + central_name;
  return local + central + "PK\5\6" + le16(0) + le16(0) + le16(1) + le16(1) + le32(static_cast<uint32_t>(central.size())) +
         le32(static_cast<uint32_t>(local.size())) + le16(0);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Verify,
    ::testing::Values(
        Case{"Program", "a.exe", "MZ" + std::string(100, '\0'), "executable"},
        Case{"Html", "a.html", "<html><body>x</body></html>", "type-not-allowed"},
        Case{"Pdf", "a.pdf", "%PDF-1.4\n", "damaged-pdf"},
        Case{"ControlCharacter", "a.txt", std::string(400, 'a') + "\x01z", "control-character"},
        Case{"Bidi", "a.txt", "a\u202Eb", "bidi-control"},
        Case{"Formula", "a.csv", "a,\"=1+1\"\n", "formula"},
        Case{"FormulaWithSign", "a.csv", "a,-cmd|'/c calc'!A1\n", "formula"},
        Case{"FormulaInUtf16", "a.csv", "\xff\xfe"s + "=\0" "1\0\n\0"s, "formula"},
        Case{"XmlWithEntity", "a.xml", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a/>", "active-xml"},
        Case{"XmlWithStyleSheet", "a.xml", "<?xml version=\"1.0\"?><?xml-stylesheet href=\"x\"?><a/>", "active-xml"},
        Case{"PngText", "a.png", kPng.substr(0, 33) + png_chunk("tEXt", "a\0b"s) + kPng.substr(33), "metadata"},
        Case{"PngTail", "a.png", kPng + "tail", "trailing-data"},
        Case{"PngCut", "a.png", kPng.substr(0, kPng.size() - 8), "broken-image"},
        Case{"JpegExif", "a.jpg", kJpegStart + "\xff\xe1\0\x08" "Exif\0\0\xff\xd9"s, "metadata"},
        Case{"JpegTail", "a.jpg", kJpegStart + "\xff\xd9" "PK", "trailing-data"},
        Case{"GifComment", "a.gif", "GIF89a\1\0\1\0\0\0\0\x21\xfe\1x\0\x3b"s, "metadata"},
        Case{"TiffExif", "a.tif", "II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\0\0\0\0\0\0\0\0"s, "metadata"},
        Case{"CalendarWithFile", "a.ics", "BEGIN:VCALENDAR\r\nATTACH;FMTTYPE=x:data\r\nEND:VCALENDAR\r\n", "attachment-in-record"},
        Case{"FoldedAttachment", "a.ics", "BEGIN:VCALENDAR\r\nATT\r\n ACH:data\r\nEND:VCALENDAR\r\n", "attachment-in-record"},
        Case{"CardWithFileLink", "a.vcf", "BEGIN:VCARD\r\nURL:file://server/x\r\nEND:VCARD\r\n", "link"},
        Case{"ZipTwoNames", "a.zip", zip_of("a.txt", "b.txt", "x"), "ambiguous-archive"},
        Case{"ZipPrefix", "a.zip", "prefix" + zip_of("a.txt", "a.txt", "x"), "ambiguous-archive"},
        Case{"ZipTraversal", "a.zip", zip_of("../a.txt", "../a.txt", "x"), "unsafe-name"},
        Case{"ZipLink", "a.zip", zip_of("a.txt", "a.txt", "/etc", 0120777), "archive-link"},
        Case{"ZipWithProgram", "a.zip", zip_of("a.exe", "a.exe", "MZ"), "executable"},
        Case{"ZipInZip", "a.zip", zip_of("b.zip", "b.zip", zip_of("a.exe", "a.exe", "MZ")), "executable"},
        Case{"MailWithHtml", "a.eml", "From: a@b.c\r\nTo: a@b.c\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\nx\r\n",
             "unexpected-structure"},
        Case{"MailWithUuencodedFile", "a.eml",
             "From: a@b.c\r\nTo: a@b.c\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nhi\r\nbegin 644 a.exe\r\n#35H \r\n`\r\nend\r\n",
             "unexpected-structure"},
        Case{"ReversedName", "a\u202Etxt.png", kPng, "unsafe-name"}),
    [](const auto& info) { return std::string(info.param.what); });

TEST(VerifyClean, HasNothingToSayAboutWhatIsAllowed) {
  for (const auto& [name, bytes] : std::initializer_list<std::pair<std::string, std::string>>{
           {"表.csv", "品名,金額\r\n-,-5\r\n+81-3-1234-5678,1\r\n"}, {"a.txt", "こんにちは\n"}, {"a.png", kPng},
           {"a.zip", zip_of("folder/a.txt", "folder/a.txt", "text")},
           {"a.xml", "<?xml version=\"1.0\"?>\n<a>b</a>\n"},
           {"a.ics", "BEGIN:VCALENDAR\r\nURL:https://example.jp/\r\nEND:VCALENDAR\r\n"}})
    EXPECT_THAT(objections(bytes, name), IsEmpty()) << name;
}

TEST(VerifyClean, NamesThePlaceOfAnObjection) {
  const Report report = verify(zip_of("b.zip", "b.zip", zip_of("a.csv", "a.csv", "=1+1")), "a.zip");
  ASSERT_EQ(report.items.size(), 3u);
  EXPECT_EQ(report.items[2].path, "1/1/1");
  EXPECT_EQ(report.items[2].name, "a.csv");
  EXPECT_THAT(report.items[2].reasons, ::testing::ElementsAre("formula"));
  EXPECT_THAT(report.items[0].reasons, IsEmpty());
}

}  // namespace
}  // namespace mugai::sanitize
