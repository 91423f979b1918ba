// What is deleted when its time is over, or when a person said so. Held things expire with `vault.days`; their bytes and
// those of deleted items leave the vault for good; tracking and audit rows end with [retention]. On the keeper's thread, on
// a schedule. Crashes: rows say `deleted` or `expired` before the file goes, and `kept` until it is gone, so a sweep that
// was cut short is ended by the next.
#pragma once

#include "config/config.h"
#include "gateway/database/database.h"
#include "gateway/keep/vault.h"

namespace mugai::gateway {

// All of it. Failures are logged; the next time tries again.
void apply_retention(Database& database, Vault& vault, const config::Config& config, int64_t now_ms);

// Only the files of what was deleted; `before_ms`: also those of what was decided on longer ago.
void sweep_vault(Database& database, Vault& vault, int64_t before_ms = 0);

}  // namespace mugai::gateway
