#include <gmock/gmock.h>

#include "gateway/av/judge.h"

namespace mugai::gateway {
namespace {

using config::AntivirusFailure;
using Kind = ScanResult::Kind;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

std::string reply(std::string text) { return text + '\0'; }

TEST(ClamdReply, OnlyAClearOkIsClean) {
  EXPECT_EQ(parse_clamd_reply(reply("stream: OK")).kind, Kind::clean);
  for (const char* text : {"", "OK", "stream: ", "stream: ok", "stream: OK ", "stream: OK\nstream: X FOUND", " FOUND", "stream:  FOUND",
                           "INSTREAM size limit exceeded. ERROR", "stream: Can't allocate memory ERROR", "UNKNOWN COMMAND"})
    EXPECT_NE(parse_clamd_reply(reply(text)).kind, Kind::clean) << text;
  EXPECT_EQ(parse_clamd_reply("stream: OK").kind, Kind::failed) << "a reply that was cut off";
}

TEST(ClamdReply, NamesWhatWasFound) {
  const ScanResult result = parse_clamd_reply(reply("stream: Eicar-Test-Signature FOUND"));
  EXPECT_EQ(result.kind, Kind::found);
  EXPECT_EQ(result.detail, "Eicar-Test-Signature");
  EXPECT_EQ(parse_clamd_reply(reply("stream: a\nb\xe3 FOUND")).detail, "a?b?");
}

TEST(ClamdReply, ALimitOfTheScannerIsNoVirus) {
  EXPECT_EQ(parse_clamd_reply(reply("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND")).kind, Kind::failed);
}

TEST(ClamdChunk, LengthIsBigEndian) { EXPECT_EQ(clamd_chunk_length(0x01020304), "\1\2\3\4"); }

Scanned one(std::string path, Kind kind) { return {path, path.empty() ? "" : "sha:" + path, {kind, kind == Kind::found ? "Virus" : ""}}; }

std::vector<std::string> condemned(const Judgement& judgement) {
  std::vector<std::string> out;
  for (const sanitize::Condemned& each : judgement.condemned) out.push_back(each.sha256 + " " + each.reason);
  return out;
}

TEST(Judge, CleanPasses) {
  EXPECT_EQ(judge({one("", Kind::clean), one("1", Kind::clean)}, AntivirusFailure::hold).kind, Judgement::Kind::pass);
}

TEST(Judge, HoldsTheSmallestInfectedPieceAndWhatIsAroundItLives) {
  const Judgement judgement = judge({one("", Kind::found), one("2", Kind::found), one("2/1", Kind::clean),
                                     one("2/3", Kind::found), one("3", Kind::clean), one("23", Kind::clean)},
                                    AntivirusFailure::hold);
  EXPECT_EQ(judgement.kind, Judgement::Kind::again);
  EXPECT_THAT(condemned(judgement), ElementsAre("sha:2/3 virus"));
}

TEST(Judge, HoldsAnArchiveThatIsInfectedWithoutAnInfectedMember) {
  const Judgement judgement = judge({one("", Kind::found), one("2", Kind::found), one("2/1", Kind::clean)}, AntivirusFailure::hold);
  EXPECT_THAT(condemned(judgement), ElementsAre("sha:2 virus"));
}

TEST(Judge, HoldsAllWhenOnlyTheOriginalIsInfected) {
  const Judgement judgement = judge({one("", Kind::found), one("1", Kind::clean)}, AntivirusFailure::deliver);
  EXPECT_EQ(judgement.kind, Judgement::Kind::whole);
  EXPECT_EQ(judgement.reason, "virus");
}

TEST(Judge, WhatCouldNotBeScannedFollowsThePolicy) {
  const std::vector<Scanned> piece = {one("", Kind::clean), one("2", Kind::failed)};
  EXPECT_THAT(condemned(judge(piece, AntivirusFailure::hold)), ElementsAre("sha:2 virus-scan-failed"));
  EXPECT_EQ(judge(piece, AntivirusFailure::deliver).kind, Judgement::Kind::pass);
  EXPECT_EQ(judge(piece, AntivirusFailure::defer).kind, Judgement::Kind::later);
  const Judgement whole = judge({one("", Kind::failed), one("2", Kind::failed)}, AntivirusFailure::hold);
  EXPECT_EQ(whole.kind, Judgement::Kind::whole);
  EXPECT_EQ(whole.reason, "virus-scan-failed");
}

TEST(AllHeld, LooksForEachCondemnedPieceOrWhatIsAroundIt) {
  const std::vector<sanitize::Condemned> condemned = {{"2/3", "sha", "virus", ""}};
  sanitize::Report report;
  sanitize::Item item;
  item.path = "2/3";
  item.action = sanitize::Action::held;
  report.items = {item};
  EXPECT_TRUE(all_held(condemned, report));
  report.items[0].path = "2";
  EXPECT_TRUE(all_held(condemned, report));
  report.items[0].path = "2/33";
  EXPECT_FALSE(all_held(condemned, report));
  report.items[0].path = "2/3";
  report.items[0].action = sanitize::Action::rebuilt;
  report.items[0].output_name = "a.txt";
  EXPECT_FALSE(all_held(condemned, report));
  EXPECT_TRUE(all_held({}, report));
}

TEST(Judge, AVirusIsHeldEvenWhenFailuresPass) {
  const std::vector<Scanned> both = {one("", Kind::failed), one("2", Kind::found)};
  EXPECT_THAT(condemned(judge(both, AntivirusFailure::deliver)), ElementsAre("sha:2 virus"));
}

}  // namespace
}  // namespace mugai::gateway
