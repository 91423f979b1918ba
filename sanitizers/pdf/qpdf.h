// libqpdf as this folder uses it. Everything in sanitizers/pdf/ is the adapter around it: its exceptions and the two below
// pass between these files and end in rebuild.cpp. The two are no std::exception, since libqpdf takes those for damage in
// the file and goes on.
#pragma once

#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>

#include "config/base/bytes.h"

namespace mugai::sanitize::pdf {

using Handle = QPDFObjectHandle;

struct OverLimit {          // the file costs more than it may
  std::string_view reason;  // "expands-too-much", ...
};
struct SinkFailed {};       // a temporary failure: what we write to is full

// Ends a chain of pipelines of libqpdf in a Sink.
class ToSink : public Pipeline {
 public:
  explicit ToSink(Sink& sink) : Pipeline("sink", nullptr), sink_(sink) {}
  void write(unsigned char const* data, size_t size) override {
    if (!sink_.write({reinterpret_cast<const char*>(data), size})) throw SinkFailed{};
  }
  void finish() override {}

 private:
  Sink& sink_;
};

}  // namespace mugai::sanitize::pdf
