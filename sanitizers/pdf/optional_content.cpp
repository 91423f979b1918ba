#include "sanitizers/pdf/optional_content.h"

#include "sanitizers/pdf/values.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr int kMostGroups = 10'000, kMostDepth = 8;

bool is_group(Handle value) { return value.isIndirect() && value.isDictionary() && value.getKey("/Type").isName() && value.getKey("/Type").getName() == "/OCG"; }

Handle groups(Copier& copier, Handle list) {
  Handle ours = Handle::newArray();
  if (!list.isArray()) return ours;
  for (int i = 0; i < std::min(list.getArrayNItems(), kMostGroups); ++i)
    if (Handle item = list.getArrayItem(i); is_group(item))
      if (const std::optional<Handle> group = copier.copy(item, Shape::group_of_content)) ours.appendItem(*group);
  return ours;
}

// How they are listed for people: groups, titles, and lists of them.
Handle order(Copier& copier, Handle list, int depth) {
  Handle ours = Handle::newArray();
  for (int i = 0; i < std::min(list.getArrayNItems(), kMostGroups); ++i) {
    Handle item = list.getArrayItem(i);
    if (item.isArray() && depth > 0) ours.appendItem(order(copier, item, depth - 1));
    else if (item.isString()) ours.appendItem(Handle::newString(item.getStringValue()));
    else if (is_group(item))
      if (const std::optional<Handle> group = copier.copy(item, Shape::group_of_content)) ours.appendItem(*group);
  }
  return ours;
}

}  // namespace

std::optional<Handle> copy_optional_content(Copier& copier, Handle properties) {
  if (!properties.isDictionary() || !properties.getKey("/D").isDictionary()) return std::nullopt;
  Handle from = properties.getKey("/D"), shown = Handle::newDictionary(), ours = Handle::newDictionary();
  ours.replaceKey("/OCGs", groups(copier, properties.getKey("/OCGs")));
  if (const std::optional<Handle> base = copy_value(from.getKey("/BaseState"), Shape::name)) shown.replaceKey("/BaseState", *base);
  for (const char* key : {"/ON", "/OFF", "/Locked"})
    if (from.getKey(key).isArray()) shown.replaceKey(key, groups(copier, from.getKey(key)));
  if (from.getKey("/Order").isArray()) shown.replaceKey("/Order", order(copier, from.getKey("/Order"), kMostDepth));
  ours.replaceKey("/D", shown);
  return ours;
}

}  // namespace mugai::sanitize::pdf
