#include "gateway/spool/spool.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "tests/support/temporary.h"

namespace mugai::gateway {
namespace {

SpoolHeader header_for(const std::string& recipient) {
  SpoolHeader header;
  header.received_ms = 1'795'000'000'000;
  header.id = new_message_id(header.received_ms);
  header.zone = "internet";
  header.client = "from mx.example ([192.0.2.1]) by gw.example with ESMTPS";
  header.envelope.reverse_path.text = "sender@example.com";
  smtp::Recipient to;
  to.forward_path.text = recipient;
  header.envelope.recipients.push_back(to);
  return header;
}

// A spool whose completions run at once, on its own threads.
std::unique_ptr<Spool> open_spool(const std::string& directory) {
  auto spool = Spool::open(directory, [](std::function<void()> work) { work(); });
  EXPECT_TRUE(spool) << spool.error().text;
  return std::move(spool).value();
}

Result<SpooledMessage> commit(Spool& spool, SpoolHeader header, Bytes content) {
  std::promise<Result<SpooledMessage>> stored;
  auto writer = spool.begin(std::move(header));
  EXPECT_TRUE(writer->write(content));
  writer->commit([&](Result<SpooledMessage> result) { stored.set_value(std::move(result)); });
  return stored.get_future().get();
}

TEST(SpoolFile, EnvelopeSurvivesTheRoundTrip) {
  SpoolHeader header = header_for("taro@city.example.lg.jp");
  header.envelope.smtputf8 = true;
  header.envelope.body = smtp::Body::eight_bit_mime;
  header.envelope.ret = smtp::Envelope::Return::headers;
  header.envelope.envid = "QQ314159";
  header.envelope.recipients[0].notify.success = true;
  header.envelope.recipients[0].original = "rfc822;taro+40city";
  const std::string file = render_spool_header(header, 5) + "hello";
  const Result<SpooledMessage> parsed = parse_spool_file(file);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->header.id, header.id);
  EXPECT_EQ(parsed->header.zone, "internet");
  EXPECT_EQ(parsed->header.client, header.client);
  EXPECT_EQ(parsed->header.envelope.reverse_path.text, "sender@example.com");
  EXPECT_TRUE(parsed->header.envelope.smtputf8);
  EXPECT_EQ(parsed->header.envelope.body, smtp::Body::eight_bit_mime);
  EXPECT_EQ(parsed->header.envelope.envid, "QQ314159");
  ASSERT_EQ(parsed->header.envelope.recipients.size(), 1u);
  EXPECT_TRUE(parsed->header.envelope.recipients[0].notify.success);
  EXPECT_EQ(parsed->header.envelope.recipients[0].original, "rfc822;taro+40city");
  EXPECT_EQ(file.substr(parsed->content_offset, parsed->content_size), "hello");
}

TEST(SpoolFile, ATornLastRecordIsIgnored) {
  std::string file = render_spool_header(header_for("a@b.example"), 2) + "xx";
  file += render_record({RecipientRecord::State::deferred, 0, 1, "451 4.0.0 later"});
  file += "delivered 0 2 250 2.0";   // the crash came here
  const Result<SpooledMessage> parsed = parse_spool_file(file);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->records.size(), 1u);
  EXPECT_EQ(parsed->pending(), std::vector<size_t>{0});
}

TEST(SpoolFile, IncompleteFilesAreErrors) {
  const std::string whole = render_spool_header(header_for("a@b.example"), 10) + "0123456789";
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parse_spool_file(Bytes(whole).substr(0, length))) << length;
  EXPECT_TRUE(parse_spool_file(whole));
}

TEST(SpoolFile, LineEndsInAddressesCannotForgeFields) {
  SpoolHeader header = header_for("a@b.example");
  header.envelope.reverse_path.text = "x\nTo: - - evil@b.example";
  const Result<SpooledMessage> parsed = parse_spool_file(render_spool_header(header, 0));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->header.envelope.recipients.size(), 1u);
}

TEST(MessageId, IsValidAndSortsByTime) {
  const MessageId early = new_message_id(1'795'000'000'000), late = new_message_id(1'795'000'001'000);
  EXPECT_TRUE(is_valid_id(early.text)) << early.text;
  EXPECT_LT(early, late);
  for (const char* bad : {"", "../../etc/passwd", "a", "A/B", "A.B"}) EXPECT_FALSE(is_valid_id(bad)) << bad;
}

TEST(Spool, ACommittedMessageIsInActiveAndReadable) {
  const test::TemporaryDirectory directory;
  const auto spool = open_spool(directory.path());
  const Result<SpooledMessage> stored = commit(*spool, header_for("a@b.example"), "Subject: x\r\n\r\nbody\r\n");
  ASSERT_TRUE(stored);
  const auto entries = spool->scan();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].state, SpoolState::active);
  const auto opened = spool->open_message(entries[0].id, SpoolState::active);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->content(), "Subject: x\r\n\r\nbody\r\n");
}

TEST(Spool, LargeMessagesAreWrittenOnTheWayAndStillComplete) {
  const test::TemporaryDirectory directory;
  const auto spool = open_spool(directory.path());
  const std::string content(3 << 20, 'x');
  const Result<SpooledMessage> stored = commit(*spool, header_for("a@b.example"), content);
  ASSERT_TRUE(stored);
  const auto opened = spool->open_message(stored->header.id, SpoolState::active);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->content(), content);
}

TEST(Spool, AnUncommittedMessageLeavesNothing) {
  const test::TemporaryDirectory directory;
  const auto spool = open_spool(directory.path());
  {
    auto writer = spool->begin(header_for("a@b.example"));
    EXPECT_TRUE(writer->write(std::string(1 << 20, 'x')));
  }
  EXPECT_TRUE(spool->scan().empty());
  EXPECT_TRUE(std::filesystem::is_empty(directory.path() + "/incoming"));
}

TEST(Spool, RestartForgetsWhatWasNotAcknowledgedAndKeepsTheRest) {
  const test::TemporaryDirectory directory;
  MessageId kept;
  {
    const auto spool = open_spool(directory.path());
    kept = commit(*spool, header_for("a@b.example"), "x")->header.id;
    std::ofstream(directory.path() + "/incoming/261120-000000-00000") << "half a mess";
  }
  const auto spool = open_spool(directory.path());
  ASSERT_EQ(spool->scan().size(), 1u);
  EXPECT_EQ(spool->scan()[0].id, kept);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path() + "/incoming"));
}

TEST(Spool, AnUnwritableSpoolIsAnErrorNotAnAcceptance) {
  const test::TemporaryDirectory directory;
  const auto spool = open_spool(directory.path());
  std::filesystem::remove_all(directory.path() + "/incoming");
  EXPECT_FALSE(commit(*spool, header_for("a@b.example"), "x"));
  EXPECT_TRUE(spool->scan().empty());
}

TEST(Spool, DeferredMessagesCarryTheTimeOfTheNextAttempt) {
  const test::TemporaryDirectory directory;
  const auto spool = open_spool(directory.path());
  const MessageId id = commit(*spool, header_for("a@b.example"), "x")->header.id;
  ASSERT_TRUE(spool->append(id, SpoolState::active, {{RecipientRecord::State::deferred, 0, 5, "451 4.0.0 later"}}));
  ASSERT_TRUE(spool->move(id, SpoolState::active, SpoolState::deferred, 1'900'000'000'000));
  ASSERT_EQ(spool->scan().size(), 1u);
  EXPECT_EQ(spool->scan()[0].due_ms, 1'900'000'000'000);
  EXPECT_EQ(spool->open_message(id, SpoolState::deferred)->message.records.at(0).reply, "451 4.0.0 later");
}

}  // namespace
}  // namespace mugai::gateway
