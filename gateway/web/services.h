// What the web side (console, API, recipients' pages) may ask of the gateway. Its threads are not the loop's: every function
// here may be called from any thread, and those that say so wait. The gateway outlives the web side.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "gateway/file.h"
#include "gateway/keep/vault.h"
#include "gateway/worker/protocol.h"

namespace mugai::gateway {

struct GatewayStatus {
  int64_t started_ms = 0;
  size_t messages_active = 0, messages_waiting = 0;   // in treatment or delivery; in line
  size_t workers_configured = 0, work_waiting = 0;
  bool vault_full = false;
  uint64_t vault_bytes = 0, spool_free_bytes = 0;
};

struct TryOut {                  // one mail or file through a worker; nothing is sent or kept
  WorkRequest::Kind kind = WorkRequest::Kind::message;
  std::string name;              // of a file
  std::string profile;           // a name; empty: "sanitize"
  std::vector<std::string> passwords;
  bool as_text = false;          // for a preview: attachments as text
  uint32_t page = 0;             // of Kind::page
};

struct TriedOut {
  sanitize::Report report;
  std::string output;            // what would leave; empty when nothing would
  uint32_t pages = 0;            // of Kind::page
};

struct WebServices {
  std::function<std::shared_ptr<const config::Config>()> config;
  std::function<GatewayStatus()> status;                                              // waits for the loop
  // "retry", "hold", "delete" of a message in the queue; the caller has recorded the act. Waits for the loop.
  std::function<Status(const std::string& verb, const std::string& message)> queue_command;
  // An order to release was given: look at once. `passwords` belong to that item's order, or are empty.
  std::function<void(const std::string& item, std::vector<std::string> passwords)> release_ordered;
  std::function<Result<TriedOut>(const TryOut&, Bytes content)> try_out;             // waits for a worker
  const Vault* vault = nullptr;
};

}  // namespace mugai::gateway
