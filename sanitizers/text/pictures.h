// Pictures drawn with block characters (QR codes that no scanner of images sees) are replaced by one line.
// Tables and rules that honest mail draws with box-drawing characters stay. Pure, linear, idempotent.
#pragma once

#include <cstdint>
#include <string>

namespace mugai::sanitize {

// `text` has LF line ends. Adds the number of pictures to `count`.
std::string remove_pictures(std::string text, uint64_t& count);

}  // namespace mugai::sanitize
