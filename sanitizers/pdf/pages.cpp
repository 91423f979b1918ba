#include "sanitizers/pdf/pages.h"

#include <set>

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kMostDepth = 200;

bool is_leaf(Handle node) { return !node.getKey("/Kids").isArray(); }

void inherit(Handle node, Page& page) {
  const auto take = [&](const char* key, Handle& into) {
    if (Handle value = node.getKey(key); !value.isNull()) into = value;
  };
  take("/Resources", page.resources);
  take("/MediaBox", page.media_box);
  take("/CropBox", page.crop_box);
  take("/Rotate", page.rotate);
}

struct Level {
  Handle node;
  Page inherited;
  int next = 0;
};

Page nothing_inherited() { return {Handle::newNull(), Handle::newNull(), Handle::newNull(), Handle::newNull(), Handle::newNull(), Handle::newNull()}; }

void add(std::vector<Page>& pages, Page page, Handle node, uint32_t most) {
  inherit(node, page);
  page.from = node;
  if (pages.size() >= most) throw OverLimit{"too-many-pages"};
  pages.push_back(page);
}

}  // namespace

std::vector<Page> pages_of(QPDF& source, uint32_t most) {
  std::vector<Page> pages;
  std::set<QPDFObjGen> seen;
  std::vector<Level> levels;
  const auto enter = [&](Handle node, Page inherited) {
    if (!node.isDictionary() || (node.isIndirect() && !seen.insert(node.getObjGen()).second)) return;
    if (is_leaf(node)) return add(pages, inherited, node, most);
    if (levels.size() >= kMostDepth) return;
    inherit(node, inherited);
    levels.push_back({node, inherited});
  };
  enter(source.getRoot().getKey("/Pages"), nothing_inherited());
  while (!levels.empty()) {
    Level& level = levels.back();
    Handle kids = level.node.getKey("/Kids");
    if (level.next >= kids.getArrayNItems()) levels.pop_back();
    else enter(kids.getArrayItem(level.next++), level.inherited);   // `level` may move
  }
  if (!pages.empty()) return pages;
  // A tree that leads nowhere: whatever calls itself a page, in the order of the file.
  for (Handle object : source.getAllObjects())
    if (object.isDictionaryOfType("/Page")) add(pages, nothing_inherited(), object, most);
  return pages;
}

}  // namespace mugai::sanitize::pdf
