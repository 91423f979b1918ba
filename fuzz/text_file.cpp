// links: sanitizers
// First byte chooses the type. What leaves as text passes again unchanged, has no control characters but the
// usual, and is not much longer than what came in.
#include <cstdint>
#include <cstdlib>
#include <iterator>

#include "tests/support/lone_format.h"

using namespace mugai::sanitize;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::string_view kTypes[] = {"text", "csv", "xml", "html", "json", "p21", "dxf"};
  const mugai::Bytes input(reinterpret_cast<const char*>(data), size);
  const std::string_view type = kTypes[mugai::byte_at(input, 0) % std::size(kTypes)];
  const mugai::Bytes bytes = mugai::slice(input, 1);
  const auto first = mugai::test::treat_alone(bytes, type);
  if (!first.left()) return 0;
  const std::string& once = first.bytes;
  const bool wide = once.substr(0, 2) == "\xff\xfe" || once.substr(0, 2) == "\xfe\xff";
  require(wide ||
          once.find_first_of(std::string_view("\0\x01\x02\x03\x04\x05\x06\x07", 8)) == std::string::npos);
  if (type != "html") require(once.size() <= bytes.size() * 16 + 8);  // a phone's emoji: one byte to seven
  const auto second = mugai::test::treat_alone(once, first.outcome.type_out->id);
  require(second.left() && second.outcome.removed.empty());
  require(second.bytes == once);
  return 0;
}
