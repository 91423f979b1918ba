// links: test_support
// The pipeline on any bytes. Oracles: it always answers; the output is canonical MIME of bounded size that contains only
// what we write; running it again over its own output changes nothing but the trace.
#include <cstdint>
#include <cstdlib>

#include "tests/support/rebuild.h"

namespace {

std::string without_trace(const std::string& message) {
  const size_t at = message.find("Mugai-Result:");
  const size_t end = message.find("\r\n", at);
  return at == std::string::npos || end == std::string::npos ? message : message.substr(0, at) + message.substr(end + 2);
}

// Bare CR or LF, 8-bit bytes and NUL never leave.
bool is_clean_wire(const std::string& message) {
  for (size_t i = 0; i < message.size(); ++i) {
    const auto c = static_cast<unsigned char>(message[i]);
    if (c >= 0x80 || c == 0) return false;
    if (c == '\n' && (i == 0 || message[i - 1] != '\r')) return false;
    if (c == '\r' && (i + 1 == message.size() || message[i + 1] != '\n')) return false;
  }
  return true;
}

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mugai;
  const std::string message(reinterpret_cast<const char*>(data), size);
  const test::Rebuilt once = test::rebuild(message);
  require(is_clean_wire(once.message));
  require(once.message.size() < 64 * size + 200'000);
  const sanitize::Structure structure = sanitize::parse_structure(once.message, Limits());
  for (const sanitize::Part& part : structure.root.children) require(part.children.empty());
  for (const sanitize::Item& item : once.report.items)
    if (const sanitize::Type* type = sanitize::type_by_id(item.detected))
      require(type->danger != sanitize::Danger::active || item.output_name.empty());
  // Pictures are rebuilt from pixels: equal to the eye, not to the byte.
  for (const sanitize::Part& part : structure.root.children)
    if (part.media_type().starts_with("image/")) return 0;
  const test::Rebuilt twice = test::rebuild(once.message);
  require(without_trace(once.message) == without_trace(twice.message));
  return 0;
}
