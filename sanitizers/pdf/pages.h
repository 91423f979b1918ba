// The pages of a document, in order, found without trusting the tree that they hang in: no loops, no depth that hurts, what
// pages inherit written out. Writing a page of ours: its boxes, resources, content and what lies on top of it.
#pragma once

#include <vector>

#include "sanitizers/pdf/copier.h"

namespace mugai::sanitize::pdf {

struct Page {
  Handle from;        // the foreign page
  Handle resources;   // its own or inherited; null when there are none
  Handle media_box, crop_box, rotate;
  Handle ours;        // the page of ours; set by begin_pages()
};

// Throws OverLimit when there are more than `most`.
std::vector<Page> pages_of(QPDF& source, uint32_t most);

}  // namespace mugai::sanitize::pdf
