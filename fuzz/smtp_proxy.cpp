// links: smtp
// PROXY headers. Oracles: a header is recognised at its last byte and not before; what follows it changes
// nothing; the address that comes out is an address.
#include <cstdlib>

#include "smtp/network.h"
#include "smtp/proxy_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mugai::smtp;
  const mugai::Bytes bytes(reinterpret_cast<const char*>(data), size);
  const ProxyHeader header = parse_proxy_header(bytes);
  if (header.kind == ProxyHeader::Kind::malformed) return 0;
  if (header.kind == ProxyHeader::Kind::more) return size < kMaxProxyHeader ? 0 : (std::abort(), 0);
  if (header.length == 0 || header.length > size) std::abort();
  const ProxyHeader exact = parse_proxy_header(bytes.substr(0, header.length));
  if (exact.kind != header.kind || exact.length != header.length || exact.address != header.address)
    std::abort();
  for (size_t i = 0; i < header.length; ++i)
    if (parse_proxy_header(bytes.substr(0, i)).kind != ProxyHeader::Kind::more) std::abort();
  if (header.kind == ProxyHeader::Kind::proxied && !Network::parse(header.address)) std::abort();
  return 0;
}
