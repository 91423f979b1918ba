#include "tests/support/encrypted_office.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

#include "sanitizers/ole/compound_file.h"
#include "tests/support/compound_writer.h"

namespace mugai::test {
namespace {

const unsigned char* raw(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hashed(const std::string& name, const std::string& text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), out, &length, EVP_get_digestbyname(name.c_str()), nullptr) != 1) throw std::runtime_error(name);
  return {reinterpret_cast<const char*>(out), length};
}

std::string sized(const std::string& text, size_t size, char fill = '\x36') {
  std::string out = text.substr(0, size);
  return out.append(size - out.size(), fill);
}

std::string whole_blocks(std::string text) {
  text.resize((text.size() + 15) / 16 * 16, '\0');
  return text;
}

enum class Way { decrypt, encrypt };

std::string ciphered(Way way, const std::string& mode, const std::string& key, const std::string& iv, const std::string& blocks) {
  const std::string name = "aes-" + std::to_string(8 * key.size()) + "-" + mode;
  std::string out(blocks.size() + 16, '\0');
  EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
  int length = 0;
  EVP_CipherInit_ex(context, EVP_get_cipherbyname(name.c_str()), nullptr, raw(key), iv.empty() ? nullptr : raw(iv), way == Way::encrypt);
  EVP_CIPHER_CTX_set_padding(context, 0);
  EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &length, raw(blocks), static_cast<int>(blocks.size()));
  EVP_CIPHER_CTX_free(context);
  if (static_cast<size_t>(length) != blocks.size()) throw std::runtime_error(name);
  return sized(out, blocks.size());
}

std::string encrypted(const std::string& mode, const std::string& key, const std::string& iv, const std::string& plain) {
  return ciphered(Way::encrypt, mode, key, iv, whole_blocks(plain));
}

std::string base64(const std::string& bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  out.resize(static_cast<size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(bytes), static_cast<int>(bytes.size()))));
  return out;
}

std::string from_base64(const std::string& text) {
  std::string out(text.size() / 4 * 3 + 1, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(text), static_cast<int>(text.size()));
  if (length < 0) throw std::runtime_error("base64");
  out.resize(static_cast<size_t>(length) - (text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0));
  return out;
}

std::string spun(const std::string& hash, const std::string& salt, const std::string& password, uint32_t rounds) {
  std::string value = hashed(hash, salt + password);
  for (uint32_t i = 0; i < rounds; ++i) value = hashed(hash, le32(i) + value);
  return value;
}

std::string hmac_of(const std::string& hash, const std::string& key, const std::string& text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_get_digestbyname(hash.c_str()), key.data(), static_cast<int>(key.size()), raw(text), text.size(), out, &length);
  return {reinterpret_cast<const char*>(out), length};
}

}  // namespace

std::string compound_of(const std::map<std::string, std::string>& streams) {
  CompoundWriter writer;
  for (const auto& [path, content] : streams) writer.stream(path, content);
  return writer.bytes();
}

std::string agile_encrypted(Bytes package, const std::string& password, const AgileChoices& choices) {
  const std::string &hash = choices.hash, mode = choices.cfb ? "cfb8" : "cbc";
  const size_t key_bytes = choices.key_bits / 8, hash_bytes = hashed(hash, "").size();
  const std::string data_salt = "salt of the data", salt = "of the password.", key = sized("the key of the package", key_bytes, '!');
  const std::string input = "check this input", hmac_key = sized("the key of the HMAC", hash_bytes, '?');

  std::string stream = le64(package.size());
  for (size_t at = 0, segment = 0; at < package.size(); at += 4096, ++segment)
    stream += encrypted(mode, key, sized(hashed(hash, data_salt + le32(static_cast<uint32_t>(segment))), 16), std::string(package.substr(at, 4096)));

  const std::string last = spun(hash, salt, password, choices.spin_count);
  const auto under_password = [&](const char* purpose, const std::string& text) {
    return base64(encrypted(mode, sized(hashed(hash, last + std::string(purpose, 8)), key_bytes), salt, text));
  };
  const auto under_key = [&](const char* purpose, const std::string& text) {
    return base64(encrypted(mode, key, sized(hashed(hash, data_salt + std::string(purpose, 8)), 16), text));
  };
  const auto algorithm = [&](const std::string& of_salt) {
    return " saltSize=\"16\" blockSize=\"16\" keyBits=\"" + std::to_string(choices.key_bits) + "\" hashSize=\"" + std::to_string(hash_bytes) +
           "\" cipherAlgorithm=\"AES\" cipherChaining=\"ChainingMode" + (choices.cfb ? "CFB" : "CBC") + "\" hashAlgorithm=\"" + hash + "\" saltValue=\"" + base64(of_salt) + "\"";
  };
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n"
                    "<encryption xmlns=\"http://schemas.microsoft.com/office/2006/encryption\" xmlns:p=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\">"
                    "<keyData" + algorithm(data_salt) + "/>";
  if (choices.integrity)
    xml += "<dataIntegrity encryptedHmacKey=\"" + under_key("\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6", hmac_key) + "\" encryptedHmacValue=\"" +
           under_key("\xa0\x67\x7f\x02\xb2\x2c\x84\x33", hmac_of(hash, hmac_key, stream)) + "\"/>";
  xml += "<keyEncryptors><keyEncryptor uri=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\"><p:encryptedKey spinCount=\"" +
         std::to_string(choices.spin_count) + "\"" + algorithm(salt) + " encryptedVerifierHashInput=\"" + under_password("\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", input) +
         "\" encryptedVerifierHashValue=\"" + under_password("\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", hashed(hash, input)) + "\" encryptedKeyValue=\"" +
         under_password("\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", key) + "\"/></keyEncryptor></keyEncryptors></encryption>";
  if (choices.edit_descriptor) choices.edit_descriptor(xml);
  if (choices.edit_package) choices.edit_package(stream);
  return compound_of({{"EncryptionInfo", le16(4) + le16(4) + le32(0x40) + xml}, {"EncryptedPackage", stream}});
}

std::string stream_of(const std::string& file, const std::string& name) {
  const auto compound = sanitize::CompoundFile::open(file);
  if (!compound) throw std::runtime_error("no compound file");
  sanitize::CompoundFile::Id id = sanitize::CompoundFile::kRoot;
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('/', at), name.size());
    id = compound->find(id, name.substr(at, end - at));
    if (id == sanitize::CompoundFile::kNone) throw std::runtime_error("no stream " + name);
    at = end + 1;
  }
  StringSink out;
  if (compound->read(id, out) != sanitize::CompoundFile::Read::complete) throw std::runtime_error("damaged " + name);
  return out.text;
}

std::string agile_decrypted(const std::string& file, const std::string& password) {
  const std::string info = stream_of(file, "EncryptionInfo"), stream = stream_of(file, "EncryptedPackage"), hash = "SHA512", mode = "cbc";
  if (!info.starts_with(le16(4) + le16(4) + le32(0x40) + "<?xml ")) throw std::runtime_error("not agile");
  const auto attribute = [&](const std::string& element, const std::string& name) {
    const size_t start = info.find("<" + element + " "), at = info.find(" " + name + "=\"", start), end = info.find('>', start);
    if (start == info.npos || at > end) throw std::runtime_error("no " + name);
    const size_t value = at + name.size() + 3;
    return info.substr(value, info.find('"', value) - value);
  };
  for (const char* element : {"keyData", "p:encryptedKey"})
    for (const auto& [name, value] : std::map<std::string, std::string>{{"saltSize", "16"}, {"blockSize", "16"}, {"keyBits", "256"}, {"hashSize", "64"}, {"cipherAlgorithm", "AES"},
                                                                        {"cipherChaining", "ChainingModeCBC"}, {"hashAlgorithm", "SHA512"}})
      if (attribute(element, name) != value) throw std::runtime_error(name);
  const std::string data_salt = from_base64(attribute("keyData", "saltValue")), salt = from_base64(attribute("p:encryptedKey", "saltValue"));
  const std::string last = spun(hash, salt, password, static_cast<uint32_t>(std::stoul(attribute("p:encryptedKey", "spinCount"))));
  const auto under_password = [&](const char* purpose, const std::string& name) {
    return ciphered(Way::decrypt, mode, sized(hashed(hash, last + std::string(purpose, 8)), 32), salt, from_base64(attribute("p:encryptedKey", name)));
  };
  if (hashed(hash, under_password("\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", "encryptedVerifierHashInput")) != under_password("\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", "encryptedVerifierHashValue"))
    throw std::runtime_error("wrong password");
  const std::string key = under_password("\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", "encryptedKeyValue");
  const auto under_key = [&](const char* purpose, const std::string& name) {
    return ciphered(Way::decrypt, mode, key, sized(hashed(hash, data_salt + std::string(purpose, 8)), 16), from_base64(attribute("dataIntegrity", name)));
  };
  if (hmac_of(hash, under_key("\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6", "encryptedHmacKey"), stream) != under_key("\xa0\x67\x7f\x02\xb2\x2c\x84\x33", "encryptedHmacValue"))
    throw std::runtime_error("wrong HMAC");
  std::string package;
  for (size_t at = 8, segment = 0; at < stream.size(); at += 4096, ++segment)
    package += ciphered(Way::decrypt, mode, key, sized(hashed(hash, data_salt + le32(static_cast<uint32_t>(segment))), 16), stream.substr(at, 4096));
  for (size_t size = package.size(); size + 16 > package.size(); --size)
    if (stream.starts_with(le64(size))) return package.substr(0, size);
  throw std::runtime_error("wrong length");
}

std::string standard_encrypted(Bytes package, const std::string& password, const StandardChoices& choices) {
  const std::string salt = "a salt of 16 by.", input = "check this input";
  const size_t key_bytes = choices.key_bits / 8;
  const std::string last = hashed("SHA1", spun("SHA1", salt, password, 50'000) + le32(0));
  std::string inner(64, '\x36'), outer(64, '\x5c');
  for (size_t i = 0; i < last.size(); ++i) inner[i] ^= last[i], outer[i] ^= last[i];
  const std::string key = sized(hashed("SHA1", inner) + hashed("SHA1", outer), key_bytes);

  const std::string provider = utf16(u"Microsoft Enhanced RSA and AES Cryptographic Provider") + le16(0);
  const std::string header = le32(0x24) + le32(0) + le32(key_bytes == 16 ? 0x660e : key_bytes == 24 ? 0x660f : 0x6610) + le32(0x8004) +
                             le32(static_cast<uint32_t>(choices.key_bits)) + le32(0x18) + le32(0) + le32(0) + provider;
  std::string info = le16(3) + le16(2) + le32(0x24) + le32(static_cast<uint32_t>(header.size())) + header + le32(16) + salt +
                     encrypted("ecb", key, "", input) + le32(20) + encrypted("ecb", key, "", hashed("SHA1", input));
  if (choices.edit_info) choices.edit_info(info);
  return compound_of({{"EncryptionInfo", info}, {"EncryptedPackage", le64(package.size()) + encrypted("ecb", key, "", std::string(package))}});
}

}  // namespace mugai::test
