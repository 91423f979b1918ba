#include "sanitizers/pdf/outline.h"

#include <map>
#include <set>

#include "sanitizers/pdf/values.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kMostBookmarks = 50'000, kMostDepth = 64, kMostLabels = 20'000;

// One level of bookmarks: whose children they are, which foreign one comes next, which of ours came last.
struct Level {
  Handle parent;
  Handle next;
  Handle last;
  long long count = 0;
};

void copy_value_of(Handle from, Handle into, const char* key, Shape shape) {
  if (const std::optional<Handle> value = copy_value(from.getKey(key), shape)) into.replaceKey(key, *value);
}

bool is_open(Handle bookmark) {
  Handle count = bookmark.getKey("/Count");
  return count.isInteger() && count.getIntValue() > 0;
}

}  // namespace

std::optional<Handle> copy_outline(Copier& copier, Handle root, const Destinations& destinations) {
  if (!root.isDictionary()) return std::nullopt;
  Handle outline = copier.target().makeIndirectObject(Handle::newDictionary());
  std::set<QPDFObjGen> seen;
  std::vector<Level> levels{{outline, root.getKey("/First"), Handle::newNull(), 0}};
  while (!levels.empty()) {
    Level& level = levels.back();
    Handle from = level.next;
    const bool more = from.isDictionary() && from.isIndirect() && seen.size() < kMostBookmarks && seen.insert(from.getObjGen()).second;
    if (!more) {
      if (level.count > 0) {
        level.parent.replaceKey("/Last", level.last);
        const bool open = levels.size() == 1 || level.parent.getKey("/Count").isInteger();
        level.parent.replaceKey("/Count", Handle::newInteger(open ? level.count : -level.count));
      } else {
        level.parent.removeKey("/Count");
      }
      levels.pop_back();
      continue;
    }
    Handle ours = copier.target().makeIndirectObject(Handle::newDictionary());
    copy_value_of(from, ours, "/Title", Shape::string);
    copy_value_of(from, ours, "/C", Shape::numbers);
    copy_value_of(from, ours, "/F", Shape::integer);
    if (!ours.hasKey("/Title")) ours.replaceKey("/Title", Handle::newString(""));
    if (const std::optional<Handle> place = destinations.of(from)) ours.replaceKey("/Dest", *place);
    ours.replaceKey("/Parent", level.parent);
    if (level.count == 0) level.parent.replaceKey("/First", ours);
    else {
      ours.replaceKey("/Prev", level.last);
      level.last.replaceKey("/Next", ours);
    }
    level.last = ours;
    ++level.count;
    level.next = from.getKey("/Next");
    if (is_open(from)) ours.replaceKey("/Count", Handle::newInteger(1));   // for the moment: "open"
    if (from.getKey("/First").isDictionary() && levels.size() < kMostDepth) levels.push_back({ours, from.getKey("/First"), Handle::newNull(), 0});
    else ours.removeKey("/Count");
  }
  return outline.hasKey("/First") ? std::optional(outline) : std::nullopt;
}

std::optional<Handle> copy_page_labels(Handle root) {
  std::map<long long, Handle> labels;
  std::vector<Handle> nodes{root};
  std::set<QPDFObjGen> seen;
  while (!nodes.empty() && labels.size() < kMostLabels) {
    Handle node = nodes.back();
    nodes.pop_back();
    if (!node.isDictionary() || (node.isIndirect() && !seen.insert(node.getObjGen()).second)) continue;
    Handle kids = node.getKey("/Kids"), numbers = node.getKey("/Nums");
    if (kids.isArray())
      for (Handle kid : kids.aitems()) nodes.push_back(kid);
    for (int i = 0; numbers.isArray() && i + 1 < numbers.getArrayNItems(); i += 2) {
      Handle from = numbers.getArrayItem(i + 1);
      if (!numbers.getArrayItem(i).isInteger() || !from.isDictionary()) continue;
      Handle label = Handle::newDictionary();
      copy_value_of(from, label, "/S", Shape::name);
      copy_value_of(from, label, "/P", Shape::string);
      copy_value_of(from, label, "/St", Shape::integer);
      labels.emplace(numbers.getArrayItem(i).getIntValue(), label);
    }
  }
  if (labels.empty()) return std::nullopt;
  Handle list = Handle::newArray();
  for (const auto& [first_page, label] : labels) {
    list.appendItem(Handle::newInteger(first_page));
    list.appendItem(label);
  }
  Handle ours = Handle::newDictionary();
  ours.replaceKey("/Nums", list);
  return ours;
}

}  // namespace mugai::sanitize::pdf
