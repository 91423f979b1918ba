#include "config/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/defaults.h"

namespace mugai::config {
namespace {

using testing::HasSubstr;

const std::string kHead = R"([node]
hostname = "gw.example.lg.jp"
state = "/var/lib/mugai"
[[zone]]
name = "internet"
listen = ["0.0.0.0:25"]
domains = ["*"]
next_hop = "smtp://mx.example.jp"
[[zone]]
name = "lgwan"
listen = ["10.1.0.5:25"]
clients = ["10.1.0.0/16"]
domains = ["city.example.lg.jp"]
next_hop = "smtp://10.1.0.10:25"
)";

std::string errors_of(const std::string& text) {
  const auto config = load(text, "mugai.toml");
  return config ? "" : config.error().text;
}

TEST(ConfigLoader, FillsWhatIsNotWrittenWithTheDefaults) {
  const auto config = load(kHead, "mugai.toml");
  ASSERT_TRUE(config) << config.error().text;
  EXPECT_EQ(config->node.postmaster, "postmaster@gw.example.lg.jp");
  EXPECT_EQ(config->queue.expire_after, std::chrono::hours(120));
  EXPECT_EQ(config->zones[0].next_hop.port, 25);
  EXPECT_EQ(config->zones[0].bare_newline, BareNewline::reject);
  EXPECT_FALSE(config->console.enabled);
  EXPECT_TRUE(config->profiles.at("relay").relay);
}

// The schema states the defaults a second time for people; they must be those of the structs that all code
// starts from.
TEST(ConfigLoader, DefaultLimitsAndProfileAreThoseOfTheSharedHeaders) {
  const auto config = load(kHead + "[profile.other]\n", "mugai.toml");
  ASSERT_TRUE(config) << config.error().text;
  const Limits shared;
  const Limits& loaded = config->limits;
  EXPECT_EQ(loaded.max_message_bytes, shared.max_message_bytes);
  EXPECT_EQ(loaded.max_header_bytes, shared.max_header_bytes);
  EXPECT_EQ(loaded.max_header_count, shared.max_header_count);
  EXPECT_EQ(loaded.max_recipients, shared.max_recipients);
  EXPECT_EQ(loaded.max_received_hops, shared.max_received_hops);
  EXPECT_EQ(loaded.max_mime_depth, shared.max_mime_depth);
  EXPECT_EQ(loaded.max_mime_parts, shared.max_mime_parts);
  EXPECT_EQ(loaded.max_text_bytes, shared.max_text_bytes);
  EXPECT_EQ(loaded.max_archive_depth, shared.max_archive_depth);
  EXPECT_EQ(loaded.max_archive_members, shared.max_archive_members);
  EXPECT_EQ(loaded.max_expanded_bytes, shared.max_expanded_bytes);
  EXPECT_EQ(loaded.max_expansion_ratio, shared.max_expansion_ratio);
  EXPECT_EQ(loaded.max_image_pixels, shared.max_image_pixels);
  EXPECT_EQ(loaded.max_image_pages, shared.max_image_pages);
  EXPECT_EQ(loaded.max_document_pages, shared.max_document_pages);
  EXPECT_EQ(loaded.base_deadline_ms, shared.base_deadline_ms);
  EXPECT_EQ(loaded.deadline_ms_per_mib, shared.deadline_ms_per_mib);
  EXPECT_EQ(loaded.max_deadline_ms, shared.max_deadline_ms);
  EXPECT_EQ(loaded.max_worker_memory_bytes, shared.max_worker_memory_bytes);
  EXPECT_EQ(loaded.max_report_bytes, shared.max_report_bytes);
  const Profile builtin;
  const Profile& other = config->profiles.at("other");
  EXPECT_EQ(other.name, "other");
  EXPECT_EQ(other.urls, builtin.urls);
  EXPECT_EQ(other.attachments, builtin.attachments);
  EXPECT_EQ(other.csv_formulas, builtin.csv_formulas);
  EXPECT_EQ(other.signed_documents, builtin.signed_documents);
  EXPECT_EQ(other.encrypted_documents, builtin.encrypted_documents);
  EXPECT_EQ(other.image_dpi, builtin.image_dpi);
  EXPECT_EQ(other.image_text_layer, builtin.image_text_layer);
  EXPECT_EQ(other.notice_language, builtin.notice_language);
  EXPECT_EQ(other.notice_place, builtin.notice_place);
  EXPECT_EQ(other.max_output_bytes, builtin.max_output_bytes);
}

TEST(ConfigLoader, ReadsAProfile) {
  const auto config = load(kHead + R"([profile.sanitize]
urls = "remove"
attachments = "image"
types = { svg = "hold", pdf = "text" }
subject_tag = "[無害化済] "
notice_language = "ja"
max_output = "10 MiB"
[limits]
max_image_pages = 7
)",
                           "mugai.toml");
  ASSERT_TRUE(config) << config.error().text;
  const Profile& profile = config->profiles.at("sanitize");
  EXPECT_EQ(profile.urls, UrlPolicy::remove);
  EXPECT_EQ(profile.attachments, AttachmentPolicy::image);
  EXPECT_EQ(profile.types.at("svg"), TypeOverride::hold);
  EXPECT_EQ(profile.types.at("pdf"), TypeOverride::text);
  EXPECT_EQ(profile.subject_tag, "[無害化済] ");
  EXPECT_EQ(profile.notice_language, NoticeLanguage::ja);
  EXPECT_EQ(profile.max_output_bytes, 10u << 20);
  EXPECT_EQ(profile.limits.max_image_pages, 7u);
}

struct BadCase {
  std::string text, error;
};

class BadConfig : public testing::TestWithParam<BadCase> {};

TEST_P(BadConfig, IsRefusedWithPlaceAndRemedy) {
  EXPECT_THAT(errors_of(GetParam().text), HasSubstr(GetParam().error));
}

const std::string kFlow =
    "[[flow]]\nfrom = \"internet\"\nto = \"lgwan\"\nprofile = \"sanitize\"\n";  // at lines 15 to 18

INSTANTIATE_TEST_SUITE_P(
    Each, BadConfig,
    testing::Values(
        BadCase{"[node\n", "mugai.toml:1:"}, BadCase{"", "mugai.toml:1:1: [node] lacks \"hostname\""},
        BadCase{kHead + "[nood]\n", "mugai.toml:15:2: unknown table [nood]; did you mean \"node\"?"},
        BadCase{kHead + "hostnam = 1\n", "mugai.toml:15:1: unknown key \"hostnam\" in zone"},
        BadCase{kHead + "domain = []\n", "did you mean \"domains\"?"},
        BadCase{kHead + "[queue]\nretry_first = 300\n",
                "mugai.toml:16:15: retry_first must be a time with its unit"},
        BadCase{kHead + "[queue]\nretry_first = \"400d\"\n", "retry_first must lie between 1s and 1d"},
        BadCase{kHead + "[limits]\nmax_message = \"9 GiB\"\n",
                "max_message must lie between 64 KiB and 2 GiB"},
        BadCase{kHead + "[profile.sanitize]\nurls = \"defeng\"\n", "did you mean \"defang\"?"},
        BadCase{kHead + "[profile.relay]\n", "the profile \"relay\" is built in"},
        BadCase{kHead + "[vault]\ndays = \"thirty\"\n", "days must be a whole number"},
        BadCase{kHead + "[console]\nlisten = \"localhost\"\n", "is not an address and port"},
        BadCase{kHead + "[[zone]]\nname = \"lgwan\"\nnext_hop = \"smtp://a\"\n",
                "mugai.toml:16:8: there is another zone \"lgwan\" (line 10)"},
        BadCase{kHead + "[[zone]]\nname = \"x\"\nnext_hop = \"mx:25\"\n", "is not smtp://host:port"},
        BadCase{kHead + "[[zone]]\nname = \"x\"\nnext_hop = \"smtp://a:99999\"\n", "is not smtp://host:port"},
        BadCase{kHead + "[[zone]]\nname = \"x\"\nnext_hop = \"smtp://a\"\ndomains = [\"*\"]\n",
                "the domain \"*\" is named twice (line 7)"},
        BadCase{kHead + "[[zone]]\nname = \"x\"\nnext_hop = \"smtp://a\"\nlisten = [\"0.0.0.0:25\"]\n",
                "with the same clients"},
        BadCase{kHead + "[[zone]]\nname = \"x\"\nnext_hop = \"smtp://a\"\nclients = [\"10.0.0.0/8\", "
                        "\"10.1.2.3/8\"]\n",
                "mugai.toml:18:26: \"10.1.2.3/8\" is not a network"},
        BadCase{kHead + "tls = { certificate = \"/a\" }\n", "[zone.tls] lacks \"key\""},
        BadCase{kHead + "[[flow]]\nfrom = \"internet\"\nto = \"lgwn\"\nprofile = \"sanitize\"\n",
                "mugai.toml:17:6: there is no zone \"lgwn\"; did you mean \"lgwan\"?"},
        BadCase{kHead + "[[flow]]\nfrom = \"internet\"\nto = \"lgwan\"\nprofile = \"sanitise\"\n",
                "mugai.toml:18:11: there is no profile \"sanitise\"; did you mean \"sanitize\"?"},
        BadCase{kHead + "[[flow]]\nfrom = \"lgwan\"\nto = \"lgwan\"\nprofile = \"relay\"\n", "into itself"},
        BadCase{kHead + kFlow + "match = { recipients = [\"a@elsewhere.jp\"] }\n",
                "is not in zone \"lgwan\""},
        BadCase{kHead + kFlow + "match = { recipients = [\"city.example.lg.jp\"] }\n",
                "is not an address or \"@domain\""},
        BadCase{kHead + kFlow +
                    "[[flow]]\nfrom = \"internet\"\nto = \"lgwan\"\nprofile = \"relay\"\nmatch = { senders = "
                    "[\"a@b.jp\"] }\n",
                "mugai.toml:22:11: unchanged mail into zone \"lgwan\", which the flow (line 15) protects"}));

TEST(ConfigLoader, ListsSeveralMistakesAtOnceInTheOrderOfTheFile) {
  const std::string errors = errors_of(kHead + "typo = 1\n[smtp]\nmax_errors = 0\nnope = 1\n");
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 2) << errors;
  EXPECT_LT(errors.find("typo"), errors.find("max_errors"));
  EXPECT_LT(errors.find("max_errors"), errors.find("nope"));
}

TEST(ConfigLoader, LetsUnmodifiedMailInOnlyWhenToldTo) {
  const auto config = load(
      kHead + kFlow +
          "[[flow]]\nfrom = \"internet\"\nto = \"lgwan\"\nprofile = \"relay\"\naccept_unmodified = true\n",
      "m.toml");
  ASSERT_TRUE(config) << config.error().text;
  EXPECT_THAT(
      config->warnings,
      testing::Contains(HasSubstr("m.toml:19:1: mail from \"internet\" to \"lgwan\" passes unchanged")));
  EXPECT_THAT(config->warnings, testing::Contains(HasSubstr("never reached")));
}

TEST(ConfigLoader, ChecksTypeIdsAgainstTheListItIsGiven) {
  const std::string_view known[] = {"svg", "pdf"};
  const auto config = load(kHead + "[profile.sanitize]\ntypes = { svgg = \"hold\" }\n", "m.toml", known);
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().text, HasSubstr("unknown type \"svgg\"; did you mean \"svg\"?"));
}

TEST(ConfigLoader, SaysWhichFileCannotBeRead) {
  const auto config = load_file("/nonexistent/mugai.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().id, "config.unreadable");
  EXPECT_THAT(config.error().text, HasSubstr("/nonexistent/mugai.toml"));
}

TEST(DefaultConfig, LoadsWhateverTheDirectoryIsCalled) {
  for (const std::string state : {"/tmp/m", "/tmp/a \"b\" \\ c", "/tmp/無害\t"}) {
    const auto config = load(default_config(state), "default");
    ASSERT_TRUE(config) << config.error().text;
    EXPECT_EQ(config->node.state, state);
    EXPECT_EQ(config->zones[1].next_hop.path, state + "/mail/lgwan");
  }
}

TEST(ConfigLoader, ReadsTheDirectoryAndItsGroupsInOrder) {
  const auto config = load(kHead + R"([ldap]
url = "ldaps://dc1.example"
base = "dc=example"
[[ldap_group]]
group = "cn=a"
role = "approver"
domains = ["Kaikei.example", "b@Zeimu.example"]
[[ldap_group]]
group = "cn=b"
role = "auditor"
)", "mugai.toml");
  ASSERT_TRUE(config) << config.error().text;
  EXPECT_TRUE(config->ldap.enabled);
  ASSERT_EQ(config->ldap.groups.size(), 2u);
  EXPECT_EQ(config->ldap.groups[0].group, "cn=a");
  EXPECT_EQ(config->ldap.groups[0].role, "approver");
  EXPECT_THAT(config->ldap.groups[0].domains, testing::ElementsAre("kaikei.example", "b@zeimu.example"));
  EXPECT_EQ(config->console.session_idle, std::chrono::minutes(15));
}

TEST(ConfigLoader, ADirectoryThatCannotBeIsAMistake) {
  const auto with = [](const std::string& lines) { return errors_of(kHead + "[ldap]\n" + lines); };
  EXPECT_THAT(with("url = \"http://dc1\"\nbase = \"dc=x\"\n"), HasSubstr("is not ldaps://host"));
  EXPECT_THAT(with("url = \"ldaps://dc1\"\n"), HasSubstr("base says where"));
  EXPECT_THAT(with("filter = \"(uid=suzuki)\"\n"), HasSubstr("{name}"));
  EXPECT_THAT(with("bind_dn = \"cn=x\"\n"), HasSubstr("go together"));
  EXPECT_THAT(with("[[ldap_group]]\ngroup = \"cn=x\"\nrole = \"king\"\n"), HasSubstr("role must be one of"));
  EXPECT_THAT(errors_of(kHead + "[console]\nsession_idle = \"8h\"\nsession_max = \"1h\"\n"), HasSubstr("session_idle must not"));
}

}  // namespace
}  // namespace mugai::config
