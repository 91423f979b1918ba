// What stays of a PDF: what people see in it and how they find their way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/formats/jpeg_writer.h"
#include "tests/sanitizers/formats/support.h"
#include "tests/support/pdf_bytes.h"

namespace mugai::sanitize {
namespace {

using test::encrypted;
using test::look_into;
using test::PdfBytes;
using testing::HasSubstr;
using testing::Not;

class Grey : public RowSource {
 public:
  const PixelLayout& layout() const override { return layout_; }
  const uint8_t* next() override { return row_.data(); }

 private:
  PixelLayout layout_{16, 16, 1, 1};
  std::array<uint8_t, 16> row_{};
};

// With a comment in an application's segment and data behind its end.
std::string jpeg_with(const std::string& segment, const std::string& behind) {
  Grey rows;
  StringSink jpeg;
  EXPECT_EQ(write_jpeg(rows, {}, {}, jpeg), WriteError::none);
  const auto length = static_cast<uint32_t>(segment.size() + 2);
  return jpeg.text.substr(0, 2) + "\xff\xe1" + std::string{static_cast<char>(length >> 8), static_cast<char>(length)} + segment + jpeg.text.substr(2) + behind;
}

std::string rebuilt(const PdfBytes& pdf, const Profile& profile = {}) {
  const Treated result = treat(pdf.file(), "pdf", profile);
  EXPECT_TRUE(result.left());
  return result.left() ? look_into(result.bytes) : "";
}

TEST(Pdf, APlainOneIsClean) {
  const Treated result = treat(PdfBytes::one_page().file(), "pdf");
  EXPECT_EQ(result.outcome.kind, Outcome::Kind::clean);
  EXPECT_EQ(result.outcome.method, 3);
  EXPECT_EQ(result.outcome.type_out, type_by_id("pdf"));
  EXPECT_THAT(look_into(result.bytes), HasSubstr("/MediaBox [ 0 0 200 100 ]"));   // inherited, now its own
}

TEST(Pdf, KeepsBoxesRotationAndUnits) {
  const std::string inside = rebuilt(PdfBytes::one_page("/Rotate 90 /UserUnit 2 /CropBox [10 10 190 90] /TrimBox [5 5 195 95]"));
  for (const char* kept : {"/Rotate 90", "/UserUnit 2", "/CropBox [ 10 10 190 90 ]", "/TrimBox [ 5 5 195 95 ]"}) EXPECT_THAT(inside, HasSubstr(kept));
}

TEST(Pdf, KeepsBookmarksAndPageLabels) {
  PdfBytes pdf = PdfBytes::one_page("", "/Outlines 6 0 R /PageLabels << /Nums [0 << /S /r >>] >> /Dests << /here [3 0 R /XYZ 0 100 1] >>");
  pdf.add("<< /First 7 0 R /Last 8 0 R /Count 2 >>");
  pdf.add("<< /Title (One) /Parent 6 0 R /Next 8 0 R /Dest [3 0 R /Fit] >>");
  pdf.add("<< /Title (Two) /Parent 6 0 R /Prev 7 0 R /A << /S /GoTo /D /here >> >>");
  const std::string inside = rebuilt(pdf);
  for (const char* kept : {"/Title (One)", "/Title (Two)", "/Fit ]", "/XYZ 0 100 1 ]", "/S /r", "/Count 2"}) EXPECT_THAT(inside, HasSubstr(kept));
  EXPECT_THAT(inside, Not(HasSubstr("/GoTo")));
}

TEST(Pdf, TagsForScreenReadersStayWithoutLoops) {
  PdfBytes pdf = PdfBytes::one_page("/StructParents 0", "/MarkInfo << /Marked true >> /StructTreeRoot 6 0 R", "/H1 << /MCID 0 >> BDC BT /F1 12 Tf 20 50 Td (Hello) Tj ET EMC");
  pdf.add("<< /Type /StructTreeRoot /K 7 0 R /RoleMap << /Title /H1 >> /ParentTree << /Nums [0 [8 0 R]] >> >>");
  pdf.add("<< /S /Document /P 6 0 R /K [8 0 R 7 0 R << /Type /OBJR /Obj 3 0 R >>] /Lang (ja) >>");
  pdf.add("<< /S /H1 /P 7 0 R /Pg 3 0 R /K 0 /Alt (read out) /A << /O /Layout /Placement /Block /Evil 3 0 R >> >>");
  const std::string inside = rebuilt(pdf);
  for (const char* kept : {"/S /Document", "/S /H1", "/Alt (read out)", "/Placement /Block", "/RoleMap", "/Nums [ 0 [ ", "/H1 << /MCID 0 >> BDC"}) EXPECT_THAT(inside, HasSubstr(kept));
  for (const char* gone : {"/Evil", "/OBJR"}) EXPECT_THAT(inside, Not(HasSubstr(gone)));
}

TEST(Pdf, LinksInsideStay) {
  const std::string inside = rebuilt(PdfBytes::one_page("/Annots [<< /Subtype /Link /Rect [1 2 3 4] /A << /S /GoTo /D [3 0 R /Fit] >> >>]"));
  EXPECT_THAT(inside, HasSubstr("/Subtype /Link"));
  EXPECT_THAT(inside, HasSubstr("/Dest [ "));
}

TEST(Pdf, WebLinksGoByThePolicy) {
  const PdfBytes pdf = PdfBytes::one_page("/Annots [<< /Subtype /Link /Rect [1 2 3 4] /A << /S /URI /URI (https://example.jp/a) >> >>]");
  Profile profile;
  profile.urls = UrlPolicy::keep;
  EXPECT_THAT(rebuilt(pdf, profile), HasSubstr("/URI (https://example.jp/a)"));
  profile.urls = UrlPolicy::defang;
  const Treated defanged = treat(pdf.file(), "pdf", profile);
  EXPECT_THAT(look_into(defanged.bytes), Not(HasSubstr("/URI")));
  EXPECT_EQ(defanged.removed("url-defanged"), 1u);
  EXPECT_THAT(defanged.outcome.summary, HasSubstr("https://example.jp/a"));   // the pipeline defangs what it shows
  profile.urls = UrlPolicy::remove;
  EXPECT_EQ(treat(pdf.file(), "pdf", profile).outcome.summary, "");
}

TEST(Pdf, AnnotationsAreDrawnIntoThePage) {
  PdfBytes pdf = PdfBytes::one_page("/Annots [<< /Subtype /Stamp /Rect [50 20 70 40] /AP << /N 6 0 R >> >>]");
  pdf.add_stream("/Type /XObject /Subtype /Form /BBox [0 0 20 20]", "1 0 0 rg 0 0 20 20 re f");
  const Treated result = treat(pdf.file(), "pdf");
  const std::string inside = look_into(result.bytes);
  EXPECT_THAT(inside, HasSubstr("1 0 0 1 50 20 cm"));
  EXPECT_THAT(inside, HasSubstr("/Over1 Do"));
  EXPECT_THAT(inside, HasSubstr("1 0 0 rg\n0 0 20 20 re\nf"));
  EXPECT_THAT(inside, Not(HasSubstr("/Annot")));
  EXPECT_EQ(result.removed("annotation"), 1u);
}

TEST(Pdf, LooksAreFormsWhateverTheyCallThemselves) {
  PdfBytes pdf = PdfBytes::one_page("/Annots [<< /Subtype /Stamp /Rect [50 20 70 40] /AP << /N 6 0 R >> >>]");
  pdf.add_stream("/Subtype /Odd /BBox [0 0 10 10]", "0 0 10 10 re f");
  const Treated once = treat(pdf.file(), "pdf");
  ASSERT_TRUE(once.left());
  EXPECT_THAT(look_into(once.bytes), testing::AllOf(HasSubstr("/Subtype /Form"), Not(HasSubstr("/Odd"))));
  EXPECT_EQ(treat(once.bytes, "pdf").outcome.kind, Outcome::Kind::clean);
}

TEST(Pdf, NamesWithAStrayHashAreWrittenWell) {
  PdfBytes pdf = PdfBytes::one_page("/Resources << /Font << /F#x 6 0 R >> >>", "", "BT /F#x 12 Tf 20 50 Td (Hello) Tj ET");
  pdf.add("<< /Type /Font /Subtype /Type1 /BaseFont /Hel#vetica >>");
  const Treated once = treat(pdf.file(), "pdf");
  ASSERT_TRUE(once.left());
  EXPECT_THAT(look_into(once.bytes), testing::AllOf(HasSubstr("/Hel_vetica"), HasSubstr("/F_x 12 Tf"), HasSubstr("/Font << /F_x")));   // no complaint
}

TEST(Pdf, MarksWithoutLooksAreDrawnAsReadersDrawThem) {
  const std::string inside = rebuilt(PdfBytes::one_page(
      "/Annots [<< /Subtype /Highlight /Rect [10 10 60 30] /C [1 1 0] /QuadPoints [10 30 60 30 10 10 60 10] >>"
      " << /Subtype /Square /Rect [70 10 90 30] /C [1 0 0] /BS << /W 2 >> >> << /Subtype /Ink /Rect [0 0 9 9] /InkList [[1 1 5 5 9 1]] >>]"));
  EXPECT_THAT(inside, HasSubstr("/BM /Multiply"));
  EXPECT_THAT(inside, HasSubstr("71 11 18 18 re"));
  EXPECT_THAT(inside, HasSubstr("1 1 m 5 5 l 9 1 l S"));
}

TEST(Pdf, HiddenAnnotationsAndSwitchedOffLayersAreNotDrawn) {
  PdfBytes pdf = PdfBytes::one_page("/Annots [<< /Subtype /Stamp /F 2 /Rect [50 20 70 40] /AP << /N 6 0 R >> >>"
                                    " << /Subtype /Stamp /OC 7 0 R /Rect [50 20 70 40] /AP << /N 6 0 R >> >>]",
                                    "/OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >>");
  pdf.add_stream("/Type /XObject /Subtype /Form /BBox [0 0 20 20]", "0 0 20 20 re f");
  pdf.add("<< /Type /OCG /Name (Layer) /Usage << /Print << /PrintState /OFF >> >> >>");
  const std::string inside = rebuilt(pdf);
  EXPECT_THAT(inside, Not(HasSubstr("Over1")));
  EXPECT_THAT(inside, HasSubstr("/OFF ["));
  EXPECT_THAT(inside, Not(HasSubstr("/Usage")));
}

TEST(Pdf, FilledInFieldsStayLegible) {
  PdfBytes pdf = PdfBytes::one_page("/Annots [6 0 R 7 0 R]", "/AcroForm << /NeedAppearances true /DA (/Helv 0 Tf 0 g) /Fields [6 0 R 7 0 R] >>");
  pdf.add("<< /Subtype /Widget /FT /Tx /T (a) /V (Yamada) /Rect [10 10 110 30] >>");
  pdf.add("<< /Subtype /Widget /FT /Tx /T (b) /V <FEFF5C717530592A90CE> /DA (/F 14 Tf 0 0 1 rg) /Rect [10 40 110 60] >>");   // 山田太郎
  const std::string inside = rebuilt(pdf);
  EXPECT_THAT(inside, HasSubstr("(Yamada) Tj"));
  EXPECT_THAT(inside, HasSubstr("<5c717530592a90ce> Tj"));
  EXPECT_THAT(inside, HasSubstr("UniJIS-UTF16-H"));
  EXPECT_THAT(inside, HasSubstr("0 0 1 rg"));
}

TEST(Pdf, JpegsAreWrittenAgainWithoutWhatTravelsInThem) {
  const std::string jpeg = jpeg_with("Exif evil", "ZIP behind");
  PdfBytes pdf = PdfBytes::one_page("/Resources << /XObject << /I 6 0 R >> >>", "", "q 100 0 0 50 0 0 cm /I Do Q");
  pdf.add_stream("/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode", jpeg);
  const std::string inside = rebuilt(pdf);
  EXPECT_THAT(inside, HasSubstr("/Filter /DCTDecode"));
  EXPECT_THAT(inside, Not(HasSubstr("evil")));
  EXPECT_THAT(inside, Not(HasSubstr("ZIP behind")));
}

TEST(Pdf, ContentLosesCommentsAndUnknownOperators) {
  const std::string inside = rebuilt(PdfBytes::one_page("", "", "% evil\n(evil) Zz 1 0 0 rg ] 10 10 20 20 re f BT /F1 9 Tf (a\\)b) Tj ET"));
  EXPECT_THAT(inside, HasSubstr("1 0 0 rg\n"));
  EXPECT_THAT(inside, HasSubstr("10 10 20 20 re\nf\n"));
  EXPECT_THAT(inside, HasSubstr("(a\\)b) Tj"));
  EXPECT_THAT(inside, Not(HasSubstr("evil")));
}

TEST(Pdf, PicturesInContentAreWrittenAgain) {
  const std::string inside = rebuilt(PdfBytes::one_page("", "", "q 9 0 0 9 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G /Evil (evil) ID \x01\x02\x03\x04 EI Q"));
  EXPECT_THAT(inside, HasSubstr("/CS /G"));
  EXPECT_THAT(inside, HasSubstr("/F /AHx ID 01020304"));
  EXPECT_THAT(inside, Not(HasSubstr("vil")));
}

TEST(Pdf, PasswordsOpenIt) {
  const std::string pdf = encrypted(PdfBytes::one_page().file(), "secret");
  const Treated locked = treat(pdf, "pdf");
  EXPECT_EQ(locked.outcome.action, Action::locked);
  EXPECT_THAT(locked.outcome.reasons, testing::ElementsAre("encrypted"));
  const Treated opened = test::treat_alone(pdf, "pdf", {}, "", {"wrong", "secret"});
  ASSERT_TRUE(opened.left());
  EXPECT_THAT(look_into(opened.bytes), Not(HasSubstr("/Encrypt")));
}

TEST(Pdf, SignedOnesAreRebuiltOrHeldByPolicy) {
  const PdfBytes pdf = PdfBytes::one_page("", "/AcroForm << /Fields [<< /FT /Sig /T (s) /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >> >>] >>");
  Profile profile;
  const Treated rebuilt = treat(pdf.file(), "pdf", profile);
  EXPECT_TRUE(rebuilt.left());
  EXPECT_EQ(rebuilt.removed("digital-signature"), 1u);
  profile.signed_documents = SignedDocuments::hold;
  const Treated held = treat(pdf.file(), "pdf", profile);
  EXPECT_THAT(held.outcome.reasons, testing::ElementsAre("signed-document"));
  EXPECT_EQ(held.removed("digital-signature"), 1u);
}

TEST(Pdf, DamagedButReadableFilesAreRepaired) {
  const std::string whole = PdfBytes::one_page().file();
  for (const char* lost_from : {"startxref", "trailer", "xref\n0"}) {
    const Treated result = treat(whole.substr(0, whole.find(lost_from)), "pdf");
    ASSERT_TRUE(result.left()) << lost_from;
    EXPECT_THAT(look_into(result.bytes), HasSubstr("(Hello) Tj"));
  }
}

TEST(Pdf, MoreThanThePagesAllowedIsHeld) {
  PdfBytes pdf = PdfBytes::one_page();
  std::string kids;
  for (int i = 0; i < 11; ++i) kids += test::ref(pdf.add("<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>")) + " ";
  pdf.set(2, "<< /Type /Pages /Kids [" + kids + "] /Count 11 /MediaBox [0 0 200 100] >>");
  Profile profile;
  profile.limits.max_document_pages = 10;
  EXPECT_THAT(treat(pdf.file(), "pdf", profile).outcome.reasons, testing::ElementsAre("too-many-pages"));
}

}  // namespace
}  // namespace mugai::sanitize
