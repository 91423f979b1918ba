// links: sanitizers
// First byte chooses the type. What leaves as text passes again unchanged, has no control characters but the
// usual, and is not much longer than what came in.
#include <cstdint>
#include <cstdlib>

#include "sanitizers/format.h"

using namespace mugai::sanitize;

namespace {

struct MemorySink : mugai::Sink {
  std::string bytes;
  bool write(mugai::Bytes more) override {
    bytes.append(more);
    return true;
  }
};
struct NoMembers : Context {
  using Context::Context;
  Outcome sanitize_member(const Input&, mugai::Sink&, std::string&) override { return Outcome::held("none"); }
};

void require(bool holds) {
  if (!holds) std::abort();
}

Outcome treat(mugai::Bytes bytes, std::string_view type, std::string& out) {
  const mugai::Profile profile;
  Budget budget{1 << 20, 10, 0};
  NoMembers context(profile, budget, {});
  Input input;
  input.bytes = bytes;
  input.type = type_by_id(type);
  MemorySink sink;
  Outcome outcome = format_for(*input.type)->sanitize(input, sink, context);
  out = std::move(sink.bytes);
  return outcome;
}

bool left(const Outcome& outcome) {
  return outcome.kind == Outcome::Kind::clean || outcome.kind == Outcome::Kind::altered;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::string_view kTypes[] = {"text", "csv", "xml", "html"};
  const mugai::Bytes input(reinterpret_cast<const char*>(data), size);
  const std::string_view type = kTypes[mugai::byte_at(input, 0) % 4];
  const mugai::Bytes bytes = mugai::slice(input, 1);
  std::string once, twice;
  const Outcome first = treat(bytes, type, once);
  if (!left(first)) return 0;
  const bool wide = once.substr(0, 2) == "\xff\xfe" || once.substr(0, 2) == "\xfe\xff";
  require(wide ||
          once.find_first_of(std::string_view("\0\x01\x02\x03\x04\x05\x06\x07", 8)) == std::string::npos);
  if (type != "html") require(once.size() <= bytes.size() * 16 + 8);  // a phone's emoji: one byte to seven
  const Outcome second = treat(once, first.type_out->id, twice);
  require(left(second) && second.removed.empty());
  require(twice == once);
  return 0;
}
