#include "sanitizers/pdf/annotations.h"

#include <qpdf/QPDFAnnotationObjectHelper.hh>

#include "sanitizers/pdf/field_text.h"
#include "sanitizers/pdf/markup.h"
#include "sanitizers/pdf/values.h"
#include "sanitizers/text/urls.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr int kMostAnnotations = 50'000;
constexpr size_t kMostTargetBytes = 2'000, kMostTargets = 200;
// Flags (Table 167).
constexpr long long kHidden = 1 << 1, kNoView = 1 << 5;

std::string subtype_of(Handle annotation) {
  Handle subtype = annotation.getKey("/Subtype");
  return subtype.isName() ? subtype.getName() : "";
}

long long flags_of(Handle annotation) {
  Handle flags = annotation.getKey("/F");
  return flags.isInteger() ? flags.getIntValue() : 0;
}

// Web and mail addresses, printable ASCII.
std::string target_of(Handle link) {
  Handle action = link.getKey("/A");
  if (!action.isDictionary() || !action.getKey("/URI").isString()) return {};
  const std::string target = action.getKey("/URI").getStringValue();
  if (target.size() > kMostTargetBytes) return {};
  for (const char c : target)
    if (c <= ' ' || c >= 0x7F) return {};
  for (const std::string_view scheme : {"http://", "https://", "mailto:"})
    if (equals_ignoring_case(slice(target, 0, scheme.size()), scheme)) return target;
  return {};
}

// The normal appearance, in the state that the annotation is in.
Handle appearance_of(Handle annotation) {
  Handle appearances = annotation.getKey("/AP");
  if (!appearances.isDictionary()) return Handle::newNull();
  Handle normal = appearances.getKey("/N");
  if (!normal.isDictionary()) return normal;
  Handle state = annotation.getKey("/AS");
  return state.isName() ? normal.getKey(state.getName()) : Handle::newNull();
}

}  // namespace

Annotations::Annotations(Copier& copier, QPDF& source, const Destinations& destinations)
    : copier_(copier), destinations_(destinations), form_(source.getRoot().getKey("/AcroForm")) {
  Handle off = source.getRoot().getKey("/OCProperties").getKeyIfDict("/D").getKeyIfDict("/OFF");
  if (off.isArray())
    for (Handle group : off.aitems()) off_.push_back(group.getObjGen());
}

bool Annotations::is_turned_off(Handle content) const {
  return content.isIndirect() && std::find(off_.begin(), off_.end(), content.getObjGen()) != off_.end();
}

bool Annotations::is_hidden(Handle from) const {
  return (flags_of(from) & (kHidden | kNoView)) != 0 || subtype_of(from) == "/Popup" || is_turned_off(from.getKey("/OC"));
}

std::optional<Handle> Annotations::link(Handle from) {
  Handle ours = Handle::newDictionary();
  ours.replaceKey("/Type", Handle::newName("/Annot"));
  ours.replaceKey("/Subtype", Handle::newName("/Link"));
  const auto keep = [&](const char* key, Shape shape) {
    if (const std::optional<Handle> value = copier_.copy(from.getKey(key), shape)) ours.replaceKey(key, *value);
  };
  keep("/Rect", Shape::numbers);
  keep("/Border", Shape::nested_numbers);
  keep("/C", Shape::numbers);
  keep("/QuadPoints", Shape::numbers);
  keep("/BS", Shape::border_style);
  keep("/H", Shape::name);
  keep("/F", Shape::integer);
  if (!ours.hasKey("/Rect")) return std::nullopt;
  if (std::optional<Handle> place = destinations_.of(from)) {
    ours.replaceKey("/Dest", *place);
    return ours;
  }
  const std::string target = target_of(from);
  if (target.empty()) {
    if (!from.getKey("/A").isNull()) copier_.tally().add("link");
    return ours;   // its frame is what is seen of it
  }
  if (copier_.context().profile.urls == UrlPolicy::keep) {
    Handle action = Handle::newDictionary();
    action.replaceKey("/S", Handle::newName("/URI"));
    action.replaceKey("/URI", Handle::newString(target));
    ours.replaceKey("/A", action);
    return ours;
  }
  copier_.tally().add(copier_.context().profile.urls == UrlPolicy::remove ? "url" : "url-defanged");
  if (targets_.size() < kMostTargets && std::find(targets_.begin(), targets_.end(), target) == targets_.end()) targets_.push_back(target);
  return ours;
}

std::optional<Drawing> Annotations::drawing(Handle from) {
  Handle looks = appearance_of(from);
  if (const std::optional<Handle> text = field_text(copier_, from, form_, looks.isStream())) return Drawing{from, *text};
  if (!looks.isStream()) {
    const std::optional<Handle> drawn = markup(copier_, from);
    return drawn ? std::optional(Drawing{from, *drawn}) : std::nullopt;
  }
  std::optional<Handle> form = copier_.copy(looks, Shape::form);
  if (!form) return std::nullopt;
  return Drawing{from, *form};
}

std::vector<Drawing> Annotations::take(Page& page) {
  std::vector<Drawing> drawings;
  Handle list = page.from.getKey("/Annots"), links = Handle::newArray();
  if (!list.isArray()) return drawings;
  for (int i = 0; i < std::min(list.getArrayNItems(), kMostAnnotations); ++i) {
    Handle from = list.getArrayItem(i);
    if (!from.isDictionary() || is_hidden(from)) continue;
    const std::string subtype = subtype_of(from);
    if (subtype == "/Link") {
      if (const std::optional<Handle> ours = link(from)) links.appendItem(*ours);
      continue;
    }
    copier_.tally().add(subtype == "/Widget" ? "form-field" : "annotation");
    if (const std::optional<Drawing> one = drawing(from)) drawings.push_back(*one);
  }
  if (links.getArrayNItems() > 0) page.ours.replaceKey("/Annots", links);
  return drawings;
}

std::string drawing_operators(const std::vector<Drawing>& drawings, const std::vector<std::string>& names, int page_rotation) {
  std::string operators;
  for (size_t i = 0; i < drawings.size(); ++i) {
    // The helper reads the looks from the annotation: it is shown ours.
    Handle shown = Handle::newDictionary(), from = drawings[i].annotation;
    for (const char* key : {"/Rect", "/F"})
      if (Handle value = from.getKey(key); !value.isNull()) shown.replaceKey(key, value);
    Handle appearances = Handle::newDictionary();
    appearances.replaceKey("/N", drawings[i].form);
    shown.replaceKey("/AP", appearances);
    operators += QPDFAnnotationObjectHelper(shown).getPageContentForAppearance(names[i], page_rotation);
  }
  return operators;
}

}  // namespace mugai::sanitize::pdf
