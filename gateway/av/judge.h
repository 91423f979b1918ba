// From the results of the virus scanner to what happens to the mail. Pure. The rule: what is infected is held, and the
// smallest thing that is; a mail or an archive around it is found too (the scanner unpacks), but lives on without it.
// Infected, and no piece of it is: then we did not see what the scanner saw, and all of it is held.
#pragma once

#include <vector>

#include "config/config.h"
#include "gateway/av/clamd_protocol.h"
#include "sanitizers/mime/piece.h"

namespace mugai::gateway {

struct Scanned {
  std::string path;     // Item::path; empty for the original
  std::string sha256;   // empty for the original
  ScanResult result;
};

struct Judgement {
  enum class Kind {
    pass,
    again,   // treat it again, and hold what is in `condemned`
    whole,   // hold all of it, for `reason`
    later,   // the scanner was not there, and the policy is to wait for it
  };
  Kind kind = Kind::whole;
  std::string reason;
  std::vector<sanitize::Condemned> condemned;
};

// Whether a message that was treated again lets none of them through: each, or something around it, is held.
bool all_held(const std::vector<sanitize::Condemned>& condemned, const sanitize::Report& report);

Judgement judge(const std::vector<Scanned>& scanned, config::AntivirusFailure policy);

}  // namespace mugai::gateway
