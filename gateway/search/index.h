// Keeps mails and held items findable: writes what search.h reads. Used by the Store, inside the transaction that adds the
// row itself, so neither is there without the other. Its place in the index is its time, sixteen places a millisecond; who
// finds one taken moves up, by more each time, so that thousands of one moment do not look at each other's places. What is indexed is also counted, by hour, verdict and recipient's domain; counts outlive the
// mails. Bound to a Database and its thread; Poco's exceptions pass through, the transaction's owner ends them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/database/database.h"

namespace mugai::gateway {

struct MessageRow;
struct QuarantineRow;

constexpr int64_t kPlacesPerMs = 16;

class Index {
 public:
  explicit Index(Database& database);
  ~Index();

  void add(const MessageRow& row);
  void add(const QuarantineRow& row);
  // The last thing in a transaction: what add() counted.
  void flush();
  // After a transaction that failed.
  void reset();

 private:
  struct Target;
  bool place(Target& target, const std::string& id, int64_t at_ms, std::string words);

  Database& database_;
  std::unique_ptr<Target> mails_, items_;
  std::map<std::tuple<std::string, int64_t, std::string>, int64_t> counted_;   // in this order, so that two nodes cannot lock each other out
};

}  // namespace mugai::gateway
