#include "sanitizers/mime/transfer.h"

#include <gtest/gtest.h>

namespace mugai::sanitize {
namespace {

std::string decoded(TransferEncoding encoding, Bytes bytes, size_t chunk, TransferFacts* facts = nullptr) {
  TransferDecoder decoder(encoding);
  StringSink sink;
  for (size_t i = 0; i < bytes.size(); i += chunk) EXPECT_TRUE(decoder.decode(bytes.substr(i, chunk), sink));
  EXPECT_TRUE(decoder.finish(sink));
  if (facts) *facts = decoder.facts();
  return sink.text;
}

struct Case {
  const char* in;
  const char* out;
  bool after_padding = false, foreign = false, truncated = false;
};

void check(TransferEncoding encoding, const Case& c) {
  for (const size_t chunk : {1, 2, 3, 1000}) {
    TransferFacts facts;
    EXPECT_EQ(decoded(encoding, c.in, chunk, &facts), c.out) << c.in << " in chunks of " << chunk;
    EXPECT_EQ(facts.data_after_padding, c.after_padding) << c.in;
    EXPECT_EQ(facts.foreign_characters, c.foreign) << c.in;
    EXPECT_EQ(facts.truncated, c.truncated) << c.in;
  }
}

TEST(TransferDecoder, ReadsBase64AsTheMostLenientReaderDoes) {
  const Case cases[] = {
      {"VklSVVM=", "VIRUS"},
      {"VklS\r\nVVM=\r\n", "VIRUS"},
      {"Vk\nlS VVM =", "VIRUS"},
      {"Vkk=\r\nUlVTISE=", "VIRUS!!", true},
      {"VklS!VVM=", "VIRUS", false, true},
      {"VklSVVM", "VIRUS", false, false, true},
      {"VklSV", "VIR", false, false, true},
      {"====", ""},
      {"", ""},
  };
  for (const Case& c : cases) check(TransferEncoding::base64, c);
}

TEST(TransferDecoder, ReadsQuotedPrintableLeniently) {
  const Case cases[] = {
      {"=E6=97=a5", "日"},
      {"a=\r\nb", "ab"},
      {"a= \t\r\nb", "ab"},
      {"a=\nb", "ab"},
      {"a  \r\nb", "a\r\nb"},
      {"a  b ", "a  b"},
      {"a=ZZb", "a=ZZb", false, true},
      {"a==41", "a=A", false, true},
      {"a=", "a", false, false, true},
      {"a=4", "a=4", false, false, true},
  };
  for (const Case& c : cases) check(TransferEncoding::quoted_printable, c);
}

TEST(TransferDecoder, ReadsUuencode) {
  check(TransferEncoding::uuencode, {"begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n", "Cat"});
  check(TransferEncoding::uuencode, {"begin 644 a.txt\n#0V%T\n", "Cat", false, false, true});
}

TEST(TransferEncodingName, LooksThroughSloppiness) {
  const struct {
    const char* in;
    TransferEncoding out;
    bool sloppy;
  } cases[] = {
      {" Base64 ", TransferEncoding::base64, false},
      {"(x) base64", TransferEncoding::base64, true},
      {"\"quoted-printable\"", TransferEncoding::quoted_printable, true},
      {"base64;", TransferEncoding::base64, true},
      {"7bit", TransferEncoding::identity, false},
      {"x-uuencode", TransferEncoding::uuencode, false},
      {"rot13", TransferEncoding::unknown, true},
  };
  for (const auto& c : cases) {
    bool sloppy = false;
    EXPECT_EQ(parse_transfer_encoding(c.in, sloppy), c.out) << c.in;
    EXPECT_EQ(sloppy, c.sloppy) << c.in;
  }
}

TEST(Base64Encoder, FillsLinesWhateverTheChunks) {
  std::string data;
  for (int i = 0; i < 1000; ++i) data += static_cast<char>(i * 7);
  for (const size_t chunk : {1, 56, 57, 58, 1000}) {
    Base64Encoder encoder;
    StringSink sink;
    for (size_t i = 0; i < data.size(); i += chunk)
      ASSERT_TRUE(encoder.encode(Bytes(data).substr(i, chunk), sink));
    ASSERT_TRUE(encoder.finish(sink));
    EXPECT_EQ(sink.text.find("\r\n"), 76u);
    EXPECT_EQ(decoded(TransferEncoding::base64, sink.text, 100), data) << chunk;
  }
}

TEST(QuotedPrintable, KeepsLinesShortAndTheTextWhole) {
  std::string text = "From here\n.\nblank at the end \n=\ttab\t\n";
  for (int i = 0; i < 100; ++i) text += "日本語 text ";
  const std::string encoded = encode_quoted_printable(text);
  size_t line = 0;
  for (const char c : encoded) {
    line = c == '\n' ? 0 : line + 1;
    EXPECT_LE(line, 77u);  // 76 and the CR
  }
  EXPECT_EQ(encoded.find("\nFrom "), std::string::npos);
  EXPECT_EQ(encoded.find("\n.\r"), std::string::npos);
  std::string back = decoded(TransferEncoding::quoted_printable, encoded, 7);
  back.erase(std::remove(back.begin(), back.end(), '\r'), back.end());
  EXPECT_EQ(back, text);
}

TEST(FindUuencoded, FindsFilesInsideText) {
  const std::string text =
      "Hello,\nbegin 644 cat.txt\n#0V%T\n`\nend\nBye. begin 644 of the story\nbegin 644 in a sentence\nnot "
      "data at all, is it?\n";
  const auto blocks = find_uuencoded(text, 10);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].name, "cat.txt");
  EXPECT_EQ(blocks[0].data, "Cat");
  EXPECT_EQ(text.substr(blocks[0].begin, blocks[0].end - blocks[0].begin),
            "begin 644 cat.txt\n#0V%T\n`\nend\n");
}

TEST(FindUuencoded, FindsAFileThatWasCutOff) {
  const auto blocks = find_uuencoded("begin 755 a.exe\r\n#0V%T\r\n\r\nregards\r\n", 10);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].data, "Cat");
}

}  // namespace
}  // namespace mugai::sanitize
