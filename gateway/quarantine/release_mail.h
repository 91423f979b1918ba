// The mail that brings a released file to its recipients: written by the pipeline's own writer, with a few words on what
// this is, in Japanese and English, and the file as its one attachment. Nothing of the original mail's MIME is in it.
#pragma once

#include "gateway/quarantine/item.h"
#include "sanitizers/mime/compose.h"

namespace mugai::gateway {

struct ReleaseMail {
  std::string release_id, hostname;
  std::string in_reply_to;          // Message-ID of the mail it was taken from, without <>, printable ASCII; or empty
  std::string postmaster;           // From, when the original has the null reverse-path
  std::vector<std::string> recipients;
  int64_t at_ms = 0;
  NoticeLanguage language = NoticeLanguage::both;
};

// False when `out` takes no more.
[[nodiscard]] bool write_release_mail(const ReleaseMail& mail, const ItemRecord& item, const sanitize::Piece& piece, Sink& out);

}  // namespace mugai::gateway
