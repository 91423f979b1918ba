// What a worker and its converter host say to each other over a socket pair of whole packets. A request comes with two
// descriptors (SCM_RIGHTS): the document, sealed, and the end of a pipe that the result is written to. While it is worked
// on, one byte from the worker stops it. Every request gets one reply. Numbers only; whoever receives checks each.
#pragma once

#include <cstdint>

#include "sanitizers/converter.h"

namespace mugai::gateway {

struct ConverterRequest {
  static constexpr uint32_t kMagic = 0x4D474331;
  uint32_t magic = kMagic;
  uint32_t tool = 0, first_page = 0, last_page = 0, dpi = 0, width = 0, height = 0, colour = 0, smooth = 0, kind = 0;
  uint32_t deadline_ms = 0;
};

struct ConverterReply {
  static constexpr uint32_t kMagic = 0x4D474332;
  uint32_t magic = kMagic;
  uint32_t end = 0;      // sanitize::Converted: ok, unavailable, timed_out or failed
  int32_t status = 0;    // as waitpid gives it
  uint32_t layers = 0;   // ConverterLayer bits of the cage it ran in
};

enum ConverterLayer : uint32_t {
  kLayerNamespaces = 1,   // its own processes, files, network, names
  kLayerUser = 2,         // not the user that the gateway runs as
  kLayerLandlock = 4,
  kLayerSeccomp = 8,
};

constexpr uint32_t kMostPages = 1'000'000;
constexpr uint32_t kMostDpi = 1'200;
constexpr uint32_t kMostSide = 65'535;
constexpr uint32_t kMostConverterMs = 3'600'000;

}  // namespace mugai::gateway
