// Instructions of Word's fields, as documents and rich text hand them over: what may stay, whatever their reader makes of
// tracked changes, blanks and quotes.
#include <gtest/gtest.h>

#include "sanitizers/office/field_readings.h"

namespace mugai::sanitize {
namespace {

struct Judged {
  Tally tally;
  Links links{UrlPolicy::keep, tally};
};

bool stays(std::string_view instruction) {
  Judged around;
  return judge_field(instruction, false, around.links).stays;
}

TEST(Fields, WebLinksStay) {
  for (const char* instruction : {" HYPERLINK \"https://city.example/\" ", "HYPERLINK https://city.example/", "HYPERLINK \\l \"_Toc1\"", "HYPERLINK \\l _Toc1",
                                  "HYPERLINK \"https://city.example/\" \\o \"a tip\" \\t \"_blank\""})
    EXPECT_TRUE(stays(instruction)) << instruction;
}

// LibreOffice takes only a blank for a divider, and would find a target where others see what belongs to a switch.
TEST(Fields, ALinkThatReadersReadInDifferentWaysGoes) {
  for (const char* instruction : {"HYPERLINK \\o \t \"file://evil.example/a.exe\"", "HYPERLINK \\o\n\"file://evil.example/a\"", "HYPERLINK\t\"https://city.example/\"",
                                  "HYPERLINK \\o xfile://evil.example/a", "HYPERLINK \\o x\"file://evil.example/a\"", "HYPERLINK \\t \"file://evil.example/a",
                                  "HYPERLINK \"https://city.example/\"\"x\""})
    EXPECT_FALSE(stays(instruction)) << instruction;
}

TEST(Fields, WhatADeletionHidesIsSeenHoweverLongItIs) {
  for (const size_t length : {size_t{1}, size_t{8'300}, size_t{100'000}}) {
    Judged around;
    FieldReadings deleted;
    deleted.add("PAGE " + std::string(length, 'x'), true, false);
    deleted.add("DDEAUTO cmd /k calc", false, false);
    EXPECT_FALSE(deleted.judge(around.links).stays) << length;
    FieldReadings inserted;
    inserted.add("PAGE " + std::string(length, 'x'), false, true);
    inserted.add("INCLUDEPICTURE http://evil.example/a.png", false, false);
    EXPECT_FALSE(inserted.judge(around.links).stays) << length;
  }
}

TEST(Fields, AnInstructionWithoutWordsIsEmpty) {
  FieldReadings none, blank;
  blank.add(" \t\r\n", false, false);
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(blank.empty());
}

}  // namespace
}  // namespace mugai::sanitize
