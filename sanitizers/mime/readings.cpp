#include "sanitizers/mime/readings.h"

#include "sanitizers/mime/transfer.h"

namespace mugai::sanitize {

namespace {

constexpr size_t kLookedAtBytes = 256 << 10;   // of another reading: enough to recognise what it is
constexpr size_t kMaxReadings = 8;

class BoundedString : public Sink {
 public:
  bool write(Bytes bytes) override {
    text.append(bytes.substr(0, kLookedAtBytes - std::min(kLookedAtBytes, text.size())));
    return true;
  }
  std::string text;
};

void add_name(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && names.size() < kMaxReadings && std::find(names.begin(), names.end(), name) == names.end())
    names.push_back(name);
}

void add_names(std::vector<std::string>& names, const Parameter* parameter) {
  if (!parameter) return;
  add_name(names, parameter->value);
  for (const std::string& one : parameter->readings) add_name(names, one);
}

// Of several fields of one name some readers obey the last: its names count as well.
void add_names_of_repeated_fields(const Part& part, std::vector<std::string>& names) {
  for (const auto& [field_name, parameter] : {std::pair{"content-disposition", "filename"}, std::pair{"content-type", "name"}}) {
    size_t seen = 0;
    for (const Field& field : part.fields)
      if (field.name == field_name && ++seen > 1 && seen <= kMaxReadings)
        add_names(names, parse_parameterized(field.raw_value).find(parameter));
  }
}

std::string decode_as(TransferEncoding encoding, Bytes content) {
  BoundedString out;
  TransferDecoder decoder(encoding);
  if (!decoder.decode(content.substr(0, 2 * kLookedAtBytes), out) || !decoder.finish(out)) return {};
  return std::move(out.text);
}

}  // namespace

bool read_part(const Part& part, Blob& decoded, Untreated& out, std::vector<std::string>& notes) {
  bool ambiguous = false;
  TransferEncoding used = TransferEncoding::identity;
  size_t encodings = 0;
  for (const Field& field : part.fields) {
    if (field.name != "content-transfer-encoding") continue;
    bool sloppy = false;
    const TransferEncoding encoding = parse_transfer_encoding(field.raw_value, sloppy);
    if (encodings++ == 0) used = encoding;
    else ambiguous |= encoding != used;
    ambiguous |= sloppy || encoding == TransferEncoding::unknown;
  }
  TransferDecoder decoder(used);
  if (!decoder.decode(part.content, decoded) || !decoder.finish(decoded) || !decoded.finish()) return false;
  out.bytes = decoded.bytes();
  if (ambiguous) {
    notes.emplace_back("ambiguous-encoding");
    for (const TransferEncoding other : {TransferEncoding::identity, TransferEncoding::base64,
                                         TransferEncoding::quoted_printable, TransferEncoding::uuencode})
      if (other != used) out.other_bytes.push_back(decode_as(other, part.content));
  }
  if (decoder.facts().data_after_padding) {
    notes.emplace_back("data-after-padding");
    out.other_bytes.push_back(decode_as(TransferEncoding::base64, part.content.substr(0, part.content.find('='))));
  }
  if (used == TransferEncoding::base64 && decoder.facts().foreign_characters) notes.emplace_back("malformed-base64");

  add_names(out.names, part.disposition.find("filename"));
  add_names(out.names, part.content_type.find("name"));
  add_names_of_repeated_fields(part, out.names);
  out.declared.emplace_back(part.media_type());
  for (const std::string& one : part.other_types)
    if (out.declared.size() < kMaxReadings) out.declared.push_back(one);
  if (const Parameter* charset = part.content_type.find("charset")) out.charset = charset->value;
  return true;
}

}  // namespace mugai::sanitize
