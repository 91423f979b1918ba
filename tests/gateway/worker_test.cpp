// The worker from outside and from inside: the cage refuses, crashes and hangs cost one worker, answers are checked.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gateway/file.h"
#include "gateway/worker/protocol.h"

namespace mugai::gateway {
namespace {

// The exit status of `mugai worker --probe WHAT`: 0 or death by SIGSYS mean that the cage refused.
int probe(const std::string& what) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execl(MUGAI_BINARY, "mugai", "worker", "--probe", what.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

TEST(Cage, RefusesEverythingButParsing) {
  for (const char* what : {"open", "socket", "exec", "fork", "kill", "ptrace", "memory", "gigabyte"}) {
    const int status = probe(what);
    const bool refused = (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
                         (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
    EXPECT_TRUE(refused) << what << " status " << status;
  }
}

TEST(SealedFiles, CannotShrinkOrChangeUnderAMapping) {
  Result<Fd> file = unnamed_file("/tmp", true);
  ASSERT_TRUE(file);
  ASSERT_TRUE(write_all(file->get(), std::string(100'000, 'x')));
  ASSERT_TRUE(seal(file->get()));
  EXPECT_NE(::ftruncate(file->get(), 0), 0);
  EXPECT_FALSE(pwrite_all(file->get(), "y", 0));
  EXPECT_FALSE(write_all(file->get(), "y"));
}

TEST(Cage, TheProbeItselfWorks) {
  // An unknown probe is never refused: a probe that always said "refused" would prove nothing.
  const int status = probe("nonsense");
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

TEST(WorkerProtocol, ARequestSurvivesTheRoundTrip) {
  WorkRequest request;
  request.kind = WorkRequest::Kind::file;
  request.id = "261120-AAAAAA-BBBBB";
  request.name = "表.csv";
  request.offset = 7;
  request.size = 9;
  request.passwords = {"秘密"};
  request.profile.name = "kaikei";
  request.profile.urls = UrlPolicy::remove;
  request.profile.types["svg"] = TypeOverride::hold;
  request.profile.limits.max_mime_depth = 5;
  const Result<WorkRequest> parsed = request_from_json(to_json(request));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(to_json(*parsed), to_json(request));
  EXPECT_EQ(parsed->profile.limits.max_mime_depth, 5u);
}

TEST(WorkerProtocol, ResponsesAreUntrusted) {
  for (const char* bad : {"", "{}", "[]", "{\"ok\":true}", "{\"ok\":true,\"output_size\":0,\"held\":[],\"extracted\":[]}",
                          "{\"ok\":true,\"output_size\":0,\"held\":[],\"extracted\":[]}\n{}", "{\"ok\":true,\"held\":[]}\n{\"id\":\"X\"}",
                          "{\"ok\":\"yes\"}", "{\"ok\":false,\"error\":[\"a\"]}"})
    EXPECT_FALSE(response_from_json(bad)) << bad;
}

TEST(WorkerProtocol, AResponseSurvivesTheRoundTrip) {
  WorkResponse response;
  response.ok = true;
  response.report.id = "X-1";
  response.report.subject = "一行目\n二行目";
  response.report.items.resize(2);
  response.report.items[1].name = "表.csv";
  response.output_size = 7;
  response.held = {{"1.2", 3, 4}};
  const Result<WorkResponse> parsed = response_from_json(to_json(response));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(to_json(*parsed), to_json(response));
  EXPECT_EQ(parsed->report.subject, response.report.subject);
  EXPECT_EQ(parsed->held.at(0).size, 4u);
}

TEST(WorkerProtocol, TakesOnlyAPlainMessageId) {
  WorkResponse response;
  response.ok = true;
  for (const auto& [said, taken] : std::vector<std::pair<std::string, std::string>>{
           {"1.2@mail.example", "1.2@mail.example"}, {"a b", ""}, {"<a>", ""}, {"a\r\nb", ""}, {"日", ""}, {std::string(901, 'a'), ""}}) {
    response.report.message_id = said;
    EXPECT_EQ(response_from_json(to_json(response)).value().report.message_id, taken) << said;
  }
}

TEST(WorkerProtocol, AnUnknownActionOrVerdictReadsAsHeld) {
  const Result<WorkResponse> response = response_from_json(
      R"({"ok":true,"output_size":0,"pages":0,"heads":[],"message_id":"","held":[],"extracted":[]})" "\n"
      R"({"id":"X","profile":"p","verdict":"sparkling","subject":"",)"
      R"("notes":[],"items":[{"path":"1","name":"","output_name":"","declared":"","detected":"","action":"waved-through",)"
      R"("method":null,"reasons":[],"removed":[],"size_in":0,"size_out":0,"sha256_in":"","sha256_out":""}]})");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->report.verdict, sanitize::Verdict::held);
  EXPECT_EQ(response->report.items.at(0).action, sanitize::Action::held);
}

}  // namespace
}  // namespace mugai::gateway
