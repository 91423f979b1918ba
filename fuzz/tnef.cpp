// links: test_support
// A winmail.dat of any bytes. Its values are views into the file; its translation is MIME whose parts our parser finds
// again, of bounded size.
#include <cstdint>
#include <cstdlib>

#include "sanitizers/mime/structure.h"
#include "sanitizers/outlook/mime_writer.h"
#include "sanitizers/outlook/tnef_reader.h"

using namespace mugai::sanitize;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void require_inside(const outlook::Item& item, mugai::Bytes file) {
  for (const outlook::Attachment& one : item.attachments) {
    require(one.data.empty() ||
            (one.data.data() >= file.data() && one.data.data() + one.data.size() <= file.data() + file.size()));
    if (one.embedded) require_inside(*one.embedded, one.data);
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool ready = (init_mime(), true);
  require(ready);
  const mugai::Bytes bytes(reinterpret_cast<const char*>(data), size);
  outlook::Item item;
  if (!outlook::read_tnef(bytes, item)) return 0;
  require_inside(item, bytes);
  mugai::StringSink mime;
  outlook::WrittenMessage written;
  require(outlook::write_mime(item, mime, written));
  require(mime.text.size() <= 64 * size + 100'000);
  const Structure structure = parse_structure(mime.text, mugai::Limits());
  if (!structure.too_many_parts && !structure.too_long_header)
    require(structure.root.children.size() == written.parts);
  return 0;
}
