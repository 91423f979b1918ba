// What the agile kind derives its keys and initial vectors for: the fixed bytes that are hashed along ([MS-OFFCRYPTO] §2.3.4.13,
// §2.3.4.14).
#pragma once

#include "config/base/bytes.h"

namespace mugai::sanitize::offcrypto {

inline constexpr Bytes kForVerifierInput{"\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", 8}, kForVerifierHash{"\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", 8},
    kForKey{"\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", 8}, kForHmacKey{"\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6", 8},
    kForHmacValue{"\xa0\x67\x7f\x02\xb2\x2c\x84\x33", 8};

}  // namespace mugai::sanitize::offcrypto
