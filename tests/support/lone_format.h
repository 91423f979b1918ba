// One format by itself, without the pipeline around it: what the tests of formats and their fuzzers share. The context has
// no members to treat and holds them all; containers are tested through tests/support/rebuild.h.
#pragma once

#include <string>

#include "sanitizers/format.h"

namespace mugai::test {

struct LoneContext : sanitize::Context {
  using Context::Context;
  sanitize::Member sanitize_member(const sanitize::Input&) override {
    return {sanitize::Outcome::held("not-in-this-test"), {}, sanitize::Blob(workspace)};
  }
  bool hold_member(const sanitize::Input&, std::string, sanitize::Action) override { return true; }
  sanitize::Outcome sanitize_mail(Bytes, const sanitize::Input&, Sink&) override {
    return sanitize::Outcome::held("not-in-this-test");
  }
};

struct LoneResult {
  sanitize::Outcome outcome;
  std::string bytes;
  bool left() const { return outcome.leaves(); }
  uint64_t removed(std::string_view what) const {
    for (const sanitize::Removed& item : outcome.removed)
      if (item.what == what) return item.count;
    return 0;
  }
};

inline LoneResult treat_alone(Bytes bytes, std::string_view type, const Profile& profile = {},
                              std::string_view charset = "", const std::vector<std::string>& passwords = {}) {
  const auto workspace = sanitize::Workspace::in_memory();
  sanitize::Budget budget{profile.limits.max_expanded_bytes, profile.limits.max_archive_members, 0};
  LoneContext context(profile, budget, passwords, *workspace);
  StringSink sink;
  sanitize::Input input;
  input.bytes = bytes;
  input.type = sanitize::type_by_id(type);
  input.charset = charset;
  LoneResult result;
  result.outcome = sanitize::format_for(*input.type)->sanitize(input, sink, context);
  result.bytes = std::move(sink.text);
  return result;
}

}  // namespace mugai::test
