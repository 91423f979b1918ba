// Another implementation, msoffcrypto-tool, opens what the tests encrypt: so it is the format and not a misunderstanding that
// both sides share.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "tests/support/compound_writer.h"
#include "tests/support/encrypted_office.h"
#include "tests/support/needs.h"
#include "tests/support/ooxml_bytes.h"
#include "tests/support/temporary.h"

namespace mugai::test {
namespace {

bool runs(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

TEST(EncryptedOfficeOracle, OpensWhatTheTestsEncrypt) {
  // Debian's modules belong to Debian's Python.
  const std::string python = "/usr/bin/python3";
  MUGAI_NEEDS(runs(python + " -c 'import msoffcrypto'"), "python3-msoffcrypto-tool");
  const std::string package = OoxmlBytes::word(word_text("議案")).add("word/junk.bin", std::string(9'000, 'j')).file(), password = utf16(u"秘密Pass1");
  struct File {
    std::string name, bytes;
    bool verify = true;
  };
  const File files[] = {
      {"agile", agile_encrypted(package, password)},
      {"agile-sha384-128", agile_encrypted(package, password, {.hash = "SHA384", .key_bits = 128, .edit_descriptor = {}, .edit_package = {}})},
      // It compares hashes of SHA-1 together with what fills their last block.
      {"agile-sha1-128", agile_encrypted(package, password, {.hash = "SHA1", .key_bits = 128, .edit_descriptor = {}, .edit_package = {}}), false},
      {"standard", standard_encrypted(package, password)},
  };
  const TemporaryDirectory folder;
  for (const auto& [name, bytes, verify] : files) {
    const std::string in = folder.path() + "/" + name, out = in + ".out";
    std::ofstream(in, std::ios::binary) << bytes;
    const std::string program = std::string("import msoffcrypto, sys; v = ") + (verify ? "True" : "False") +
                                "; f = msoffcrypto.OfficeFile(open(sys.argv[1], \"rb\")); f.load_key(password=\"秘密Pass1\", verify_password=v);"
                                "f.decrypt(open(sys.argv[2], \"wb\"), verify_integrity=v and f.type == \"agile\")";
    ASSERT_TRUE(runs("PYTHONUTF8=1 " + python + " -c '" + program + "' " + in + " " + out)) << name;
    std::stringstream read;
    read << std::ifstream(out, std::ios::binary).rdbuf();
    EXPECT_EQ(read.str(), package) << name;
  }
}

}  // namespace
}  // namespace mugai::test
