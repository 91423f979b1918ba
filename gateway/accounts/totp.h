// The second factor: time-based codes (RFC 6238, SHA-1, six digits, 30 seconds: what every app can) by liboath, and the
// recovery codes for a lost telephone. Pure functions; who calls keeps the secret, the last step and the hashes, and counts
// failures. A code is good once, one step of the clock early or late.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mugai::gateway::totp {

std::string new_secret();                              // 20 random bytes in base32
std::string grouped(std::string_view base32);          // for the eye: groups of four
std::string uri(std::string_view base32, std::string_view user, std::string_view issuer);

// The step whose code this is, if it is later than `last_step`; the caller keeps it as the new last step.
std::optional<int64_t> verify(std::string_view base32, std::string_view code, int64_t last_step, int64_t now_ms);

inline constexpr size_t kRecoveryCodes = 10;
// "k7fp-2m9x-w3hd-q8ra": 80 bits each, so that a plain hash is enough.
std::vector<std::string> new_recovery_codes();
std::string recovery_hash(std::string_view user, std::string_view code);   // blanks, hyphens and case do not matter

// What people type: full-width digits of an input method become plain ones, blanks and hyphens go.
std::string tidy(std::string_view untrusted_code);

}  // namespace mugai::gateway::totp
