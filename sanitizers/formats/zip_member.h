// The content of one member of an audited ZIP. libarchive unpacks it, but sees neither the file's directory nor its local
// header: it gets a ZIP of one member, whose headers are written here from what the audit accepted. So a damaged member
// spoils no other, and nobody reads what was not checked. CRC and sizes are always verified. Pure.
#pragma once

#include <string>

#include "sanitizers/formats/archive_handle.h"
#include "sanitizers/formats/zip_audit.h"

namespace mugai::sanitize {

bool is_known_zip_method(uint16_t method);

// `entry` is one of `untrusted`'s without trouble. An empty password means none.
ArchiveHandle::Read read_zip_member(Bytes untrusted, const ZipEntry& entry, const std::string& password, Sink& out);

}  // namespace mugai::sanitize
