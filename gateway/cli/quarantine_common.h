// What the commands of `mugai quarantine` share: configuration and database opened, an item as JSON.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "gateway/cli/cli.h"
#include "gateway/database/database.h"
#include "gateway/quarantine/item.h"

namespace mugai::gateway::cli {

struct OpenedStore {
  config::Config config;
  std::unique_ptr<Database> database;
};

// `status`: the exit status that goes with an Error.
Result<OpenedStore> open_store(const QueueOptions& options, int& status);

nlohmann::ordered_json row_json(const ItemRecord& row);
std::string dump(const nlohmann::ordered_json& value);

}  // namespace mugai::gateway::cli
