// A held thing as people decide on it: its state, the ways of release, and what is known of it. Pure values.
//
//   held ──▶ requested ──▶ approved ──▶ releasing ──▶ released        by way of release; `approved` only where the flow
//    ▲ └────────┴──────────────┴─────────▲   │                        wants two persons; 5xx or a refusal by the
//    └───────────────────────────────────────┘                        pipeline leads back to held, with what was said
//   held, requested, approved ──▶ denied ──▶ releasing                who denied may think better of it
//   all but releasing and deleted ──▶ deleted | expired               the bytes are gone
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mugai::gateway {

enum class ItemState { held, requested, approved, releasing, released, denied, deleted, expired };
std::string_view to_string(ItemState state);
std::optional<ItemState> item_state_from(std::string_view text);

// The recipient gets
//   sanitized  what the flow's profile of today makes of it, or another profile's, or with a password
//   original   it as it came, as an attachment: method 4, looked at by a person and by the virus scanner
enum class ReleaseWay { sanitized, original };
std::string_view to_string(ReleaseWay way);
std::optional<ReleaseWay> release_way_from(std::string_view text);

struct ReleaseOrder {
  ReleaseWay way = ReleaseWay::sanitized;
  std::string profile;                  // sanitized: empty means that of the flow
  bool content_checked = false;         // original: somebody says that they looked at the content
  std::string reason;
  std::vector<std::string> passwords;   // never in the database or the audit log
};

struct ItemRecord {
  std::string id, message;              // "<message>-<n>"
  ItemState state = ItemState::held;
  bool whole_message = false;           // the mail itself is held, not a file of it
  std::string zone, profile;            // where it came from, what treated it
  std::string sender;
  std::vector<std::string> recipients;
  std::string subject, name, detected;
  std::vector<std::string> reasons;
  int64_t since_ms = 0;
  uint64_t size = 0;
  std::string sha256;
  bool kept = true;                     // its bytes are in the vault

  std::string requested_by, request_reason;
  int64_t requested_ms = 0;
  std::string decided_by, decision_reason;   // the last one who approved, released, denied or deleted
  int64_t decided_ms = 0;
  ReleaseOrder order;                   // of the release that was approved or ordered last, without its passwords
  int64_t release_number = 0;           // 0: never ordered
  std::string last_answer;              // why the last release came to nothing

  // The id of the mail that releases it, in the spool and in `replies`: the same for one order whoever looks.
  std::string release_id() const { return id + "-R" + std::to_string(release_number); }
};

}  // namespace mugai::gateway
