#include "sanitizers/mime/header_text.h"

#include <gtest/gtest.h>

#include <chrono>

#include "sanitizers/mime/address.h"

namespace mugai::sanitize {
namespace {

struct Case {
  const char* raw;
  const char* text;
};

TEST(DecodeHeaderText, ReadsEncodedWordsOfTheWild) {
  const Case cases[] = {
      {"plain  text", "plain  text"},
      {"=?UTF-8?B?5pel5pys?=", "日本"},
      {"=?utf-8?q?=E6=97=A5_=E6=9C=AC?=", "日 本"},
      {"=?ISO-2022-JP?B?GyRCRnwbKEI=?= =?ISO-2022-JP?B?GyRCS1wbKEI=?=", "日本"},  // each word padded
      {"=?ISO-2022-JP?B?GyRCRnw=?=\r\n =?ISO-2022-JP?B?S1wbKEI=?=", "日本"},      // shift state goes on
      {"=?UTF-8?B?5pel5p?= =?UTF-8?B?ys?=", "日本"},                              // cut inside a group
      {"=?UTF-8?Q?=E6=97?= =?UTF-8?Q?=A5?=", "日"},                               // cut inside a character
      {"=?UTF-8?B?5pel?= =?UTF-8?Q?=E6=9C=AC?=", "日本"},
      {"=?utf-8?Q?a b?=", "a b"},
      {"=?UTF-8?B? 5pel 5pys ?=", "日本"},
      {"Re:=?UTF-8?B?5pel?=x", "Re:日x"},
      {"\"=?UTF-8?B?5pel?=\"", "\"日\""},
      {"=?utf-8*ja?Q?=E6=97=A5?=", "日"},
      {"=?utf-8?Q?never closed", "=?utf-8?Q?never closed"},
      {"=?utf-8?Q?never =?utf-8?Q?closed?=", "=?utf-8?Q?never closed"},
      {"=?utf-8?Q?why?"
       "?=",
       "why?"},
      {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
      {"a\r\n b\r\n\tc", "a b c"},
      {"\x93\xFA\x96{\x8C\xEA", "日本語"},
      {"\x1B$BF|K\\8l\x1B(B", "日本語"},
      {"\x1B$B=?=?\x1B(B =?UTF-8?B?5pel?=", "戎戎 日"},
      {"=?Shift_JIS?B?g1yVXJRc?=", "ソ表能"},
      {"=?cp932?Q?=87=40=87=8A?=", "①㈱"},
      {"=?x-unknown?B?k/qWew==?=", "日本"},
      {"=?UTF-8?B?"
       "?=",
       ""},
      {"a =?UTF-8?Q?=0D=0ABcc:_x?=", "a  Bcc: x"},
  };
  for (const Case& c : cases) EXPECT_EQ(decode_header_text(c.raw), c.text) << c.raw;
}

const Parameter& parameter(const ParameterizedValue& value, std::string_view name) {
  static const Parameter none;
  const Parameter* found = value.find(name);
  return found ? *found : none;
}

TEST(ParseParameterized, ReadsNamesInEveryForm) {
  const Case cases[] = {
      {"attachment; filename=a.txt", "a.txt"},
      {"attachment; FileName = \"a b.txt\"", "a b.txt"},
      {"attachment; filename=\"a\\\"b.txt\"", "a\"b.txt"},
      {"attachment; filename*=UTF-8'ja'%E6%97%A5.txt", "日.txt"},
      {"attachment; filename*=iso-2022-jp''%1B%24BF%7C%1B%28B.txt", "日.txt"},
      {"attachment; filename*1*=%97%A5.txt; filename*0*=UTF-8''%E6", "日.txt"},
      {"attachment; filename*0*=UTF-8''%E6%97%A5; filename*1=\" x.txt\"", "日 x.txt"},
      {"attachment; filename*0=\"long \"; filename*1=\"name.txt\"", "long name.txt"},
      {"attachment; filename*0=\"=?UTF-8?B?5pel\"; filename*1=\"5pys?=.txt\"", "日本.txt"},
      {"attachment; filename=\"=?UTF-8?B?5pel?=\r\n =?UTF-8?B?5pysLnR4dA==?=\"", "日本.txt"},
      {"attachment; filename==?UTF-8?B?5pel?= =?UTF-8?B?5pysLnR4dA==?=", "日本.txt"},
      {"attachment; filename*=UTF-8''100%_sure%2.txt", "100%_sure%2.txt"},
      {"attachment; filename=日本 語.xls; size=3", "日本 語.xls"},
      {"attachment; filename=\"\x83\\\x95\\\x94\\.txt\"", "ソ表能.txt"},
      {"attachment; filename=\"\x1B$B%=I=G=\x1B(B.txt\"", "ソ表能.txt"},
      {"attachment; filename=report(1).txt", "report(1).txt"},
      {"attachment; filename=a.txt (a comment)", "a.txt"},
      {"attachment; filename=\"C:\\tmp\\a.txt\"", "C:\\tmp\\a.txt"},
      {"filename=a.txt", "a.txt"},
      {"attachment filename=a.txt", "a.txt"},
      {"attachment; filename=\"a.txt", "a.txt"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(parameter(parse_parameterized(c.raw), "filename").value, c.text) << c.raw;
}

TEST(ParseParameterized, KeepsEveryOtherReading) {
  const struct {
    const char* raw;
    const char* value;
    const char* reading;
  } cases[] = {
      {"attachment; filename=a.txt; filename*=UTF-8''b.exe", "b.exe", "a.txt"},
      {"attachment; filename=a.txt; filename=b.exe", "a.txt", "b.exe"},
      {"attachment; filename=\"a.txt\".exe", "a.txt", "a.txt.exe"},
      {"attachment; filename=a.exe b.txt", "a.exe b.txt", "a.exe"},
      {"attachment; filename=a.exe(b).txt", "a.exe(b).txt", "a.exe.txt"},
      {"attachment; filename=a%2Eexe", "a%2Eexe", "a.exe"},
      {"attachment; filename*0=a.txt; filename*0=a.exe", "a.txt", "a.exe"},
      {"attachment; filename*0=a.exe; filename*2=.txt", "a.exe", "a.exe.txt"},
  };
  for (const auto& c : cases) {
    const ParameterizedValue parsed = parse_parameterized(c.raw);
    EXPECT_EQ(parameter(parsed, "filename").value, c.value) << c.raw;
    const auto& readings = parameter(parsed, "filename").readings;
    EXPECT_NE(std::find(readings.begin(), readings.end(), c.reading), readings.end()) << c.raw;
  }
}

TEST(ParseParameterized, ReadsTheValueAndNamesWhatIsOdd) {
  const ParameterizedValue good =
      parse_parameterized("Text/Plain (comment); charset=\"UTF-8\"; format=flowed");
  EXPECT_EQ(good.value, "text/plain");
  EXPECT_EQ(parameter(good, "charset").value, "UTF-8");
  EXPECT_TRUE(good.notes.empty());
  const auto notes = [](Bytes raw) { return parse_parameterized(raw).notes; };
  EXPECT_EQ(notes("text/plain; charset=a; charset=b"), std::vector<std::string>{"duplicate-parameter"});
  EXPECT_EQ(notes("text/plain; " + std::string(70, 'n') + "=v"),
            std::vector<std::string>{"long-parameter-name"});
  EXPECT_EQ(notes("text/plain; nonsense"), std::vector<std::string>{"malformed-parameter"});
  EXPECT_EQ(notes("text//plain"), std::vector<std::string>{"malformed-value"});
  EXPECT_EQ(parse_parameterized("text//plain").value, "");
  const ParameterizedValue unseparated =
      parse_parameterized("multipart/mixed boundary=abc charset=\"utf-8\"");
  EXPECT_EQ(unseparated.value, "multipart/mixed");
  EXPECT_EQ(parameter(unseparated, "boundary").value, "abc");
  EXPECT_EQ(parameter(unseparated, "charset").value, "utf-8");
}

TEST(HeaderParsers, TakeLinearTime) {
  for (const char* piece :
       {"=?a?q?", "=?utf-8?B?QQ==?= ", "=?utf-8?B?A?= ", "=?", "; a=b", "; a*0=b", "\"", "(", "\\", "<", "a@",
        "a@b ", ",", "\x1B$", "\xE3\x81", "=?=", ": ", "; filename=\xFFx", "; n=("}) {
    std::string value = "text/plain";
    while (value.size() < (256u << 10)) value += piece;
    const auto start = std::chrono::steady_clock::now();
    (void)decode_header_text(value);
    (void)parse_parameterized(value);
    (void)parse_addresses(value, 1000);
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    EXPECT_LT(ms, 2000)
        << piece;  // tens of ms in a release build; the margin is for sanitizers and busy machines
  }
}

TEST(EncodeHeader, RoundTrips) {
  const std::vector<std::string> texts = {
      "Hello",
      "Re: 日本語の件名",
      "日本語",
      "=?utf-8?Q?looks_like_a_word?=",
      "a  b   c",
      std::string(300, 'x'),
      std::string(2000, 'y'),
      "Re: Fwd: 無害化 report 2024",
      std::string("とても長い件名が続きますので何度も折り返すことになるはずです、そうでなければこの試験は失敗"
                  "します。絵文字👨‍👩‍👧も。"),
      "plain words that are long enough to be folded at least once because they pass seventy-six columns "
      "easily",
  };
  for (const std::string& text : texts) {
    const std::string header = encode_header("Subject", text);
    ASSERT_TRUE(header.ends_with("\r\n"));
    EXPECT_EQ(decode_header_text(std::string_view(header).substr(8)), text) << header;
    size_t line = 0;
    for (const char c : header) {
      EXPECT_LT(static_cast<unsigned char>(c), 0x7Fu);
      line = c == '\n' ? 0 : line + 1;
      EXPECT_LE(line, text.size() == 300 ? 311u : 77u) << header;
    }
  }
}

TEST(EncodeName, RoundTripsInBothForms) {
  const std::vector<std::string> names = {
      "a.txt",       "a b.txt",
      "日本語.xlsx", "\"quoted\\\".txt",
      "=?x?=.txt",   std::string(180, 'n'),
      "100%'s;.txt", "令和六年度第三回定例会における一般質問通告書一覧表（最終版）修正済.docx",
      "(1).txt"};
  for (const std::string& name : names) {
    const ParameterizedValue type = parse_parameterized("application/x" + encode_name_rfc2047("name", name));
    EXPECT_EQ(parameter(type, "name").value, name);
    const ParameterizedValue disposition =
        parse_parameterized("attachment" + encode_name_rfc2231("filename", name));
    EXPECT_EQ(parameter(disposition, "filename").value, name);
    EXPECT_TRUE(parameter(disposition, "filename").readings.empty()) << name;
    EXPECT_TRUE(disposition.notes.empty()) << name;
  }
}

}  // namespace
}  // namespace mugai::sanitize
