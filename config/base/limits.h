// Every limit that stands between untrusted input and our resources, in one place. Over a limit means held with a
// reason (or, at SMTP time, a precise 5xx), never cut short in silence. The settings page lists the same table; a
// configuration may change a value up to its ceiling.
#pragma once

#include <cstdint>

namespace mugai {

struct Limits {
  // Mail
  uint64_t max_message_bytes = 100ull << 20;      // the SIZE we offer
  uint64_t max_header_bytes = 256ull << 10;       // one header block
  uint32_t max_header_count = 1'000;              // fields in one header block
  uint32_t max_recipients = 1'000;                // in one transaction (RFC 5321 §4.5.3.1.8 asks for 100)
  uint32_t max_received_hops = 50;                // more Received fields than this is a loop
  // MIME
  uint32_t max_mime_depth = 30;
  uint32_t max_mime_parts = 1'000;
  uint64_t max_text_bytes = 4ull << 20;           // one body or HTML part; a longer one comes as a text attachment
  // Archives
  uint32_t max_archive_depth = 8;
  uint32_t max_archive_members = 10'000;
  uint64_t max_expanded_bytes = 1ull << 30;       // all that one message unpacks to
  uint32_t max_expansion_ratio = 200;
  // Images
  uint64_t max_image_pixels = 100'000'000;        // width x height x pages
  uint32_t max_image_pages = 500;
  // Documents
  uint32_t max_document_pages = 2'000;            // that become text or pictures
  // Work
  uint32_t base_deadline_ms = 20'000;             // per message ...
  uint32_t deadline_ms_per_mib = 1'000;           // ... plus this for each MiB ...
  uint32_t max_deadline_ms = 300'000;             // ... and never more than this
  uint64_t max_worker_memory_bytes = 2ull << 30;  // address space of one worker
  uint64_t max_report_bytes = 16ull << 20;          // one of max_archive_members with long names
};

}  // namespace mugai
