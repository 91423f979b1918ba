// Methods text and image with a converter that says what the test wants: what is made of its answers, and that no answer
// is trusted. The real programs are tried in tests/gateway/converter_test.cpp and tests/e2e/test_methods.py.
#include <gtest/gtest.h>

#include "sanitizers/convert/page_encoder.h"
#include "sanitizers/convert/page_words.h"
#include "sanitizers/convert/pdf_methods.h"
#include "tests/support/lone_format.h"

namespace mugai::sanitize {
namespace {

class Scripted : public Converter {
 public:
  Converted convert(const Conversion& conversion, Bytes, uint64_t max_bytes, Sink& out) override {
    asked.push_back(conversion);
    if (conversion.tool == Tool::pdf_pages && pages) return write(pages(conversion), max_bytes, out);
    return write(conversion.tool == Tool::pdf_words ? words : text, max_bytes, out);
  }

  Converted how = Converted::ok;
  std::string text, words;
  std::function<std::string(const Conversion&)> pages;
  std::vector<Conversion> asked;

 private:
  Converted write(const std::string& answer, uint64_t max_bytes, Sink& out) const {
    if (answer.size() > max_bytes) return Converted::too_large;
    for (size_t at = 0; at < answer.size(); at += 1'000)   // as a pipe gives it
      if (!out.write(slice(answer, at, 1'000))) return Converted::sink_failed;
    return how;
  }
};

struct Made {
  Outcome outcome;
  std::string bytes;
  std::string reason() const { return outcome.leaves() || outcome.reasons.empty() ? "" : outcome.reasons.front(); }
};

Made run(Outcome (*method)(Bytes, Sink&, Context&), Converter* converter, Profile profile = {}) {
  const auto workspace = Workspace::in_memory();
  Budget budget;
  struct WithConverter : test::LoneContext {
    using LoneContext::LoneContext;
  } context(profile, budget, {}, *workspace, converter);
  StringSink sink;
  Made made;
  made.outcome = method("%PDF-", sink, context);
  made.bytes = std::move(sink.text);
  return made;
}

std::string page(std::string_view words, int width = 72, int height = 36) {
  return "  <page width=\"" + std::to_string(width) + ".000000\" height=\"" + std::to_string(height) + ".000000\">\n" +
         std::string(words) + "  </page>\n";
}
std::string document(const std::string& pages) { return "<html>\n<body>\n<doc>\n" + pages + "</doc>\n</body>\n</html>\n"; }
std::string word(std::string_view text) {
  return "    <word xMin=\"6.0\" yMin=\"6.0\" xMax=\"30.0\" yMax=\"18.0\">" + std::string(text) + "</word>\n";
}

// Pages of one inch by half an inch with one dark dot at the place of the word.
std::string drawn(uint32_t dpi, std::string_view dot, std::string_view ground = "\xFF\xFF\xFF") {
  const uint32_t width = dpi, height = dpi / 2;
  std::string out = "P6\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
  for (uint32_t i = 0; i < width * height; ++i) out += i == width * (dpi / 6) + dpi / 6 ? dot : ground;
  return out;
}

TEST(MethodText, GivesOneFileWithMarkedPages) {
  Scripted converter;
  converter.text = "一行目\n二行目\n\n\f\fthree http://a.example/\n\f";
  const Made made = run(pdf_to_text, &converter);
  ASSERT_TRUE(made.outcome.leaves());
  EXPECT_EQ(made.bytes,
            "\xef\xbb\xbf--- 1 / 3 ---\r\n\r\n一行目\r\n二行目\r\n\r\n--- 2 / 3 ---\r\n\r\n--- 3 / 3 ---\r\n\r\nthree "
            "hxxp://a[.]example/\r\n\r\n");
  EXPECT_EQ(made.outcome.method, 1);
  EXPECT_EQ(made.outcome.type_out->id, "text");
  ASSERT_EQ(made.outcome.removed.size(), 2u);
  EXPECT_EQ(made.outcome.removed.back().what, "page-without-text");
}

TEST(MethodText, HoldsWhatHasNoText) {
  Scripted converter;
  converter.text = " \n\f\n\f";
  EXPECT_EQ(run(pdf_to_text, &converter).reason(), "no-text-in-document");
  converter.text = "";
  EXPECT_EQ(run(pdf_to_text, &converter).reason(), "no-text-in-document");
}

TEST(MethodText, TakesOutWhatDeceives) {
  Scripted converter;
  converter.text = "a\xE2\x80\xAE" "b\x01" "c\f";   // reversed text, a control character
  const Made made = run(pdf_to_text, &converter);
  EXPECT_NE(made.bytes.find("abc"), std::string::npos);
  EXPECT_EQ(made.outcome.removed.size(), 2u);
}

TEST(MethodText, HoldsWhatIsNoUtf8OrTooMuch) {
  Scripted converter;
  converter.text = "\xFF\xFE\f";
  EXPECT_EQ(run(pdf_to_text, &converter).reason(), "converter-failed");
  Profile profile;
  profile.limits.max_document_pages = 2;
  converter.text = "a\fb\fc\f";
  EXPECT_EQ(run(pdf_to_text, &converter, profile).reason(), "too-many-pages");
  EXPECT_EQ(converter.asked.back().last_page, 3u) << "no more than it takes to know";
  profile.limits.max_text_bytes = 3;
  EXPECT_EQ(run(pdf_to_text, &converter, profile).reason(), "text-too-large");
}

TEST(Methods, SayWhyThereWasNoConversion) {
  for (const auto method : {pdf_to_text, pdf_to_image}) {
    EXPECT_EQ(run(method, nullptr).reason(), "converter-missing");
    Scripted converter;
    converter.text = "text\f";
    converter.words = document(page(""));
    for (const auto& [how, reason] : std::vector<std::pair<Converted, std::string>>{{Converted::unavailable, "converter-missing"},
                                                                                    {Converted::timed_out, "converter-timeout"},
                                                                                    {Converted::failed, "converter-failed"}}) {
      converter.how = how;
      EXPECT_EQ(run(method, &converter).reason(), reason);
    }
  }
}

TEST(MethodImage, MakesGreyPagesOfTheSameSize) {
  Scripted converter;
  converter.words = document(page(word("Hi")) + page("", 36, 72));   // the second is shown turned
  converter.pages = [](const Conversion& asked) { return drawn(asked.dpi, "\x80\x80\x80") + drawn(asked.dpi, "\x80\x80\x80"); };
  const Made made = run(pdf_to_image, &converter);
  ASSERT_TRUE(made.outcome.leaves()) << made.reason();
  EXPECT_EQ(made.outcome.method, 2);
  EXPECT_EQ(made.outcome.action, Action::image);
  EXPECT_EQ(made.outcome.type_out->id, "pdf");
  EXPECT_TRUE(made.outcome.reasons.empty());
  EXPECT_NE(made.bytes.find("/Count 2"), std::string::npos);
  EXPECT_NE(made.bytes.find("/MediaBox[0 0 72 36]"), std::string::npos);
  EXPECT_NE(made.bytes.find("/DeviceGray"), std::string::npos);
  EXPECT_EQ(made.bytes.find("/DeviceRGB"), std::string::npos);
  EXPECT_EQ(made.bytes.find("/Font"), std::string::npos);
}

TEST(MethodImage, KeepsColourAndUsesOneBitForBlackAndWhite) {
  Scripted converter;
  converter.words = document(page(""));
  converter.pages = [](const Conversion& asked) { return drawn(asked.dpi, "\xFF\x20\x20"); };
  EXPECT_NE(run(pdf_to_image, &converter).bytes.find("/DeviceRGB"), std::string::npos);
  converter.pages = [](const Conversion& asked) { return drawn(asked.dpi, Bytes("\0\0\0", 3)); };
  EXPECT_NE(run(pdf_to_image, &converter).bytes.find("/BitsPerComponent 1/"), std::string::npos);
}

TEST(MethodImage, ABlankPageThatHasTextIsAnError) {
  Scripted converter;
  converter.words = document(page(word("見えない")));
  converter.pages = [](const Conversion& asked) { return drawn(asked.dpi, "\xFF\xFF\xFF"); };
  EXPECT_EQ(run(pdf_to_image, &converter).reason(), "blank-page");
  converter.words = document(page(""));
  EXPECT_TRUE(run(pdf_to_image, &converter).outcome.leaves()) << "a blank page without text is a blank page";
}

TEST(MethodImage, APageThatLostNearlyAllOfItsTextIsAnError) {
  Scripted converter;
  std::string many;
  for (int i = 0; i < 9; ++i) many += "<word xMin=\"40.0\" yMin=\"20.0\" xMax=\"60.0\" yMax=\"30.0\">lost</word>\n";
  converter.words = document(page(many));
  converter.pages = [](const Conversion& asked) { return drawn(asked.dpi, Bytes("\0\0\0", 3)); };   // a rule is still there
  EXPECT_EQ(run(pdf_to_image, &converter).reason(), "blank-page");
}

TEST(MethodImage, IsDoneAgainWithFewerDotsWhenTooLarge) {
  Scripted converter;
  converter.words = document(page(""));
  converter.pages = [](const Conversion& asked) {   // noise, which nothing compresses
    std::string out = "P6\n" + std::to_string(asked.dpi) + " " + std::to_string(asked.dpi / 2) + "\n255\n";
    uint32_t seed = 1;
    for (uint32_t i = 0; i < asked.dpi * (asked.dpi / 2) * 3; ++i) out.push_back(static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24));
    return out;
  };
  Profile profile;
  const size_t whole = run(pdf_to_image, &converter, profile).bytes.size();
  profile.max_output_bytes = whole;   // of which a document may be a part
  const Made made = run(pdf_to_image, &converter, profile);
  ASSERT_TRUE(made.outcome.leaves()) << made.reason();
  EXPECT_EQ(made.outcome.reasons, std::vector<std::string>{"lower-resolution"});
  EXPECT_EQ(converter.asked.back().dpi, 110u);
  EXPECT_LT(made.bytes.size(), whole);
  profile.max_output_bytes = 100;
  EXPECT_EQ(run(pdf_to_image, &converter, profile).reason(), "output-too-large");
}

TEST(MethodImage, APageTooLargeForMemoryIsDrawnWithFewerDots) {
  Scripted converter;
  converter.words = document(page("", 14'400, 14'400));
  run(pdf_to_image, &converter);
  ASSERT_EQ(converter.asked.size(), 1u) << "200 inches: less than 36 dots each, nobody could read that";
  converter.words = document(page("", 7'200, 7'200) + page("", 72, 36));
  run(pdf_to_image, &converter);
  EXPECT_EQ(converter.asked.back().dpi, 60u);
}

TEST(MethodImage, TrustsNoAnswer) {
  Scripted converter;
  converter.words = document(page(""));
  for (const std::string& answer : {std::string(), std::string("P6\n"), drawn(150, "abc").substr(0, 5'000), drawn(150, "abc") + drawn(150, "abc"),
                                    drawn(100, "abc"), "P7\n" + drawn(150, "abc"), std::string("P6\n99999 99999\n255\n"), std::string(100'000, '1')}) {
    converter.pages = [&](const Conversion&) { return answer; };
    EXPECT_EQ(run(pdf_to_image, &converter).reason(), "converter-failed") << answer.substr(0, 20);
  }
  for (const std::string& words : {std::string(), std::string("<doc>\n</doc>\n"), std::string("<doc>\n") + page(""), document("<page width=\"1e99\" height=\"5.0\">\n</page>\n"),
                                   document("<page width=\"-5.0\" height=\"5.0\">\n</page>\n"), document(page(page("")))}) {
    converter.words = words;
    EXPECT_FALSE(run(pdf_to_image, &converter).outcome.leaves()) << words;
  }
}

TEST(MethodImage, WritesItsTextInvisiblyWhenThePolicyWantsIt) {
  Scripted converter;
  converter.words = document(page(word("A\xF0\xA0\xAE\xB7")));   // a character beyond the basic plane
  converter.pages = [](const Conversion& asked) { return drawn(asked.dpi, Bytes("\0\0\0", 3)); };
  Profile profile;
  profile.image_text_layer = true;
  const Made made = run(pdf_to_image, &converter, profile);
  EXPECT_NE(made.bytes.find("BT 3 Tr\n/F 12 Tf 100 Tz 1 0 0 1 6 20.4 Tm <0041D800> Tj\nET\n"), std::string::npos) << made.bytes;
  EXPECT_NE(made.bytes.find("<D800> <D842DFB7>"), std::string::npos);
}

TEST(PageWords, AreScrubbedAndDamagedLinesPassedOver) {
  PageWordsReader reader(5);
  const std::string said = document(page(word("&lt;a&gt; &amp;amp;") + word("\xFF") + word("  ") + word("r\xE2\x80\xAEl") +
                                         "    <word xMin=\"x\" yMin=\"6.0\" xMax=\"30.0\" yMax=\"18.0\">lost</word>\n    <word>\n"));
  for (const char c : said) ASSERT_TRUE(reader.write({&c, 1}));
  ASSERT_TRUE(reader.finish());
  ASSERT_EQ(reader.pages.at(0).words.size(), 2u);
  EXPECT_EQ(reader.pages[0].words[0].text, "<a> &amp;");
  EXPECT_EQ(reader.pages[0].words[1].text, "rl");
}

TEST(Pixmaps, OfOneBitAndOfGreyAreRead) {
  std::vector<Pixmap> seen;
  PixmapReader reader(1'000, [&](Pixmap& one) { return seen.push_back(one), true; });
  ASSERT_TRUE(reader.write("P4\n9 2\nabcdP5 2 1 255\nxy"));
  EXPECT_TRUE(reader.at_end_of_one());
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].pixels, "abcd");
  EXPECT_EQ(seen[1].pixels, "xy");
  EXPECT_FALSE(reader.write("P6\n40 40\n255\n")) << "more pixels than allowed";
  EXPECT_TRUE(reader.damaged());
}

}  // namespace
}  // namespace mugai::sanitize
