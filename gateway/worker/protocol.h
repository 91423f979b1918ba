// What the gateway and a worker say to each other over their socket pair: frames of a 4-byte little-endian length and
// JSON; after a successful response's JSON, on a line of its own, the report as it is stored. A request carries five
// descriptors (SCM_RIGHTS) in this order: original (read-only), output, held, scratch, extracted. One request at a time.
// Before it answers, a worker may ask for more time (work_deadline.h). A response is untrusted: it comes from a process
// that parsed hostile bytes; parsing it checks every field and bounds its size. Pure but for send_request().
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/base/profile.h"
#include "config/base/result.h"
#include "sanitizers/mime/piece.h"
#include "sanitizers/report.h"

namespace mugai::gateway {

struct WorkRequest {
  enum class Kind {
    message,
    file,
    verify,   // look only, see sanitizers/verify
    page,     // of a file: one page as a PNG, or the picture that it is
  };
  Kind kind = Kind::message;
  std::string id;
  std::string name;                      // file, verify, page: its name
  uint32_t page = 0;                     // page: which, from 1; 0: they are only counted, a picture comes all the same
  uint64_t offset = 0, size = 0;         // of the original inside its descriptor
  std::string hostname, received;        // message: see sanitize::MessageRequest
  std::vector<std::string> passwords;
  std::vector<std::string> links;        // message: see sanitize::MessageRequest
  bool extract = false;                  // write what is taken out of the original to `extracted`, for a virus scanner
  std::vector<sanitize::Condemned> condemned;   // what it said of it
  Profile profile;
};

struct HeldRange {                       // bytes of a held item in the held descriptor
  std::string path;                      // Item::path
  uint64_t offset = 0, size = 0;
};

struct ExtractedRange {                  // bytes in the extracted descriptor
  std::string path, sha256;
  uint64_t offset = 0, size = 0;
};

struct WorkResponse {
  bool ok = false;
  Error error;                           // when not ok: temporary failure, reported by the worker itself
  sanitize::Report report;
  uint64_t output_size = 0;
  uint32_t pages = 0;                    // page: how many there are; 0 when it is a picture
  std::vector<uint64_t> heads;           // sizes; see sanitize::MessageRequest
  std::vector<HeldRange> held;
  std::vector<ExtractedRange> extracted;
};

std::string to_json(const WorkRequest& request);
Result<WorkRequest> request_from_json(Bytes json);
std::string to_json(const WorkResponse& response);
Result<WorkResponse> response_from_json(Bytes untrusted_json);

std::string to_json(const Profile& profile);

constexpr size_t kDescriptors = 5;
constexpr size_t kFrameHeader = 4;

std::string frame(std::string_view json);
// The length in a frame's first four bytes.
uint32_t frame_length(Bytes header);

// Blocks until the frame is written: requests are small. `descriptors` stay the caller's.
Status send_request(int socket, const WorkRequest& request, const std::array<int, kDescriptors>& descriptors);

}  // namespace mugai::gateway
