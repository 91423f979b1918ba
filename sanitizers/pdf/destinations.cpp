#include "sanitizers/pdf/destinations.h"

#include <set>

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kMostNames = 100'000;
constexpr int kMostNumbers = 4;

bool is_fit(const std::string& name) {
  for (const char* fit : {"/XYZ", "/Fit", "/FitH", "/FitV", "/FitR", "/FitB", "/FitBH", "/FitBV"})
    if (name == fit) return true;
  return false;
}

}  // namespace

Destinations::Destinations(QPDF& source, const std::vector<Page>& pages) : pages_(pages) {
  for (size_t i = 0; i < pages.size(); ++i) numbers_.emplace(pages[i].from.getObjGen(), i);
  Handle old_style = source.getRoot().getKey("/Dests");
  if (old_style.isDictionary())
    for (auto [name, destination] : old_style.ditems()) names_.emplace(name, destination);
  read_names(source.getRoot().getKey("/Names").getKeyIfDict("/Dests"));
}

void Destinations::read_names(Handle tree) {
  std::vector<Handle> nodes{tree};
  std::set<QPDFObjGen> seen;
  while (!nodes.empty() && names_.size() < kMostNames) {
    Handle node = nodes.back();
    nodes.pop_back();
    if (!node.isDictionary() || (node.isIndirect() && !seen.insert(node.getObjGen()).second)) continue;
    Handle kids = node.getKey("/Kids"), names = node.getKey("/Names");
    if (kids.isArray())
      for (Handle kid : kids.aitems()) nodes.push_back(kid);
    if (!names.isArray()) continue;
    for (int i = 0; i + 1 < names.getArrayNItems() && names_.size() < kMostNames; i += 2)
      if (names.getArrayItem(i).isString()) names_.emplace(names.getArrayItem(i).getStringValue(), names.getArrayItem(i + 1));
  }
}

std::optional<Handle> Destinations::page(Handle from) const {
  const auto found = numbers_.find(from.getObjGen());
  if (!from.isIndirect() || found == numbers_.end()) return std::nullopt;
  return pages_[found->second].ours;
}

std::optional<Handle> Destinations::explicit_one(Handle array) const {
  if (array.getArrayNItems() < 2) return std::nullopt;
  Handle target = array.getArrayItem(0), fit = array.getArrayItem(1);
  size_t number = pages_.size();
  if (const auto found = numbers_.find(target.getObjGen()); target.isIndirect() && found != numbers_.end()) number = found->second;
  else if (target.isInteger() && target.getIntValue() >= 0) number = static_cast<size_t>(target.getIntValue());
  if (number >= pages_.size() || !fit.isName() || !is_fit(fit.getName())) return std::nullopt;
  Handle ours = Handle::newArray({pages_[number].ours, Handle::newName(fit.getName())});
  for (int i = 2; i < array.getArrayNItems() && i < 2 + kMostNumbers; ++i) {
    Handle value = array.getArrayItem(i);
    if (value.isInteger()) ours.appendItem(Handle::newInteger(value.getIntValue()));
    else if (value.isReal()) ours.appendItem(Handle::newReal(value.getRealValue()));
    else ours.appendItem(Handle::newNull());
  }
  return ours;
}

std::optional<Handle> Destinations::resolve(Handle destination) const {
  if (destination.isName() || destination.isString()) {
    const auto found = names_.find(destination.isName() ? destination.getName() : destination.getStringValue());
    if (found == names_.end()) return std::nullopt;
    destination = found->second;
  }
  if (destination.isDictionary()) destination = destination.getKey("/D");
  return destination.isArray() ? explicit_one(destination) : std::nullopt;
}

std::optional<Handle> Destinations::of(Handle from) const {
  if (Handle direct = from.getKey("/Dest"); !direct.isNull()) return resolve(direct);
  Handle action = from.getKey("/A");
  if (!action.isDictionary()) return std::nullopt;
  Handle kind = action.getKey("/S");
  return kind.isName() && kind.getName() == "/GoTo" ? resolve(action.getKey("/D")) : std::nullopt;
}

}  // namespace mugai::sanitize::pdf
