#include "config/render.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "config/loader.h"
#include "config/schema.h"

namespace mugai::config {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(AnnotatedSample, LoadsAsItIs) {
  for (const Language language : {Language::en, Language::ja}) {
    const auto config = load(annotated_sample(language), "sample");
    ASSERT_TRUE(config) << config.error().text;
    EXPECT_EQ(config->zones.size(), 2u);
    EXPECT_EQ(config->flows.size(), 1u);
  }
}

TEST(AnnotatedSample, ShowsDefaultsThatLoadWhenUncommented) {
  const std::string sample =
      std::regex_replace(annotated_sample(Language::en), std::regex("\n#([a-z_]+ = )"), "\n$1");
  const std::string without_match = std::regex_replace(sample, std::regex("\nmatch = [^\n]*"), "");
  const auto config = load(without_match, "sample");
  ASSERT_TRUE(config) << config.error().text;
  EXPECT_EQ(config->queue.retry_max, std::chrono::hours(1));
  EXPECT_TRUE(config->zones[0].tls.offered());
}

TEST(Schema, ExplainsEveryKeyInBothLanguages) {
  for (const Key& key : schema_keys()) {
    EXPECT_FALSE(key.en.empty()) << key.name;
    EXPECT_FALSE(key.ja.empty()) << key.name;
    EXPECT_NE(annotated_sample(Language::en).find(key.name), std::string::npos) << key.name;
  }
}

TEST(SettingsPage, IsTheCommittedOne) {
  const std::filesystem::path docs = std::filesystem::path(MUGAI_SOURCE) / "gateway/docs";
  EXPECT_EQ(contents(docs / "en/settings.md"), settings_page(Language::en))
      << "run: mugai config settings en > gateway/docs/en/settings.md";
  EXPECT_EQ(contents(docs / "ja/settings.md"), settings_page(Language::ja))
      << "run: mugai config settings ja > gateway/docs/ja/settings.md";
}

TEST(Examples, AllLoad) {
  size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(MUGAI_SOURCE) / "config/examples")) {
    const auto config = load_file(entry.path());
    EXPECT_TRUE(config) << config.error().text;
    ++count;
  }
  EXPECT_EQ(count, 5u);
}

}  // namespace
}  // namespace mugai::config
