// What a PDF can do to its reader, each in every dress that senders put it into: none of it is in what leaves, the page is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/verify/checks.h"
#include "tests/support/lone_format.h"
#include "tests/support/pdf_bytes.h"

namespace mugai::sanitize {
namespace {

using test::encrypted;
using test::in_second_revision;
using test::look_into;
using test::PdfBytes;
using test::treat_alone;
using test::with_escaped_names;
using test::with_object_streams;

struct Hostile {
  const char* name;
  std::string pdf;
  const char* counted;   // under this id in the report
};

const std::string kAlert = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";

PdfBytes with_annotation(const std::string& annotation) { return PdfBytes::one_page("/Annots [<< /Type /Annot /Rect [10 10 60 30] " + annotation + " >>]"); }

std::string with_stream(PdfBytes pdf, const std::string& dictionary, const std::string& data) {
  pdf.add_stream(dictionary, data);   // object 6
  return pdf.file();
}

std::vector<Hostile> hostile_files() {
  const std::string file_spec = "<< /Type /Filespec /F (a.exe) /UF (a.exe) /EF << /F 6 0 R >> >>";
  const auto file_inside = [&](const PdfBytes& pdf) { return with_stream(pdf, "/Type /EmbeddedFile", "MZ evil"); };
  return {
      {"OpenAction", PdfBytes::one_page("", "/OpenAction " + kAlert).file(), "javascript"},
      {"NamesTree", PdfBytes::one_page("", "/Names << /JavaScript << /Names [(a) " + kAlert + "] >> >>").file(), "javascript"},
      {"CatalogAdditionalActions", PdfBytes::one_page("", "/AA << /WC " + kAlert + " >>").file(), "action"},
      {"PageAdditionalActions", PdfBytes::one_page("/AA << /O " + kAlert + " >>").file(), "action"},
      {"AnnotationAdditionalActions", with_annotation("/Subtype /Link /AA << /E " + kAlert + " >>").file(), "action"},
      {"FieldAdditionalActions", PdfBytes::one_page("", "/AcroForm << /Fields [<< /FT /Tx /T (a) /AA << /K " + kAlert + " >> >>] >>").file(), "action"},
      {"LinkJavaScript", with_annotation("/Subtype /Link /A " + kAlert).file(), "javascript"},
      {"ChainedAction", with_annotation("/Subtype /Link /A << /S /GoTo /D [3 0 R /Fit] /Next " + kAlert + " >>").file(), "javascript"},
      {"UriJavaScript", with_annotation("/Subtype /Link /A << /S /URI /URI (javascript:alert\\(1\\)) >>").file(), "link"},
      {"UriFile", with_annotation("/Subtype /Link /A << /S /URI /URI (file:///c:/a.exe) >>").file(), "link"},
      {"Rendition", with_annotation("/Subtype /Screen /A << /S /Rendition /JS (evil) >>").file(), "media"},
      {"Launch", PdfBytes::one_page("", "/OpenAction << /S /Launch /Win << /F (cmd.exe) >> >>").file(), "launch-action"},
      {"SubmitForm", with_annotation("/Subtype /Link /A << /S /SubmitForm /F (http://evil.example/) >>").file(), "form-action"},
      {"ResetForm", with_annotation("/Subtype /Link /A << /S /ResetForm >>").file(), "form-action"},
      {"ImportData", with_annotation("/Subtype /Link /A << /S /ImportData /F (evil.fdf) >>").file(), "form-action"},
      {"GoToR", with_annotation("/Subtype /Link /A << /S /GoToR /F (\\\\\\\\evil\\\\share\\\\a.pdf) /D [0 /Fit] >>").file(), "external-jump"},
      {"GoToE", with_annotation("/Subtype /Link /A << /S /GoToE /F (evil.pdf) /D (x) >>").file(), "external-jump"},
      {"Thread", with_annotation("/Subtype /Link /A << /S /Thread /F (evil.pdf) /D 0 >>").file(), "external-jump"},
      {"Sound", with_stream(with_annotation("/Subtype /Sound /Sound 6 0 R"), "/Type /Sound /R 8000", "evil"), "media"},
      {"Movie", with_annotation("/Subtype /Movie /Movie << /F (evil.avi) >>").file(), "media"},
      {"RichMedia", file_inside(with_annotation("/Subtype /RichMedia /RichMediaContent << /Assets << /Names [(a.swf) " + file_spec + "] >> >>")), "media"},
      {"ThreeD", with_stream(with_annotation("/Subtype /3D /3DD 6 0 R"), "/Type /3D /Subtype /U3D /OnInstantiate 6 0 R", "evil"), "media"},
      {"EmbeddedFile", file_inside(PdfBytes::one_page("", "/Names << /EmbeddedFiles << /Names [(a.exe) " + file_spec + "] >> >>")), "embedded-file"},
      {"AssociatedFile", file_inside(PdfBytes::one_page("", "/AF [" + file_spec + "]")), "embedded-file"},
      {"FileAttachment", file_inside(with_annotation("/Subtype /FileAttachment /FS " + file_spec)), "embedded-file"},
      {"Collection", file_inside(PdfBytes::one_page("", "/Collection << /View /D >> /Names << /EmbeddedFiles << /Names [(a) " + file_spec + "] >> >>")), "portfolio"},
      {"Xfa", with_stream(PdfBytes::one_page("", "/AcroForm << /Fields [] /XFA 6 0 R >>"), "", "<xdp>evil</xdp>"), "xfa"},
      {"ExternalStream", PdfBytes::one_page("/Contents << /Length 0 /F (\\\\\\\\evil\\\\share) >>").file(), nullptr},
      {"ReferenceXObject", with_stream(PdfBytes::one_page("/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>"),
                                       "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Ref << /F (evil.pdf) /Page 0 >>", "0 0 m"), "external-reference"},
      {"PostScriptXObject", with_stream(PdfBytes::one_page("/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>"),
                                        "/Type /XObject /Subtype /PS", "evil exec"), "malformed-entry"},
      {"OptionalContentByEvent", PdfBytes::one_page("", "/OCProperties << /OCGs [6 0 R] /D << /AS [<< /Event /Print /OCGs [6 0 R] /Category [/Print] >>] >> >>").file(), nullptr},
      {"WebCapture", PdfBytes::one_page("", "/SpiderInfo << /V 1.0 /C [] >>").file(), "web-capture"},
      {"Metadata", with_stream(PdfBytes::one_page("", "/Metadata 6 0 R"), "/Type /Metadata /Subtype /XML", "<x>evil</x>"), "metadata"},
      {"PrivateData", PdfBytes::one_page("/PieceInfo << /evil << /Private (evil) >> >>").file(), "metadata"},
      {"UnknownKeys", PdfBytes::one_page("/Zwork (evil)", "/Extensions << /EVIL << /ExtensionLevel 1 >> >>").file(), "other-entry"},
  };
}

constexpr const char* kForbidden[] = {
    "JavaScript", "/JS", "/AA", "/OpenAction", "/Launch", "/SubmitForm", "/ResetForm", "/ImportData", "/GoToR", "/GoToE", "/Thread", "/Sound",
    "/Movie", "/Rendition", "/RichMedia", "/3D", "/EmbeddedFile", "/Filespec", "/EF", "/AF", "/Collection", "/XFA", "/AcroForm", "/Ref ", "/PS",
    "/AS ", "/SpiderInfo", "/Metadata", "/PieceInfo", "/Names", "/Next", "/URI", "evil", "javascript:", "file:"};

void expect_harmless(const std::string& bytes, const std::string& what) {
  const std::string inside = look_into(bytes);
  for (const char* word : kForbidden) EXPECT_EQ(inside.find(word), std::string::npos) << what << ": " << word << "\n" << inside;
}

TEST(HostilePdf, LosesWhatActsAndKeepsThePage) {
  for (const Hostile& hostile : hostile_files()) {
    const test::LoneResult result = treat_alone(hostile.pdf, "pdf");
    ASSERT_TRUE(result.left()) << hostile.name;
    expect_harmless(result.bytes, hostile.name);
    if (hostile.counted) EXPECT_GT(result.removed(hostile.counted), 0u) << hostile.name << ": " << hostile.counted;
    if (std::string_view(hostile.name) != "ExternalStream") EXPECT_THAT(look_into(result.bytes), testing::HasSubstr("(Hello) Tj")) << hostile.name;
  }
}

// The second look has eyes of its own: it sees each of them in what came, and nothing in what leaves.
TEST(HostilePdf, VerificationObjectsToWhatCameAndNotToWhatLeaves) {
  const auto objections = [](const std::string& pdf) {
    Objections found;
    check_pdf(pdf, found);
    return found.ids();
  };
  for (const Hostile& hostile : hostile_files()) {
    const bool only_structure = std::string_view("ExternalStream OptionalContentByEvent UnknownKeys").find(hostile.name) != std::string_view::npos;
    if (!only_structure) EXPECT_THAT(objections(hostile.pdf), testing::Not(testing::IsEmpty())) << hostile.name;
    EXPECT_THAT(objections(treat_alone(hostile.pdf, "pdf").bytes), testing::IsEmpty()) << hostile.name;
  }
}

TEST(HostilePdf, InEveryDress) {
  for (const Hostile& hostile : hostile_files()) {
    const std::pair<const char*, std::string> dresses[] = {
        {"escaped names", with_escaped_names(hostile.pdf)},
        {"object streams", with_object_streams(hostile.pdf)},
        {"second revision", in_second_revision(hostile.pdf, "evil")},
        {"encrypted without password", encrypted(hostile.pdf, "")},
        {"behind other data", "evil\n" + hostile.pdf + "evil"},
    };
    for (const auto& [dress, pdf] : dresses) {
      const test::LoneResult result = treat_alone(pdf, "pdf");
      ASSERT_TRUE(result.left()) << hostile.name << " in " << dress;
      expect_harmless(result.bytes, std::string(hostile.name) + " in " + dress);
    }
  }
}

TEST(HostilePdf, TreatedAgainLosesNothingMore) {
  for (const Hostile& hostile : hostile_files()) {
    const test::LoneResult once = treat_alone(hostile.pdf, "pdf");
    const test::LoneResult twice = treat_alone(once.bytes, "pdf");
    EXPECT_EQ(twice.outcome.kind, Outcome::Kind::clean) << hostile.name;
    EXPECT_EQ(twice.bytes, once.bytes) << hostile.name;
  }
}

TEST(HostilePdf, SaysThatEarlierRevisionsAndRestrictionsWent) {
  const std::string plain = PdfBytes::one_page().file();
  EXPECT_EQ(treat_alone(in_second_revision(plain, "old"), "pdf").removed("earlier-revision"), 1u);
  EXPECT_EQ(treat_alone(encrypted(plain, ""), "pdf").removed("pdf-restrictions"), 1u);
  EXPECT_EQ(treat_alone("junk" + plain, "pdf").removed("leading-data"), 1u);
  EXPECT_EQ(treat_alone(plain + "junk", "pdf").removed("trailing-data"), 1u);
}

TEST(HostilePdf, LoopsAndDepthsEnd) {
  PdfBytes loop = PdfBytes::one_page("", "/Outlines 6 0 R");
  loop.add("<< /First 7 0 R /Last 7 0 R >>");
  loop.add("<< /Title (a) /Next 7 0 R /First 6 0 R /Parent 7 0 R >>");
  loop.set(2, "<< /Type /Pages /Kids [3 0 R 2 0 R 3 0 R] /Count 3 >>");
  EXPECT_TRUE(treat_alone(loop.file(), "pdf").left());

  PdfBytes functions = PdfBytes::one_page("/Resources << /ColorSpace << /C [/Separation /X /DeviceGray 6 0 R] >> >>");
  functions.add("<< /FunctionType 3 /Domain [0 1] /Functions [6 0 R] /Bounds [] /Encode [0 1] >>");
  EXPECT_TRUE(treat_alone(functions.file(), "pdf").left());

  PdfBytes deep = PdfBytes::one_page("/Resources " + std::string(400, '[') + std::string(400, ']'));
  EXPECT_TRUE(treat_alone(deep.file(), "pdf").left());
}

TEST(HostilePdf, WhatIsNoPdfIsHeld) {
  for (const std::string& bytes : {std::string("%PDF-1.7\n"), std::string("%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF"), std::string(1000, '%')}) {
    const test::LoneResult result = treat_alone(bytes, "pdf");
    EXPECT_FALSE(result.left());
    EXPECT_THAT(result.outcome.reasons, testing::ElementsAre("damaged-pdf"));
  }
}

TEST(HostilePdf, ABombIsHeld) {
  Profile profile;
  profile.limits.max_expanded_bytes = 1 << 20;
  PdfBytes bomb = PdfBytes::one_page("", "", std::string(2 << 20, ' '));
  EXPECT_THAT(treat_alone(with_object_streams(bomb.file()), "pdf", profile).outcome.reasons, testing::ElementsAre("expands-too-much"));
}

}  // namespace
}  // namespace mugai::sanitize
