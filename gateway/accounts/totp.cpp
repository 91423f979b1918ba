#include "gateway/accounts/totp.h"

#include <liboath/oath.h>
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "gateway/accounts/secrets.h"

namespace mugai::gateway::totp {

namespace {

constexpr unsigned kDigits = 6, kStepSeconds = 30;
constexpr size_t kWindow = 1, kSecretBytes = 20;

struct Free {
  void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, Free>;

bool prepare() {
  static std::once_flag once;
  static bool ready = false;
  std::call_once(once, [] { ready = oath_init() == OATH_OK && sodium_init() >= 0; });
  return ready;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != kPlain.npos) out.push_back(c);
    else out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
  }
  return out;
}

}  // namespace

std::string new_secret() {
  if (!prepare()) return {};
  std::array<char, kSecretBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  char* out = nullptr;
  size_t length = 0;
  if (oath_base32_encode(bytes.data(), bytes.size(), &out, &length) != OATH_OK) return {};
  const Text owner(out);
  return {out, length};
}

std::string grouped(std::string_view base32) {
  std::string out;
  for (size_t i = 0; i < base32.size(); ++i) {
    if (i > 0 && i % 4 == 0) out.push_back(' ');
    out.push_back(base32[i]);
  }
  return out;
}

std::string uri(std::string_view base32, std::string_view user, std::string_view issuer) {
  const std::string who = percent_encoded(issuer);
  return "otpauth://totp/" + who + ":" + percent_encoded(user) + "?secret=" + std::string(base32) + "&issuer=" + who +
         "&algorithm=SHA1&digits=6&period=30";
}

std::optional<int64_t> verify(std::string_view base32, std::string_view code, int64_t last_step, int64_t now_ms) {
  const std::string given(code);
  if (!prepare() || given.size() != kDigits || base32.empty()) return std::nullopt;
  char* bytes = nullptr;
  size_t length = 0;
  const std::string secret(base32);
  if (oath_base32_decode(secret.data(), secret.size(), &bytes, &length) != OATH_OK) return std::nullopt;
  const Text owner(bytes);
  const time_t seconds = static_cast<time_t>(now_ms / 1000);
  // The position is given as a distance; its sign only through the pointer.
  int position = 0;
  if (oath_totp_validate2(bytes, length, seconds, kStepSeconds, 0, kWindow, &position, given.c_str()) < 0) return std::nullopt;
  const int64_t step = seconds / kStepSeconds + position;
  sodium_memzero(bytes, length);
  if (step <= last_step) return std::nullopt;
  return step;
}

std::vector<std::string> new_recovery_codes() {
  static_cast<void>(prepare());
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz234567890";   // 32: five bits each
  static_assert(kLetters.size() == 32);
  std::vector<std::string> out(kRecoveryCodes);
  for (std::string& code : out)
    for (int i = 0; i < 16; ++i) {
      if (i > 0 && i % 4 == 0) code.push_back('-');
      code.push_back(kLetters[randombytes_uniform(kLetters.size())]);
    }
  return out;
}

std::string recovery_hash(std::string_view user, std::string_view code) {
  std::string plain = tidy(code);
  for (char& c : plain)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return token_hash(std::string(user) + "\n" + plain);
}

std::string tidy(std::string_view untrusted) {
  constexpr size_t kLongest = 200;
  std::string out;
  for (size_t i = 0; i < untrusted.size() && out.size() < kLongest; ++i) {
    // U+FF10..FF19 are EF BC 90..99, U+3000 (a wide blank) is E3 80 80.
    const std::string_view three = untrusted.substr(i, 3);
    if (three.size() == 3 && three[0] == '\xEF' && three[1] == '\xBC' && static_cast<unsigned char>(three[2]) >= 0x90 &&
        static_cast<unsigned char>(three[2]) <= 0x99) {
      out.push_back(static_cast<char>('0' + (static_cast<unsigned char>(three[2]) - 0x90)));
      i += 2;
    } else if (three == "\xE3\x80\x80") {
      i += 2;
    } else if (const char c = untrusted[i]; c != ' ' && c != '-' && c != '\t' && c != '\r' && c != '\n') {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace mugai::gateway::totp
