// What other programs can make of a document: its pages as pixels, its text, its words with their places; of an office
// document a PDF or its newer form. A format asks for it and gets bytes back; how the program is run, where and in which
// cage is the business of whoever implements this (gateway/worker/caged_converter.h). What comes back was written by a
// process that read hostile bytes: it is as untrusted as the document. One conversion at a time, from one thread.
#pragma once

#include <cstdint>

#include "config/base/bytes.h"

namespace mugai::sanitize {

// Each writes one stream of bytes. Values are part of the protocol with the converter host.
enum class Tool : uint32_t {
  pdf_pages = 0,   // the pages as portable pixmaps (P4, P5 or P6, by colour), one after the other
  pdf_text = 1,    // UTF-8 in reading order; a form feed after each page
  pdf_words = 2,   // XHTML: pages with their size, words with their boxes, in points from the upper left
  office_pdf = 3,  // an office document as PDF
  office_twin = 4,   // an old office document as Word, Excel or PowerPoint write it today (Office Open XML)
};
constexpr uint32_t kTools = 5;
constexpr bool is_office(Tool tool) { return tool == Tool::office_pdf || tool == Tool::office_twin; }

// As what an office document is opened.
enum class OfficeKind : uint32_t {
  doc, xls, ppt, docx, xlsx, pptx, xlsb, odt, ods, odp, odg, rtf, word_xml, excel_xml
};
constexpr uint32_t kOfficeKinds = 14;

struct Conversion {
  enum class Colour : uint32_t { mono = 0, grey = 1, colour = 2 };
  Tool tool = Tool::pdf_pages;
  uint32_t first_page = 1, last_page = 1;
  // For pdf_pages:
  uint32_t dpi = 150;               // of the crop box ...
  uint32_t width = 0, height = 0;   // ... or, when not 0, exactly so many pixels
  Colour colour = Colour::colour;
  bool smooth = true;               // anti-aliasing of lines and text
  // For office_pdf and office_twin, which take all pages:
  OfficeKind kind = OfficeKind::doc;

  static Conversion pages(uint32_t first, uint32_t last, uint32_t dpi) {
    Conversion conversion;
    conversion.first_page = first;
    conversion.last_page = last;
    conversion.dpi = dpi;
    return conversion;
  }
  // One page of exactly this size, no pixel blended with its neighbours: for decoding a picture.
  static Conversion exact(uint32_t width, uint32_t height, Colour colour) {
    Conversion conversion;
    conversion.width = width;
    conversion.height = height;
    conversion.colour = colour;
    conversion.smooth = false;
    return conversion;
  }
  static Conversion text(Tool tool, uint32_t first, uint32_t last) {
    Conversion conversion;
    conversion.tool = tool;
    conversion.first_page = first;
    conversion.last_page = last;
    return conversion;
  }
  static Conversion office(Tool tool, OfficeKind kind) {
    Conversion conversion;
    conversion.tool = tool;
    conversion.kind = kind;
    return conversion;
  }
};

enum class Converted {
  ok,           // all of it was written
  unavailable,  // the program is not installed, or cannot be caged here
  timed_out,    // it outlived its budget, or the message's
  failed,       // it ended badly
  too_large,    // more than `max_bytes`, or too large to be given to it
  sink_failed,  // the sink took no more
};

class Converter {
 public:
  virtual ~Converter() = default;
  // What was written to `out` counts only when the answer is ok.
  virtual Converted convert(const Conversion& conversion, Bytes untrusted_document, uint64_t max_bytes, Sink& out) = 0;
};

}  // namespace mugai::sanitize
