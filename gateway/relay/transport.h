// How a rebuilt message leaves: the dispatcher asks, the answer is one result per recipient. An interface, so that the
// dispatcher can be tested without a network. Loop thread only.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "smtp/delivery.h"
#include "smtp/envelope.h"

namespace mugai::gateway {

class Transport {
 public:
  using Done = std::function<void(std::vector<smtp::RecipientResult>)>;
  virtual ~Transport() = default;

  // `message` stays valid until `done`, which is called exactly once, later.
  virtual void deliver(const config::Zone& zone, const smtp::Envelope& envelope, std::string_view message, Done done) = 0;

  // A person wants it tried now: forget which next hops did not answer a moment ago.
  virtual void forget_silence() {}
};

}  // namespace mugai::gateway
