// What people read about the settings, printed from the schema: the annotated sample file and the settings
// page. Pure.
#pragma once

#include <string>

namespace mugai::config {

enum class Language { en, ja };

// A file that loads as it is: required settings live, all others commented out as "#key = default".
std::string annotated_sample(Language language);

// Markdown; committed as gateway/docs/{en,ja}/settings.md, which a test compares.
std::string settings_page(Language language);

}  // namespace mugai::config
