// Drawings of Windows: what their headers say of their size, and what is asked of a converter. That a real one plays them is
// tried in tests/e2e/test_office.py.
#include "sanitizers/formats/metafile.h"

#include <gtest/gtest.h>

#include "tests/support/lone_format.h"

namespace mugai::sanitize {
namespace {

std::string little(int64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}

std::string emf(int32_t left, int32_t top, int32_t right, int32_t bottom) {
  return little(1, 4) + little(108, 4) + std::string(16, '\0') + little(left, 4) + little(top, 4) + little(right, 4) + little(bottom, 4) +
         " EMF" + std::string(64, '\0');
}

std::string wmf(int16_t left, int16_t top, int16_t right, int16_t bottom, uint16_t inch) {
  return "\xd7\xcd\xc6\x9a" + little(0, 2) + little(left, 2) + little(top, 2) + little(right, 2) + little(bottom, 2) + little(inch, 2) +
         std::string(30, '\0');
}

TEST(Metafile, SaysItsSize) {
  const auto of_emf = metafile_size(emf(-100, 50, 5'900, 4'050));
  ASSERT_TRUE(of_emf);
  EXPECT_DOUBLE_EQ(of_emf->width, 60);
  EXPECT_DOUBLE_EQ(of_emf->height, 40);
  const auto of_wmf = metafile_size(wmf(0, 0, 1'440, 720, 1'440));
  ASSERT_TRUE(of_wmf);
  EXPECT_DOUBLE_EQ(of_wmf->width, 25.4);
  EXPECT_DOUBLE_EQ(of_wmf->height, 12.7);
}

TEST(Metafile, IsMeasuredByItsWindowWhereItsHeaderIsMissing) {
  const std::string bare = little(1, 2) + little(9, 2) + little(0x300, 2) + std::string(12, '\0') + little(5, 4) + little(0x20B, 2) +
                           little(0, 4) + little(5, 4) + little(0x20C, 2) + little(50, 2) + little(200, 2);
  const auto size = metafile_size(bare);
  ASSERT_TRUE(size);
  EXPECT_DOUBLE_EQ(size->width, 120);
  EXPECT_DOUBLE_EQ(size->height, 30);
}

TEST(Metafile, HasNoSizeThatMakesNoSense) {
  for (const std::string& bytes : {emf(0, 0, 0, 0), emf(10, 0, 0, 10), emf(INT32_MIN, 0, INT32_MAX, 100), wmf(0, 0, 30'000, 30'000, 1),
                                   std::string(100, '\0'), std::string()})
    EXPECT_FALSE(metafile_size(bytes));
}

TEST(Metafile, IsHeldWithoutAnOfficeSuite) {
  const test::LoneResult held = test::treat_alone(emf(0, 0, 6'000, 4'000), "emf");
  EXPECT_FALSE(held.left());
  EXPECT_EQ(held.outcome.reasons.front(), "converter-missing");
  EXPECT_EQ(test::treat_alone(emf(0, 0, 0, 0), "emf").outcome.reasons.front(), "broken-image");
}

// It answers nothing that is a PDF, and remembers what it was asked.
class Deaf : public Converter {
 public:
  Converted convert(const Conversion& conversion, Bytes document, uint64_t, Sink& out) override {
    asked = conversion;
    shown = document;
    return out.write("no PDF") ? Converted::ok : Converted::sink_failed;
  }
  Conversion asked;
  std::string shown;
};

TEST(Metafile, IsShownOnAPageOfItsSizeAndNoAnswerIsTrusted) {
  const auto workspace = Workspace::in_memory();
  Profile profile;
  Budget budget{profile.limits.max_expanded_bytes, profile.limits.max_archive_members, 0};
  Deaf converter;
  test::LoneContext context(profile, budget, {}, *workspace, &converter);
  const std::string bytes = emf(0, 0, 6'000, 4'000);
  Input input;
  input.bytes = bytes;
  input.type = type_by_id("emf");
  StringSink sink;
  const Outcome outcome = MetafileFormat().sanitize(input, sink, context);
  EXPECT_FALSE(outcome.leaves());
  EXPECT_EQ(converter.asked.tool, Tool::office_pdf);
  EXPECT_NE(converter.shown.find(R"(fo:page-width="60.00mm" fo:page-height="40.00mm")"), std::string::npos);
}

}  // namespace
}  // namespace mugai::sanitize
