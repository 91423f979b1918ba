// What was done to a message or a file, piece by piece: the report of the contract. It is filled by the pipeline, shown
// to the recipient by the notice, stored by the gateway and printed by --report. Plain values; holds names, sizes and
// hashes, never content. from_json() treats its input as untrusted: a report comes from a worker that parsed hostile
// bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace mugai::sanitize {

// In order of severity; a report's verdict is the most severe thing that happened to any of its pieces.
enum class Verdict { clean, altered, held, refused };

enum class Action { rebuilt, converted, text, image, removed, held, locked };

struct Removed {
  std::string what;    // stable lower-case id: "script", "tracking-pixel", "metadata"
  uint64_t count = 1;
};

struct Item {
  std::string path;          // place in the tree: "1.2" for a body part, "/" enters a container: "1.2/3"
  std::string name;          // as it arrived, decoded to UTF-8
  std::string output_name;   // as it leaves; empty when nothing leaves
  std::string declared;      // media type the sender gave
  std::string detected;      // type id that identification decided
  Action action = Action::held;
  int method = 0;            // 1 text, 2 image, 3 sanitize, 4 inspected; 0: none (null in JSON)
  std::vector<std::string> reasons;
  std::vector<Removed> removed;
  uint64_t size_in = 0, size_out = 0;
  std::string sha256_in, sha256_out;  // lower-case hex; empty when there is none
};

struct Report {
  std::string id;
  std::string profile;
  Verdict verdict = Verdict::clean;
  std::string subject;
  std::string message_id;          // of a mail, without <>; empty when it has none. Not in the JSON, whose shape is fixed
  std::vector<std::string> notes;  // stable ids of what was odd about the message: "duplicate-header", "bare-cr"
  std::vector<Item> items;

  void raise(Verdict at_least) {
    if (verdict < at_least) verdict = at_least;
  }
};

std::string_view to_string(Verdict);
std::string_view to_string(Action);

std::string to_json(const Report& report, int indent = -1);
Result<Report> report_from_json(Bytes untrusted_json);

}  // namespace mugai::sanitize
