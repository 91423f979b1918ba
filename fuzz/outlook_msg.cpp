// links: test_support
// A .msg of any bytes. What its compound file gives is in proportion to what it has; its translation is MIME whose parts our
// parser finds again, of bounded size.
#include <cstdint>
#include <cstdlib>

#include "sanitizers/mime/structure.h"
#include "sanitizers/outlook/mime_writer.h"
#include "sanitizers/outlook/msg_reader.h"

using namespace mugai::sanitize;

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool ready = (init_mime(), true);
  require(ready);
  const mugai::Bytes bytes(reinterpret_cast<const char*>(data), size);
  const auto workspace = Workspace::in_memory();
  outlook::ItemFile file;
  const outlook::Reading reading = outlook::read_msg(bytes, *workspace, file);
  require(reading != outlook::Reading::no_space);
  uint64_t stored = 0;
  for (const Blob& one : file.store) stored += one.size();
  require(stored <= 16 * size + 8'192);  // objects are kept as files of their own
  if (reading != outlook::Reading::complete) return 0;

  mugai::StringSink mime;
  outlook::WrittenMessage written;
  require(outlook::write_mime(file.item, mime, written));
  require(mime.text.size() <= 64 * size + 100'000);
  const Structure structure = parse_structure(mime.text, mugai::Limits());
  require(structure.root.kind == Part::Kind::multipart || structure.too_long_header);
  if (!structure.too_many_parts && !structure.too_long_header)
    require(structure.root.children.size() == written.parts);
  return 0;
}
