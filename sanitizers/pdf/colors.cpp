#include "sanitizers/pdf/colors.h"

#include "sanitizers/pdf/choices.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr int kMostDeep = 6;
constexpr long long kMostIndexed = 255;

using Maybe = std::optional<Handle>;

Maybe color_space(Copier& copier, Handle value, int depth);
Maybe function(Copier& copier, Handle value, int depth);

// name, then what `rest` adds; all or nothing.
class Array {
 public:
  explicit Array(Handle name) { array_.appendItem(Handle::newName(name.getName())); }
  Array& add(Maybe item) {
    if (item) array_.appendItem(*item);
    else complete_ = false;
    return *this;
  }
  Maybe get() const { return complete_ ? Maybe(array_) : std::nullopt; }

 private:
  Handle array_ = Handle::newArray();
  bool complete_ = true;
};

// By the number of its components; for a profile that cannot be kept.
Maybe device_space(long long components) {
  switch (components) {
    case 1: return Handle::newName("/DeviceGray");
    case 3: return Handle::newName("/DeviceRGB");
    case 4: return Handle::newName("/DeviceCMYK");
    default: return std::nullopt;
  }
}

Maybe icc_based(Copier& copier, Handle value) {
  Handle stream = value.getArrayItem(1);
  if (!stream.isStream()) return std::nullopt;
  Handle components = stream.getDict().getKey("/N");
  const Maybe profile = copier.copy(stream, Shape::icc_profile);
  if (!profile) return components.isInteger() ? device_space(components.getIntValue()) : std::nullopt;
  return Array(value.getArrayItem(0)).add(profile).get();
}

Maybe indexed(Copier& copier, Handle value, int depth) {
  Handle highest = value.getArrayItem(2), table = value.getArrayItem(3);
  if (!highest.isNumber() || highest.getNumericValue() < 0 || highest.getNumericValue() > static_cast<double>(kMostIndexed)) return std::nullopt;
  const Maybe base = color_space(copier, value.getArrayItem(1), depth - 1);
  return Array(value.getArrayItem(0)).add(base).add(copier.copy(highest, Shape::integer))
      .add(copier.copy(table, table.isString() ? Shape::string : Shape::plain_bytes)).get();
}

Maybe color_space(Copier& copier, Handle value, int depth) {
  if (depth == 0) return std::nullopt;
  if (value.isName()) return copier.copy(value, Shape::name);
  if (!value.isArray() || value.getArrayNItems() == 0 || !value.getArrayItem(0).isName()) return std::nullopt;
  const std::string family = value.getArrayItem(0).getName();
  const int items = value.getArrayNItems();
  if (items == 1) return copier.copy(value.getArrayItem(0), Shape::name);
  if (family == "/CalGray" || family == "/CalRGB" || family == "/Lab")
    return Array(value.getArrayItem(0)).add(copier.copy(value.getArrayItem(1), Shape::calibrated)).get();
  if (family == "/ICCBased") return icc_based(copier, value);
  if (family == "/Pattern") return Array(value.getArrayItem(0)).add(color_space(copier, value.getArrayItem(1), depth - 1)).get();
  if (family == "/Indexed" && items >= 4) return indexed(copier, value, depth);
  if ((family == "/Separation" || family == "/DeviceN") && items >= 4)
    return Array(value.getArrayItem(0)).add(copier.copy(value.getArrayItem(1), Shape::name_or_names))
        .add(color_space(copier, value.getArrayItem(2), depth - 1)).add(function(copier, value.getArrayItem(3), kMostDeep)).get();
  return std::nullopt;
}

Maybe functions(Copier& copier, Handle value, int depth) {
  if (!value.isArray()) return function(copier, value, depth);
  Handle list = Handle::newArray();
  for (Handle item : value.aitems()) {
    const Maybe one = function(copier, item, depth);
    if (!one) return std::nullopt;
    list.appendItem(*one);
  }
  return list;
}

Maybe function(Copier& copier, Handle value, int depth) {
  if (depth == 0) return std::nullopt;
  const Shape shape = choose(value, Shape::function);
  if (shape == Shape::nothing) return std::nullopt;
  if (shape != Shape::stitching_function) return copier.copy(value, shape);
  Maybe parts = functions(copier, value.getKey("/Functions"), depth - 1);
  if (!parts || !parts->isArray()) return std::nullopt;
  Handle stitching = Handle::newDictionary();
  copier.copy_keys(value, stitching, shape);
  stitching.replaceKey("/Functions", *parts);
  return copier.target().makeIndirectObject(stitching);
}

}  // namespace

std::optional<Handle> copy_color_space(Copier& copier, Handle value) { return color_space(copier, value, kMostDeep); }
std::optional<Handle> copy_function(Copier& copier, Handle value) { return function(copier, value, kMostDeep); }
std::optional<Handle> copy_functions(Copier& copier, Handle value) { return functions(copier, value, kMostDeep); }

}  // namespace mugai::sanitize::pdf
