// links: sanitizers
// First byte: length of the name, then the name, then the bytes. Same bytes, same answer; a program by name
// is always active; a safe name is safe, and treating it again changes nothing.
#include "sanitizers/detect/identify.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace mugai::sanitize;

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto identifier = Identifier::load().value();
  const mugai::Bytes input(reinterpret_cast<const char*>(data), size);
  const size_t name_size = mugai::byte_at(input, 0);
  const mugai::Bytes name = mugai::slice(input, 1, name_size), bytes = mugai::slice(input, 1 + name_size);
  const Identity identity = identifier->identify(bytes, name, "");
  require(identity.type && !identity.readings.empty());
  require(std::is_sorted(identity.readings.begin(), identity.readings.end(),
                         [](const Type* a, const Type* b) { return a->danger > b->danger; }));
  require(identifier->identify(bytes, name, "").type == identity.type);
  require(identifier->identify(bytes, std::string(name) + ".exe", "").type->danger == Danger::active);
  require(identifier->identify(bytes, "", "application/x-msdownload").type->danger == Danger::active);

  std::vector<std::string> first, second;
  const std::string safe = safe_name(name, *identity.type, first);
  require(!safe.empty() && safe.size() <= 200 && safe.front() != '.' && safe.back() != '.' &&
          safe.back() != ' ');
  require(std::none_of(safe.begin(), safe.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '/' || c == '\\' || c == ':' || c == '\x7f';
  }));
  require(safe_name(safe, *identity.type, second) == safe);
  return 0;
}
