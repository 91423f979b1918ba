#include <gtest/gtest.h>

#include "sanitizers/outlook/rtf_compression.h"
#include "tests/support/outlook_files.h"

namespace mugai::sanitize::outlook {
namespace {

// The example of MS-OXRTFCP §3.1.2 and §3.2.1.
TEST(RtfCompression, UnpacksTheExamplesOfItsSpecification) {
  const std::string packed(
      "\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72\x63\x70\x67\x31\x32\x35"
      "\x42\x32\x0a\xf3"
      "\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0",
      49);
  EXPECT_EQ(decompress_rtf(packed, 1 << 20), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
  const std::string looped(
      "\x1a\x00\x00\x00\x1c\x00\x00\x00\x4c\x5a\x46\x75\xe2\xd4\x4b\x51\x41\x00\x04\x20\x57\x58\x59\x5a\x0d\x6e\x7d"
      "\x01\x0e\xb0",
      30);
  EXPECT_EQ(decompress_rtf(looped, 1 << 20), "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
}

TEST(RtfCompression, RefusesWhatIsCutOrChanged) {
  const std::string packed = test::packed_rtf("{\\rtf1 hello}");
  EXPECT_EQ(decompress_rtf(packed, 1 << 20), "{\\rtf1 hello}");
  for (size_t length = 0; length < packed.size(); ++length)
    EXPECT_FALSE(decompress_rtf(packed.substr(0, length), 1 << 20)) << length;
  for (size_t at = 16; at < packed.size(); ++at) {
    std::string changed = packed;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    EXPECT_FALSE(decompress_rtf(changed, 1 << 20)) << at;
  }
}

}  // namespace
}  // namespace mugai::sanitize::outlook
