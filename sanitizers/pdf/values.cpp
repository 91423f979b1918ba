#include "sanitizers/pdf/values.h"

#include <cctype>

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kMostStringBytes = 64 << 10;
constexpr size_t kMostNameBytes = 512;

std::optional<Handle> number_of(Handle value) {
  if (value.isInteger()) return Handle::newInteger(value.getIntValue());
  if (value.isReal()) return Handle::newReal(value.getRealValue());
  return std::nullopt;
}

std::optional<Handle> name_of(Handle value) {
  if (!value.isName() || value.getName().size() > kMostNameBytes) return std::nullopt;
  return Handle::newName(well_formed_name(value.getName()));
}

// Every item by `one`; an item that does not fit makes the whole list useless, since what follows would move.
template <typename One>
std::optional<Handle> list_of(Handle value, One one) {
  if (!value.isArray()) return std::nullopt;
  Handle list = Handle::newArray();
  for (Handle item : value.aitems()) {
    std::optional<Handle> copied = one(item);
    if (!copied) return std::nullopt;
    list.appendItem(*copied);
  }
  return list;
}

std::optional<Handle> number_or_list(Handle value, int depth) {
  if (!value.isArray()) return number_of(value);
  if (depth == 0) return std::nullopt;
  return list_of(value, [depth](Handle item) { return number_or_list(item, depth - 1); });
}

}  // namespace

std::string well_formed_name(std::string name) {
  const auto is_digit = [&](size_t at) { return at < name.size() && std::isxdigit(static_cast<unsigned char>(name[at])); };
  for (size_t i = 0; i < name.size(); ++i)
    if (name[i] == '\0' || (name[i] == '#' && !(is_digit(i + 1) && is_digit(i + 2)))) name[i] = '_';
  return name;
}

bool is_plain_value(Shape shape) { return shape >= Shape::boolean && shape <= Shape::name_or_integers; }

std::optional<Handle> copy_value(Handle value, Shape shape) {
  switch (shape) {
    case Shape::boolean: return value.isBool() ? std::optional(Handle::newBool(value.getBoolValue())) : std::nullopt;
    case Shape::integer:
      if (value.isReal()) return Handle::newInteger(static_cast<long long>(value.getNumericValue()));   // "0.0" for a rotation
      return value.isInteger() ? std::optional(Handle::newInteger(value.getIntValue())) : std::nullopt;
    case Shape::number: return number_of(value);
    case Shape::name: return name_of(value);
    case Shape::string:
      if (!value.isString() || value.getStringValue().size() > kMostStringBytes) return std::nullopt;
      return Handle::newString(value.getStringValue());
    case Shape::numbers: return list_of(value, number_of);
    case Shape::number_or_numbers: return number_or_list(value, 1);
    case Shape::nested_numbers: return value.isArray() ? number_or_list(value, 2) : std::nullopt;
    case Shape::names: return list_of(value, name_of);
    case Shape::name_or_names: return value.isName() ? name_of(value) : list_of(value, name_of);
    case Shape::booleans: return list_of(value, [](Handle item) { return copy_value(item, Shape::boolean); });
    case Shape::name_or_integers: return list_of(value, [](Handle item) { return item.isName() ? name_of(item) : number_of(item); });
    default: return std::nullopt;
  }
}

}  // namespace mugai::sanitize::pdf
