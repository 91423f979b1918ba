// parse_agile_descriptor() of encryption_info.h. Names of vocabularies are not looked at: what counts is where an element
// stands, and each of those that count may stand once.
#include <charconv>
#include <map>

#include "sanitizers/mime/transfer.h"
#include "sanitizers/offcrypto/encryption_info.h"
#include "sanitizers/xml/xml_parser.h"

namespace mugai::sanitize::offcrypto {
namespace {

constexpr std::string_view kPasswordUri = "http://schemas.microsoft.com/office/2006/keyEncryptor/password";
constexpr size_t kMaxSalt = 1'024, kMaxValue = 64 << 10;

using Attributes = std::map<std::string, std::string, std::less<>>;

// Local names are enough: what stands elsewhere under such a name is no descriptor.
const Namespace* no_vocabulary(std::string_view) { return nullptr; }

class Elements : public XmlEvents {
 public:
  Attributes key_data, integrity, password;
  bool twice = false, is_descriptor = false;

  void on_start(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser&) override {
    ++depth_;
    if (depth_ == 1) is_descriptor = name.local == "encryption";
    if (depth_ == 2 && name.local == "keyData") keep(attributes, key_data);
    if (depth_ == 2 && name.local == "dataIntegrity") keep(attributes, integrity);
    if (depth_ == 3) {
      Attributes own;
      if (name.local == "keyEncryptor") keep(attributes, own);
      in_password_ = own["uri"] == kPasswordUri;
    }
    if (depth_ == 4 && in_password_ && name.local == "encryptedKey") keep(attributes, password);
  }
  void on_end() override { --depth_; }
  void on_text(std::string_view) override {}

 private:
  void keep(std::vector<XmlAttribute>& attributes, Attributes& into) {
    twice |= !into.empty();
    for (XmlAttribute& one : attributes)
      if (!one.name.space && !one.name.foreign) into[std::string(one.name.local)] = std::move(one.value);
  }

  size_t depth_ = 0;
  bool in_password_ = false;
};

// Takes what is needed out of attributes; whatever does not fit makes it damaged, or unsupported when it is only unknown.
class Fields {
 public:
  Fields(const Attributes& attributes, Parsed& result) : attributes_(attributes), result_(result) {}

  uint64_t number(std::string_view name, uint64_t least, uint64_t most) {
    const std::string_view text = value(name);
    uint64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size() || number < least || number > most) return fail(), 0;
    return number;
  }

  std::string bytes(std::string_view name, size_t length) {
    const std::string_view text = value(name);
    StringSink out;
    TransferDecoder decoder(TransferEncoding::base64);
    if (text.size() > kMaxValue || !decoder.decode(text, out) || !decoder.finish(out)) return fail(), std::string();
    const TransferFacts& facts = decoder.facts();
    if (facts.data_after_padding || facts.foreign_characters || facts.truncated || out.text.size() != length) fail();
    return std::move(out.text);
  }

  // The length of its values is that of what they hold, in whole blocks.
  std::string blocks(std::string_view name, size_t content) { return bytes(name, (content + kBlock - 1) / kBlock * kBlock); }

  Algorithm algorithm() {
    Algorithm out;
    if (value("cipherAlgorithm") != "AES") unsupported();
    out.chaining = pick<Chaining>("cipherChaining", {{"ChainingModeCBC", Chaining::cbc}, {"ChainingModeCFB", Chaining::cfb8}});
    out.hash = pick<Hash>("hashAlgorithm", {{"SHA1", Hash::sha1},     {"SHA-1", Hash::sha1},     {"SHA256", Hash::sha256}, {"SHA-256", Hash::sha256},
                                            {"SHA384", Hash::sha384}, {"SHA-384", Hash::sha384}, {"SHA512", Hash::sha512}, {"SHA-512", Hash::sha512}});
    const uint64_t key_bits = number("keyBits", 8, 1 << 16);
    if (key_bits % 8 != 0 || !is_key_size(key_bits / 8)) unsupported();
    out.key_bytes = key_bits / 8;
    if (result_ == Parsed::unsupported) return out;
    number("blockSize", kBlock, kBlock);
    number("hashSize", hash_bytes(out.hash), hash_bytes(out.hash));
    out.salt = bytes("saltValue", number("saltSize", 1, kMaxSalt));
    return out;
  }

 private:
  std::string_view value(std::string_view name) const {
    const auto found = attributes_.find(name);
    return found == attributes_.end() ? std::string_view() : std::string_view(found->second);
  }
  template <class T>
  T pick(std::string_view name, std::initializer_list<std::pair<std::string_view, T>> known) {
    for (const auto& [word, meaning] : known)
      if (value(name) == word) return meaning;
    unsupported();
    return known.begin()->second;
  }
  void fail() {
    if (result_ == Parsed::complete) result_ = Parsed::damaged;
  }
  void unsupported() {
    if (result_ == Parsed::complete) result_ = Parsed::unsupported;
  }

  const Attributes& attributes_;
  Parsed& result_;
};

}  // namespace

Parsed parse_agile_descriptor(Bytes xml, EncryptionInfo& info) {
  Elements elements;
  if (!XmlParser(no_vocabulary).parse(xml, elements).empty() || !elements.is_descriptor || elements.twice || elements.key_data.empty()) return Parsed::damaged;
  if (elements.password.empty()) return Parsed::unsupported;   // for the holders of certificates only
  Parsed result = Parsed::complete;
  info.data = Fields(elements.key_data, result).algorithm();
  Fields password(elements.password, result);
  info.password = password.algorithm();
  if (result != Parsed::complete) return result;
  info.spin_count = static_cast<uint32_t>(password.number("spinCount", 0, kMaxSpinCount));
  info.verifier_input = password.blocks("encryptedVerifierHashInput", info.password.salt.size());
  info.verifier_hash = password.blocks("encryptedVerifierHashValue", hash_bytes(info.password.hash));
  info.key = password.blocks("encryptedKeyValue", info.data.key_bytes);
  if (!elements.integrity.empty()) {
    Fields integrity(elements.integrity, result);
    info.hmac_key = integrity.blocks("encryptedHmacKey", hash_bytes(info.data.hash));
    info.hmac_value = integrity.blocks("encryptedHmacValue", hash_bytes(info.data.hash));
  }
  return result;
}

}  // namespace mugai::sanitize::offcrypto
