// Writes a ZIP of ours to a Sink, member by member: what archives, and packages that are ZIPs inside, leave as. Plain: no
// data descriptors, no comments, no extra fields but ZIP64's where sizes need it; the UTF-8 flag only on names that are not
// ASCII; same input, same bytes. Names are written as given: making them safe and unique is the caller's. Borrows the
// sink and the workspace. False from any call: the sink or the workspace failed, and what was written is useless.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/bytes.h"
#include "sanitizers/formats/zip_time.h"
#include "sanitizers/workspace.h"

namespace mugai::sanitize {

class ZipWriter {
 public:
  enum class Packing {
    smallest,   // deflated when that makes it smaller
    stored,     // as it is: what readers must find without unpacking, such as ODF's "mimetype"
  };

  ZipWriter(Sink& out, Workspace& workspace) : out_(out), workspace_(workspace) {}

  // `name` is UTF-8 with '/' between folders, at most 65,535 bytes.
  [[nodiscard]] bool add_file(const std::string& name, Bytes content, ZipTime time = {},
                              Packing packing = Packing::smallest);
  [[nodiscard]] bool add_folder(const std::string& name, ZipTime time = {});   // without the last '/'
  [[nodiscard]] bool finish();                                                 // the directory; nothing may follow

  uint64_t members() const { return members_; }

 private:
  struct Record {
    const std::string& name;
    ZipTime time;
    uint16_t method;
    uint32_t crc;
    uint64_t packed_size, size;
    bool folder;
  };
  bool write(Bytes bytes);
  bool write_header(const Record& record);

  Sink& out_;
  Workspace& workspace_;
  std::string directory_;
  uint64_t written_ = 0, members_ = 0;
};

}  // namespace mugai::sanitize
