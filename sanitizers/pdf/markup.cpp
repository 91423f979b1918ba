#include "sanitizers/pdf/markup.h"

#include <cmath>

namespace mugai::sanitize::pdf {

namespace {

constexpr int kMostNumbers = 20'000;
constexpr double kMostCoordinate = 100'000;

std::vector<double> numbers_of(Handle list) {
  std::vector<double> numbers;
  if (!list.isArray() || list.getArrayNItems() > kMostNumbers) return numbers;
  for (Handle item : list.aitems()) {
    const double value = item.isNumber() ? item.getNumericValue() : NAN;
    if (!(std::abs(value) <= kMostCoordinate)) return {};
    numbers.push_back(value);
  }
  return numbers;
}

std::string real(double value) { return Handle::newReal(value, 3).unparse() + " "; }

std::string point(const std::vector<double>& numbers, size_t at) { return real(numbers[at]) + real(numbers[at + 1]); }

// "0.5 g" and its like, for filling or stroking; empty when there is no colour.
std::string colour(Handle list, bool stroke) {
  const std::vector<double> parts = numbers_of(list);
  const char* const name = parts.size() == 1 ? (stroke ? "G" : "g") : parts.size() == 3 ? (stroke ? "RG" : "rg") : parts.size() == 4 ? (stroke ? "K" : "k") : nullptr;
  if (!name) return {};
  std::string out;
  for (const double part : parts) out += real(std::clamp(part, 0.0, 1.0));
  return out + name + "\n";
}

double line_width(Handle annotation) {
  Handle style = annotation.getKey("/BS");
  Handle width = style.isDictionary() ? style.getKey("/W") : annotation.getKey("/Border").isArray() && annotation.getKey("/Border").getArrayNItems() > 2
                     ? annotation.getKey("/Border").getArrayItem(2) : Handle::newNull();
  return width.isNumber() ? std::clamp(width.getNumericValue(), 0.0, 100.0) : 1;
}

std::string polyline(const std::vector<double>& numbers, const char* end) {
  if (numbers.size() < 4) return {};
  std::string out = point(numbers, 0) + "m ";
  for (size_t i = 2; i + 1 < numbers.size(); i += 2) out += point(numbers, i) + "l ";
  return out + end + "\n";
}

// Of each quadrilateral: upper left, upper right, lower left, lower right, as programs write them.
std::string quads(const std::vector<double>& numbers, const std::string& kind) {
  std::string out;
  for (size_t i = 0; i + 7 < numbers.size(); i += 8) {
    const auto middle = [&](size_t top, size_t bottom) {
      return real((numbers[i + top] + numbers[i + bottom]) / 2) + real((numbers[i + top + 1] + numbers[i + bottom + 1]) / 2);
    };
    if (kind == "/Highlight") out += point(numbers, i) + "m " + point(numbers, i + 2) + "l " + point(numbers, i + 6) + "l " + point(numbers, i + 4) + "l h f\n";
    else if (kind == "/StrikeOut") out += middle(0, 4) + "m " + middle(2, 6) + "l S\n";
    else out += point(numbers, i + 4) + "m " + point(numbers, i + 6) + "l S\n";
  }
  return out;
}

std::string box(const QPDFObjectHandle::Rectangle& r, double inset, bool round, const char* end) {
  const double x0 = r.llx + inset, y0 = r.lly + inset, x1 = r.urx - inset, y1 = r.ury - inset;
  if (!round) return real(x0) + real(y0) + real(x1 - x0) + real(y1 - y0) + "re " + end + "\n";
  const double cx = (x0 + x1) / 2, cy = (y0 + y1) / 2, kx = (x1 - x0) / 2 * 0.5523, ky = (y1 - y0) / 2 * 0.5523;   // of a circle by curves
  return real(x0) + real(cy) + "m " + real(x0) + real(cy + ky) + real(cx - kx) + real(y1) + real(cx) + real(y1) + "c " + real(cx + kx) + real(y1) + real(x1) +
         real(cy + ky) + real(x1) + real(cy) + "c " + real(x1) + real(cy - ky) + real(cx + kx) + real(y0) + real(cx) + real(y0) + "c " + real(cx - kx) + real(y0) +
         real(x0) + real(cy - ky) + real(x0) + real(cy) + "c " + end + "\n";
}

std::string shape(Handle annotation, const std::string& kind, const QPDFObjectHandle::Rectangle& rectangle, double width) {
  const std::string stroke = colour(annotation.getKey("/C"), true), fill = colour(annotation.getKey("/IC"), false);
  const char* const paint = fill.empty() ? "S" : width > 0 ? "B" : "f";
  const std::string begin = stroke + fill + real(width) + "w ";
  if (const std::string marker = colour(annotation.getKey("/C"), false); kind == "/Highlight")
    return marker.empty() ? marker : marker + quads(numbers_of(annotation.getKey("/QuadPoints")), kind);
  if (kind == "/Underline" || kind == "/StrikeOut" || kind == "/Squiggly") return begin + quads(numbers_of(annotation.getKey("/QuadPoints")), kind);
  if (kind == "/Square" || kind == "/Circle") return begin + box(rectangle, width / 2, kind == "/Circle", fill.empty() ? "s" : "b");
  if (kind == "/Line") return begin + polyline(numbers_of(annotation.getKey("/L")), "S");
  if (kind == "/PolyLine") return begin + polyline(numbers_of(annotation.getKey("/Vertices")), "S");
  if (kind == "/Polygon") return begin + polyline(numbers_of(annotation.getKey("/Vertices")), (std::string("h ") + paint).c_str());
  std::string out;
  if (Handle strokes = annotation.getKey("/InkList"); kind == "/Ink" && strokes.isArray() && strokes.getArrayNItems() < kMostNumbers)
    for (Handle one : strokes.aitems()) out += polyline(numbers_of(one), "S");
  return out.empty() ? out : begin + out;
}

}  // namespace

std::optional<Handle> markup(Copier& copier, Handle annotation) {
  Handle subtype = annotation.getKey("/Subtype"), given = annotation.getKey("/Rect");
  if (!subtype.isName() || !given.isRectangle()) return std::nullopt;
  const QPDFObjectHandle::Rectangle rectangle = given.getArrayAsRectangle();
  for (const double value : {rectangle.llx, rectangle.lly, rectangle.urx, rectangle.ury})
    if (!(std::abs(value) <= kMostCoordinate)) return std::nullopt;
  const std::string drawn = shape(annotation, subtype.getName(), rectangle, line_width(annotation));
  if (drawn.empty()) return std::nullopt;
  Handle form = copier.target().newStream("/G gs " + drawn);
  Handle dictionary = form.getDict();
  dictionary.replaceKey("/Type", Handle::newName("/XObject"));
  dictionary.replaceKey("/Subtype", Handle::newName("/Form"));
  // In the page's own coordinates: what is drawn lies where it is.
  dictionary.replaceKey("/BBox", Handle::parse("[" + real(rectangle.llx) + real(rectangle.lly) + real(rectangle.urx) + real(rectangle.ury) + "]"));
  Handle opacity = annotation.getKey("/CA");
  const double alpha = opacity.isNumber() ? std::clamp(opacity.getNumericValue(), 0.0, 1.0) : 1;
  const std::string blend = subtype.getName() == "/Highlight" ? "/BM /Multiply" : "";
  dictionary.replaceKey("/Resources", Handle::parse("<< /ExtGState << /G << /CA " + real(alpha) + "/ca " + real(alpha) + blend + " >> >> >>"));
  return form;
}

}  // namespace mugai::sanitize::pdf
