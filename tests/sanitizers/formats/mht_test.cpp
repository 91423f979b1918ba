// Web archives as Chrome, Internet Explorer and Word write them: the text comes out, with its pictures beside it.
#include <gmock/gmock.h>

#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\n";

std::string body_of(const RebuiltFile& file) {
  return Rebuilt{file.bytes, {}, {}}.body();
}

const sanitize::Item* named(const RebuiltFile& file, std::string_view output_name) {
  for (const sanitize::Item& item : file.report.items)
    if (item.output_name == output_name) return &item;
  return nullptr;
}

const std::string kChrome =
    crlf(std::string("From: <Saved by Blink>\nSnapshot-Content-Location: https://www.example.jp/a/\nSubject: "
                     "=?utf-8?Q?=E5=BA=83=E5=A0=B1?=\n"
                     "Date: Fri, 20 Nov 2026 10:00:00 +0900\nMIME-Version: 1.0\nContent-Type: "
                     "multipart/related;\n\ttype=\"text/html\";\n"
                     "\tboundary=\"----MultipartBoundary--abc----\"\n\n\n------MultipartBoundary--abc----\nContent-"
                     "Type: text/html\n"
                     "Content-ID: <frame-1@mhtml.blink>\nContent-Transfer-Encoding: "
                     "quoted-printable\nContent-Location: https://www.example.jp/a/\n\n"
                     "<!DOCTYPE html><html><head><meta http-equiv=3D\"Content-Type\" content=3D\"text/html; "
                     "charset=3DUTF-8\"></head><body>"
                     "<p>=E5=BA=83=E5=A0=B1=E3=81=A7=E3=81=99</p><img "
                     "src=3D\"https://www.example.jp/img/logo.png?v=3D2\"></body></html>\n"
                     "------MultipartBoundary--abc----\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n"
                     "Content-Location: https://www.example.jp/img/logo.png?v=2\n\n") +
         kPng + "\n------MultipartBoundary--abc------\n");

const std::string kExplorer = crlf(
    std::string("From: =?utf-8?B?V2luZG93cyBJbnRlcm5ldCBFeHBsb3JlciDjgavjgojjgaPjgabkv53lrZjjgZXjgozjgb7jgZfjgZ8=?=\n"
                "Subject: x\nDate: Fri, 20 Nov 2026 10:00:00 +0900\nMIME-Version: 1.0\nContent-Type: "
                "multipart/related;\n\ttype=\"text/html\";\n"
                "\tboundary=\"----=_NextPart_000_0000_01CD\"\nX-MimeOLE: Produced By Microsoft MimeOLE V6.1\n\n"
                "This is a multi-part message in MIME format.\n\n------=_NextPart_000_0000_01CD\nContent-Type: "
                "text/html;\n\tcharset=\"shift_jis\"\n"
                "Content-Transfer-Encoding: quoted-printable\nContent-Location: http://www.example.jp/a.html\n\n"
                "<HTML><BODY><P>=8DL=95=F1=82=C5=82=B7</P><IMG "
                "src=3D\"http://www.example.jp/img/logo.png\"></BODY></HTML>\n\n"
                "------=_NextPart_000_0000_01CD\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n"
                "Content-Location: http://www.example.jp/img/logo.png\n\n") +
    kPng + "\n------=_NextPart_000_0000_01CD--\n");

const std::string kWord = crlf(
    std::string(
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"----=_NextPart_01D0.1\"\n\n"
        "=E3 This document is a single-file web page.\n\n------=_NextPart_01D0.1\nContent-Location: "
        "file:///C:/AAA/doc.htm\n"
        "Content-Transfer-Encoding: quoted-printable\nContent-Type: text/html; charset=\"utf-8\"\n\n"
        "<html><body><p>=E5=BA=83=E5=A0=B1=E3=81=A7=E3=81=99</p><img src=3D\"doc.files/logo.png\"></body></html>\n\n"
        "------=_NextPart_01D0.1\nContent-Location: file:///C:/AAA/doc.files/logo.png\nContent-Transfer-Encoding: "
        "base64\n"
        "Content-Type: image/png\n\n") +
    kPng + "\n------=_NextPart_01D0.1--\n");

TEST(WebArchive, GivesItsTextAndPictures) {
  for (const std::string* archive : {&kChrome, &kExplorer, &kWord}) {
    const RebuiltFile file = rebuild_file(*archive, "page.mht");
    ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
    EXPECT_EQ(file.item().output_name, "page.eml");
    EXPECT_THAT(body_of(file), HasSubstr("広報です\n"));
    EXPECT_THAT(body_of(file), HasSubstr("[画像: logo.png]")) << sanitize::to_json(file.report, 1);
    ASSERT_NE(named(file, "logo.png"), nullptr) << sanitize::to_json(file.report, 1);
    const RebuiltFile twice = rebuild_file(file.bytes, file.item().output_name);
    EXPECT_EQ(twice.bytes, file.bytes);
  }
}

TEST(WebArchive, ALocationCannotNameAProgram) {
  std::string archive = kChrome;
  for (size_t at = archive.find("logo.png"); at != std::string::npos; at = archive.find("logo.png", at))
    archive.replace(at, 8, "logo.exe");
  const RebuiltFile file = rebuild_file(archive, "page.mht");
  ASSERT_TRUE(file.left());
  EXPECT_THAT(file.bytes, Not(HasSubstr("exe")));
}

}  // namespace
}  // namespace mugai::test
