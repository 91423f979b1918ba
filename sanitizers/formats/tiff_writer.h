// Writes a TIFF page by page, each in its own size and with its own resolution, compressed as it came: faxes
// stay CCITT G4, since that is what fax programs read. Around libtiff, which compresses each page into a blob
// of the workspace; the directories are ours, so that the file is written from front to back and nothing is
// in it but what is shown.
#pragma once

#include "config/base/bytes.h"
#include "sanitizers/formats/image_rows.h"
#include "sanitizers/formats/jpeg_writer.h"
#include "sanitizers/workspace.h"

namespace mugai::sanitize {

enum class TiffCompression { deflate, lzw, packbits, jpeg, fax4 };

struct TiffStyle {
  TiffCompression compression = TiffCompression::deflate;
  bool predictor = true;   // rows as differences, for deflate and lzw: good for photographs, bad for drawings
  bool subsampled = true;  // for jpeg: colour at half resolution
  int jpeg_quality = 90;
  bool bilevel = false;  // one band in one bit; fax4 asks for it
};

// libtiff prints what it does not like, and quotes the file; once in a process.
void quiet_tiff();

class TiffWriter {
 public:
  TiffWriter(Workspace& workspace, Sink& out) : workspace_(workspace), out_(out) {}

  // `last`: no page follows. After an error the file is useless.
  WriteError add_page(RowSource& rows, const TiffStyle& style, const Resolution& resolution, bool last);

 private:
  Workspace& workspace_;
  Sink& out_;
  uint64_t written_ = 0;
};

}  // namespace mugai::sanitize
