// links: sanitizers
// A decoded header text is one clean line, and survives being written and read again; so do names and
// addresses.
#include "sanitizers/mime/header_text.h"

#include <cstdint>
#include <cstdlib>

#include "sanitizers/mime/address.h"
#include "sanitizers/text/utf8.h"

using namespace mugai;
using namespace mugai::sanitize;

static void check_line(const std::string& text) {
  if (!is_valid_utf8(text)) abort();
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) abort();
}

// Header lines are ASCII, fold correctly and are no longer than RFC 5322 §2.1.1 allows.
static void check_lines(std::string_view header) {
  size_t column = 0;
  for (size_t i = 0; i < header.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(header[i]);
    if (c >= 0x7F || (c < 0x20 && c != '\r' && c != '\n')) abort();
    if ((c == '\r') != (i + 1 < header.size() && header[i + 1] == '\n')) abort();
    column = c == '\n' ? 0 : column + 1;
    if (column > 999) abort();
    if (c == '\n' && i + 1 < header.size() && header[i + 1] != ' ') abort();
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes raw(reinterpret_cast<const char*>(data), size);
  const std::string text = decode_header_text(raw);
  check_line(text);
  const std::string header = encode_header("Subject", text);
  check_lines(header);
  if (decode_header_text(std::string_view(header).substr(8)) != text) abort();

  const ParameterizedValue value = parse_parameterized(raw);
  for (const Parameter& parameter : value.parameters) {
    check_line(parameter.value);
    for (const std::string& reading : parameter.readings) check_line(reading);
    if (parameter.value.empty() || parameter.value.size() > 1000) continue;
    const std::string name = encode_name_rfc2231("filename", parameter.value);
    check_lines(name.substr(1) + "\r\n");
    const ParameterizedValue again = parse_parameterized("attachment" + name);
    const Parameter* const back = again.find("filename");
    if (back == nullptr || back->value != parameter.value) abort();
  }

  const AddressList list = parse_addresses(raw, 50);
  bool ascii = true;
  for (const Mailbox& mailbox : list.mailboxes) {
    check_line(mailbox.display_name);
    check_line(mailbox.address);
    if (mailbox.address.empty()) abort();
    ascii = ascii && is_plain_ascii(mailbox.address);
  }
  if (!ascii || list.mailboxes.empty()) return 0;
  const std::string encoded = encode_address_header("To", list.mailboxes);
  check_lines(encoded);
  const AddressList again = parse_addresses(std::string_view(encoded).substr(3), 50);
  if (again.mailboxes.size() != list.mailboxes.size()) abort();
  for (size_t i = 0; i < list.mailboxes.size(); ++i)
    if (again.mailboxes[i].address != list.mailboxes[i].address ||
        again.mailboxes[i].display_name != list.mailboxes[i].display_name)
      abort();
  return 0;
}
