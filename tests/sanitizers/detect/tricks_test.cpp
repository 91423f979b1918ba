// Files that pretend to be something else: one row a trick, with what it is for. None may leave as a document
// of the kind that it pretends to be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/detect/identify.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;

const Identifier& identifier() {
  static const auto loaded = Identifier::load().value();
  return *loaded;
}

struct Trick {
  std::string why, bytes, name, declared, type;
};
void PrintTo(const Trick& trick, std::ostream* out) {
  *out << trick.why;
}
class TrickTest : public testing::TestWithParam<Trick> {};
TEST_P(TrickTest, IsSeenThrough) {
  const Trick& trick = GetParam();
  EXPECT_EQ(identifier().identify(trick.bytes, trick.name, trick.declared).type->id, trick.type)
      << trick.name;
}

const std::string kPdf = "%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n", kHarmless = "見積書をお送りします。\n";
const std::string kEmptyZip = "PK\5\6"s + std::string(18, '\0');
const std::string kZip = "PK\3\4"s + std::string(26, '\0') + "PK\1\2"s + std::string(24, '\0') + "\1\0\0\0"s +
                         std::string(14, '\0') + "a" + "PK\5\6\0\0\0\0\1\0\1\0\x2f\0\0\0\x1e\0\0\0\0\0"s;

INSTANTIATE_TEST_SUITE_P(
    Polyglots, TrickTest,
    testing::Values(
        Trick{"a PDF at whose end a ZIP begins", kPdf + kZip, "a.pdf", "application/pdf", "polyglot"},
        Trick{"MalDoc in PDF: Word opens the web archive",
              "%PDF-1.7\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\0"s,
              "請求書.doc", "", "polyglot"},
        Trick{"PDF and MHT by another name",
              "%PDF-1.7\n\1\0\nMime-Version: 1.0\r\nContent-Type: multipart/related\r\n"s, "a.pdf", "",
              "polyglot"},
        Trick{"HTML in front of a PDF", "<script>alert(1)</script>\0%PDF-1.7\n"s, "a.pdf", "", "polyglot"},
        Trick{"a program in front of a PDF", "MZ\0\0%PDF-1.7\n"s, "a.pdf", "", "exe"},
        Trick{"a PDF in the comment of a ZIP",
              "%PDF-1.7\n" + kZip.substr(0, kZip.size() - 2) + "\x07\0"s + "\n%%EOF\n", "a.pdf", "",
              "polyglot"},
        Trick{"an honest PDF with an archive attached", "%PDF-1.7\nstream\n" + kZip + "\nendstream\n%%EOF\n",
              "a.pdf", "", "pdf"},
        Trick{"an honest PDF", kPdf + "\0"s, "a.pdf", "", "pdf"},
        Trick{"GIFAR by its Java name", "GIF89a\1\0\1\0\0\0\0;"s + kZip, "a.jar", "", "jar"},
        Trick{"GIFAR as a picture: only the picture leaves", "GIF89a\1\0\1\0\0\0\0;"s + kZip, "a.gif",
              "image/gif", "gif"},
        Trick{"a picture that says it is HTML", "GIF89a/*\1\0\1\0*/=1;<script>alert(1)</script>"s, "a.html",
              "text/html", "html"},
        Trick{"a picture that says it is a script", "GIF89a/*\1\0\1\0*/=1;alert(1)"s, "a.js", "",
              "script-js"}));

INSTANTIATE_TEST_SUITE_P(
    WordsOfScripts, TrickTest,
    testing::Values(
        Trick{"UTF-16 script with a mark", "\xff\xfe@\0e\0c\0h\0o\0 \0o\0f\0f\0\r\0\n\0"s, "readme.txt", "",
              "script-bat"},
        Trick{"UTF-8 mark before a shebang", "\xef\xbb\xbf#!/usr/bin/perl\n", "a.txt", "", "script-shell"},
        Trick{"blank lines before a batch", "\r\n\r\n@echo off\r\n", "a.txt", "", "script-bat"},
        Trick{"HTA by its content", "<html><hta:application><script>new ActiveXObject('x')</script>", "a.htm",
              "", "html"},
        Trick{"script component", "<?xml version='1.0'?><component id='x'>", "a.xml", "", "script-vbs"},
        Trick{"encoded VBScript", "#@~^agAAAA==-mD,", "a.txt", "", "script-vbs"},
        Trick{"settings shortcut called XML", "<?xml version=\"1.0\"?><PCSettings><SearchableContent>",
              "a.xml", "", "lnk"},
        Trick{"library that leads to a server", "<?xml version=\"1.0\"?>\n<libraryDescription xmlns=\"x\">",
              "資料.xml", "", "lnk"},
        Trick{"search connector", "<?xml version=\"1.0\"?><searchConnectorDescription>", "a.xml", "", "lnk"},
        Trick{"management console", "<?xml version=\"1.0\"?>\r\n<MMC_ConsoleFile ConsoleVersion=\"3.0\">",
              "a.xml", "", "lnk"},
        Trick{"style sheet that runs", "<?xml version='1.0'?><xsl:stylesheet version='1.0'>", "a.xml", "",
              "script-shell"},
        Trick{"Excel 4 as SYLK called CSV", "ID;P\nO;E\nNN;NAuto_open;ER101C1\n", "表.csv", "text/csv",
              "slk"},
        Trick{"web query called text", "WEB\r\n1\r\nhttp://x/\r\n", "a.txt", "", "iqy"},
        Trick{"remote desktop", "full address:s:192.0.2.1\r\n", "a.txt", "", "lnk"},
        Trick{"theme", "[Theme]\r\nDisplayName=x\r\n", "a.txt", "", "lnk"},
        Trick{"AppleScript", "tell application \"Finder\" to activate\n", "a.txt", "", "script-shell"},
        Trick{"program behind a text", "harmless text\r\n\0MZ\0\0"s, "a.txt", "", "unknown"},
        Trick{"script behind a page of blank lines", std::string(9'000, '\n') + "@echo off\r\n", "a.txt", "",
              "script-bat"},
        Trick{"Python that nobody names", "import os\nos.remove('x')\n", "a.dat", "", "script-shell"},
        Trick{"two words of a script in a text", "cmd /c start %TEMP%\\a\r\n", "a.txt", "", "script-bat"},
        Trick{"shortcut behind a comment", "; x\r\n[InternetShortcut]\r\nURL=http://x\r\n", "a", "", "url"},
        Trick{"private key", "-----BEGIN OPENSSH PRIVATE KEY-----\n", "a.txt", "", "certificate"}));

INSTANTIATE_TEST_SUITE_P(
    Names, TrickTest,
    testing::Values(Trick{"class id of HTML applications", kHarmless,
                          "請求書.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}", "", "hta"},
                    Trick{"class id behind an honest extension", kHarmless,
                          "a.txt.{00021401-0000-0000-c000-000000000046}", "", "hta"},
                    Trick{"reversed", kHarmless, "資料\u202etxt.scr", "", "exe"},
                    Trick{"isolate", kHarmless, "a\u2067fdp.exe\u2069", "", "exe"},
                    Trick{"zero-width joiner", kHarmless, "a.j\u200ds", "", "script-js"},
                    Trick{"what a folder looks like", "; x\r\n[.ShellClassInfo]\r\nIconResource=\\\\x\\y\r\n",
                          "a/Desktop.ini ", "", "lnk"},
                    Trick{"soft hyphen", kHarmless, "a.v\u00adbs", "", "script-vbs"},
                    Trick{"stream", kHarmless, "a.bat::$DATA", "", "script-bat"},
                    Trick{"trailing dots and blanks", kHarmless, "a.cmd. . .", "", "script-bat"},
                    Trick{"full-width dot", kHarmless, "a．exe", "", "exe"},
                    Trick{"ideographic full stop", kHarmless, "a。exe", "", "exe"},
                    Trick{"long run of blanks", kHarmless, "a.pdf" + std::string(300, ' ') + ".exe",
                          "application/pdf", "exe"},
                    Trick{"longer than anybody reads", kHarmless, std::string(100'000, 'a') + ".pdf.js", "",
                          "script-js"}));

// Extensions that some system runs, whatever the content.
class RunByName : public testing::TestWithParam<const char*> {};
TEST_P(RunByName, IsActive) {
  EXPECT_EQ(identifier().identify(kHarmless, "資料."s + GetParam(), "text/plain").type->danger,
            Danger::active);
}
INSTANTIATE_TEST_SUITE_P(Each, RunByName,
                         testing::Values("SettingContent-ms", "library-ms", "search-ms", "searchConnector-ms",
                                         "theme", "themepack", "scf", "url", "website", "lnk", "wsf", "wsc",
                                         "sct", "jse", "vbe", "ps1xml", "psc1", "msc", "cpl", "gadget",
                                         "application", "appref-ms", "rdp", "diagcab", "msix", "xbap",
                                         "msixbundle", "py", "pl", "rb", "scpt", "applescript", "hta", "chm",
                                         "iso", "img", "vhdx", "xll", "iqy", "one", "jar", "jnlp", "reg",
                                         "inf", "msi", "msp", "ppkg", "csproj", "appinstaller", "xlam",
                                         "ppam", "accde", "com"));

struct Named {
  std::string bytes, name, type;
};
void PrintTo(const Named& named, std::ostream* out) {
  *out << named.name;
}
class ProperName : public testing::TestWithParam<Named> {};
TEST_P(ProperName, IsGiven) {
  EXPECT_EQ(identifier().identify(GetParam().bytes, GetParam().name, "").type->id, GetParam().type);
}
const std::string kBinary = "\1\2\3\0\xff\xfe\x80"s;
INSTANTIATE_TEST_SUITE_P(
    WhatTownHallsGet, ProperName,
    testing::Values(
        Named{kBinary, "文書.jaw", "jtd"}, Named{kBinary, "平面図.jwc", "jww"},
        Named{"JwwData."s + kBinary, "", "jww"}, Named{"AC1027\0\0"s, "", "dwg"},
        Named{"AutoCAD Binary DXF\r\n\x1a\0"s, "図面.dxf", "dxb"}, Named{"\x60\x0e\x82\x02\0"s, "", "xdw"},
        Named{"ID3\3\0\0"s, "録音.mp3", "mp3"}, Named{"RIFF\0\0\0\0WAVEfmt "s, "", "wav"},
        Named{"RIFF\0\0\0\0AVI LIST"s, "", "avi"},
        Named{"\0\0\0\x18"
              "ftypmp42\0\0\0\0"s,
              "", "mp4"},
        Named{"\0\0\0\x14"
              "ftypqt  \0\0\0\0"s,
              "", "mov"},
        Named{"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm\0"s, "", "webm"},
        Named{"\0\1\0\0\0\x0f"s, "外字.ttf", "font"},
        Named{"\x03\x7d\x01\x0f\1\0\0\0\x41\0\1\0"s + std::string(52, '\0') + "\x0d", "台帳.dbf", "dbf"},
        Named{"\0\0\x27\x0a\0\0\0\0"s + kBinary, "道路.shp", "shp"},
        Named{std::string(14, '\0') + "HBAM7" + kBinary, "名簿.fmp12", "filemaker"},
        Named{"SQLite format 3\0"s, "", "sqlite"}, Named{"8BPS\0\1"s, "", "psd"},
        Named{"%!PS-Adobe-3.0 EPSF-3.0\n", "", "eps"}, Named{kPdf + "\0"s, "ロゴ.ai", "ai"},
        Named{"\x06\x06\xed\xf5\xd8\x1d\x46\xe5"s, "", "indd"}, Named{"AT&TFORM\0\0"s, "", "djvu"},
        Named{"solid part\nfacet normal 0 0 1\n", "部品.stl", "stl"},
        Named{"ISO-10303-21;\nHEADER;\n", "部品.step", "step"},
        Named{"<?xml version='1.0'?><kml xmlns='x'>", "避難所.kml", "kml"},
        Named{"BEGIN:VCALENDAR\r\n", "予定.vcs", "ics"},
        Named{"-----BEGIN CERTIFICATE-----\n", "server.pem", "certificate"},
        Named{"d8:announce35:udp://x", "", "torrent"}, Named{"II*\0\x08\0\0\0"s, "DSC0001.NEF", "camera-raw"},
        Named{kBinary, "a.docx", "unknown"}, Named{kBinary, "", "unknown"}));

// What people send must not be suspected.
class Honest : public testing::TestWithParam<Named> {};
TEST_P(Honest, GivesNoReason) {
  const Identity identity = identifier().identify(GetParam().bytes, GetParam().name, "");
  EXPECT_EQ(identity.type->id, GetParam().type);
  EXPECT_THAT(identity.reasons, testing::IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(
    Files, Honest,
    testing::Values(Named{kHarmless, "議事録.txt", "text"}, Named{kHarmless, "転送.eml", "eml"},
                    Named{"氏名,住所\r\n山田,東京\r\n", "名簿.csv", "csv"},
                    Named{"Script: PowerShell の使い方\nWScript について\n", "手順書.txt", "text"},
                    Named{"# 手順\n```\necho off\n```\n", "README.md", "text"},
                    Named{kPdf + "\0 in a stream PK\3\4"s, "通知.pdf", "pdf"},
                    Named{"{\"a\":[1,2]}", "data.json", "json"},
                    Named{"MZ世代の働き方について\n", "調査.txt", "text"},
                    Named{kEmptyZip, "空.zip", "zip"}));

}  // namespace
}  // namespace mugai::sanitize
