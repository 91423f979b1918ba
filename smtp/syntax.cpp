#include "smtp/syntax.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "smtp/replies.h"

namespace mugai::smtp {
namespace {

constexpr size_t kMaxPath = 320;   // RFC 5321 §4.5.3.1.3 asks for 256; SRS and VERP senders exceed it
constexpr size_t kMaxEnvid = 100;  // RFC 3461 §4.4
constexpr size_t kMaxOrcpt = 500;  // RFC 3461 §4.2
constexpr size_t kMaxParameters = 16;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}
bool is_high(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}
bool is_atext(char c) {
  return is_alnum(c) || is_high(c) || Bytes("!#$%&'*+-/=?^_`{|}~").find(c) != Bytes::npos;
}

void skip_blanks(Bytes& rest) {
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
}

// The length of the local part at the beginning of `text`, 0 when there is none.
size_t local_part_length(Bytes text) {
  if (text.empty()) return 0;
  if (text.front() != '"') {
    size_t n = 0;
    while (n < text.size() && (is_atext(text[n]) || text[n] == '.')) ++n;
    return n;
  }
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
    if (i >= text.size() || static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7f) return 0;
  }
  return 0;
}

size_t domain_length(Bytes text) {
  if (text.empty()) return 0;
  size_t n = 0;
  if (text.front() == '[') {
    n = 1;
    while (n < text.size() && (is_alnum(text[n]) || text[n] == '.' || text[n] == ':' || text[n] == '-')) ++n;
    return n < text.size() && text[n] == ']' && n > 1 ? n + 1 : 0;
  }
  bool label_empty = true;
  for (; n < text.size(); ++n) {
    const char c = text[n];
    if (c == '.') {
      if (label_empty) return 0;
      label_empty = true;
    } else if (is_alnum(c) || is_high(c) || c == '-' || c == '_') {
      label_empty = false;
    } else {
      break;
    }
  }
  return label_empty ? 0 : n;
}

struct Parameter {
  Bytes keyword, value;
  bool has_value = false;
};

std::optional<std::vector<Parameter>> parse_parameters(Bytes rest) {
  std::vector<Parameter> parameters;
  for (;;) {
    skip_blanks(rest);
    if (rest.empty()) return parameters;
    if (parameters.size() == kMaxParameters) return std::nullopt;
    const Bytes word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    const size_t equals = word.find('=');
    Parameter parameter{word.substr(0, equals), {}, equals != Bytes::npos};
    if (parameter.has_value) parameter.value = word.substr(equals + 1);
    if (parameter.keyword.empty() || (parameter.has_value && parameter.value.empty())) return std::nullopt;
    for (const char c : parameter.keyword)
      if (!is_alnum(c) && c != '-') return std::nullopt;
    for (const char c : word)
      if (static_cast<unsigned char>(c) < 0x21 || c == 0x7f) return std::nullopt;
    for (const Parameter& earlier : parameters)
      if (equals_ignoring_case(earlier.keyword, parameter.keyword)) return std::nullopt;
    parameters.push_back(parameter);
  }
}

bool take_prefix(Bytes& rest, Bytes keyword) {
  skip_blanks(rest);
  if (!equals_ignoring_case(rest.substr(0, keyword.size()), keyword)) return false;
  rest.remove_prefix(keyword.size());
  skip_blanks(rest);  // "MAIL FROM: <a@b>" is wrong and common
  return true;
}

bool parse_size(Bytes value, uint64_t& size) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), size);
  return value.size() <= 20 && error == std::errc{} && end == value.data() + value.size();
}

std::optional<Reply> apply_mail_parameter(const Parameter& parameter, Envelope& envelope) {
  const auto named = [&](Bytes name) { return equals_ignoring_case(parameter.keyword, name); };
  const auto value_is = [&](Bytes value) { return equals_ignoring_case(parameter.value, value); };
  bool good = false;
  if (named("SIZE")) {
    good = parse_size(parameter.value, envelope.declared_size);
  } else if (named("BODY")) {
    good = value_is("7BIT") || value_is("8BITMIME");
    envelope.body = value_is("8BITMIME") ? Body::eight_bit_mime : Body::seven_bit;
  } else if (named("SMTPUTF8")) {
    good = envelope.smtputf8 = !parameter.has_value;
  } else if (named("RET")) {
    good = value_is("FULL") || value_is("HDRS");
    envelope.ret = value_is("FULL") ? Envelope::Return::full : Envelope::Return::headers;
  } else if (named("ENVID")) {
    good = parameter.has_value && parameter.value.size() <= kMaxEnvid && is_xtext(parameter.value);
    envelope.envid = parameter.value;
  } else {
    return replies::kUnknownParameter;
  }
  if (!good) return replies::kBadParameter;
  return std::nullopt;
}

bool parse_notify(Bytes value, Notify& notify) {
  if (equals_ignoring_case(value, "NEVER")) return notify.never = true;
  for (;;) {
    const size_t comma = value.find(',');
    const Bytes word = value.substr(0, comma);
    bool* flag = equals_ignoring_case(word, "SUCCESS")   ? &notify.success
                 : equals_ignoring_case(word, "FAILURE") ? &notify.failure
                 : equals_ignoring_case(word, "DELAY")   ? &notify.delay
                                                         : nullptr;
    if (flag == nullptr || *flag) return false;
    *flag = true;
    if (comma == Bytes::npos) return true;
    value.remove_prefix(comma + 1);
  }
}

// "rfc822;xtext", or "utf-8;utf-8-addr-xtext" with SMTPUTF8 (RFC 6533 §3).
bool is_original_recipient(Bytes value, bool smtputf8) {
  const size_t semicolon = value.find(';');
  if (semicolon == Bytes::npos || semicolon == 0 || value.size() > kMaxOrcpt) return false;
  for (const char c : value.substr(0, semicolon))
    if (!is_alnum(c) && c != '-') return false;
  const Bytes address = value.substr(semicolon + 1);
  if (address.empty()) return false;
  if (equals_ignoring_case(value.substr(0, semicolon), "utf-8"))
    return is_utf8(address) && (smtputf8 || is_ascii(address)) &&
           address.find_first_of("=+\"<>") == Bytes::npos;
  return is_xtext(address);
}

}  // namespace

bool is_ascii(Bytes bytes) {
  return std::none_of(bytes.begin(), bytes.end(), is_high);
}

bool is_utf8(Bytes bytes) {
  for (size_t i = 0; i < bytes.size();) {
    const unsigned char lead = byte_at(bytes, i++);
    if (lead < 0x80) continue;
    const int more = lead >= 0xc2 && lead < 0xe0   ? 1
                     : lead >= 0xe0 && lead < 0xf0 ? 2
                     : lead >= 0xf0 && lead < 0xf5 ? 3
                                                   : 0;
    if (more == 0) return false;
    const unsigned char second = byte_at(bytes, i);
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool surrogate_or_beyond = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
    if (overlong || surrogate_or_beyond) return false;
    for (int k = 0; k < more; ++k, ++i)
      if (byte_at(bytes, i) < 0x80 || byte_at(bytes, i) > 0xbf) return false;
  }
  return true;
}

bool is_xtext(Bytes bytes) {
  const auto is_hex = [](unsigned char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); };
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c < '!' || c > '~' || c == '=') return false;
    if (c != '+') continue;
    if (!is_hex(byte_at(bytes, i + 1)) || !is_hex(byte_at(bytes, i + 2))) return false;
    i += 2;
  }
  return true;
}

std::string decode_xtext(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '+' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
      decoded += static_cast<char>(value);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::optional<Address> parse_path(Bytes& rest) {
  if (rest.empty() || rest.front() != '<') return std::nullopt;
  Bytes text = rest.substr(1, kMaxPath + 256);
  if (!text.empty() && text.front() == '@') {
    const size_t colon = text.find(':');
    const size_t at = text.find_first_of("\"<>", 0);
    if (colon == Bytes::npos || at < colon) return std::nullopt;
    text.remove_prefix(colon + 1);
  }
  Address address;
  size_t length = 0;
  if (text.empty() || text.front() != '>') {
    length = local_part_length(text);
    if (length == 0) return std::nullopt;
    if (length < text.size() && text[length] == '@') {
      const size_t domain = domain_length(text.substr(length + 1));
      if (domain == 0) return std::nullopt;
      length += 1 + domain;
    }
    if (length > kMaxPath) return std::nullopt;
    address.text = text.substr(0, length);
  }
  if (length >= text.size() || text[length] != '>') return std::nullopt;
  rest.remove_prefix(static_cast<size_t>(text.data() - rest.data()) + length + 1);
  if (!is_utf8(address.text)) return std::nullopt;
  return address;
}

std::optional<Reply> parse_mail(Bytes rest, Envelope& envelope) {
  if (!take_prefix(rest, "FROM:")) return replies::kSyntax;
  auto path = parse_path(rest);
  if (!path || (!path->empty() && path->domain().empty())) return replies::kBadSenderSyntax;
  if (!rest.empty() && !is_blank(rest.front())) return replies::kBadSenderSyntax;
  envelope.reverse_path = std::move(*path);
  const auto parameters = parse_parameters(rest);
  if (!parameters) return replies::kBadParameter;
  for (const Parameter& parameter : *parameters)
    if (auto refusal = apply_mail_parameter(parameter, envelope)) return refusal;
  if (!envelope.smtputf8 && !is_ascii(envelope.reverse_path.text)) return replies::kSenderNeedsUtf8;
  return std::nullopt;
}

std::optional<Reply> parse_rcpt(Bytes rest, bool smtputf8, Recipient& recipient) {
  if (!take_prefix(rest, "TO:")) return replies::kSyntax;
  auto path = parse_path(rest);
  if (!path || path->empty() || (!rest.empty() && !is_blank(rest.front())))
    return replies::kBadRecipientSyntax;
  // The one address without a domain that every server must take (RFC 5321 §4.1.1.3).
  if (path->domain().empty() && !equals_ignoring_case(path->text, "postmaster"))
    return replies::kBadRecipientSyntax;
  if (!smtputf8 && !is_ascii(path->text)) return replies::kRecipientNeedsUtf8;
  recipient.forward_path = std::move(*path);
  const auto parameters = parse_parameters(rest);
  if (!parameters) return replies::kBadParameter;
  for (const Parameter& parameter : *parameters) {
    bool good = false;
    if (equals_ignoring_case(parameter.keyword, "NOTIFY")) {
      good = parse_notify(parameter.value, recipient.notify);
    } else if (equals_ignoring_case(parameter.keyword, "ORCPT")) {
      good = is_original_recipient(parameter.value, smtputf8);
      recipient.original = parameter.value;
    } else {
      return replies::kUnknownParameter;
    }
    if (!good) return replies::kBadParameter;
  }
  return std::nullopt;
}

}  // namespace mugai::smtp
