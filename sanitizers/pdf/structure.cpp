#include "sanitizers/pdf/structure.h"

#include <map>
#include <set>

#include "sanitizers/pdf/values.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kMostElements = 500'000;
constexpr int kMostAttributes = 64;

constexpr Key kElement[] = {
    {"/S", Shape::name}, {"/T", Shape::string}, {"/Lang", Shape::string}, {"/Alt", Shape::string}, {"/E", Shape::string}, {"/ActualText", Shape::string},
};

bool is_element(Handle value) { return value.isDictionary() && value.getKey("/S").isName() && value.isIndirect(); }

// Layout, list and table attributes: an owner and plain values.
std::optional<Handle> attributes_of(Handle from) {
  if (!from.isDictionary() || !from.getKey("/O").isName()) return std::nullopt;
  Handle ours = Handle::newDictionary();
  int count = 0;
  for (auto [key, value] : from.ditems()) {
    if (++count > kMostAttributes) break;
    for (const Shape shape : {Shape::name, Shape::number, Shape::boolean, Shape::string, Shape::numbers, Shape::names})
      if (const std::optional<Handle> copied = copy_value(value, shape)) {
        ours.replaceKey(key, *copied);
        break;
      }
  }
  return ours;
}

class Structure {
 public:
  Structure(Copier& copier, const Destinations& destinations) : copier_(copier), destinations_(destinations) {}

  std::optional<Handle> run(Handle from) {
    Handle root = copier_.target().makeIndirectObject(Handle::newDictionary());
    root.replaceKey("/Type", Handle::newName("/StructTreeRoot"));
    begin_children(from, root);
    while (!work_.empty()) {
      const Work work = work_.back();
      work_.pop_back();
      fill(work);
    }
    if (!root.hasKey("/K") || too_many_) return std::nullopt;
    Handle roles = from.getKey("/RoleMap"), ours = Handle::newDictionary();
    if (roles.isDictionary())
      for (auto [key, value] : roles.ditems())
        if (const std::optional<Handle> role = copy_value(value, Shape::name)) ours.replaceKey(key, *role);
    if (!ours.getKeys().empty()) root.replaceKey("/RoleMap", ours);
    root.replaceKey("/ParentTree", parents(from.getKey("/ParentTree")));
    return root;
  }

 private:
  struct Work {
    Handle from, into;
  };

  void fill(Work work) {
    for (const Key& key : kElement) {
      const std::string name(key.name);
      if (const std::optional<Handle> value = copy_value(work.from.getKey(name), key.shape)) work.into.replaceKey(name, *value);
    }
    if (const std::optional<Handle> page = destinations_.page(work.from.getKey("/Pg"))) work.into.replaceKey("/Pg", *page);
    Handle given = work.from.getKey("/A");
    Handle list = Handle::newArray();
    if (given.isDictionary()) given = Handle::newArray({given});
    for (int i = 0; given.isArray() && i < std::min(given.getArrayNItems(), kMostAttributes); ++i)
      if (const std::optional<Handle> one = attributes_of(given.getArrayItem(i))) list.appendItem(*one);
    if (list.getArrayNItems() > 0) work.into.replaceKey("/A", list.getArrayNItems() == 1 ? list.getArrayItem(0) : list);
    begin_children(work.from, work.into);
  }

  void begin_children(Handle from, Handle into) {
    Handle kids = from.getKey("/K"), ours = Handle::newArray();
    if (kids.isArray()) {
      for (Handle kid : kids.aitems())
        if (const std::optional<Handle> one = child(kid, into)) ours.appendItem(*one);
    } else if (const std::optional<Handle> one = child(kids, into)) {
      ours.appendItem(*one);
    }
    if (ours.getArrayNItems() > 0) into.replaceKey("/K", ours);
  }

  // Marked content by its number, marked content of another page, or an element.
  std::optional<Handle> child(Handle kid, Handle parent) {
    if (kid.isInteger()) return Handle::newInteger(kid.getIntValue());
    if (!kid.isDictionary()) return std::nullopt;
    if (kid.getKey("/MCID").isInteger()) {
      const std::optional<Handle> page = destinations_.page(kid.getKey("/Pg"));
      if (!page || kid.getKey("/Stm").isStream()) return std::nullopt;
      Handle ours = Handle::newDictionary();
      ours.replaceKey("/Type", Handle::newName("/MCR"));
      ours.replaceKey("/Pg", *page);
      ours.replaceKey("/MCID", Handle::newInteger(kid.getKey("/MCID").getIntValue()));
      return ours;
    }
    if (!is_element(kid) || elements_.contains(kid.getObjGen())) return std::nullopt;
    if (elements_.size() >= kMostElements) return too_many_ = true, std::nullopt;
    Handle ours = copier_.target().makeIndirectObject(Handle::newDictionary());
    ours.replaceKey("/P", parent);
    elements_.emplace(kid.getObjGen(), ours);
    work_.push_back({kid, ours});
    return ours;
  }

  // Which element each number of a page's content belongs to.
  Handle parents(Handle tree) {
    std::map<long long, Handle> numbers;
    std::vector<Handle> nodes{tree};
    std::set<QPDFObjGen> seen;
    while (!nodes.empty() && numbers.size() < kMostElements) {
      Handle node = nodes.back();
      nodes.pop_back();
      if (!node.isDictionary() || (node.isIndirect() && !seen.insert(node.getObjGen()).second)) continue;
      Handle kids = node.getKey("/Kids"), list = node.getKey("/Nums");
      if (kids.isArray())
        for (Handle kid : kids.aitems()) nodes.push_back(kid);
      for (int i = 0; list.isArray() && i + 1 < list.getArrayNItems(); i += 2)
        if (list.getArrayItem(i).isInteger()) numbers.emplace(list.getArrayItem(i).getIntValue(), elements_of(list.getArrayItem(i + 1)));
    }
    Handle ours = Handle::newArray();
    for (auto& [number, value] : numbers) {
      if (value.isNull()) continue;
      ours.appendItem(Handle::newInteger(number));
      ours.appendItem(value);
    }
    Handle root = Handle::newDictionary();
    root.replaceKey("/Nums", ours);
    return root;
  }

  Handle elements_of(Handle value) const {
    const auto one = [&](Handle element) {
      const auto found = elements_.find(element.getObjGen());
      return element.isIndirect() && found != elements_.end() ? found->second : Handle::newNull();
    };
    if (!value.isArray()) return one(value);
    Handle list = Handle::newArray();
    for (Handle item : value.aitems()) list.appendItem(one(item));
    return list;
  }

  Copier& copier_;
  const Destinations& destinations_;
  std::map<QPDFObjGen, Handle> elements_;
  std::vector<Work> work_;
  bool too_many_ = false;
};

}  // namespace

std::optional<Handle> copy_structure(Copier& copier, Handle root, const Destinations& destinations) {
  if (!root.isDictionary()) return std::nullopt;
  return Structure(copier, destinations).run(root);
}

}  // namespace mugai::sanitize::pdf
