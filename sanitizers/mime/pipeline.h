// The core: one foreign message in, one message of ours out, with a report. Nothing of the original's MIME structure is
// copied; the output is a fixed point (treating it again changes only trace fields). Streams: the original is a view
// (usually a mapping), decoded pieces live in the Workspace, private memory does not grow with the message.
// No network, no files, no clock, no exceptions. One call at a time per Tools; Tools may be used again.
#pragma once

#include <string>
#include <vector>

#include "config/base/profile.h"
#include "config/base/result.h"
#include "sanitizers/mime/letter.h"
#include "sanitizers/report.h"

namespace mugai::sanitize {

struct MessageRequest {
  std::string id;                       // of the message; letters, digits, '-'
  std::string hostname;                 // ours, for Authentication-Results
  std::string received;                 // the value of the Received field to add; empty: none
  std::vector<std::string> passwords;   // to try on encrypted pieces
  // Where each recipient may ask for what was held; empty: nowhere. With several, and something held, what is written is
  // one head for each (header, body and notice), then one tail for all (the attachments); head_sizes says how long each
  // head is. Otherwise head_sizes stays empty.
  std::vector<std::string> links = {};
  std::vector<uint64_t>* head_sizes = nullptr;
};

// An Error is a temporary failure: nothing useful was written. A message that must not leave at all is not an error: a
// message with the notice alone is written and the report's verdict is held.
Result<Report> rebuild_message(Bytes untrusted_original, const Profile& profile, const MessageRequest& request,
                               const Tools& tools, Sink& out);

struct FileRequest {
  std::string id;
  std::string name;                     // as it arrived
  std::vector<std::string> passwords;
};

// One file. When report.verdict is held or refused nothing was written; otherwise items[0].output_name is its new name.
Result<Report> rebuild_file(Bytes untrusted_original, const Profile& profile, const FileRequest& request,
                            const Tools& tools, Sink& out);

}  // namespace mugai::sanitize
