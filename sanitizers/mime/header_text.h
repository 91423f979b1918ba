// Raw header values to UTF-8 and back. Decoding covers RFC 2047 as it is written in the wild (words split inside a
// character, blanks inside, words in quotes and in parameters), RFC 2231 continuations and charsets, raw 8-bit and raw
// ISO-2022-JP. Encoding writes canonical RFC 5322 lines, folded, ASCII only. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

// Unstructured text (Subject, Comments, a display name): unfolded, encoded words decoded, scrubbed to one clean line.
std::string decode_header_text(Bytes untrusted_raw_value);

struct Parameter {
  std::string name;                   // lower-case, without '*'
  std::string value;                  // decoded to UTF-8, the reading that most readers show
  std::vector<std::string> readings;  // every other value that some reader would show (name against name*, duplicates)
};

struct ParameterizedValue {           // Content-Type, Content-Disposition
  std::string value;                  // lower-case: "text/plain", "attachment"; empty when malformed
  std::vector<Parameter> parameters;
  // "malformed-value", "malformed-parameter", "duplicate-parameter", "long-parameter-name", "conflicting-filename",
  // "encoded-word-in-parameter" (common and harmless), "raw-8bit"
  std::vector<std::string> notes;

  const Parameter* find(std::string_view name) const;
};

ParameterizedValue parse_parameterized(Bytes untrusted_raw_value);

// "Name: value\r\n" with encoded words where needed, folded at 76 columns. `text` is UTF-8 without line ends.
std::string encode_header(std::string_view name, std::string_view utf8_text);

// A file name parameter, both ways that Japanese readers need: name="=?UTF-8?B?...?=" (RFC 2047, for Content-Type's
// `name`) and filename*0*=UTF-8''... (RFC 2231, for Content-Disposition). Begins with ";\r\n " and has no final CRLF.
std::string encode_name_rfc2047(std::string_view parameter, std::string_view utf8_name);
std::string encode_name_rfc2231(std::string_view parameter, std::string_view utf8_name);

}  // namespace mugai::sanitize
