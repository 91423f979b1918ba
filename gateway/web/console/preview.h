// What a held thing says, as text that is safe to show: it goes through a worker like any mail, as text only, and what
// comes out is shown escaped. Nothing of the original reaches the browser.
#pragma once

#include "gateway/quarantine/item.h"
#include "gateway/web/console/console.h"

namespace mugai::gateway::web {

struct Preview {
  std::string text;
  bool cut = false;            // there is more
  std::string picture;         // rebuilt PNG or JPEG instead of text
  std::string picture_type;
  sanitize::Report report;
};

// Errors: the vault's, the worker's, "console.no-preview" (nothing comes out as text or picture).
Result<Preview> preview_of(const WebServices& services, const ItemRecord& item);

// The text of a message that we have rebuilt: its first part, decoded.
std::string text_of_rebuilt(std::string_view message);

}  // namespace mugai::gateway::web
