// TOML text to Config. Either a whole, checked Config comes back, or every mistake at once, each as
// "file:line:col: what is wrong and what would be right" on a line of its own in Error::text (id
// "config.invalid"). Reads no other file than the one named; whether certificates exist and who may read the
// key is for the gateway to check, since it is the gateway's user that counts. Pure but for load_file.
#pragma once

#include <span>
#include <string_view>

#include "config/base/result.h"
#include "config/config.h"

namespace mugai::config {

// `known_types`: the ids that may stand in [profile.x] types; this folder does not know the sanitizers, so
// the caller hands them over. Empty means that they are not checked.
Result<Config> load(std::string_view toml_text, std::string_view file_name,
                    std::span<const std::string_view> known_types = {});
Result<Config> load_file(const std::string& path, std::span<const std::string_view> known_types = {});

}  // namespace mugai::config
