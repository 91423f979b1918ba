// The gateway's own key, and what is made with it: sealing what the database must not show (TOTP secrets) and signing what
// comes back from outside (links, CSRF tokens). The key lies in the state directory as `secret`, readable by the gateway's
// user only; each purpose has a key of its own, derived from it by HMAC. Nodes that share a database must share this file.
// Immutable after open(): any thread. Without the file the second factors in the database are lost: each must be reset.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/result.h"

namespace mugai::gateway {

class Secrets {
 public:
  // Makes a key when there is none. Errors: "secret.key" (damaged, or readable by others), "secret.write".
  static Result<Secrets> open(const std::string& state_directory);

  // AES-256-GCM; the text is base64url. What was sealed for one purpose and about one thing (a user's name, say) does not
  // open for another.
  std::string seal(std::string_view purpose, std::string_view about, std::string_view plain) const;
  std::optional<std::string> unseal(std::string_view purpose, std::string_view about, std::string_view sealed) const;

  // HMAC-SHA-256 as 43 letters of base64url. verify() takes the same time whatever is wrong.
  std::string sign(std::string_view purpose, std::string_view text) const;
  bool verify(std::string_view purpose, std::string_view text, std::string_view signature) const;

 private:
  using Key = std::array<unsigned char, 32>;
  explicit Secrets(const Key& key) : key_(key) {}
  Key derived(std::string_view purpose) const;

  Key key_;
};

// For texts that stand in an address, whatever is in them. from_hex(): nothing for what to_hex() does not write.
std::string to_hex(std::string_view text);
std::optional<std::string> from_hex(std::string_view untrusted_hex);

// 32 random bytes as 43 letters of base64url: what a cookie or a token carries. The database has token_hash() of it.
std::string random_token();
std::string token_hash(std::string_view token);   // SHA-256 in hex

}  // namespace mugai::gateway
