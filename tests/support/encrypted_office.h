// Encrypts packages of Office as [MS-OFFCRYPTO] says, and decrypts what we lock, by OpenSSL's one-shot functions and apart from
// the code that is tested, so that its tests need no files from elsewhere. Salts and keys are fixed. What it writes is opened by
// msoffcrypto-tool too (see tests/sanitizers/offcrypto/oracle_test.cpp).
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

// The package in what we lock, read apart from the code that writes it and from the code that decrypts. Throws when anything is
// not as it must be: algorithms, password, HMAC, length.
std::string agile_decrypted(const std::string& file, const std::string& password);

struct StandardChoices {
  size_t key_bits = 128;
  std::function<void(std::string&)> edit_info;   // the stream EncryptionInfo
};
std::string standard_encrypted(Bytes package, const std::string& password, const StandardChoices& choices = {});

// Streams by name, as a compound file; and back. Storages stand before a '/'.
std::string compound_of(const std::map<std::string, std::string>& streams);
std::string stream_of(const std::string& file, const std::string& name);

}  // namespace mugai::test
