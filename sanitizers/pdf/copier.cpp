#include "sanitizers/pdf/copier.h"

#include "sanitizers/pdf/choices.h"
#include "sanitizers/pdf/colors.h"
#include "sanitizers/pdf/content.h"
#include "sanitizers/pdf/font_files.h"
#include "sanitizers/pdf/pictures.h"
#include "sanitizers/pdf/values.h"

namespace mugai::sanitize::pdf {

namespace {

using Maybe = std::optional<Handle>;

// [font size]
Maybe font_and_size(Copier& copier, Handle value) {
  if (!value.isArray() || value.getArrayNItems() != 2) return std::nullopt;
  const Maybe font = copier.copy(value.getArrayItem(0), Shape::font), size = copier.copy(value.getArrayItem(1), Shape::number);
  if (!font || !size) return std::nullopt;
  return Handle::newArray({*font, *size});
}

Maybe list(Copier& copier, Handle value, Shape element, int most) {
  if (!value.isArray() || value.getArrayNItems() > most) return std::nullopt;
  Handle out = Handle::newArray();
  for (Handle item : value.aitems())
    if (const Maybe one = copier.copy(item, element)) out.appendItem(*one);
  return out;
}

// Keys that no table has, since others write them or the census counts them.
bool is_seen_to_elsewhere(std::string_view key) {
  for (const std::string_view known : {"/Length", "/Length1", "/Length2", "/Length3", "/Filter", "/DecodeParms", "/DP", "/F", "/FFilter", "/FDecodeParms",
                                       "/Parent", "/Resources", "/Contents", "/Annots", "/Functions", "/ColorSpace", "/BitsPerComponent", "/Decode", "/Mask", "/SMaskInData", "/Metadata", "/AA", "/PieceInfo", "/EF", "/Ref", "/OPI"})
    if (key == known) return true;
  return false;
}

constexpr int kMostOptionalGroups = 10'000;

}  // namespace

Copier::Copier(QPDF& source, QPDF& target, Context& context, Tally& tally)
    : target_(target), context_(context), tally_(tally), hinted_(files_that_keep_programs(source)) {}

Handle Copier::new_stream(std::function<void(Pipeline*)> write) {
  Handle stream = target_.newStream();
  stream.replaceStreamData(std::move(write), Handle::newNull(), Handle::newNull());
  return stream;
}

Maybe Copier::copy(Handle value, Shape wanted) {
  if (value.isNull()) return std::nullopt;
  if (is_plain_value(wanted)) return copy_value(value, wanted);
  switch (wanted) {
    case Shape::color_space: return copy_color_space(*this, value);
    case Shape::function: return copy_function(*this, value);
    case Shape::functions: return copy_functions(*this, value);
    case Shape::font_and_size: return font_and_size(*this, value);
    case Shape::cid_fonts: return list(*this, value, Shape::cid_font, 1);
    case Shape::optional_groups:
      return value.isArray() ? list(*this, value, Shape::group_of_content, kMostOptionalGroups) : copy(value, Shape::group_of_content);
    default: break;
  }
  const Shape shape = choose(value, wanted);
  if (is_plain_value(shape)) return copy_value(value, shape);
  return begin(value, shape);
}

Maybe Copier::begin(Handle value, Shape shape) {
  if (is_stream(shape)) return begin_stream(value, shape);
  if (!value.isDictionary() || (!is_dictionary(shape) && element_of(shape) == Shape::nothing)) return std::nullopt;
  const auto place = std::pair(value.getObjGen(), shape);
  if (value.isIndirect())
    if (const auto known = copies_.find(place); known != copies_.end()) return known->second;
  Handle into = Handle::newDictionary();
  if (value.isIndirect()) copies_[place] = into = target_.makeIndirectObject(into);
  work_.push_back({value, into, shape});
  return into;
}

Maybe Copier::begin_stream(Handle value, Shape shape) {
  if (!value.isStream()) return std::nullopt;
  const auto place = std::pair(value.getObjGen(), shape);
  if (const auto known = copies_.find(place); known != copies_.end()) return known->second;
  Handle into = target_.newStream();
  // Before its data: a picture may name itself as its mask.
  copies_[place] = into;
  const Shape keys = give_data(value, into, shape);
  if (keys == Shape::nothing) return copies_[place] = std::nullopt;
  work_.push_back({value.getDict(), into.getDict(), keys});
  return into;
}

// By which shape its keys are to be copied; `nothing` when there is nothing in it that could be shown.
Shape Copier::give_data(Handle from, Handle into, Shape shape) {
  const auto provide = [&](std::function<void(Pipeline*)> write) {
    into.replaceStreamData(std::move(write), Handle::newNull(), Handle::newNull());
    return shape;
  };
  const auto program = [&](Language language) {
    return provide([this, from, language](Pipeline* out) { write_program({from}, language, allowance(), tally_, *out); });
  };
  switch (shape) {
    case Shape::form:
    case Shape::tiling_pattern:
    case Shape::glyph: return program(Language::content);
    case Shape::cmap_stream: return program(Language::cmap);
    case Shape::calculator_function: return program(Language::calculator);
    case Shape::picture: return give_picture(*this, from, into);
    case Shape::type1_file:
    case Shape::truetype_file:
    case Shape::compact_file: return give_font_file(*this, from, into, shape) ? shape : Shape::nothing;
    case Shape::icc_profile:
      return provide([this, from](Pipeline* out) {
        bool whole = false;
        out->writeString(rebuilt_icc(decoded(from, allowance(), whole)));
        out->finish();
      });
    default:   // samples of a function, of a mesh, of a palette: numbers, whatever they are
      return provide([this, from](Pipeline* out) {
        if (!decode(from, allowance(), *out)) tally_.add("damaged-stream");
        out->finish();
      });
  }
}

void Copier::copy_keys(Handle from, Handle into, Shape shape) {
  const std::span<const Key> keys = keys_of(shape);
  for (auto [name, value] : from.ditems()) {
    if (value.isNull()) continue;
    const auto key = std::find_if(keys.begin(), keys.end(), [&wanted = name](const Key& one) { return one.name == wanted; });
    if (key == keys.end()) {
      if (!is_seen_to_elsewhere(name)) tally_.add("other-entry");
    } else if (const Maybe copied = copy(value, key->shape)) {
      into.replaceKey(name, *copied);
    } else {
      tally_.add("malformed-entry");
    }
  }
  // Looks of annotations are drawn as forms, whatever they call themselves.
  if (shape == Shape::form) into.replaceKey("/Subtype", Handle::newName("/Form"));
}

void Copier::fill_map(Work& work) {
  const Shape element = element_of(work.shape);
  for (auto [name, value] : work.from.ditems()) {
    if (const Maybe copied = copy(value, element)) work.into.replaceKey(well_formed_name(name), *copied);
    else if (!value.isNull()) tally_.add("malformed-entry");
  }
}

void Copier::run() {
  while (!work_.empty()) {
    Work work = std::move(work_.front());
    work_.pop_front();
    if (element_of(work.shape) != Shape::nothing) fill_map(work);
    else copy_keys(work.from, work.into, work.shape);
  }
}

}  // namespace mugai::sanitize::pdf
