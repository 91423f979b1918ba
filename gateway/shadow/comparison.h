// What another profile would have made of a mail, against what its own has made of it: two reports, piece by piece. Holds
// names, reasons and sizes, as reports do, never content; bounded. Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizers/report.h"

namespace mugai::gateway {

// In the order in which pages list them. "failed": the other profile came to no result; the mail would have been held whole.
// "size": a piece or the whole comes out more than a tenth, and more than 1 KiB, larger or smaller.
constexpr std::array<std::string_view, 10> kDifferences{"failed", "verdict", "parts",   "action", "method",
                                                        "reasons", "removed", "name", "size",   "notes"};

struct PieceDifference {
  std::string path, name;
  std::optional<sanitize::Item> real, candidate;   // one is missing where only the other profile sees the piece
};

struct Comparison {
  std::string verdict_real, verdict_candidate;
  std::vector<std::string> kinds;                  // of kDifferences; empty: alike
  std::vector<PieceDifference> pieces;             // the first kMostPieces that differ
  std::vector<std::string> notes_real, notes_candidate;
  uint64_t size_real = 0, size_candidate = 0;      // of the rebuilt mail

  bool alike() const { return kinds.empty(); }
  static constexpr size_t kMostPieces = 40;
};

Comparison compare(const sanitize::Report& real, uint64_t size_real, const sanitize::Report& candidate, uint64_t size_candidate);
Comparison compare_with_failure(const sanitize::Report& real, uint64_t size_real);

// As it is stored; what does not parse is a comparison without pieces.
std::string to_json(const Comparison& comparison);
Comparison comparison_from_json(const std::string& stored);

}  // namespace mugai::gateway
