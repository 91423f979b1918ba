// The API as a program meets it, over both databases: every operation held against the document, who may do what, and what
// is answered when it does not go.
#include "gateway/web/api/api.h"

#include <gmock/gmock.h>

#include <future>
#include <nlohmann/json.hpp>
#include <set>

#include "gateway/audit/audit_log.h"
#include "gateway/keep/store.h"
#include "gateway/spool/spool.h"
#include "gateway/web/embedded.h"
#include "tests/gateway/databases.h"
#include "tests/support/json_schema.h"

namespace mugai::gateway::web {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int64_t kNow = 1'795'000'000'000;

class ApiOnEach : public test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    auto opened = Store::open(node);
    ASSERT_TRUE(opened);
    store = std::move(*opened);
    auto own = Database::open(node);
    ASSERT_TRUE(own);
    database = std::shared_ptr<Database>(std::move(*own));
    config.node = node;
    config.profiles["sanitize"];
    config.profiles["relay"].relay = true;
    people["all"] = {"suzuki", "api", Role::administrator, {}, {}};
    people["second"] = {"tanaka", "api", Role::administrator, {}, {}};
    people["tax"] = {"sato", "api", Role::approver, {"zeimu.example"}, {}};
    people["narrow"] = {"kato", "api", Role::administrator, {}, {Permission::see_messages}};
    spool_a_mail();
    for (int i = 1; i <= 3; ++i) hold("M" + std::to_string(i), "x@zeimu.example");
    hold("OTHER", "y@jumin.example");
    ASSERT_TRUE(AuditLog(*database).record({"suzuki", "cli", "user.add", "sato", "{\"role\":\"approver\"}"}, kNow));
    add_api(router, services());
  }

  void spool_a_mail() {
    auto spool = Spool::open(node.state + "/spool", [](std::function<void()> work) { work(); });
    ASSERT_TRUE(spool);
    for (const char* recipient : {"x@zeimu.example", "y@jumin.example"}) {
      SpoolHeader header;
      header.received_ms = kNow;
      header.id = new_message_id(kNow);
      header.zone = "internet";
      header.envelope.reverse_path.text = "a@out.example";
      smtp::Recipient to;
      to.forward_path.text = recipient;
      header.envelope.recipients.push_back(to);
      std::promise<bool> stored;
      auto writer = (*spool)->begin(std::move(header));
      ASSERT_TRUE(writer->write("Subject: x\r\n\r\nx\r\n"));
      writer->commit([&](Result<SpooledMessage> result) { stored.set_value(static_cast<bool>(result)); });
      ASSERT_TRUE(stored.get_future().get());
    }
  }

  void hold(const std::string& id, const std::string& recipient) {
    ASSERT_TRUE(store->transaction(true, [&](Store& to) {
      sanitize::Report report;
      report.id = id;
      report.profile = "sanitize";
      report.verdict = sanitize::Verdict::held;
      report.message_id = id + "@mail.example";
      report.items.push_back({"2", "表.xlsm", "", "application/octet-stream", "xlsm", sanitize::Action::held, 0, {"macro"}, {}, 7, 0, "ab", ""});
      MessageRow mail;
      mail.id = id;
      mail.received_ms = kNow;
      mail.recipients = {recipient};
      mail.subject = "<script>件名";
      mail.verdict = "held";
      mail.message_id = report.message_id;
      mail.report_json = sanitize::to_json(report);
      to.add(mail);
      to.add(ReplyRow{id, recipient, "delivered", "250 ok", kNow});
      QuarantineRow item;
      item.id = id + "-1";
      item.message = id;
      item.state = "held";
      item.recipients = {recipient};
      item.subject = mail.subject;
      item.name = "表.xlsm";
      item.reasons = {"macro"};
      item.since_ms = kNow;
      to.add(item);
    }));
  }

  ApiServices services() {
    ApiServices out;
    out.gateway.config = [this] { return std::make_shared<const config::Config>(config); };
    out.gateway.status = [] { return GatewayStatus{kNow, 1, 2, 3, 4, true, 5, 6}; };
    out.gateway.release_ordered = [this](const std::string& item, std::vector<std::string> passwords) {
      ordered.push_back(item + ":" + (passwords.empty() ? "" : passwords[0]));
    };
    out.gateway.try_out = [](const TryOut& what, Bytes content) -> Result<TriedOut> {
      TriedOut tried;
      tried.report.id = "TRY";
      tried.report.profile = what.profile.empty() ? "sanitize" : what.profile;
      tried.report.subject = std::string(content);
      return tried;
    };
    out.database = [this] { return database; };
    out.person = [this](const std::string& token, const std::string&) -> std::optional<Person> {
      const auto found = people.find(token);
      return found == people.end() ? std::nullopt : std::optional(found->second);
    };
    out.now_ms = [] { return kNow; };
    return out;
  }

  Response ask(const std::string& method, const std::string& target, const std::string& body = "", const std::string& token = "all",
               const std::string& type = "application/json") {
    Request request;
    request.method = method;
    const size_t mark = std::min(target.find('?'), target.size());
    request.path = "/api/v1" + target.substr(0, mark);
    if (mark < target.size()) request.query = parse_form(target.substr(mark + 1)).value();
    request.client_address = "192.0.2.9";
    if (!token.empty()) request.headers.add("authorization", "Bearer " + token);
    if (!body.empty()) request.headers.add("content-type", type);
    request.body = body;
    return router.answer(std::move(request));
  }
  static json body(const Response& response) { return json::parse(response.body, nullptr, false); }
  json get(const std::string& target, const std::string& token = "all") { return body(ask("GET", target, "", token)); }

  config::Config config;
  std::unique_ptr<Store> store;
  std::shared_ptr<Database> database;
  std::map<std::string, Person> people;
  std::vector<std::string> ordered;
  Router router;
};
ON_EACH_DATABASE(ApiOnEach);

const json& document() {
  static const json parsed = json::parse(embedded_files().at("api/openapi.json"));
  return parsed;
}

const json& resolved(const json& one) {
  return one.contains("$ref") ? document().at(json::json_pointer(one["$ref"].get<std::string>().substr(1))) : one;
}

// What the answer may be, by the document; empty when it is one of these.
std::string objection_to(const Response& response, const json& operation) {
  const std::string status = std::to_string(response.status);
  if (!operation["responses"].contains(status)) return "status " + status + " is not in the document: " + response.body;
  const json& content = resolved(operation["responses"][status])["content"];
  const std::string type = response.header("Content-Type").substr(0, response.header("Content-Type").find(';'));
  if (!content.contains(type)) return status + ": " + type + " is not in the document";
  if (type == "text/plain") return "";
  return mugai::test::objection(json::parse(response.body, nullptr, false), content[type]["schema"], document(), status);
}

TEST_P(ApiOnEach, TheDocumentAndTheServerHaveTheSameOperations) {
  std::set<std::string> served, written;
  for (const ApiOperation& one : api_operations()) served.insert(std::string(one.method) + " " + std::string(one.path));
  for (const auto& [path, methods] : document()["paths"].items())
    for (const auto& [method, operation] : methods.items()) written.insert((method == "get" ? "GET " : "POST ") + path);
  EXPECT_EQ(served, written);
}

TEST_P(ApiOnEach, EveryAnswerIsAsTheDocumentSays) {
  struct Case {
    const char *method, *path, *target, *body;
    int status;
  };
  const Case cases[] = {
      {"get", "/quarantine", "/quarantine?words=件名&state=held,requested&limit=2", "", 200},
      {"get", "/quarantine", "/quarantine?reason=macro&from=2026-11-01&to=2027-01-01T00:00:00%2B09:00", "", 200},
      {"get", "/quarantine", "/quarantine?cursor=x", "", 400},
      {"get", "/quarantine", "/quarantine?word=x", "", 400},
      {"get", "/quarantine", "/quarantine?limit=0", "", 400},
      {"get", "/quarantine", "/quarantine?limit=201", "", 400},
      {"get", "/quarantine", "/quarantine?state=gone", "", 400},
      {"get", "/quarantine", "/quarantine?from=yesterday", "", 400},
      {"get", "/quarantine", "/quarantine?from=2026-13-01", "", 400},
      {"get", "/quarantine", "/quarantine?from=2026-11-01T00:00:00.5Z&to=2026-11-01T00:00:00", "", 400},
      {"get", "/quarantine/{id}", "/quarantine/M1-1", "", 200},
      {"get", "/quarantine/{id}", "/quarantine/NONE", "", 404},
      {"post", "/quarantine/{id}/request", "/quarantine/M1-1/request", "{\"reason\": \"必要です\"}", 200},
      {"post", "/quarantine/{id}/request", "/quarantine/M1-1/request", "{\"reason\": \"again\"}", 409},
      {"post", "/quarantine/{id}/request", "/quarantine/M2-1/request", "{}", 422},
      {"post", "/quarantine/{id}/request", "/quarantine/M2-1/request", "[]", 400},
      {"post", "/quarantine/{id}/request", "/quarantine/M2-1/request", "{\"reason\": 1}", 400},
      {"post", "/quarantine/{id}/request", "/quarantine/M2-1/request", "{\"why\": \"x\"}", 400},
      {"get", "/quarantine/{id}", "/quarantine/M1-1", "", 200},
      {"post", "/quarantine/{id}/release", "/quarantine/M1-1/release", "{\"passwords\": [\"himitsu\"]}", 202},
      {"post", "/quarantine/{id}/release", "/quarantine/M1-1/release", "{}", 409},
      {"post", "/quarantine/{id}/release", "/quarantine/M2-1/release", "{\"way\": \"original\", \"reason\": \"x\"}", 422},
      {"post", "/quarantine/{id}/release", "/quarantine/M2-1/release", "{\"way\": \"quickly\"}", 400},
      {"post", "/quarantine/{id}/release", "/quarantine/M2-1/release", "{\"profile\": \"relay\"}", 422},
      {"post", "/quarantine/{id}/deny", "/quarantine/M2-1/deny", "{\"reason\": \"no\"}", 200},
      {"post", "/quarantine/{id}/deny", "/quarantine/M2-1/deny", "{\"reason\": \"no\"}", 409},
      {"post", "/quarantine/{id}/delete", "/quarantine/M3-1/delete", "{\"reason\": \"old\"}", 200},
      {"post", "/quarantine/{id}/delete", "/quarantine/M3-1/delete", "{\"reason\": \"old\"}", 409},
      {"get", "/quarantine/{id}", "/quarantine/M3-1", "", 200},
      {"get", "/messages", "/messages?words=件名&verdict=held&limit=1", "", 200},
      {"get", "/messages", "/messages?message_id=%3CM1@mail.example%3E", "", 200},
      {"get", "/messages", "/messages?verdict=odd", "", 400},
      {"get", "/messages", "/messages?words=%22", "", 400},
      {"get", "/messages/{id}", "/messages/M1", "", 200},
      {"get", "/messages/{id}", "/messages/M1-1", "", 404},
      {"get", "/queue", "/queue?limit=1", "", 200},
      {"get", "/queue", "/queue?cursor=../x", "", 400},
      {"get", "/audit", "/audit?limit=1", "", 200},
      {"get", "/audit", "/audit?cursor=x", "", 400},
      {"get", "/metrics", "/metrics", "", 200},
      {"get", "/health", "/health", "", 200},
      {"get", "/openapi.json", "/openapi.json", "", 200},
      {"post", "/simulate", "/simulate?kind=mail", "Subject: x", 200},
      {"post", "/simulate", "/simulate?kind=disk", "x", 400},
      {"post", "/simulate", "/simulate?profile=relay", "x", 422},
      {"post", "/simulate", "/simulate", "", 400},
  };
  std::set<std::string> met;
  for (const Case& one : cases) {
    const json& operation = document()["paths"][one.path][one.method];
    const Response response = ask(one.method == std::string("get") ? "GET" : "POST", one.target, one.body);
    EXPECT_EQ(response.status, one.status) << one.target << " " << response.body;
    EXPECT_EQ(objection_to(response, operation), "") << one.target << " " << response.body;
    met.insert(std::string(one.method) + one.path);
  }
  for (const ApiOperation& one : api_operations())
    EXPECT_TRUE(met.contains((one.method == "GET" ? "get" : "post") + std::string(one.path))) << one.path << " was not asked";
  EXPECT_THAT(ordered, ::testing::ElementsAre("M1-1:himitsu"));
}

TEST_P(ApiOnEach, EverythingButHealthAndTheDocumentWantsAToken) {
  for (const ApiOperation& one : api_operations()) {
    std::string target(one.path);
    if (const size_t at = target.find("{id}"); at != std::string::npos) target.replace(at, 4, "M1-1");
    const bool open = document()["paths"][std::string(one.path)][one.method == "GET" ? "get" : "post"].contains("security");
    const Response response = ask(std::string(one.method), target, one.method == "POST" ? "{}" : "", "");
    EXPECT_EQ(response.status, open ? 200 : 401) << target;
    if (!open) {
      EXPECT_THAT(response.header("WWW-Authenticate"), HasSubstr("Bearer"));
    }
  }
}

TEST_P(ApiOnEach, WhatATokenMayNotIsForbidden) {
  EXPECT_EQ(ask("GET", "/messages", "", "narrow").status, 403);
  EXPECT_EQ(ask("GET", "/audit", "", "tax").status, 403);
  EXPECT_EQ(ask("GET", "/queue", "", "tax").status, 403);
  EXPECT_EQ(ask("GET", "/metrics", "", "tax").status, 403);
  EXPECT_EQ(ask("POST", "/simulate", "x", "tax").status, 403);
  EXPECT_EQ(ask("POST", "/quarantine/M1-1/delete", "{\"reason\": \"x\"}", "tax").status, 403);
  EXPECT_EQ(get("/quarantine/M1-1")["state"], "held");
}

TEST_P(ApiOnEach, ADepartmentsTokenSeesNoOneElses) {
  EXPECT_EQ(get("/quarantine", "tax")["items"].size(), 3u);
  EXPECT_EQ(get("/messages", "tax")["items"].size(), 3u);
  EXPECT_EQ(ask("GET", "/quarantine/OTHER-1", "", "tax").status, 404);
  EXPECT_EQ(ask("GET", "/messages/OTHER", "", "tax").status, 404);
  const Response other = ask("POST", "/quarantine/OTHER-1/release", "{}", "tax");
  const Response none = ask("POST", "/quarantine/NEVER-1/release", "{}", "tax");
  EXPECT_EQ(other.status, 404);
  EXPECT_EQ(body(other)["type"], body(none)["type"]);
  people["queue"] = {"ito", "api", Role::operator_, {"zeimu.example"}, {}};
  EXPECT_EQ(get("/queue", "queue")["items"].size(), 1u);
}

TEST_P(ApiOnEach, OfTwoOrdersOneLearnsTheState) {
  EXPECT_EQ(ask("POST", "/quarantine/M1-1/release", "{}").status, 202);
  const Response again = ask("POST", "/quarantine/M1-1/release", "{}", "second");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(body(again)["type"], "urn:mugai:quarantine.state");
  EXPECT_EQ(body(again)["state"], "releasing");
  EXPECT_EQ(ordered.size(), 1u);
}

TEST_P(ApiOnEach, AnOriginalMayWantTwoPersons) {
  const std::string order = "{\"way\": \"original\", \"reason\": \"業務\", \"content_checked\": true}";
  EXPECT_EQ(body(ask("POST", "/quarantine/M1-1/release", order))["state"], "approved");
  EXPECT_THAT(ordered, IsEmpty());
  EXPECT_EQ(body(ask("POST", "/quarantine/M1-1/release", order))["type"], "urn:mugai:quarantine.second-person");
  EXPECT_EQ(body(ask("POST", "/quarantine/M1-1/release", order, "second"))["state"], "releasing");
}

TEST_P(ApiOnEach, PagesGoOnWhereTheyEnded) {
  std::set<std::string> seen;
  std::string cursor;
  do {
    const json page = get("/quarantine?limit=1" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const json& one : page["items"]) EXPECT_TRUE(seen.insert(one["id"]).second);
    cursor = page["next"].is_null() ? "" : page["next"].get<std::string>();
  } while (!cursor.empty());
  EXPECT_EQ(seen.size(), 4u);
  const json first = get("/queue?limit=1");
  const json second = get("/queue?limit=1&cursor=" + first["next"].get<std::string>());
  EXPECT_NE(first["items"][0]["id"], second["items"][0]["id"]);
  EXPECT_TRUE(second["next"].is_null());
}

TEST_P(ApiOnEach, ActsAreOnRecordWithTheTokensOwner) {
  ask("POST", "/quarantine/M1-1/deny", "{\"reason\": \"不要\"}");
  const json newest = get("/audit?limit=1")["items"][0];
  EXPECT_EQ(newest["actor"], "suzuki");
  EXPECT_EQ(newest["action"], "quarantine.deny");
  EXPECT_EQ(newest["detail"]["reason"], "不要");
}

TEST_P(ApiOnEach, PasswordsAreNotOnRecord) {
  ask("POST", "/quarantine/M1-1/release", "{\"passwords\": [\"himitsu\"]}");
  EXPECT_THAT(ask("GET", "/audit").body, Not(HasSubstr("himitsu")));
  EXPECT_THAT(ask("GET", "/quarantine/M1-1").body, Not(HasSubstr("himitsu")));
}

TEST_P(ApiOnEach, BadTokensAreTurnedAwayAfterAWhile) {
  int status = 401;
  for (int i = 0; i < 100 && status == 401; ++i) status = ask("GET", "/quarantine", "", "guess" + std::to_string(i)).status;
  EXPECT_EQ(status, 429);
  EXPECT_THAT(ask("GET", "/quarantine", "", "guess").header("Retry-After"), Not(IsEmpty()));
}

TEST_P(ApiOnEach, WhatIsNotThereIsAProblemToo) {
  EXPECT_EQ(body(ask("GET", "/nothing"))["type"], "urn:mugai:api.unknown");
  const Response refused = ask("POST", "/quarantine", "{}");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.header("Allow"), "GET");
  EXPECT_EQ(body(ask("POST", "/quarantine/M1-1/deny", "reason=x", "all", "text/plain"))["type"], "urn:mugai:api.media-type");
}

TEST_P(ApiOnEach, FiguresAreInTheFormatOfPrometheus) {
  const std::string text = ask("GET", "/metrics").body;
  EXPECT_THAT(text, HasSubstr("mugai_mails_total{verdict=\"held\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("mugai_items{state=\"held\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE mugai_items gauge\n"));
  EXPECT_THAT(text, HasSubstr("mugai_process_start_time_seconds 1795000000\n"));
}

TEST_P(ApiOnEach, WithoutADatabaseItSaysSo) {
  database.reset();
  EXPECT_EQ(ask("GET", "/quarantine").status, 503);
  EXPECT_EQ(ask("GET", "/health").status, 503);
}

}  // namespace
}  // namespace mugai::gateway::web
