// The worker's side of the converter: gives a document to the host beside the worker, passes on what comes back, and keeps
// the time: a conversion gets what its pages are worth, never more than is left of the longest time that a message may
// take. Before one begins, the gateway is told that the worker needs longer. Opens no file; a document goes over in sealed
// memory. One thread.
#pragma once

#include <chrono>
#include <functional>

#include "config/base/limits.h"
#include "gateway/file.h"
#include "sanitizers/converter.h"

namespace mugai::gateway {

class CagedConverter : public sanitize::Converter {
 public:
  // `host`: see start_converter_host(); none means that nothing can be converted.
  explicit CagedConverter(Fd host) : host_(std::move(host)) {}

  // A message or file begins now. `needs_longer` hands on how many milliseconds from now the worker may stay silent.
  void begin(const Limits& limits, std::function<void(uint32_t ms)> needs_longer);

  sanitize::Converted convert(const sanitize::Conversion& conversion, Bytes untrusted_document, uint64_t max_bytes,
                              Sink& out) override;

  // The host is gone: this worker converts nothing any more and should be replaced.
  bool lost() const { return lost_; }
  uint32_t layers() const { return layers_; }   // of the cage of the last conversion

 private:
  using Clock = std::chrono::steady_clock;
  uint32_t budget_ms(const sanitize::Conversion& conversion, size_t document_bytes) const;
  bool send(const sanitize::Conversion& conversion, uint32_t deadline_ms, int document, int output);
  sanitize::Converted pass_on(Fd result, uint64_t max_bytes, Clock::time_point end, Sink& out);
  sanitize::Converted read_reply(Clock::time_point end);

  Fd host_;
  bool lost_ = false;
  uint32_t layers_ = 0;
  Clock::time_point last_moment_{};
  uint32_t base_ms_ = 0;
  std::function<void(uint32_t)> needs_longer_;
};

}  // namespace mugai::gateway
