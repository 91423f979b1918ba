#include "sanitizers/detect/identify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/compound_writer.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;
using testing::Contains;
using testing::Not;

const Identifier& identifier() {
  static const auto loaded = Identifier::load().value();
  return *loaded;
}

Identity identify(const std::string& bytes, std::string_view name = "", std::string_view declared = "") {
  return identifier().identify(bytes, name, declared);
}
std::string id(const std::string& bytes, std::string_view name = "", std::string_view declared = "") {
  return std::string(identify(bytes, name, declared).type->id);
}

std::string le16(unsigned value) {
  return {static_cast<char>(value), static_cast<char>(value >> 8)};
}
std::string le32(unsigned value) {
  return le16(value & 0xffff) + le16(value >> 16);
}

// A ZIP of empty stored members.
std::string zip_of(const std::vector<std::string>& names, unsigned flags = 0,
                   const std::string& mimetype = "") {
  std::string body, directory;
  for (const std::string& name : names) {
    const std::string content = name == "mimetype" ? mimetype : "";
    const std::string common = le16(20) + le16(flags) + le16(0) + le32(0) + le32(0) + le32(content.size()) +
                               le32(content.size()) + le16(name.size()) + le16(0);
    directory +=
        "PK\1\2"s + le16(20) + common + le16(0) + le16(0) + le16(0) + le32(0) + le32(body.size()) + name;
    body += "PK\3\4"s + common + name + content;
  }
  return body + directory + "PK\5\6"s + le32(0) + le16(names.size()) + le16(names.size()) +
         le32(directory.size()) + le32(body.size()) + le16(0);
}

// An OLE file whose directory is one sector: a root and up to three streams.
std::string ole_of(const std::vector<std::string>& names,
                   const std::string& root_class = std::string(16, '\0')) {
  std::string header = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"s + std::string(16, '\0') + le16(0x3e) + le16(3) +
                       le16(0xfffe) + le16(9) + le16(6);
  header += std::string(10, '\0') + le32(1) + le32(1) + le32(0) + le32(4096) + le32(0xfffffffe) + le32(0) +
            le32(0xfffffffe) + le32(0) + le32(0);
  header.resize(512, '\xff');
  std::string fat = le32(0xfffffffd) + le32(0xfffffffe);
  fat.resize(512, '\xff');
  std::string directory;
  const auto entry = [&](const std::string& name, char kind, const std::string& clsid) {
    std::string row;
    for (const char c : name) row += std::string{c, '\0'};
    row.resize(64, '\0');
    row += le16(2 * name.size() + 2) + kind + '\1' + std::string(12, '\0') + clsid;
    row.resize(128, '\0');
    directory += row;
  };
  entry("Root Entry", 5, root_class);
  for (const std::string& name : names) entry(name, 2, std::string(16, '\0'));
  directory.resize(512, '\0');
  return header + fat + directory;
}

std::string program() {
  std::string bytes = "MZ" + std::string(58, '\0') + le32(64) + "PE\0\0"s + std::string(200, '\0');
  return bytes;
}

const std::string kPng = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde"s;
const std::string kPdf = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj\n";

struct Case {
  std::string bytes, name, declared, expected;
};
class Identify : public testing::TestWithParam<Case> {};
TEST_P(Identify, Decides) {
  const Case& test = GetParam();
  EXPECT_EQ(id(test.bytes, test.name, test.declared), test.expected) << test.name << " " << test.declared;
}

INSTANTIATE_TEST_SUITE_P(
    Text, Identify,
    testing::Values(
        Case{"Hello, world\n", "", "", "text"}, Case{"", "a.txt", "", "text"}, Case{"", "", "", "text"},
        Case{"a,b\n1,2\n", "x.csv", "application/vnd.ms-excel", "csv"},
        Case{"a,b\n1,2\n", "", "text/csv", "csv"},
        Case{"\x93\xfa\x96{,\x8c\xea\r\n", "\xe6\x97\xa5.csv", "", "csv"},
        Case{"{\"a\":1}", "x.json", "", "json"}, Case{"<?xml version=\"1.0\"?><a/>", "x.xml", "", "xml"},
        Case{"\xff\xfeh\0i\0"s, "x.txt", "", "text"}, Case{"# title\n", "README.md", "", "text"},
        Case{"ISO-10303-21;\nHEADER;", "x.sfc", "", "sfc"},
        Case{"ISO-10303-21;\nHEADER;", "x.p21", "", "p21"}, Case{"  0\r\nSECTION\r\n", "x.dxf", "", "dxf"},
        Case{"text with a NUL\0inside"s, "x.txt", "text/plain", "unknown"},
        Case{"The administrator may call CreateObject( to do so.\n", "manual.txt", "text/plain", "text"}));

INSTANTIATE_TEST_SUITE_P(Html, Identify,
                         testing::Values(Case{"<!DOCTYPE html><p>x", "x.html", "", "html"},
                                         Case{"\n <html>", "x.txt", "text/plain", "html"},
                                         Case{"<!-- c --><html>", "", "", "html"},
                                         Case{"hello <b>you</b>", "", "text/html", "html"},
                                         Case{"<p>one</p>", "x.txt", "", "text"},
                                         Case{"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.png",
                                              "image/png", "svg"},
                                         Case{"<?xml version='1.0'?>\n<!-- a --><svg/>", "", "", "svg"}));

INSTANTIATE_TEST_SUITE_P(
    Scripts, Identify,
    testing::Values(
        Case{"#!/bin/sh\nid\n", "x.txt", "text/plain", "script-shell"},
        Case{"@echo off\r\ndel *\r\n", "", "", "script-bat"},
        Case{"var s = new ActiveXObject('WScript.Shell');", "x.txt", "", "script-vbs"},
        Case{"alert(1)", "x.js", "text/plain", "script-js"}, Case{"x", "y.PS1", "", "script-ps1"},
        Case{"IEX", "x", "application/x-powershell", "script-ps1"},
        Case{"<job><script language=JScript>", "", "", "script-vbs"},
        Case{"<html><hta:application id=x>", "x.html", "text/html", "html"},
        Case{"[InternetShortcut]\r\nURL=http://x", "x.txt", "", "url"},
        Case{"Windows Registry Editor Version 5.00\r\n", "", "", "reg"},
        Case{
            "\xff\xfeW\0i\0n\0d\0o\0w\0s\0 \0R\0e\0g\0i\0s\0t\0r\0y\0 \0E\0d\0i\0t\0o\0r\0 \0V\0e\0r\0s\0i\0o\0n\0 \0"s,
            "", "", "reg"}));

INSTANTIATE_TEST_SUITE_P(
    RichText, Identify,
    testing::Values(
        Case{"{\\rtf1\\ansi a}", "a.rtf", "application/rtf", "rtf"}, Case{"{\\rtf1 a}", "a.doc", "application/msword", "rtf"},
        Case{"{\\rt{\\object}}", "a.doc", "", "rtf"}, Case{"{\\rtfEvil1 a}", "a.txt", "text/plain", "rtf"},
        Case{" \r\n{ \\rtf1 a}", "", "", "rtf"}, Case{"\xef\xbb\xbf{\\rtf1 a}", "", "", "rtf"},
        Case{"\n{\\rtf1\\bin4 \0\1\2\3}"s, "a.doc", "", "rtf"}, Case{"{ rtf }", "a.txt", "", "text"}));

INSTANTIATE_TEST_SUITE_P(
    Binaries, Identify,
    testing::Values(
        Case{program(), "", "", "exe"}, Case{program(), "photo.jpg", "image/jpeg", "exe"},
        Case{program(), "setup.dll", "", "dll"},
        Case{"\x7f"
             "ELF\2\1\1\0"s,
             "a.txt", "", "elf"},
        Case{"\xcf\xfa\xed\xfe\7\0\0\1"s, "", "", "macho"},
        Case{"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"s, "x.pdf", "", "lnk"},
        Case{"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3\0"s, "", "", "onenote"},
        Case{"\x60\x0e\x82\x02\0\0\0\0"s, "x.xdw", "", "xdw"},
        Case{"\x60\x0e\x82\x02\0\0\0\0"s, "x.xbd", "", "xbd"}, Case{"!!-lh5-\0\0\0\0"s, "", "", "lzh"},
        Case{"\x78\x9f\x3e\x22\0\0"s, "winmail.dat", "application/ms-tnef", "tnef"},
        Case{std::string(32769, '\0') + "CD001" + std::string(100, '\0'), "x.bin", "", "iso"},
        Case{"\0\0\0\x18"
             "ftypheic\0\0\0\0mif1heic"s,
             "", "", "heic"},
        Case{"\0\0\0\x18"
             "ftypmif1\0\0\0\0mif1avif"s,
             "", "", "avif"},
        Case{"\0\0\0\x18"
             "ftypisom\0\0\0\0"s,
             "", "", "mp4"},
        Case{"RIFF\4\0\0\0WEBPVP8 "s, "", "", "webp"}, Case{"\1\2\3\0\xff\xfe\x80"s, "a.docx", "", "unknown"},
        Case{"0\x82\1\0\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\2"s, "smime.p7m", "", "smime"}));

INSTANTIATE_TEST_SUITE_P(
    Containers, Identify,
    testing::Values(Case{zip_of({"a.txt"}), "a.zip", "", "zip"},
                    Case{zip_of({"[Content_Types].xml", "word/document.xml"}), "", "application/zip", "docx"},
                    Case{zip_of({"[Content_Types].xml", "word/document.xml"}), "x.dotm", "", "dotm"},
                    Case{zip_of({"[Content_Types].xml", "xl/workbook.xml"}), "x.xlsx", "", "xlsx"},
                    Case{zip_of({"[Content_Types].xml", "xl/workbook.bin"}), "", "", "xlsb"},
                    Case{zip_of({"META-INF/MANIFEST.MF", "A.class"}), "a.zip", "", "jar"},
                    Case{zip_of({"AndroidManifest.xml", "META-INF/MANIFEST.MF"}), "", "", "apk"},
                    Case{zip_of({"mimetype"}, 0, "application/vnd.oasis.opendocument.text"), "", "", "odt"},
                    Case{zip_of({"mimetype"}, 0, "application/vnd.oasis.opendocument.text-template"), "", "", "ott"},
                    Case{zip_of({"mimetype"}, 0, "application/vnd.oasis.opendocument.graphics-template"), "", "", "otg"},
                    Case{zip_of({"content.xml", "META-INF/manifest.xml"}), "a.odt", "", "odt"},
                    Case{ole_of({"WordDocument"}), "", "", "doc"},
                    Case{ole_of({"Workbook"}), "x.doc", "", "xls"},
                    Case{ole_of({"Workbook"}), "x.xla", "", "xla"},
                    Case{ole_of({"PowerPoint Document"}), "", "", "ppt"},
                    Case{ole_of({"__properties_version1.0"}), "", "", "msg"},
                    Case{ole_of({"DocumentText"}), "x.jtd", "", "jtd"},
                    Case{ole_of({"EncryptedPackage"}), "x.xlsx", "", "encrypted-office"},
                    Case{ole_of({"x"}, "\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"s), "", "", "msi"},
                    Case{kPdf, "x.txt", "", "pdf"}, Case{kPdf, "", "application/octet-stream", "pdf"},
                    Case{"a,b\n", "x.docx", "", "docx"}, Case{"a\tb\n", "x.xls", "", "xls"}));

INSTANTIATE_TEST_SUITE_P(
    TablesThatAreCalledWorkbooks, Identify,
    testing::Values(Case{"a\tb\r\n1\t2\r\n", "x.xls", "application/vnd.ms-excel", "tsv"},
                    Case{"a,b\n1,\"2,3\n4 \"\"5\"\"\"\n\n", "x.xls", "", "csv"},
                    Case{"\xef\xbb\xbf氏名,金額\n山田,100", "x.XLS", "application/octet-stream", "csv"},
                    Case{"\x8e\x81\x96\xbc\t\x8b\xe0\n\x83\x5c\t1\n", "x.xls", "", "tsv"},   // Shift_JIS
                    Case{"\xff\xfe" + std::string("a\0\t\0\x09\x4e\n\0001\0\t\0002\0\n\0", 16), "x.xls", "", "tsv"},
                    // Not plainly one.
                    Case{"a\tb\n1\n", "x.xls", "", "xls"}, Case{"a;b\n1;2\n", "x.xls", "", "xls"},
                    Case{"a,b\tc\n1,2\t3\n", "x.xls", "", "xls"}, Case{"a,\"b\n1,2\n", "x.xls", "", "xls"},
                    Case{"a,\"b\"c\n1,2\n", "x.xls", "", "xls"}, Case{"a\nb\n", "x.xls", "", "xls"},
                    Case{"a,\x1b\n1,2\n", "x.xls", "", "xls"},
                    // Something else, or called so.
                    Case{"a,b\n1,2\n", "x.xlsx", "", "xlsx"}, Case{"a,b\n1,2\n", "x.doc", "", "doc"},
                    Case{"a,b\n1,2\n", "x.xls", "application/pdf", "pdf"},
                    Case{"a,b\n1,wscript.shell\n", "x.xls", "", "script-vbs"}, Case{"ID;PWXL,1\n2,3\n", "x.xls", "", "slk"},
                    Case{"<table>,\n<a>,\n", "x.xls", "", "html"}));

INSTANTIATE_TEST_SUITE_P(Pictures, Identify,
                         testing::Values(Case{kPng, "x.jpg", "image/jpeg", "png"}, Case{kPng, "", "", "png"},
                                         Case{kPng, "x.pdf", "application/pdf", "png"},
                                         Case{kPng, "x.exe", "image/png", "exe"},
                                         Case{kPng, "x.png", "application/x-msdownload", "exe"},
                                         Case{kPng + zip_of({"a.txt"}), "x.png", "", "png"},
                                         Case{kPng + zip_of({"a.txt"}), "x.zip", "", "zip"},
                                         Case{kPng + zip_of({"A.class"}), "x.jar", "", "jar"}));

TEST(IdentifyReasons, NameWhatIsOdd) {
  EXPECT_THAT(identify(kPng + program(), "x.png").reasons, Contains("polyglot"));
  EXPECT_EQ(identify(kPng + program(), "x.png").readings.front()->id, "exe");
  EXPECT_THAT(identify(kPng + "<script>alert(1)</script>", "x.png").reasons, Contains("polyglot"));
  EXPECT_THAT(identify(kPng, "x.png").reasons, Not(Contains("polyglot")));
  EXPECT_THAT(identify(kPng, "x.jpg").reasons, Contains("extension-mismatch"));
  EXPECT_THAT(identify(kPng, "x.png").reasons, testing::IsEmpty());
  EXPECT_THAT(identify(program(), "請求書.pdf.exe").reasons,
              testing::IsSupersetOf({"double-extension", "executable"}));
  EXPECT_THAT(
      identify(zip_of({"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"}), "x.docm").reasons,
      Contains("macro"));
  EXPECT_THAT(identify(zip_of({"word/document.xml"}, 1), "x.docx").reasons, Contains("encrypted"));
}

TEST(Identify, LooksAtADocumentBeforeWhatItEmbeds) {
  const auto with = [](const std::string& own, const std::string& embedded) {
    test::CompoundWriter file;
    file.stream(own, "x");
    file.stream("ObjectPool/_1/" + embedded, "x");
    return file.bytes();
  };
  EXPECT_EQ(id(with("PowerPoint Document", "EncryptedPackage"), "x.ppt"), "ppt");
  EXPECT_EQ(id(with("Workbook", "WordDocument"), "x.xls"), "xls");
  EXPECT_EQ(id(with("WordDocument", "EncryptedPackage"), "x.doc"), "doc");
  EXPECT_EQ(id(with("EncryptedPackage", "WordDocument"), "x.docx"), "encrypted-office");
  EXPECT_EQ(id(with("nothing that is known", "WordDocument"), "x.doc"), "doc");
}

// Each of these is a program to some system that reads names, whatever its content.
class DeceptiveName : public testing::TestWithParam<std::string> {};
TEST_P(DeceptiveName, IsActive) {
  EXPECT_EQ(identify("harmless text\n", GetParam(), "text/plain").type->danger, Danger::active);
}
INSTANTIATE_TEST_SUITE_P(Each, DeceptiveName,
                         testing::Values("a.exe", "a.EXE", "a.exe.", "a.exe . ", "a.txt.scr",
                                         "photo\u202Egnp.exe", "a.e\u200Bxe", "a．ｅｘｅ", "a\u2024exe",
                                         "a.exe::$DATA", "a.exe:x.txt", "a.exe\0.txt"s, "..\\..\\a.js",
                                         "/tmp/a.lnk", "請求書.pdf                         .exe", "a.ps1;1",
                                         "a.hta\u3000", "a.one", "a.iqy", "a.library-ms"));

TEST(Identify, EndsOnLoopsAndTruncatedContainers) {
  std::string ole = ole_of({"WordDocument"});
  ole.replace(512 + 4, 4, le32(1));  // the directory's sector is its own successor
  EXPECT_EQ(id(ole), "doc");
  for (size_t size = 0; size < ole.size(); size += 97) id(ole.substr(0, size));
  const std::string zip = zip_of({"a", "b"});
  for (size_t size = 0; size < zip.size(); ++size) id(zip.substr(0, size));
}

TEST(Types, AreFoundByIdMediaTypeAndExtension) {
  for (const Type& type : all_types()) {
    EXPECT_EQ(type_by_id(type.id), &type) << type.id;
    // Else its own name would not be recognised as its own.
    EXPECT_TRUE(has_extension(type, type.extension)) << type.id;
    for (const char c : type.extension) EXPECT_EQ(c, ascii_lower(c)) << type.id;
  }
  EXPECT_EQ(type_by_media_type("application/octet-stream"), nullptr);
  EXPECT_EQ(type_by_media_type("image/jpg")->id, "jpeg");
  EXPECT_EQ(type_by_extension("jpeg")->id, "jpeg");
  EXPECT_EQ(type_by_extension("nonesuch"), nullptr);
}

TEST(Types, AliasesNameTypesThatExist) {
  for (const char* extension : {"htm", "jtt", "lha", "mp4", "pif", "accdb", "vhdx", "wsf", "p7s", "xlam"})
    EXPECT_NE(type_by_extension(extension), nullptr) << extension;
}

}  // namespace
}  // namespace mugai::sanitize
