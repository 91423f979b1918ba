// Encrypts packages of Office as [MS-OFFCRYPTO] says, by OpenSSL's one-shot functions and apart from the code that decrypts, so
// that its tests need no files from elsewhere. Salts and keys are fixed. What it writes is opened by msoffcrypto-tool too (see
// tests/sanitizers/offcrypto/oracle_test.cpp).
#pragma once

#include <functional>
#include <map>
#include <string>

#include "config/base/bytes.h"

namespace mugai::test {

struct AgileChoices {
  std::string hash = "SHA512";       // as the descriptor calls it
  size_t key_bits = 256;
  bool cfb = false;
  uint32_t spin_count = 1'000;
  bool integrity = true;
  std::function<void(std::string&)> edit_descriptor, edit_package;   // the XML; the stream EncryptedPackage, behind the HMAC
};
// `password` is UTF-16LE. A whole compound file.
std::string agile_encrypted(Bytes package, const std::string& password, const AgileChoices& choices = {});

struct StandardChoices {
  size_t key_bits = 128;
  std::function<void(std::string&)> edit_info;   // the stream EncryptionInfo
};
std::string standard_encrypted(Bytes package, const std::string& password, const StandardChoices& choices = {});

// Streams by name, as a compound file.
std::string compound_of(const std::map<std::string, std::string>& streams);

}  // namespace mugai::test
