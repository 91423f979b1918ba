// Passwords at rest and the rules for new ones. Argon2id by libsodium: a tenth of a second and 64 MiB for each hash or
// check; at most two at once in the process, the others wait. Any thread. Passwords are compared as the bytes that were
// typed, after Unicode normalisation (NFKC), so that full-width letters of an input method do no harm.
#pragma once

#include <optional>
#include <string>

#include "config/base/result.h"

namespace mugai::gateway::passwords {

inline constexpr size_t kMinLetters = 12, kMaxBytes = 1024;

// Error "password.weak": too short or long, contains the user's name, or is among those that everybody tries first.
Status acceptable(const std::string& password, const std::string& user_name);

Result<std::string> hash(const std::string& password);            // "password.hash": no memory
bool verify(const std::string& hash, const std::string& password);
// As long as verify() takes, and false: for names that nobody has.
bool verify_nothing(const std::string& password);
// Made with weaker parameters than today's.
bool needs_rehash(const std::string& hash);

// 20 letters and digits in groups of five, none of which looks like another: 99 bits.
std::string generate();

}  // namespace mugai::gateway::passwords
