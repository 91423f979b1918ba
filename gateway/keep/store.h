// Tracking of every message and a row for every held thing, in the database. It is never needed to find a message that
// was accepted: the spool is. One Store per thread; transaction() groups what belongs together. Poco's exceptions end here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/base/result.h"
#include "gateway/database/database.h"
#include "sanitizers/report.h"

namespace mugai::gateway {

struct MessageRow {
  std::string id;
  int64_t received_ms = 0;
  std::string zone, client, sender;
  std::vector<std::string> recipients;
  std::string subject, profile, verdict, message_id;
  uint64_t size = 0;
  std::string report_json;
  std::vector<std::string> names;   // of its attachments; only to find it by
};

struct QuarantineRow {
  std::string id;                 // item id: "<message id>-<n>"
  std::string message;            // message id
  std::string state;              // "held"
  bool whole_message = false;     // the mail itself, not a file of it
  std::string zone, profile;      // where it came from, what treated it
  std::string node;               // in whose vault its bytes are
  std::string sender;
  std::vector<std::string> recipients;
  std::string subject, name, detected;
  std::vector<std::string> reasons;
  int64_t since_ms = 0;
  uint64_t size = 0;
  std::string sha256;
};

struct ReplyRow {
  std::string message;
  std::string recipient;
  std::string state;              // "delivered", "deferred", "failed"
  std::string reply;
  int64_t at_ms = 0;
};

class Store {
 public:
  // As Database::open() and open_existing().
  static Result<std::unique_ptr<Store>> open(const config::Node& node);
  static Result<std::unique_ptr<Store>> open_existing(const config::Node& node);
  ~Store();

  // Runs `body` in one transaction. `durable`: survives a power failure once this returns; otherwise it may be lost with
  // the last moments, which only tracking may.
  Status transaction(bool durable, const std::function<void(Store&)>& body);

  Database& database();

  // Only inside transaction(). Repeating one with the same id changes nothing.
  void add(const MessageRow& row);
  void add(const QuarantineRow& row);
  void add(const ReplyRow& row);

  Result<std::string> report_of(const std::string& message);
  std::string subject_of(const std::string& message);

 private:
  struct Session;
  explicit Store(std::unique_ptr<Session> session);
  static std::unique_ptr<Store> on(std::unique_ptr<Database> database);
  std::unique_ptr<Session> session_;
};

}  // namespace mugai::gateway
