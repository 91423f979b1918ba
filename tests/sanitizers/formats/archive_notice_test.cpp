// What a clerk reads about an archive in the notice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/mime/notice.h"

namespace mugai::sanitize {
namespace {

using testing::HasSubstr;
using testing::Not;

Item item(std::string path, std::string name, std::string detected, Action action, std::vector<std::string> reasons = {}) {
  Item one;
  one.path = std::move(path);
  one.name = std::move(name);
  one.detected = std::move(detected);
  one.action = action;
  one.reasons = std::move(reasons);
  if (action != Action::held && action != Action::locked) {
    one.method = 3;
    one.output_name = one.name.substr(one.name.rfind('/') + 1);
  }
  return one;
}

std::string notice_of(const Report& report) { return write_notice(report, {}, Profile{}); }

TEST(ArchiveNotice, SaysHowManyMembersStayedBehindAndNamesEach) {
  Report report;
  report.id = "M-1";
  report.items = {item("1", "資料.zip", "zip", Action::rebuilt), item("1/1", "a.txt", "text", Action::rebuilt),
                  item("1/2", "sub/b.exe", "exe", Action::held, {"executable"}), item("1/3", "c.vbs", "script-vbs", Action::held, {"executable"})};
  report.items[0].removed = {{"renamed-members", 1}, {"held-members", 2}};
  const std::string notice = notice_of(report);
  EXPECT_THAT(notice, HasSubstr("・資料.zip（ZIP 書庫）: 無害化して添付しました（サニタイズ）。中の 1 件は名前を変えました。中の 2 件はお届けしていません。\n"));
  EXPECT_THAT(notice, HasSubstr("・資料.zip の中の sub/b.exe（実行ファイル）: お届けしていません。"));
  EXPECT_THAT(notice, HasSubstr("保管番号: M-1-3"));
  EXPECT_THAT(notice, HasSubstr("* 資料.zip (ZIP archive): attached after treatment (sanitized). 1 inside got another name. 2 files inside were not delivered.\n"));
  EXPECT_THAT(notice, HasSubstr("* c.vbs (script (VBScript)) in 資料.zip: not delivered."));
  EXPECT_THAT(notice, Not(HasSubstr("a.txt")));
  EXPECT_THAT(notice, Not(HasSubstr("除いたもの")));
}

TEST(ArchiveNotice, DoesNotClaimThatMembersOfAHeldArchiveWereAttached) {
  Report report;
  report.id = "M-1";
  report.items = {item("1", "a.zip", "zip", Action::held, {"output-too-large"}), item("1/1", "x.txt", "text", Action::rebuilt)};
  report.items[1].removed = {{"control-character", 3}};
  EXPECT_THAT(notice_of(report), Not(HasSubstr("x.txt")));
}

TEST(ArchiveNotice, SaysOfAnAlteredMemberThatItWasPutBack) {
  Report report;
  report.items = {item("1", "a.zip", "zip", Action::rebuilt), item("1/1", "f/x.txt", "text", Action::rebuilt)};
  report.items[1].removed = {{"control-character", 3}};
  EXPECT_THAT(notice_of(report), HasSubstr("・a.zip の中の f/x.txt（テキスト）: 無害化して中に入れました（サニタイズ）。除いたもの: 制御文字 3。\n"));
}

TEST(ArchiveNotice, StaysShortForManyMembersAndLeavesRoomForOthers) {
  Report report;
  report.id = "M-1";
  report.items.push_back(item("1", "a.zip", "zip", Action::rebuilt));
  for (int i = 1; i <= 500; ++i) report.items.push_back(item("1/" + std::to_string(i), "x.exe", "exe", Action::held, {"executable"}));
  report.items.push_back(item("2", "last.exe", "exe", Action::held, {"executable"}));
  const std::string notice = notice_of(report);
  EXPECT_THAT(notice, HasSubstr("・ほか 480 件\n"));
  EXPECT_THAT(notice, HasSubstr("・last.exe"));
  EXPECT_LT(notice.size(), 10'000u);
}

TEST(ArchiveNotice, SaysNothingOfCleanArchives) {
  Report report;
  report.items = {item("1", "a.zip", "zip", Action::rebuilt), item("1/1", "x.txt", "text", Action::rebuilt)};
  EXPECT_EQ(notice_of(report), "");
}

TEST(ArchiveNotice, ListsWhatALockedArchiveContains) {
  Report report;
  report.id = "M-1";
  report.items = {item("1", "a.zip", "zip", Action::locked, {"encrypted"})};
  report.items[0].removed = {{"members", 21}, {"member: 秘密.xlsx", 1}};
  EXPECT_THAT(notice_of(report), HasSubstr("中のファイル: 秘密.xlsx ほか、全 21 件"));
}

}  // namespace
}  // namespace mugai::sanitize
