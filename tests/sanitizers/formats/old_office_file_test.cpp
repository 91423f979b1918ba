// Documents of Word, Excel and PowerPoint of before 2007, with a converter that answers what the test wants: what is asked
// of it, that its answer is treated like mail from outside, and what is told of what an office suite leaves out in silence.
#include "sanitizers/formats/old_office_file.h"

#include <gtest/gtest.h>

#include "sanitizers/ole/active_content.h"
#include "sanitizers/ole/compound_writer.h"
#include "tests/support/lone_format.h"
#include "tests/support/ooxml_bytes.h"

namespace mugai::sanitize {
namespace {

class Scripted : public Converter {
 public:
  Converted convert(const Conversion& conversion, Bytes, uint64_t, Sink& out) override {
    asked.push_back(conversion);
    return out.write(answer) ? how : Converted::sink_failed;
  }
  Converted how = Converted::ok;
  std::string answer;
  std::vector<Conversion> asked;
};

test::LoneResult treat(Bytes bytes, std::string_view type, Converter* converter) {
  const auto workspace = Workspace::in_memory();
  const Profile profile;
  Budget budget{profile.limits.max_expanded_bytes, profile.limits.max_archive_members, 0};
  test::LoneContext context(profile, budget, {}, *workspace, converter);
  Input input;
  input.bytes = bytes;
  input.type = type_by_id(type);
  StringSink sink;
  test::LoneResult result;
  result.outcome = OldOfficeFormat().sanitize(input, sink, context);
  result.bytes = std::move(sink.text);
  return result;
}

// A compound file with a stream each, and whatever storages a test adds.
struct OldFile {
  CompoundWriter writer;
  OldFile& stream(std::string_view name, Bytes content) {
    writer.add_stream(CompoundWriter::kRoot, name, content);
    return *this;
  }
  std::string bytes() {
    StringSink out;
    EXPECT_TRUE(writer.write(out));
    return std::move(out.text);
  }
};

const std::string kFib = std::string("\xEC\xA5\xC1\x00", 4) + std::string(600, '\0');

std::string record(uint16_t type, const std::string& data) {
  const auto word = [](size_t value) { return std::string{static_cast<char>(value), static_cast<char>(value >> 8)}; };
  return word(type) + word(data.size()) + data;
}

TEST(OldOffice, BecomesItsTwinAndThatIsRebuilt) {
  Scripted converter;
  converter.answer = test::OoxmlBytes::word(test::word_text("<w:r><w:t>議事録</w:t></w:r>")).add("word/vbaProject.bin", "VBA").file();
  const std::string old = OldFile().stream("WordDocument", kFib).bytes();
  const test::LoneResult made = treat(old, "doc", &converter);
  ASSERT_TRUE(made.left());
  EXPECT_EQ(converter.asked.at(0).tool, Tool::office_twin);
  EXPECT_EQ(converter.asked.at(0).kind, OfficeKind::doc);
  EXPECT_EQ(made.outcome.type_out->id, "docx");
  EXPECT_EQ(made.outcome.action, Action::converted);
  EXPECT_EQ(made.outcome.reasons, std::vector<std::string>{"newer-format"});
  EXPECT_NE(test::parts_of(made.bytes).find("議事録"), std::string::npos);
  EXPECT_EQ(test::parts_of(made.bytes).find("VBA"), std::string::npos);
}

TEST(OldOffice, TellsOfWhatAnOfficeSuiteLeavesOut) {
  Scripted converter;
  converter.answer = test::OoxmlBytes::sheet("").file();
  std::string sheets = record(0x809, std::string(16, '\0'));
  for (const char kind : {'\0', '\1', '\1'}) sheets += record(0x85, std::string(5, '\0') + kind + std::string("\1\0a", 3));
  sheets += record(0x0A, "");
  OldFile book;
  book.stream("Workbook", sheets);
  book.writer.add_storage(CompoundWriter::kRoot, "_VBA_PROJECT_CUR");
  book.writer.add_storage(CompoundWriter::kRoot, "MBD0001");
  const test::LoneResult made = treat(book.bytes(), "xls", &converter);
  ASSERT_TRUE(made.left());
  EXPECT_EQ(made.removed("macro"), 3u);
  EXPECT_EQ(made.removed("embedded-file"), 1u);
}

TEST(OldOffice, FindsProgramsAndObjectsInPresentations) {
  const auto slide_record = [](uint16_t version, uint16_t type, const std::string& data) {
    const auto word = [](size_t value) { return std::string{static_cast<char>(value), static_cast<char>(value >> 8)}; };
    return word(version) + word(type) + word(data.size()) + word(data.size() >> 16) + data;
  };
  const std::string records = slide_record(0xF, 1000, slide_record(0xF, 2000, slide_record(0xF, 0x3FF, ""))) + slide_record(0, 0x1011, "object");
  const ActiveContent found = find_active_content(OldFile().stream("PowerPoint Document", records).bytes());
  EXPECT_TRUE(found.vba);
  EXPECT_EQ(found.objects, 1u);
  EXPECT_FALSE(find_active_content("no compound file").vba);
}

TEST(OldOffice, KnowsTheXmlOf2003) {
  Scripted converter;
  converter.answer = test::OoxmlBytes::sheet("").file();
  EXPECT_TRUE(treat("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>", "doc", &converter).left());
  EXPECT_EQ(converter.asked.at(0).kind, OfficeKind::excel_xml);
}

TEST(OldOffice, GivesNoWordsToAnOfficeSuiteThatWouldGuessTheirCharset) {
  Scripted converter;
  const std::string pkg = "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\"/>";
  for (const auto& [bytes, type] : {std::pair<std::string, std::string>{"\x8b\x63\x88\xc4\r\n", "doc"}, {"a;b\n1;2\n", "xls"}, {pkg, "doc"}, {"=cmd|'/c calc'!A1\n", "xls"},
                                    {"<?xml version=\"1.0\"?><?mso-application progid=\"PowerPoint.Show\"?><x/>", "doc"}})
    EXPECT_EQ(treat(bytes, type, &converter).outcome.reasons.front(), "no-treatment") << bytes;
  EXPECT_TRUE(converter.asked.empty());
}

TEST(OldOffice, TriesAWorkbookThatEveryProgramCanOpen) {
  const std::string records = record(0x809, std::string(16, '\0')) + record(0x2F, std::string(6, '\0')) + record(0x0A, "");
  const std::string book = OldFile().stream("Workbook", records).bytes();
  Scripted converter;
  converter.answer = test::OoxmlBytes::sheet("").file();
  EXPECT_TRUE(treat(book, "xls", &converter).left());
  converter.how = Converted::failed;
  EXPECT_EQ(treat(book, "xls", &converter).outcome.action, Action::locked);
  EXPECT_EQ(treat(book, "xls", nullptr).outcome.action, Action::locked);
}

TEST(OldOffice, TellsOfMacrosInTheXmlOf2003) {
  Scripted converter;
  converter.answer = test::OoxmlBytes::word("").file();
  const test::LoneResult made =
      treat("<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\" w:macrosPresent=\"yes\" w:embeddedObjPresent=\"yes\"/>", "doc", &converter);
  EXPECT_EQ(converter.asked.at(0).kind, OfficeKind::word_xml);
  EXPECT_EQ(made.removed("macro"), 1u);
  EXPECT_EQ(made.removed("embedded-file"), 1u);
}

TEST(OldOffice, IsHeldWhenItCannotBeConverted) {
  const std::string old = OldFile().stream("WordDocument", kFib).bytes();
  EXPECT_EQ(treat(old, "doc", nullptr).outcome.reasons.front(), "converter-missing");
  Scripted converter;
  for (const auto& [how, reason] : {std::pair{Converted::unavailable, "converter-missing"}, {Converted::timed_out, "converter-timeout"},
                                    {Converted::failed, "converter-failed"}, {Converted::too_large, "converted-too-large"}}) {
    converter.how = how;
    EXPECT_EQ(treat(old, "doc", &converter).outcome.reasons.front(), reason);
  }
  converter.how = Converted::ok;
  converter.answer = "no package";
  EXPECT_FALSE(treat(old, "doc", &converter).left());
}

TEST(OldOffice, IsLockedUnderAPassword) {
  Scripted converter;
  std::string locked = kFib;
  locked[11] = 1;
  const test::LoneResult held = treat(OldFile().stream("WordDocument", locked).bytes(), "doc", &converter);
  EXPECT_EQ(held.outcome.action, Action::locked);
  EXPECT_TRUE(converter.asked.empty());
}

}  // namespace
}  // namespace mugai::sanitize
