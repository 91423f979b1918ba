// What a held thing shows, as pictures of its pages or as text: it goes through a worker like any mail, and what comes out
// is a picture of ours, or text that is shown escaped. Nothing of the original reaches the browser.
#pragma once

#include "gateway/quarantine/item.h"
#include "gateway/web/console/console.h"

namespace mugai::gateway::web {

struct Preview {
  std::string text;
  bool cut = false;            // there is more
  uint32_t pages = 0;          // instead of text: pictures of so many pages, to be had by picture_of()
  sanitize::Report report;
};

enum class PreviewAs { pages, text };

// Pages where there are some and they are asked for, else text. Errors: the vault's, the worker's, "console.no-preview"
// (nothing comes out as text or picture).
Result<Preview> preview_of(const WebServices& services, const ItemRecord& item, PreviewAs as);

struct Picture {
  std::string bytes, media_type;   // PNG, JPEG, GIF or WebP
};

// Of one page, from 1; of a picture, itself. The same errors, and "quarantine.unknown": there is no such page.
Result<Picture> picture_of(const WebServices& services, const ItemRecord& item, uint32_t page);

// The text of a message that we have rebuilt: its first part, decoded.
std::string text_of_rebuilt(std::string_view message);

}  // namespace mugai::gateway::web
