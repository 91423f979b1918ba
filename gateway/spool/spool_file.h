// One accepted message in one file, with its envelope: the on-disk format of the spool (spool/FORMAT.md). Text header,
// blank line, the message as it came, then one line per thing that happened to a recipient. A torn last line (a crash
// while appending) is ignored. Pure: bytes in, values out, and back; the files belong to Spool.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"
#include "smtp/envelope.h"

namespace mugai::gateway {

// Names a message in the spool, in the vault, in notices and on the telephone: "261120-2QK8V0-7M3XA". A type of its own.
struct MessageId {
  std::string text;
  friend auto operator<=>(const MessageId&, const MessageId&) = default;
};

bool is_valid_id(std::string_view text);

// Fresh: the day, the time of day in milliseconds and 25 random bits, in Crockford's base 32.
MessageId new_message_id(int64_t now_ms);

struct SpoolHeader {
  MessageId id;
  int64_t received_ms = 0;       // since 1970, UTC
  std::string zone;              // where it came from; for our own DSNs: the zone whose next hop gets it
  bool own_dsn = false;          // made by us: no flow, no profile
  // The release of a held item (its id is the order's): `ready` is written by us and goes out as it is; `again` is the
  // original, to be treated by `release_profile`, or by its flow's.
  enum class Release { no, ready, again } release = Release::no;
  std::string release_profile;
  std::string client;            // "192.0.2.1 (helo.example) with ESMTPS", for the Received field
  smtp::Envelope envelope;
};

struct RecipientRecord {
  enum class State { delivered, deferred, failed, warned };  // warned: the sender was told of the delay
  State state = State::deferred;
  size_t recipient = 0;          // index into the envelope
  int64_t at_ms = 0;
  std::string reply;             // one line
};

struct SpooledMessage {
  SpoolHeader header;
  uint64_t content_offset = 0, content_size = 0;
  std::vector<RecipientRecord> records;

  // Recipients without a final state.
  std::vector<size_t> pending() const;
};

// The header up to and including the blank line; `content_size` is written with a fixed width, so that it can be
// overwritten in place once the size is known (at size_offset()).
std::string render_spool_header(const SpoolHeader& header, uint64_t content_size);
size_t size_offset();
std::string render_size(uint64_t content_size);

std::string render_record(const RecipientRecord& record);

// `file` is the whole file. An Error means that the file is not a complete spool file.
Result<SpooledMessage> parse_spool_file(Bytes file);

}  // namespace mugai::gateway
