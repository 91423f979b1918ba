// By policy a document that a password opened is locked by it again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/offcrypto/crypto.h"
#include "sanitizers/offcrypto/package_lock.h"
#include "tests/support/compound_writer.h"
#include "tests/support/encrypted_office.h"
#include "tests/support/ooxml_bytes.h"
#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using sanitize::Action;

const std::string kUnits = utf16(u"秘密Pass1😀");
const std::vector<std::string> kPasswords = {"wrong", "秘密Pass1😀"};

Profile encrypting() {
  Profile profile;
  profile.encrypted_documents = EncryptedDocuments::encrypt;
  return profile;
}

std::string document() { return OoxmlBytes::word(word_text("議案第①号")).file(); }
std::string locked(const std::string& package) { return agile_encrypted(package, kUnits); }

RebuiltFile again(const std::string& file, const std::string& name = "gian.docx") { return rebuild_file(file, name, encrypting(), kPasswords); }

std::string relocked(const std::string& package) {
  sanitize::Budget budget{1 << 30, 10, 0};
  const auto workspace = sanitize::Workspace::in_memory();
  StringSink out;
  EXPECT_EQ(sanitize::offcrypto::lock_package(package, kUnits, budget, *workspace, out), sanitize::offcrypto::Locking::complete);
  return out.text;
}

TEST(PackageLock, WhatItWritesOpensWithThePasswordAndOnlyWithIt) {
  for (const size_t size : {0u, 1u, 15u, 16u, 4'095u, 4'096u, 4'097u, 8'192u, 300'000u}) {
    const std::string package(size, 'p');
    const std::string file = relocked(package);
    EXPECT_EQ(agile_decrypted(file, kUnits), package) << size;
  }
  EXPECT_ANY_THROW(agile_decrypted(relocked("PK"), utf16(u"other")));
}

TEST(PackageLock, NothingIsUsedTwice) {
  const std::string one = relocked(document()), other = relocked(document());
  EXPECT_NE(stream_of(one, "EncryptionInfo"), stream_of(other, "EncryptionInfo"));
  EXPECT_NE(stream_of(one, "EncryptedPackage").substr(8, 16), stream_of(other, "EncryptedPackage").substr(8, 16));
  EXPECT_EQ(one.find("document.xml"), one.npos);
}

TEST(PackageLock, SaysByItsDataSpacesWhatOfficeLooksFor) {
  const std::string file = relocked(document());
  const auto counted = [](std::u16string_view text) {
    std::string units = utf16(text), out = le32(static_cast<uint32_t>(units.size())) + units;
    return out.append(out.size() % 4, '\0');
  };
  const std::string spaces = "\6DataSpaces/", version = le16(1) + le16(0), versions = version + version + version;
  EXPECT_EQ(stream_of(file, spaces + "Version"), counted(u"Microsoft.Container.DataSpaces") + versions);
  EXPECT_EQ(stream_of(file, spaces + "DataSpaceMap"), le32(8) + le32(1) + le32(0x68) + le32(1) + le32(0) + counted(u"EncryptedPackage") + counted(u"StrongEncryptionDataSpace"));
  EXPECT_EQ(stream_of(file, spaces + "DataSpaceInfo/StrongEncryptionDataSpace"), le32(8) + le32(1) + counted(u"StrongEncryptionTransform"));
  EXPECT_EQ(stream_of(file, spaces + "TransformInfo/StrongEncryptionTransform/\6Primary"),
            le32(0x58) + le32(1) + counted(u"{FF9A3F03-56EF-4613-BDD5-5A41C1D07246}") + counted(u"Microsoft.Container.EncryptionTransform") + versions + le32(0) + le32(0) + le32(0) + le32(4));
}

TEST(PackageLock, StopsWhenTheBudgetIsSpent) {
  sanitize::Budget budget{1'000, 10, 0};
  const auto workspace = sanitize::Workspace::in_memory();
  StringSink out;
  EXPECT_EQ(sanitize::offcrypto::lock_package("PK", kUnits, budget, *workspace, out), sanitize::offcrypto::Locking::too_much);
  EXPECT_THAT(out.text, IsEmpty());
}

TEST(EncryptedAgain, TheSameDocumentUnderTheSamePassword) {
  const std::string open = rebuild_file(document(), "gian.docx").bytes;
  for (const std::string& file : {locked(document()), standard_encrypted(document(), kUnits)}) {
    const RebuiltFile result = again(file);
    ASSERT_TRUE(result.left()) << ::testing::PrintToString(result.item().reasons);
    EXPECT_EQ(agile_decrypted(result.bytes, kUnits), open);
    EXPECT_EQ(result.item().output_name, "gian.docx");
    EXPECT_EQ(result.item().action, Action::rebuilt);
    EXPECT_EQ(result.item().method, 3);
    EXPECT_THAT(result.item().reasons, ElementsAre("encrypted-again"));
    EXPECT_THAT(result.item().removed, IsEmpty());
    EXPECT_EQ(result.report.verdict, sanitize::Verdict::altered);
    ASSERT_NE(result.item("1/1"), nullptr);
    EXPECT_EQ(result.item("1/1")->action, Action::rebuilt);
  }
}

TEST(EncryptedAgain, IsAFixedPointInContent) {
  const RebuiltFile first = again(locked(document())), second = again(first.bytes);
  ASSERT_TRUE(second.left());
  EXPECT_NE(second.bytes, first.bytes);
  EXPECT_EQ(agile_decrypted(second.bytes, kUnits), agile_decrypted(first.bytes, kUnits));
  EXPECT_THAT(second.item("1/1")->removed, IsEmpty());
  EXPECT_EQ(rebuild_file(first.bytes, "gian.docx", encrypting()).item().action, Action::locked);
}

TEST(EncryptedAgain, TheNameIsThatOfWhatIsInside) {
  const std::string book = OoxmlBytes::sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>").file();
  for (const char* name : {"表.xlsx", "表.docx", "表.xlsm", "表"}) {
    const RebuiltFile result = again(locked(book), name);
    EXPECT_EQ(result.item().output_name, "表.xlsx") << name;
    EXPECT_TRUE(again(result.bytes, result.item().output_name).left()) << name;
  }
}

TEST(EncryptedAgain, WhatIsDangerousIsGone) {
  OoxmlBytes macro = OoxmlBytes::word(word_text("a"), "application/vnd.ms-word.document.macroEnabled.main+xml");
  macro.add("word/vbaProject.bin", "\xd0\xcf\x11\xe0 AutoOpen", "application/vnd.ms-office.vbaProject").relate("word/document.xml", "rIdM", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin");
  const RebuiltFile result = again(locked(macro.file()), "m.docm");
  ASSERT_TRUE(result.left());
  EXPECT_EQ(result.item().output_name, "m.docx");
  EXPECT_EQ(parts_of(agile_decrypted(result.bytes, kUnits)).find("AutoOpen"), std::string::npos);
  EXPECT_FALSE(result.item("1/1")->removed.empty());
}

TEST(EncryptedAgain, WhatNobodyLockedOrNobodyOpenedIsAsEver) {
  EXPECT_EQ(again(agile_encrypted(document(), utf16(u"VelvetSweatshop"))).bytes, rebuild_file(document(), "gian.docx").bytes);
  EXPECT_EQ(again(document()).bytes, rebuild_file(document(), "gian.docx").bytes);
  EXPECT_EQ(rebuild_file(locked(document()), "gian.docx", encrypting(), {"wrong"}).item().action, Action::locked);
  EXPECT_EQ(again(agile_encrypted("MZ a program", kUnits)).item().reasons, std::vector<std::string>{"damaged-document"});
}

TEST(EncryptedAgain, AMailCarriesItUnderTheTypeThatPeopleKnow) {
  const std::string head = "From: a@example.jp\r\nTo: b@example.jp\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                           "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
                           "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=gian.docx\r\n\r\n";
  const Rebuilt result = rebuild(head + sanitize::offcrypto::base64(locked(document())) + "\r\n--b--\r\n", encrypting(), "TEST-1", kPasswords);
  EXPECT_THAT(result.attachment_names(), ElementsAre("gian.docx", "gian.docx"));   // and the member in it
  EXPECT_THAT(result.message, HasSubstr("Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document"));
  EXPECT_THAT(result.message, Not(HasSubstr("ole-storage")));
  EXPECT_THAT(result.body(), HasSubstr("同じパスワードで暗号化し直しました"));
  EXPECT_THAT(result.body(), HasSubstr("encrypted again with the same password"));
}

}  // namespace
}  // namespace mugai::test
