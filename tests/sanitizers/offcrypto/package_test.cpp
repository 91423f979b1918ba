// Documents under a password: opened by the right one, locked without, held when something about them is odd.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/mime/transfer.h"
#include "tests/support/compound_writer.h"
#include "tests/support/encrypted_office.h"
#include "tests/support/ooxml_bytes.h"
#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using sanitize::Action;

const std::string kPassword = utf16(u"秘密Pass1😀");
const std::vector<std::string> kPasswords = {"wrong", "秘密Pass1😀"};

// Of several segments: what nothing leads to does not pack well.
std::string document() {
  static const std::string kDocument = [] {
    std::string noise;
    for (uint32_t i = 0, state = 1; i < 9'000; ++i) noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return OoxmlBytes::word(word_text("議案第①号")).add("word/noise.bin", noise).file();
  }();
  return kDocument;
}

// What comes of the same document without a password.
std::string rebuilt_plain() { return rebuild_file(document(), "gian.docx").bytes; }

RebuiltFile opened(const std::string& file) { return rebuild_file(file, "gian.docx", {}, kPasswords); }

std::string reason_of(const std::string& file) {
  const RebuiltFile result = opened(file);
  EXPECT_FALSE(result.left());
  return result.item().reasons.empty() ? "" : result.item().reasons.back();
}

std::function<void(std::string&)> replacing(const std::string& what, const std::string& with) {
  return [=](std::string& text) {
    const size_t at = text.find(what);
    ASSERT_NE(at, text.npos) << what;
    text.replace(at, what.size(), with);
  };
}

TEST(EncryptedOffice, ComesOutAsTheSameDocumentWithoutAPassword) {
  for (const std::string& file : {agile_encrypted(document(), kPassword), standard_encrypted(document(), kPassword)}) {
    const RebuiltFile result = opened(file);
    ASSERT_TRUE(result.left()) << ::testing::PrintToString(result.item().reasons);
    EXPECT_EQ(result.bytes, rebuilt_plain());
    EXPECT_EQ(result.item().detected, "encrypted-office");
    EXPECT_EQ(result.item().output_name, "gian.docx");
    EXPECT_EQ(result.item().action, Action::converted);
    EXPECT_THAT(result.item().reasons, IsEmpty());
    ASSERT_EQ(result.item().removed.size(), 1u);
    EXPECT_EQ(result.item().removed[0].what, "password-protection");
    EXPECT_EQ(result.report.verdict, sanitize::Verdict::altered);
    ASSERT_NE(result.item("1/1"), nullptr);
    EXPECT_EQ(result.item("1/1")->detected, "docx");
  }
}

TEST(EncryptedOffice, OpensWithEveryAlgorithmThatOfficeCanBeToldToUse) {
  for (const char* hash : {"SHA1", "SHA256", "SHA384", "SHA512"})
    for (const size_t key_bits : {128u, 192u, 256u})
      for (const bool cfb : {false, true}) {
        const RebuiltFile result = opened(agile_encrypted(document(), kPassword, {.hash = hash, .key_bits = key_bits, .cfb = cfb, .spin_count = 10, .edit_descriptor = {}, .edit_package = {}}));
        EXPECT_EQ(result.bytes, rebuilt_plain()) << hash << ' ' << key_bits << ' ' << cfb;
      }
  for (const size_t key_bits : {128u, 192u, 256u}) {
    const RebuiltFile result = opened(standard_encrypted(document(), kPassword, {.key_bits = key_bits, .edit_info = {}}));
    EXPECT_EQ(result.bytes, rebuilt_plain()) << "standard " << key_bits;
  }
}

TEST(EncryptedOffice, IsLockedUntilTheRightPasswordComes) {
  for (const std::string& file : {agile_encrypted(document(), kPassword), standard_encrypted(document(), kPassword)})
    for (const std::vector<std::string>& passwords : {std::vector<std::string>{}, {"wrong"}, {"", std::string(300, 'x')}}) {
      const RebuiltFile result = rebuild_file(file, "gian.docx", {}, passwords);
      EXPECT_FALSE(result.left());
      EXPECT_EQ(result.item().action, Action::locked);
      EXPECT_THAT(result.item().reasons, ElementsAre("encrypted"));
      EXPECT_EQ(result.held.size(), 1u);
    }
}

TEST(EncryptedOffice, APasswordThatEverybodyHasIsNone) {
  const RebuiltFile result = rebuild_file(agile_encrypted(document(), utf16(u"VelvetSweatshop")), "gian.docx");
  EXPECT_EQ(result.bytes, rebuilt_plain());
  EXPECT_THAT(result.item().removed, IsEmpty());
}

TEST(EncryptedOffice, TheNameFollowsWhatIsInside) {
  const std::string book = OoxmlBytes::sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>").file();
  EXPECT_EQ(rebuild_file(agile_encrypted(book, kPassword), "表.docx", {}, kPasswords).item().output_name, "表.xlsx");
  EXPECT_EQ(rebuild_file(agile_encrypted(book, kPassword), "表", {}, kPasswords).item().output_name, "表.xlsx");
}

TEST(EncryptedOffice, WhatIsInsideIsTreatedLikeEveryOther) {
  OoxmlBytes macro = OoxmlBytes::word(word_text("a"), "application/vnd.ms-word.document.macroEnabled.main+xml");
  macro.add("word/vbaProject.bin", "\xd0\xcf\x11\xe0 AutoOpen", "application/vnd.ms-office.vbaProject").relate("word/document.xml", "rIdM", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin");
  const RebuiltFile result = rebuild_file(agile_encrypted(macro.file(), kPassword), "m.docm", {}, kPasswords);
  ASSERT_TRUE(result.left());
  EXPECT_EQ(result.item().output_name, "m.docx");
  EXPECT_EQ(parts_of(result.bytes).find("AutoOpen"), std::string::npos);
  EXPECT_FALSE(result.item("1/1")->removed.empty());

  Profile no_documents;
  no_documents.types["docx"] = TypeOverride::hold;
  const RebuiltFile held = rebuild_file(agile_encrypted(document(), kPassword), "a.docx", no_documents, kPasswords);
  EXPECT_FALSE(held.left());
  EXPECT_THAT(held.item().reasons, ElementsAre("policy-hold"));
}

TEST(EncryptedOffice, NothingButAPackageOfOfficeComesOut) {
  EXPECT_EQ(reason_of(agile_encrypted("MZ\x90 a program", kPassword)), "damaged-document");
  EXPECT_EQ(reason_of(agile_encrypted("", kPassword)), "damaged-document");
  EXPECT_EQ(reason_of(agile_encrypted(agile_encrypted(document(), kPassword), kPassword)), "damaged-document");
}

TEST(EncryptedOffice, AChangedPackageIsToldByItsHmac) {
  const auto flip = [](std::string& stream) { stream[stream.size() - 40] ^= 1; };
  EXPECT_EQ(reason_of(agile_encrypted(document(), kPassword, {.edit_descriptor = {}, .edit_package = flip})), "integrity-failed");
  const auto shorten = [](std::string& stream) { stream[0] = static_cast<char>(stream[0] - 1); };
  EXPECT_EQ(reason_of(agile_encrypted(document(), kPassword, {.edit_descriptor = {}, .edit_package = shorten})), "integrity-failed");
  EXPECT_TRUE(opened(agile_encrypted(document(), kPassword, {.integrity = false, .edit_descriptor = {}, .edit_package = {}})).left());
}

TEST(EncryptedOffice, APackageThatIsShorterThanItSaysIsDamaged) {
  for (const size_t bytes : {0u, 7u, 8u, 9u, 24u, 4'000u})
    EXPECT_EQ(reason_of(agile_encrypted(document(), kPassword, {.edit_descriptor = {}, .edit_package = [=](std::string& stream) { stream.resize(bytes); }})), "damaged-document") << bytes;
  const auto huge = [](std::string& stream) { stream.replace(0, 8, 8, '\xff'); };
  EXPECT_EQ(reason_of(agile_encrypted(document(), kPassword, {.edit_descriptor = {}, .edit_package = huge})), "damaged-document");
}

TEST(EncryptedOffice, ADescriptorIsBelievedInNothing) {
  struct Case {
    const char *what, *with, *reason;
  };
  const Case cases[] = {
      {"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>", "<!DOCTYPE encryption [<!ENTITY a \"b\">]>", "damaged-document"},
      {"</encryption>", "", "damaged-document"},
      {"<encryption ", "<other ", "damaged-document"},
      {"spinCount=\"1000\"", "spinCount=\"10000001\"", "damaged-document"},
      {"spinCount=\"1000\"", "spinCount=\"-1\"", "damaged-document"},
      {"spinCount=\"1000\"", "spinCount=\"99999999999999999999999\"", "damaged-document"},
      {"spinCount=\"1000\"", "spinCount=\"\"", "damaged-document"},
      {"spinCount=\"1000\"", "", "damaged-document"},
      {"saltSize=\"16\"", "saltSize=\"17\"", "damaged-document"},
      {"saltSize=\"16\"", "saltSize=\"4000000000\"", "damaged-document"},
      {"blockSize=\"16\"", "blockSize=\"0\"", "damaged-document"},
      {"hashSize=\"64\"", "hashSize=\"20\"", "damaged-document"},
      {"keyBits=\"256\"", "keyBits=\"255\"", "unsupported-encryption"},
      {"keyBits=\"256\"", "keyBits=\"65536\"", "unsupported-encryption"},
      {"cipherAlgorithm=\"AES\"", "cipherAlgorithm=\"RC2\"", "unsupported-encryption"},
      {"ChainingModeCBC", "ChainingModeECB", "unsupported-encryption"},
      {"hashAlgorithm=\"SHA512\"", "hashAlgorithm=\"MD5\"", "unsupported-encryption"},
      {"keyEncryptor uri=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\"", "keyEncryptor uri=\"http://schemas.microsoft.com/office/2006/keyEncryptor/certificate\"", "unsupported-encryption"},
      {"encryptedKeyValue=\"", "encryptedKeyValue=\"AAAA", "damaged-document"},
      {"encryptedHmacKey=\"", "encryptedHmacKey=\"=", "damaged-document"},
      {"<keyEncryptors>", "<keyData/><keyData saltSize=\"1\"/><keyEncryptors>", "damaged-document"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(reason_of(agile_encrypted(document(), kPassword, {.edit_descriptor = replacing(one.what, one.with), .edit_package = {}})), one.reason) << one.what << " -> " << one.with;
}

TEST(EncryptedOffice, AStandardHeaderIsBelievedInNothing) {
  struct Case {
    size_t at;
    std::string with;
    const char* reason;
  };
  const Case cases[] = {
      {0, le16(4) + le16(3), "unsupported-encryption"},                 // extensible
      {0, le16(9) + le16(9), "unsupported-encryption"},
      {4, le32(0x04), "unsupported-encryption"},                        // RC4
      {4, le32(0x30), "unsupported-encryption"},                        // by somebody else's cipher
      {8, le32(0xffffffff), "damaged-document"},
      {8, le32(31), "damaged-document"},
      {20, le32(0x6801), "unsupported-encryption"},
      {24, le32(0x800c), "unsupported-encryption"},
      {28, le32(256), "damaged-document"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(reason_of(standard_encrypted(document(), kPassword, {.edit_info = [&](std::string& info) { info.replace(one.at, one.with.size(), one.with); }})), one.reason) << one.at;
  for (const size_t bytes : {0u, 4u, 11u, 40u, 200u})
    EXPECT_EQ(reason_of(standard_encrypted(document(), kPassword, {.edit_info = [&](std::string& info) { info.resize(bytes); }})), "damaged-document") << bytes;
}

TEST(EncryptedOffice, UnderRightsManagementNoPasswordIsAskedFor) {
  for (const std::map<std::string, std::string>& streams :
       {std::map<std::string, std::string>{{"EncryptedPackage", le64(0)}, {"\6DataSpaces/TransformInfo/DRMEncryptedTransform/\6Primary", "x"}},
        {{"WordDocument", std::string(64, '\0')}, {"\tDRMContent", "x"}}}) {
    const RebuiltFile result = opened(compound_of(streams));
    ASSERT_FALSE(result.item().reasons.empty());
    EXPECT_EQ(result.item().action, Action::held);
    EXPECT_EQ(result.item().reasons.back(), "rights-managed");
  }
}

// A hundred hashes more or less tell nothing about time; that all of them together are bounded does.
TEST(EncryptedOffice, WhereLinksLedIsToldAsOfADocumentWithoutAPassword) {
  const std::string linked = OoxmlBytes::word("<w:p><w:hyperlink r:id=\"rId9\"><w:r><w:t>here</w:t></w:r></w:hyperlink></w:p>")
                                 .relate("word/document.xml", "rId9", "hyperlink", "https://link.example/page", true)
                                 .file();
  const auto mail_with = [](const std::string& file) {
    StringSink encoded;
    sanitize::Base64Encoder encoder;
    EXPECT_TRUE(encoder.encode(file, encoded) && encoder.finish(encoded));
    return "Content-Type: application/octet-stream; name=\"gian.docx\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded.text;
  };
  EXPECT_THAT(rebuild(mail_with(linked)).body(), ::testing::HasSubstr("hxxps://link[.]example/page"));
  EXPECT_THAT(rebuild(mail_with(agile_encrypted(linked, kPassword)), {}, "TEST-1", kPasswords).body(), ::testing::HasSubstr("hxxps://link[.]example/page"));
}

TEST(EncryptedOffice, HowLongPasswordsAreTriedIsBounded) {
  std::vector<std::string> passwords(300, "wrong");   // more than is tried, less than the message's budget
  passwords.push_back("秘密Pass1😀");
  const RebuiltFile result = rebuild_file(agile_encrypted(document(), kPassword, {.hash = "SHA1", .spin_count = 50'000, .edit_descriptor = {}, .edit_package = {}}), "a.docx", {}, passwords);
  EXPECT_EQ(result.item().action, Action::locked);

  Profile small;
  small.limits.max_expanded_bytes = 10'000;
  EXPECT_EQ(rebuild_file(agile_encrypted(document(), kPassword), "a.docx", small, kPasswords).item().action, Action::locked);
}

}  // namespace
}  // namespace mugai::test
