// The kinds of places in an RTF: what a group holds decides which control words and which groups mean something in it.
#pragma once

#include <cstdint>

namespace mugai::sanitize::rtf {

// One bit each.
enum Place : uint32_t {
  kFlow = 1 << 0,        // text with its formatting: body, headers, notes, text boxes
  kFonts = 1 << 1,
  kColors = 1 << 2,
  kStyles = 1 << 3,
  kLists = 1 << 4,
  kShape = 1 << 5,
  kPicture = 1 << 6,
  kInfo = 1 << 7,
  kForm = 1 << 8,        // form fields
  kDrawing = 1 << 9,     // drawing objects of Word 6
  kNumbering = 1 << 10,  // numbered paragraphs of Word 6
  kMath = 1 << 11,
  kNames = 1 << 12,      // of authors: text and nothing else
  kObject = 1 << 13,
  kField = 1 << 14,
  kLink = 1 << 15,       // of a shape
  kValue = 1 << 16,      // a picture as a property of a shape
  kString = 1 << 17,     // text and nothing else
};

}  // namespace mugai::sanitize::rtf
