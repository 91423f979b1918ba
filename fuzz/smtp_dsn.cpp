// links: smtp
// A DSN about an original with any header, addresses and replies. Oracles: ASCII, CRLF only, no line over 998
// octets, exactly three parts whatever the original tried to look like.
#include <cstdlib>
#include <string>

#include "smtp/content_facts.h"
#include "smtp/dsn.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mugai::smtp;
  if (size < 4) return 0;
  const mugai::Bytes bytes(reinterpret_cast<const char*>(data + 4), size - 4);
  const mugai::Bytes a = bytes.substr(0, data[0]), b = mugai::slice(bytes, a.size(), data[1]),
                     c = mugai::slice(bytes, a.size() + b.size(), data[2]);
  Envelope envelope;
  envelope.reverse_path.text = std::string(a) + "@s";
  envelope.envid = b;
  envelope.recipients.resize(2);
  envelope.recipients[0].forward_path.text = b;
  envelope.recipients[1].forward_path.text = c;
  envelope.recipients[1].original = "utf-8;" + std::string(a);
  std::vector<RecipientResult> results(2);
  results[0].reply = {550, std::string(c), std::string(bytes)};
  results[1].remote = c;
  DsnRequest request;
  request.kind = static_cast<DsnKind>(data[3] % 4);
  request.envelope = &envelope;
  request.results = &results;
  request.recipients = {0, 1};
  request.reporting_mta = "gw.example";
  request.message_id = "unguessable@gw.example";
  request.untrusted_header = bytes;
  const auto dsn = write_dsn(request);
  if (!dsn) std::abort();
  const std::string& content = dsn->content;
  const ContentFacts facts = examine_content(content);
  if (facts.eight_bit || facts.bare_newline) std::abort();
  size_t parts = 0;
  for (size_t at = 0, end = 0; (end = content.find("\r\n", at)) != std::string::npos; at = end + 2) {
    if (end - at > 998) std::abort();
    if (content.compare(at, 2, "--") == 0) ++parts;
  }
  if (parts != 4) std::abort();
  return 0;
}
