#include "gateway/av/clamd_protocol.h"

#include <algorithm>

namespace mugai::gateway {

namespace {

constexpr size_t kMaxName = 200;

// For logs and notices: one line of printable ASCII, which signature names are.
std::string clean(std::string_view untrusted) {
  std::string out(untrusted.substr(0, kMaxName));
  std::replace_if(out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace

std::string clamd_chunk_length(uint32_t size) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>((size >> shift) & 0xFF));
  return out;
}

bool is_whole_clamd_reply(std::string_view received) { return received.find('\0') != received.npos; }

ScanResult parse_clamd_reply(std::string_view untrusted_reply) {
  constexpr std::string_view kStream = "stream: ", kFound = " FOUND";
  std::string_view reply = untrusted_reply.substr(0, untrusted_reply.find('\0'));
  if (reply.size() == untrusted_reply.size()) return {ScanResult::Kind::failed, "the reply was cut off"};
  if (reply == "stream: OK") return {ScanResult::Kind::clean, ""};
  if (reply.starts_with(kStream) && reply.ends_with(kFound) && reply.size() > kStream.size() + kFound.size()) {
    reply.remove_prefix(kStream.size());
    reply.remove_suffix(kFound.size());
    // Says that a limit kept it from looking (AlertExceedsMax), which is no virus.
    if (reply.starts_with("Heuristics.Limits.Exceeded")) return {ScanResult::Kind::failed, clean(reply)};
    return {ScanResult::Kind::found, clean(reply)};
  }
  return {ScanResult::Kind::failed, clean(reply)};
}

}  // namespace mugai::gateway
