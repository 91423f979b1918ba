#include "gateway/quarantine/item.h"

#include <array>

namespace mugai::gateway {

namespace {
using enum ItemState;
constexpr std::array kStates{held, requested, approved, releasing, released, denied, deleted, expired};
}  // namespace

std::string_view to_string(ItemState state) {
  switch (state) {
    case held: return "held";
    case requested: return "requested";
    case approved: return "approved";
    case releasing: return "releasing";
    case released: return "released";
    case denied: return "denied";
    case deleted: return "deleted";
    case expired: break;
  }
  return "expired";
}

std::optional<ItemState> item_state_from(std::string_view text) {
  for (const ItemState state : kStates)
    if (text == to_string(state)) return state;
  return std::nullopt;
}

std::string_view to_string(ReleaseWay way) { return way == ReleaseWay::original ? "original" : "sanitized"; }

std::optional<ReleaseWay> release_way_from(std::string_view text) {
  if (text == "original") return ReleaseWay::original;
  if (text == "sanitized") return ReleaseWay::sanitized;
  return std::nullopt;
}

}  // namespace mugai::gateway
