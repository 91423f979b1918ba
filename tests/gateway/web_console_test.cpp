#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "gateway/accounts/session_rows.h"
#include "gateway/accounts/sign_in.h"
#include "gateway/accounts/users.h"
#include "gateway/audit/audit_log.h"
#include "gateway/keep/store.h"
#include "gateway/keep/vault.h"
#include "gateway/quarantine/cases.h"
#include "gateway/quarantine/request_link.h"
#include "gateway/relay/clock.h"
#include "gateway/spool/spool.h"
#include "gateway/web/console/console.h"
#include "gateway/web/console/preview.h"
#include "gateway/web/recipient_pages.h"
#include "tests/gateway/databases.h"

namespace mugai::gateway::web {
namespace {

constexpr const char* kPassword = "correct horse battery 42";
const std::string kHostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202Egnp.exe`{{csrf}}";

// The console without sockets, over each database.
class WebConsole : public test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    auto loaded = std::make_shared<config::Config>();
    loaded->node = node;
    loaded->console.enabled = true;
    loaded->console.listen = {*config::IpAddress::parse("127.0.0.1"), 8025};
    loaded->console.session_idle = std::chrono::minutes(15);
    loaded->console.session_max = std::chrono::hours(8);
    loaded->profiles = {{"sanitize", Profile{}}};
    config = loaded;
    services.config = [this] { return config; };
    services.status = [] { return GatewayStatus{.started_ms = 1}; };
    services.queue_command = [](const std::string&, const std::string&) -> Status { return Ok{}; };
    services.try_out = [this](const TryOut& how, Bytes) -> Result<TriedOut> {
      tried = how;
      TriedOut out;
      out.report.items.push_back({.path = "1", .name = kHostile, .output_name = kHostile});
      out.output = kHostile;
      return out;
    };
    store = std::move(Store::open(node).value());
    secrets.emplace(std::move(Secrets::open(node.state).value()));
    pool.emplace(node);
    console.emplace(services, *pool, *secrets, sources);
    console->add_routes(router);
  }

  void add_user(const std::string& name, Role role, std::vector<std::string> domains = {}) {
    const Result<std::string> added = Users(store->database()).add(
        person_at_the_command_line(), {name, kHostile, role, std::move(domains), "ja"}, {PasswordKind::given_and_final, kPassword}, now_ms());
    ASSERT_TRUE(added) << added.error().text;
  }

  // A session without the second factor: for roles that need none.
  std::string session_of(const std::string& name) {
    SignIn sign_in(store->database(), *secrets, sources, *config);
    const Result<Step> step = sign_in.password(name, kPassword, "127.0.0.1", now_ms());
    EXPECT_TRUE(step);
    EXPECT_EQ(step->wanted, Step::Wanted::nothing);
    return step->token;
  }

  // As after the second factor.
  std::string full_session_of(const std::string& name) {
    const std::string token = random_token();
    EXPECT_TRUE(store->database().run(true, [&] {
      SessionRows(store->database()).insert({token_hash(token), name, std::string(kStageSession), "", "", now_ms(), now_ms()});
    }));
    return token;
  }

  void hold(const std::string& id, const std::vector<std::string>& recipients, const std::string& text, bool whole = false) {
    ASSERT_TRUE(store->transaction(true, [&](Store& to) {
      MessageRow mail;
      mail.id = id;
      mail.received_ms = now_ms();
      mail.zone = "internet";
      mail.sender = text;
      mail.recipients = recipients;
      mail.subject = text;
      mail.profile = "sanitize";
      mail.verdict = "held";
      sanitize::Report report;
      report.items.push_back({.path = "1", .name = text, .output_name = text, .declared = text, .detected = text, .reasons = {text}, .sha256_in = text});
      report.notes = {text};
      mail.report_json = sanitize::to_json(report);
      to.add(mail);
      QuarantineRow item;
      item.id = id + "-1";
      item.message = id;
      item.state = "held";
      item.whole_message = whole;
      item.sender = text;
      item.recipients = recipients;
      item.subject = text;
      item.name = text;
      item.detected = text;
      item.reasons = {text};
      item.since_ms = now_ms();
      item.sha256 = text;
      to.add(item);
      to.add(ReplyRow{id, recipients.front(), "failed", text, now_ms()});
    }));
  }

  ItemState state_of(const std::string& id) { return Cases(store->database()).find(person_at_the_command_line(), id)->state; }

  Response get(const std::string& path, const std::string& token) {
    Request request = asking("GET", path, token);
    return router.answer(request);
  }

  Response end_of(const std::string& job, const std::string& token) {
    for (int i = 0; i < 1'000; ++i) {
      Response page = get(job, token);
      if (page.body.find("data-under-way") == page.body.npos) return page;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "it does not end";
    return {};
  }

  Request asking(const std::string& method, const std::string& target, const std::string& token) {
    Request request;
    request.method = method;
    const size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != target.npos) request.query = *parse_form(target.substr(mark + 1));
    request.headers.add("host", "127.0.0.1:8025");
    request.client_address = "127.0.0.1";
    if (!token.empty()) request.cookies.add("mugai", token);
    return request;
  }

  std::string csrf_of(const std::string& token) { return Sessions(store->database(), *secrets, config->console).csrf_of(token); }

  std::shared_ptr<const config::Config> config;
  WebServices services;
  TryOut tried;
  std::unique_ptr<Store> store;
  std::optional<Secrets> secrets;
  SourceLimit sources;
  std::optional<DatabasePool> pool;
  std::optional<Console> console;
  Router router;
};
ON_EACH_DATABASE(WebConsole);

TEST_P(WebConsole, ShowsNothingToWhoIsNotSignedIn) {
  for (const char* path : {"/", "/quarantine", "/quarantine/x", "/quarantine/x/preview", "/messages", "/queue", "/audit", "/users", "/settings",
                           "/try", "/account", "/plots/hours.svg"}) {
    const Response answer = get(path, "");
    EXPECT_EQ(answer.status, 303) << path;
    EXPECT_EQ(answer.header("Location"), "/sign-in") << path;
    EXPECT_EQ(get(path, "made-up-token").status, 303) << path;
  }
}

TEST_P(WebConsole, MakesNoMarkupOfWhatMailsAndPeopleSay) {
  add_user("kansa", Role::auditor);
  hold("M1", {kHostile + "@lgwan.example"}, kHostile);
  const std::string token = session_of("kansa");
  for (const char* path : {"/", "/quarantine?state=all", "/quarantine/M1-1", "/messages", "/messages/M1", "/audit", "/users", "/users/kansa",
                           "/settings", "/account"}) {
    const Response answer = get(path, token);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.body.find("<script>"), std::string::npos) << path;
    EXPECT_EQ(answer.body.find("<img src=x"), std::string::npos) << path;
    EXPECT_EQ(answer.body.find("\u202E"), std::string::npos) << path;
  }
  EXPECT_NE(get("/quarantine/M1-1", token).body.find("&lt;script&gt;"), std::string::npos);
  const Response searched = get("/quarantine?sender=" + url_encode(kHostile) + "&from=" + url_encode(kHostile), token);
  EXPECT_EQ(searched.body.find("<script>"), std::string::npos);
}

TEST_P(WebConsole, AsksForTheTokenOfTheForm) {
  add_user("tanaka", Role::requester);
  hold("M1", {"a@lgwan.example"}, "x");
  const std::string token = session_of("tanaka");
  const auto ask = [&](const std::string& csrf, const std::string& site) {
    Request request = asking("POST", "/quarantine/M1-1/request", token);
    request.form.add("csrf", csrf);
    request.form.add("reason", "needed");
    if (!site.empty()) request.headers.add("sec-fetch-site", site);
    return router.answer(request);
  };
  EXPECT_EQ(ask("", "same-origin").status, 403);
  EXPECT_EQ(ask(csrf_of("another"), "same-origin").status, 403);
  EXPECT_EQ(ask(csrf_of(token), "cross-site").status, 403);
  EXPECT_EQ(state_of("M1-1"), ItemState::held);
  EXPECT_EQ(ask(csrf_of(token), "same-origin").status, 303);
  EXPECT_EQ(state_of("M1-1"), ItemState::requested);
}

TEST_P(WebConsole, TurnsLargeUploadsAwayByTheirHead) {
  add_user("suzuki", Role::operator_);
  add_user("kansa", Role::auditor);
  const auto status = [&](const std::string& token, const char* site = "same-origin") {
    Request head = asking("POST", "/try", token);
    head.headers.add("sec-fetch-site", site);
    const std::optional<Response> answer = router.turned_away(head);
    return answer ? answer->status : 0;
  };
  EXPECT_EQ(status(""), 303);
  EXPECT_EQ(status("made-up-token"), 303);
  EXPECT_EQ(status(session_of("kansa")), 403);
  EXPECT_EQ(status(full_session_of("suzuki"), "cross-site"), 403);
  EXPECT_EQ(status(full_session_of("suzuki")), 0);
}

TEST_P(WebConsole, KeepsPagesFromThoseWhoMayNot) {
  add_user("tanaka", Role::requester);
  add_user("kansa", Role::auditor);
  hold("M1", {"a@lgwan.example"}, "x");
  const std::string requester = session_of("tanaka"), auditor = session_of("kansa");
  for (const char* path : {"/messages", "/messages/M1", "/queue", "/audit", "/audit/check", "/users", "/users/kansa", "/settings", "/try",
                           "/quarantine/M1-1/preview", "/quarantine/M1-1/picture"})
    EXPECT_EQ(get(path, requester).status, 403) << path;
  EXPECT_EQ(get("/quarantine/M1-1/preview", auditor).status, 403);
  for (const char* path : {"/quarantine/M1-1/release", "/quarantine/M1-1/deny", "/quarantine/M1-1/delete", "/users", "/users/tanaka", "/queue/M1", "/try"}) {
    Request request = asking("POST", path, auditor);
    request.form.add("csrf", csrf_of(auditor));
    request.form.add("way", "sanitized");
    request.form.add("reason", "x");
    EXPECT_EQ(router.answer(request).status, 403) << path;
  }
  EXPECT_EQ(state_of("M1-1"), ItemState::held);
}

TEST_P(WebConsole, ShowsADepartmentOnlyItsOwn) {
  add_user("kaikei", Role::requester, {"kaikei@lgwan.example"});
  hold("M1", {"zeimu@lgwan.example"}, "zeimu-secret");
  hold("M2", {"kaikei@lgwan.example"}, "kaikei-own");
  const std::string token = session_of("kaikei");
  const Response list = get("/quarantine?state=all", token);
  EXPECT_EQ(list.body.find("zeimu-secret"), std::string::npos);
  EXPECT_NE(list.body.find("kaikei-own"), std::string::npos);
  const Response theirs = get("/quarantine/M1-1", token), none = get("/quarantine/none", token);
  EXPECT_EQ(theirs.status, 404);
  EXPECT_EQ(none.status, 404);
}

TEST_P(WebConsole, TellsADepartmentNoOtherRecipientsOfASharedMail) {
  add_user("kaikei", Role::auditor, {"kaikei@lgwan.example"});
  add_user("kansa", Role::auditor);
  hold("M1", {"blind-copy@lgwan.example", "kaikei@lgwan.example"}, "x");
  const std::string department = session_of("kaikei"), all = session_of("kansa");
  for (const char* path : {"/quarantine?state=all", "/quarantine?state=all&recipient=kaikei@lgwan.example", "/quarantine/M1-1", "/messages", "/messages/M1"}) {
    EXPECT_EQ(get(path, department).body.find("blind-copy"), std::string::npos) << path;
    EXPECT_NE(get(path, department).body.find("kaikei@lgwan.example"), std::string::npos) << path;
    EXPECT_NE(get(path, all).body.find("blind-copy"), std::string::npos) << path;
  }
}

TEST_P(WebConsole, KeepsTheLogOfEverybodysMailFromADepartment) {
  add_user("kansa", Role::auditor);
  add_user("kaikei", Role::auditor, {"kaikei@lgwan.example"});
  const std::string all = session_of("kansa"), department = session_of("kaikei");
  for (const char* path : {"/audit", "/audit/check"}) {
    EXPECT_EQ(get(path, all).status, 200) << path;
    EXPECT_EQ(get(path, department).status, 403) << path;
  }
  EXPECT_NE(get("/", all).body.find("href=\"/audit\""), std::string::npos);
  EXPECT_EQ(get("/", department).body.find("href=\"/audit\""), std::string::npos);
}

TEST_P(WebConsole, TellsADepartmentNothingOfTheRestOfTheQueue) {
  auto spool = Spool::open(node.state + "/spool", [](std::function<void()> work) { work(); });
  const auto queue = [&](const std::string& recipient) {
    SpoolHeader header;
    header.id = new_message_id(now_ms());
    header.received_ms = now_ms();
    header.zone = "internet";
    smtp::Recipient to;
    to.forward_path.text = recipient;
    header.envelope.recipients.push_back(to);
    std::promise<bool> stored;
    const std::unique_ptr<Spool::Writer> writer = (*spool)->begin(std::move(header));
    ASSERT_TRUE(writer->write("x"));
    writer->commit([&](Result<SpooledMessage> result) { stored.set_value(static_cast<bool>(result)); });
    ASSERT_TRUE(stored.get_future().get());
  };
  for (int i = 0; i < 201; ++i) queue("a@kaikei.example");
  for (int i = 0; i < 30; ++i) queue("b@zeimu.example");
  add_user("kansa", Role::auditor);
  add_user("kaikei", Role::auditor, {"kaikei.example"});
  EXPECT_NE(get("/queue", session_of("kansa")).body.find("+ 31<"), std::string::npos);
  EXPECT_NE(get("/queue", session_of("kaikei")).body.find("+ 1<"), std::string::npos);
}

TEST_P(WebConsole, RecordsThatSomebodyLookedBeforeAPictureIsShown) {
  const auto vault = std::move(Vault::open(node.state + "/vault").value());
  ASSERT_TRUE(vault->store("M1-1", "bytes"));
  services.vault = vault.get();
  services.try_out = [](const TryOut&, Bytes) -> Result<TriedOut> { return TriedOut{{}, "\x89PNG..."}; };
  add_user("suzuki", Role::approver);
  hold("M1", {"a@lgwan.example"}, "x");
  const Response picture = get("/quarantine/M1-1/picture", full_session_of("suzuki"));
  EXPECT_EQ(picture.status, 200);
  const std::vector<AuditRecord> records = AuditLog(store->database()).newest(0, 1).value();
  EXPECT_EQ(records.front().action, "quarantine.preview");
  EXPECT_EQ(records.front().actor, "suzuki");
  EXPECT_EQ(records.front().object, "M1-1");
}

TEST_P(WebConsole, LeafsThroughThePagesOfADocument) {
  const auto vault = std::move(Vault::open(node.state + "/vault").value());
  ASSERT_TRUE(vault->store("M1-1", "bytes"));
  services.vault = vault.get();
  services.try_out = [](const TryOut& how, Bytes) -> Result<TriedOut> {
    TriedOut out;
    if (how.kind != WorkRequest::Kind::page) return TriedOut{{}, "its words"};
    out.report.items.emplace_back().output_name = "a.pdf";
    out.pages = 3;
    if (how.page > 0) out.output = "\x89PNG " + std::to_string(how.page);
    return out;
  };
  add_user("suzuki", Role::approver);
  hold("M1", {"a@lgwan.example"}, "x");
  const std::string session = full_session_of("suzuki");
  const std::string second = get("/quarantine/M1-1/preview?page=2", session).body;
  for (const char* shown : {"2 / 3", "/quarantine/M1-1/picture?page=2", "preview?page=1", "preview?page=3"})
    EXPECT_NE(second.find(shown), std::string::npos) << shown;
  const std::string last = get("/quarantine/M1-1/preview?page=99", session).body;
  EXPECT_NE(last.find("3 / 3"), std::string::npos);
  EXPECT_EQ(last.find("preview?page=4"), std::string::npos);
  EXPECT_EQ(get("/quarantine/M1-1/picture?page=2", session).body, "\x89PNG 2");
  EXPECT_NE(get("/quarantine/M1-1/preview?as=text", session).body.find("its words"), std::string::npos);
}

TEST_P(WebConsole, ShowsNothingThatABrowserWouldNotShow) {
  const auto vault = std::move(Vault::open(node.state + "/vault").value());
  ASSERT_TRUE(vault->store("M1-1", "bytes"));
  services.vault = vault.get();
  std::string output;
  services.try_out = [&](const TryOut& how, Bytes) -> Result<TriedOut> {
    TriedOut out;
    out.report.items.emplace_back().output_name = "a.bin";
    if (how.kind == WorkRequest::Kind::page) out.output = output;
    return out;
  };
  add_user("suzuki", Role::approver);
  hold("M1", {"a@lgwan.example"}, "x");
  const std::string session = full_session_of("suzuki");
  for (const char* other : {"PK\3\4", "II*", "%PDF-1.7", "<svg>", ""}) {   // a rebuilt archive, a TIFF, what cannot be counted
    output = other;
    EXPECT_EQ(get("/quarantine/M1-1/preview", session).body.find("<img"), std::string::npos) << other;
    EXPECT_NE(get("/quarantine/M1-1/picture", session).status, 200) << other;
  }
  output = "GIF89a";
  EXPECT_NE(get("/quarantine/M1-1/preview", session).body.find("1 / 1"), std::string::npos);
  EXPECT_EQ(get("/quarantine/M1-1/picture", session).body, output);
}

TEST_P(WebConsole, ShowsAWholeMailFromItsOriginal) {
  const auto vault = std::move(Vault::open(node.state + "/vault").value());
  ASSERT_TRUE(vault->store("M1", "the mail as it came"));
  services.vault = vault.get();
  std::string seen;
  services.try_out = [&](const TryOut&, Bytes content) -> Result<TriedOut> {
    seen = content;
    return TriedOut{{}, "Content-Type: text/plain\r\n\r\nits text\r\n"};
  };
  add_user("suzuki", Role::approver);
  hold("M1", {"a@lgwan.example"}, "x", true);
  EXPECT_NE(get("/quarantine/M1-1/preview", full_session_of("suzuki")).body.find("its text"), std::string::npos);
  EXPECT_EQ(seen, "the mail as it came");
}

TEST_P(WebConsole, ALinkIsGoodForAnAddressInCapitals) {
  hold("M1", {"Taro.Yamada@City.Example"}, "x");
  RecipientPages pages(services, *pool, *secrets);
  pages.add_routes(router);
  const std::string token = request_token(*secrets, {"M1", "Taro.Yamada@City.Example", now_ms() + 60'000});
  EXPECT_NE(get("/r/" + token, "").body.find("M1-1"), std::string::npos);
  Request asked = asking("POST", "/r/" + token, "");
  asked.form.add("item", "M1-1");
  asked.form.add("reason", "needed");
  EXPECT_EQ(router.answer(asked).status, 303);
  EXPECT_EQ(state_of("M1-1"), ItemState::requested);
}

TEST_P(WebConsole, ActsOnManyOneByOne) {
  add_user("tanaka", Role::requester);
  hold("M1", {"a@lgwan.example"}, "x");
  hold("M2", {"a@lgwan.example"}, "y");
  const std::string token = session_of("tanaka");
  Request request = asking("POST", "/quarantine/bulk", token);
  request.form.add("csrf", csrf_of(token));
  request.form.add("verb", "request");
  request.form.add("reason", "needed");
  for (const char* id : {"M1-1", "no-such", "M2-1"}) request.form.add("id", id);
  const Response started = router.answer(request);
  ASSERT_EQ(started.status, 303);
  const std::string job = started.header("Location");
  const Response answer = end_of(job, token);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Refresh"), "");
  EXPECT_EQ(state_of("M1-1"), ItemState::requested);
  EXPECT_EQ(state_of("M2-1"), ItemState::requested);
  add_user("suzuki", Role::requester);
  EXPECT_EQ(get(job, session_of("suzuki")).status, 404);
  EXPECT_NE(answer.body.find("2 件を処理しました"), std::string::npos);
  EXPECT_NE(answer.body.find("1 件は処理できませんでした"), std::string::npos);
}

TEST_P(WebConsole, ShowsHowFarItHasGot) {
  add_user("suzuki", Role::administrator);
  const std::string token = full_session_of("suzuki");
  std::promise<void> first, go_on;
  std::atomic<int> ordered = 0;
  services.release_ordered = [&](const std::string&, std::vector<std::string>) {
    if (++ordered > 1) return;
    first.set_value();
    go_on.get_future().wait();
  };
  Request request = asking("POST", "/quarantine/bulk", token);
  request.form.add("csrf", csrf_of(token));
  request.form.add("verb", "release");
  request.form.add("reason", "needed");
  for (int i = 1; i <= 3; ++i) {
    hold("M" + std::to_string(i), {"a@lgwan.example"}, "x");
    request.form.add("id", "M" + std::to_string(i) + "-1");
  }
  const std::string job = router.answer(request).header("Location");
  first.get_future().wait();
  const Response under_way = get(job, token);
  EXPECT_NE(under_way.body.find("0 / 3"), std::string::npos);
  EXPECT_EQ(under_way.header("Refresh"), "3");
  EXPECT_EQ(router.answer(request).status, 409);
  // Signing out ends it: what is under way is finished, the rest is left.
  ASSERT_TRUE(Sessions(store->database(), *secrets, config->console).end(token, "127.0.0.1", now_ms()));
  go_on.set_value();
  const Response over = end_of(job, full_session_of("suzuki"));
  EXPECT_NE(over.body.find("1 件を処理しました"), std::string::npos);
  EXPECT_NE(over.body.find("2 件は処理できませんでした"), std::string::npos);
  EXPECT_EQ(state_of("M1-1"), ItemState::releasing);
  EXPECT_EQ(state_of("M2-1"), ItemState::held);
  EXPECT_EQ(ordered, 1);
}

TEST_P(WebConsole, GivesAFreshCookieAtEveryStep) {
  add_user("kansa", Role::auditor);
  const Response first = router.answer(asking("GET", "/sign-in", ""));
  const std::string planted = first.header("Set-Cookie");
  const std::string token = planted.substr(6, planted.find(';') - 6);
  Request request = asking("POST", "/sign-in", token);
  request.form.add("csrf", csrf_of(token));
  request.form.add("name", "kansa");
  request.form.add("password", kPassword);
  const Response signed_in = router.answer(request);
  EXPECT_EQ(signed_in.status, 303);
  EXPECT_NE(signed_in.header("Set-Cookie").find("HttpOnly; SameSite=Strict"), std::string::npos);
  EXPECT_EQ(signed_in.header("Set-Cookie").find(token), std::string::npos);
  EXPECT_EQ(get("/", token).status, 303);
}

TEST(WebPreview, ReadsTheTextOfARebuiltMessage) {
  EXPECT_EQ(text_of_rebuilt("Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n5pys5paH\r\n"), "本文");
  EXPECT_EQ(text_of_rebuilt("Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n"
                            "Content-Type: image/png\r\n\r\nxxx\r\n--b--\r\n"), "hello");
  EXPECT_EQ(text_of_rebuilt("Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"), "");
}

}  // namespace
}  // namespace mugai::gateway::web
