// What the tests of OpenDocument files share: treat, look, treat again.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/verify/verify.h"
#include "tests/support/odf_bytes.h"
#include "tests/support/ooxml_bytes.h"
#include "tests/support/rebuild.h"

namespace mugai::test::odf {

inline Profile keeping_links() {
  Profile profile;
  profile.urls = UrlPolicy::keep;
  return profile;
}

inline uint64_t count_of(const RebuiltFile& result, std::string_view what) {
  for (const sanitize::Removed& one : result.item().removed)
    if (one.what == what) return one.count;
  return 0;
}

// What comes of it, which must be a fixed point and pass the second look: all parts of a package, or the flat document.
inline std::string treated(const std::string& file, const std::string& name, const Profile& profile = {}) {
  EXPECT_TRUE(sanitize::init_images());
  const RebuiltFile first = rebuild_file(file, name, profile);
  EXPECT_TRUE(first.left()) << ::testing::PrintToString(first.item().reasons);
  if (!first.left()) return {};
  const RebuiltFile second = rebuild_file(first.bytes, first.item().output_name, profile);
  EXPECT_TRUE(second.left()) << ::testing::PrintToString(second.item().reasons);
  EXPECT_EQ(second.bytes, first.bytes);
  EXPECT_TRUE(second.item().removed.empty()) << second.item().removed.front().what;
  auto second_look = sanitize::verify_file(first.bytes, first.item().output_name, profile.limits, identifier());
  for (const sanitize::Item& item : second_look->items) EXPECT_THAT(item.reasons, ::testing::IsEmpty()) << item.name;
  return first.bytes.starts_with("PK") ? parts_of(first.bytes) : first.bytes;
}

inline std::string held_for(const std::string& bytes, const std::string& name) {
  const RebuiltFile result = rebuild_file(bytes, name);
  if (result.left()) return "left";
  return result.item().reasons.empty() ? "" : result.item().reasons.back();
}

}  // namespace mugai::test::odf
