// Bytes from outside are carried as std::string_view: no owner, no encoding, NUL allowed, never assumed to be text.
// These are the checked ways to look into them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mugai {

using Bytes = std::string_view;

inline unsigned char byte_at(Bytes bytes, size_t offset) {
  return offset < bytes.size() ? static_cast<unsigned char>(bytes[offset]) : 0;
}

inline Bytes slice(Bytes bytes, size_t offset, size_t count = Bytes::npos) {
  return offset < bytes.size() ? bytes.substr(offset, count) : Bytes{};
}

// Where bytes go. write() may be called any number of times; false means that the destination failed or is full, and
// the caller stops and reports a temporary failure. Not thread-safe.
class Sink {
 public:
  virtual ~Sink() = default;
  [[nodiscard]] virtual bool write(Bytes bytes) = 0;
};

class StringSink : public Sink {
 public:
  bool write(Bytes bytes) override {
    text.append(bytes);
    return true;
  }
  std::string text;
};

// ASCII only: protocol keywords never depend on a locale.
inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline bool equals_ignoring_case(Bytes a, Bytes b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  return true;
}

}  // namespace mugai
