#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/detect/identify.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;

struct Case {
  std::string name, type, expected, reason;
};
class SafeName : public testing::TestWithParam<Case> {};

TEST_P(SafeName, IsSafeAndStillMeansTheSame) {
  std::vector<std::string> changed;
  EXPECT_EQ(safe_name(GetParam().name, *type_by_id(GetParam().type), changed), GetParam().expected);
  if (GetParam().reason.empty())
    EXPECT_THAT(changed, testing::IsEmpty());
  else
    EXPECT_THAT(changed, testing::Contains(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(Each, SafeName,
                         testing::Values(Case{"会議資料（案）①.txt", "text", "会議資料（案）①.txt", ""},
                                         Case{"第１．２版.csv", "csv", "第１．２版.csv", ""},
                                         Case{"photo.JPEG", "jpeg", "photo.JPEG", ""},
                                         Case{"scan.jpg", "png", "scan.png", "extension-corrected"},
                                         Case{"data.xyz", "text", "data.xyz.txt", ""},
                                         Case{"2024.01.02 report", "png", "2024.01.02 report.png", ""},
                                         Case{"photo\u202Egnp.exe", "png", "photognp.png", "bidi-in-name"},
                                         Case{"a\u200Bb.txt", "text", "ab.txt", "invisible-in-name"},
                                         Case{"請求書.pdf.exe", "exe", "請求書.pdf.exe", ""},
                                         Case{"photo.exe.png", "png", "photo_exe.png", "double-extension"},
                                         Case{"photo.exe____.png", "png", "photo_exe____.png", "double-extension"},
                                         Case{"a.txt::$DATA", "text", "a.txt", "stream-in-name"},
                                         Case{"../../etc/passwd", "text", "passwd.txt", "path-in-name"},
                                         Case{"C:\\Users\\x\\見積.txt", "text", "見積.txt", "path-in-name"},
                                         Case{"con.txt", "text", "_con.txt", "device-name"},
                                         Case{"LPT1", "text", "_LPT1.txt", "device-name"},
                                         Case{"COM1.a.txt", "text", "_COM1.a.txt", "device-name"},
                                         Case{"console.txt", "text", "console.txt", ""},
                                         Case{"name. . .", "text", "name.txt", ""},
                                         Case{"   ", "png", "file.png", ""}, Case{"", "csv", "file.csv", ""},
                                         Case{".htaccess", "text", "htaccess.txt", ""},
                                         Case{"-rf.txt", "text", "_rf.txt", ""},
                                         Case{"a<b>c\"d|e?f*g.txt", "text", "a_b_c_d_e_f_g.txt", ""},
                                         Case{"a\r\nb\0c.txt"s, "text", "a__b_c.txt", "nul-in-name"},
                                         Case{"bad\xff\xfe.txt", "text", "bad__.txt", ""},
                                         Case{"か\u3099き.txt", "text", "がき.txt", ""},
                                         Case{"COM¹.txt", "text", "_COM¹.txt", "device-name"},
                                         Case{"a.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}.txt", "text",
                                              "a_{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}.txt", "double-extension"},
                                         Case{"original.doc", "unknown", "original.doc", ""}));

// Names as town halls send them: nothing of their meaning may go.
INSTANTIATE_TEST_SUITE_P(
    TownHall, SafeName,
    testing::Values(Case{"【重要】○○について（照会）.csv", "csv", "【重要】○○について（照会）.csv", ""},
                    Case{"令和８年度　予算.csv", "csv", "令和８年度　予算.csv", ""},
                    Case{"①㈱～－―.txt", "text", "①㈱～－―.txt", ""},
                    Case{"髙﨑　様_№１２（R8.4.1現在）.txt", "text", "髙﨑　様_№１２（R8.4.1現在）.txt", ""},
                    Case{"別紙１‐２・様式第３号.tif", "tiff", "別紙１‐２・様式第３号.tif", ""},
                    Case{"葛\U000E0100城市.txt", "text", "葛\U000E0100城市.txt", ""},
                    Case{"議案第12号．pdf.txt", "text", "議案第12号．pdf.txt", ""},
                    Case{"ｱｲｳ 半角ｶﾅ.csv", "csv", "ｱｲｳ 半角ｶﾅ.csv", ""},
                    Case{"~$見積書.txt", "text", "_$見積書.txt", ""}));

TEST(SafeName, CutsLongNamesAtACharacterAndKeepsTheExtension) {
  std::string longest;
  for (int i = 0; i < 1000; ++i) longest += "長";
  std::vector<std::string> changed;
  const std::string name = safe_name(longest + ".csv", *type_by_id("csv"), changed);
  EXPECT_LE(name.size(), 200u);
  EXPECT_EQ(name.substr(name.size() - 4), ".csv");
  EXPECT_EQ((name.size() - 4) % 3, 0u);
}

TEST(SafeName, IsAFixedPoint) {
  for (size_t blanks = 150; blanks < 220; ++blanks) {  // the cut falls before, into and behind what matters
    std::vector<std::string> changes;
    const std::string once = safe_name(std::string(blanks, 'x') + ".one.con", type_unknown(), changes);
    EXPECT_EQ(safe_name(once, type_unknown(), changes), once);
  }
  for (const char* input : {"photo.exe.png", "..\\con", "a\u202Eb.js.txt.exe", "x.y.z.", "NUL.png", "   .png",
                            "a．exe.png", "x.\u3000", "\x80.\u3000.", "con   "}) {
    std::vector<std::string> first_changes, second_changes;
    const Type& png = *type_by_id("png");
    const std::string once = safe_name(input, png, first_changes);
    EXPECT_EQ(safe_name(once, png, second_changes), once) << input;
    EXPECT_THAT(second_changes, testing::IsEmpty()) << once;
  }
}

}  // namespace
}  // namespace mugai::sanitize
