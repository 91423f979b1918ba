// What the tests of RTF share: treat, look, treat again.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/verify/verify.h"
#include "tests/support/rebuild.h"

namespace mugai::test {

inline uint64_t count_of(const RebuiltFile& result, std::string_view what) {
  for (const sanitize::Removed& one : result.item().removed)
    if (one.what == what) return one.count;
  return 0;
}

// What comes of it, which must be a fixed point and pass the second look.
inline RebuiltFile treated_rtf(const std::string& rtf, const Profile& profile = {}, const std::string& name = "a.rtf") {
  RebuiltFile first = rebuild_file(rtf, name, profile);
  EXPECT_TRUE(first.left()) << ::testing::PrintToString(first.item().reasons) << rtf;
  if (!first.left()) return first;
  const RebuiltFile second = rebuild_file(first.bytes, first.item().output_name, profile);
  EXPECT_TRUE(second.left()) << ::testing::PrintToString(second.item().reasons);
  EXPECT_EQ(second.bytes, first.bytes);
  EXPECT_TRUE(second.item().removed.empty());
  auto look = sanitize::verify_file(first.bytes, first.item().output_name, profile.limits, identifier());
  for (const sanitize::Item& item : look->items) EXPECT_THAT(item.reasons, ::testing::IsEmpty()) << item.name << first.bytes;
  return first;
}

// Without the frame that every document has, and without line ends.
inline std::string body_of(const RebuiltFile& result) {
  std::string body;
  for (const char c : result.bytes)
    if (c != '\r' && c != '\n') body += c;
  const std::string head = "{\\rtf1\\ansi\\uc1", generator = "{\\*\\generator Mugai;}";
  if (!body.starts_with(head) || !body.ends_with('}')) return "not ours: " + body;
  body = body.substr(head.size(), body.size() - head.size() - 1);
  const size_t at = body.find(generator);
  if (at == body.npos) return body;
  const auto joins = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' '; };
  const size_t behind = at + generator.size();
  const bool between = at > 0 && joins(body[at - 1]) && behind < body.size() && joins(body[behind]);   // a word and a letter
  return body.replace(at, generator.size(), between ? " " : "");
}

inline std::string body_of(const std::string& rtf, const Profile& profile = {}) { return body_of(treated_rtf(rtf, profile)); }

}  // namespace mugai::test
