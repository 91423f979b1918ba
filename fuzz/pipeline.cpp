// links: test_support
// The pipeline on any bytes. Oracles: it always answers; the output is canonical MIME of bounded size that contains only
// what we write; running it again over its own output changes nothing but the trace.
#include <cstdint>
#include <cstdlib>

#include "tests/support/rebuild.h"

namespace {

// Lines that begin with "Mugai-": the trace.
std::string without_trace(const std::string& message) {
  std::string out;
  for (size_t at = 0; at < message.size();) {
    size_t end = message.find("\r\n", at);
    end = end == std::string::npos ? message.size() : end + 2;
    if (message.compare(at, 6, "Mugai-") != 0) out.append(message, at, end - at);
    at = end;
  }
  return out;
}

// Bare CR or LF and NUL never leave; bytes over 127 only in the header, where addresses may be UTF-8 (RFC 6532).
bool is_clean_wire(const std::string& message) {
  const size_t body = message.find("\r\n\r\n");
  for (size_t i = 0; i < message.size(); ++i) {
    const auto c = static_cast<unsigned char>(message[i]);
    if (c == 0 || (c >= 0x80 && i > body)) return false;
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
