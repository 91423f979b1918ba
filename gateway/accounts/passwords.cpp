#include "gateway/accounts/passwords.h"

#include <sodium.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <semaphore>

namespace mugai::gateway::passwords {

namespace {

// Whole passwords, or what is left of one without digits and signs at its end.
constexpr std::array<std::string_view, 40> kCommonest{
    "password",       "passw0rd",        "p@ssw0rd",      "p@ssword",      "pass",          "qwerty",
    "qwertyuiop",     "qwertyuiopasdf",  "asdfghjkl",     "qazwsxedc",     "qazwsxedcrfv",  "1qaz2wsx",
    "1qaz2wsx3edc",   "1q2w3e4r5t6y",    "zaq12wsx",      "zxcvbnm",       "letmein",       "welcome",
    "iloveyou",       "administrator",   "admin",         "changeme",      "changemenow",   "secret",
    "test",           "testtest",        "mugai",         "mugaimugai",    "sakura",        "nippon",
    "yakusho",        "shiyakusho",      "kencho",        "himitsu",       "passwordpassword", "adminadmin",
    "correcthorsebatterystaple", "monkey", "dragon",      "abcdefghijkl"};

std::counting_semaphore<2>& at_once() {
  static std::counting_semaphore<2> two(2);
  return two;
}

class Turn {
 public:
  Turn() {
    static std::once_flag once;
    std::call_once(once, [] {
      if (sodium_init() < 0) std::abort();
    });
    at_once().acquire();
  }
  ~Turn() { at_once().release(); }
  Turn(const Turn&) = delete;
};

std::string normalised(const std::string& password) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
  if (U_FAILURE(status)) return password;
  const icu::UnicodeString out = nfkc->normalize(icu::UnicodeString::fromUTF8(password), status);
  if (U_FAILURE(status)) return password;
  std::string utf8;
  out.toUTF8String(utf8);
  return utf8;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

bool is_common(const std::string& password) {
  std::string_view core = password;
  const auto known = [](std::string_view text) { return std::find(kCommonest.begin(), kCommonest.end(), text) != kCommonest.end(); };
  if (known(core)) return true;
  while (!core.empty() && !is_letter(core.back())) core.remove_suffix(1);
  return core.empty() || known(core);   // nothing but digits and signs is a number or a pattern of keys
}

bool is_repetition(const std::string& password) {
  for (size_t period = 1; period <= 4; ++period) {
    bool repeats = password.size() > period;
    for (size_t i = period; repeats && i < password.size(); ++i) repeats = password[i] == password[i - period];
    if (repeats) return true;
  }
  return false;
}

size_t letters(const std::string& utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Error weak(std::string text) { return {"password.weak", std::move(text), ""}; }

}  // namespace

Status acceptable(const std::string& typed, const std::string& user_name) {
  if (typed.size() > kMaxBytes) return weak("パスワードが長すぎます / the password is too long");
  const std::string password = lower(normalised(typed));
  if (letters(password) < kMinLetters) return weak("パスワードは12文字以上にしてください / use at least 12 characters");
  if (!user_name.empty() && password.find(lower(user_name)) != password.npos)
    return weak("パスワードに利用者名を含めないでください / the password must not contain the user's name");
  if (is_common(password) || is_repetition(password))
    return weak("推測されやすいパスワードです。別のものにしてください / this password is easy to guess; choose another");
  return Ok{};
}

Result<std::string> hash(const std::string& typed) {
  const Turn turn;
  const std::string password = normalised(typed);
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Error{"password.hash", "メモリー不足でパスワードを処理できません / not enough memory to hash a password", ""};
  return std::string(out.data());
}

bool verify(const std::string& hash, const std::string& typed) {
  if (typed.size() > kMaxBytes || hash.size() >= crypto_pwhash_STRBYTES) return false;
  const Turn turn;
  const std::string password = normalised(typed);
  std::array<char, crypto_pwhash_STRBYTES> stored{};
  std::copy(hash.begin(), hash.end(), stored.begin());
  return crypto_pwhash_str_verify(stored.data(), password.data(), password.size()) == 0;
}

bool verify_nothing(const std::string& password) {
  static const Result<std::string> nobodys = hash(generate());
  if (nobodys) static_cast<void>(verify(*nobodys, password));
  return false;
}

bool needs_rehash(const std::string& hash) {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
}

std::string generate() {
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";
  constexpr int kGroups = 4, kGroup = 5;
  std::string out;
  for (int i = 0; i < kGroups * kGroup; ++i) {
    if (i > 0 && i % kGroup == 0) out.push_back('-');
    out.push_back(kLetters[randombytes_uniform(kLetters.size())]);
  }
  return out;
}

}  // namespace mugai::gateway::passwords
