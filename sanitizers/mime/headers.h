// The header of the message that leaves: an allow-list of fields, each decoded and written anew (RFC 5322 §3.6).
// Singletons are made single (the first one counts), addresses and encoded words re-encoded, everything that is not on
// the list is left out. Content-* fields are not written here: the writer knows what it writes. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/base/profile.h"
#include "sanitizers/mime/structure.h"

namespace mugai::sanitize {

struct RebuiltHeader {
  std::string trace;                // Received fields, in their order
  std::string fields;               // the others, CRLF line ends
  std::string subject;              // decoded, before the profile's tag
  std::string message_id;           // without <>
  std::vector<std::string> notes;   // "duplicate-header", "malformed-address", "malformed-date", "header-dropped"
};

RebuiltHeader rebuild_header(const Part& message, const Profile& profile);

// "From: ...\nDate: ...\n", the lines that introduce a forwarded message in text; UTF-8.
std::string header_as_text(const Part& message);

// Decoded Subject, one clean line.
std::string subject_of(const Part& message);

// A Content-ID or Message-ID without brackets, only characters that RFC 5322 allows; empty when nothing is left.
std::string clean_id(Bytes untrusted_raw_value);

// Date (RFC 5322 §3.3) written canonically; empty when it cannot be read.
std::string canonical_date(Bytes untrusted_raw_value);

}  // namespace mugai::sanitize
