// The words that the recipient reads at the end of the body: what was held, removed or changed, why, by which method,
// and how to ask for it. Japanese first. Written from a Report alone. Nothing to tell means an empty notice, so that
// treating our own output again adds nothing. Pure.
#pragma once

#include <string>

#include "config/base/profile.h"
#include "sanitizers/mime/flatten.h"
#include "sanitizers/report.h"

namespace mugai::sanitize {

// UTF-8 with LF line ends; empty when there is nothing to tell. A report without an id makes a notice without numbers to
// ask by. `link`: where this recipient may ask for what is held; empty: by its number only.
std::string write_notice(const Report& report, const std::vector<Signature>& signatures, const Profile& profile,
                         const std::string& link = "");

// The body with its notice where the profile wants it.
std::string with_notice(const std::string& body, const std::string& notice, const Profile& profile);

// Whether the notes hold something that a reader must know: content was lost, or somebody may pretend.
bool warns(const Report& report);

// The id by which people ask for a held item: "<message id>-<number of the item>", counted from 1.
std::string item_id(const std::string& message_id, size_t index);

}  // namespace mugai::sanitize
