#include "sanitizers/pdf/field_text.h"

#include <cstdio>
#include <sstream>

#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr int kMostParents = 32;
constexpr size_t kMostTextBytes = 64 << 10;
constexpr long long kMultiline = 1 << 12, kPassword = 1 << 13;
constexpr double kDefaultSize = 12, kMargin = 2, kLeading = 1.2;

// Fields inherit from their parents, and some things from the form itself.
Handle inherited(Handle widget, Handle acro_form, const char* key) {
  Handle node = widget;
  for (int i = 0; i < kMostParents && node.isDictionary(); ++i) {
    if (Handle value = node.getKey(key); !value.isNull()) return value;
    node = node.getKey("/Parent");
  }
  return acro_form.isDictionary() ? acro_form.getKey(key) : Handle::newNull();
}

// Of a default appearance (ISO 32000-2 §12.7.4.3): size of the text and its colour, if it is well-formed.
struct Style {
  double size = 0;
  std::string colour = "0 g";
};

Style style_of(const std::string& default_appearance) {
  Style style;
  std::istringstream words(default_appearance.substr(0, 512));
  std::vector<double> numbers;
  for (std::string word; words >> word;) {
    char* end = nullptr;
    const double number = std::strtod(word.c_str(), &end);
    const size_t wanted = word == "g" ? 1 : word == "rg" ? 3 : word == "k" ? 4 : 0;
    if (end == word.c_str() + word.size()) {
      numbers.push_back(number);
      continue;
    }
    if (word == "Tf" && !numbers.empty()) style.size = numbers.back();
    if (wanted > 0 && numbers.size() == wanted) {
      style.colour.clear();
      for (const double one : numbers) style.colour += Handle::newReal(std::clamp(one, 0.0, 1.0), 4).unparse() + " ";
      style.colour += word;
    }
    numbers.clear();
  }
  if (!(style.size >= 0 && style.size < 500)) style.size = 0;
  return style;
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
}

double em_width(char32_t c) { return c < 0x250 ? 0.55 : 1.0; }

// Lines of a text that is `width` ems wide; one line when it is not to be broken.
std::vector<std::u32string> lines_of(const std::string& text, double width, bool multiline) {
  std::vector<std::u32string> lines(1);
  double used = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == '\n' && multiline) {
      lines.emplace_back();
      used = 0;
      continue;
    }
    if (multiline && used + em_width(c) > width && !lines.back().empty()) {
      lines.emplace_back();
      used = 0;
    }
    lines.back().push_back(c == '\n' ? U' ' : c);
    used += em_width(c);
  }
  return lines;
}

void append_utf16be(std::string& out, char32_t c) {
  const auto unit = [&](char32_t value) { out += {static_cast<char>(value >> 8), static_cast<char>(value)}; };
  if (c < 0x10000) return unit(c);
  unit(0xD800 + ((c - 0x10000) >> 10));
  unit(0xDC00 + ((c - 0x10000) & 0x3FF));
}

std::string shown(const std::u32string& line, bool latin) {
  std::string bytes;
  for (const char32_t c : line) {
    if (latin) bytes += static_cast<char>(c);
    else append_utf16be(bytes, c);
  }
  return Handle::newString(bytes).unparse();
}

Handle latin_font() {
  return Handle::parse("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
}

Handle japanese_font() {
  return Handle::parse(
      "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5-UniJIS-UTF16-H /Encoding /UniJIS-UTF16-H /DescendantFonts ["
      "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /DW 1000 /W [1 94 550 231 389 550]"
      " /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 6 >>"
      " /FontDescriptor << /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0"
      " /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >> >> ] >>");
}

std::string real(double value) { return Handle::newReal(value, 3).unparse(); }

std::string operators(const std::vector<std::u32string>& lines, const Style& style, double width, double height, bool multiline, long long alignment, bool latin) {
  std::string out = "/Tx BMC q BT " + style.colour + " /F " + real(style.size) + " Tf\n";
  double y = multiline ? height - kMargin - style.size : (height - style.size) / 2 + style.size * 0.2;
  for (const std::u32string& line : lines) {
    double ems = 0;
    for (const char32_t c : line) ems += em_width(c);
    const double left = width - 2 * kMargin - ems * style.size;
    const double x = kMargin + (alignment == 1 ? left / 2 : alignment == 2 ? left : 0);
    out += "1 0 0 1 " + real(std::max(x, kMargin)) + " " + real(y) + " Tm " + shown(line, latin) + " Tj\n";
    y -= style.size * kLeading;
  }
  return out + "ET Q EMC\n";
}

}  // namespace

std::optional<Handle> field_text(Copier& copier, Handle widget, Handle acro_form, bool has_looks) {
  Handle kind = inherited(widget, acro_form, "/FT"), value = inherited(widget, acro_form, "/V");
  if (!kind.isName() || (kind.getName() != "/Tx" && kind.getName() != "/Ch") || !value.isString()) return std::nullopt;
  Handle needed = acro_form.isDictionary() ? acro_form.getKey("/NeedAppearances") : Handle::newNull();
  if (has_looks && !(needed.isBool() && needed.getBoolValue())) return std::nullopt;
  Handle flags = inherited(widget, acro_form, "/Ff"), alignment = inherited(widget, acro_form, "/Q"), given = inherited(widget, acro_form, "/DA");
  const long long flag_bits = flags.isInteger() ? flags.getIntValue() : 0;
  if (flag_bits & kPassword) return std::nullopt;
  if (value.getStringValue().size() > kMostTextBytes) return std::nullopt;
  const std::string text = scrub_body(value.getUTF8Value(), UrlPolicy::keep).text;
  Handle rectangle = widget.getKey("/Rect");
  if (text.empty() || !rectangle.isRectangle()) return std::nullopt;
  const QPDFObjectHandle::Rectangle box = rectangle.getArrayAsRectangle();
  const double width = box.urx - box.llx, height = box.ury - box.lly;
  if (!(width > 1 && height > 1 && width < 20'000 && height < 20'000)) return std::nullopt;
  Style style = style_of(given.isString() ? given.getStringValue() : "");
  const bool multiline = (flag_bits & kMultiline) != 0, latin = is_ascii(text);
  if (style.size == 0) style.size = multiline ? kDefaultSize : std::clamp(height * 0.7, 4.0, kDefaultSize);
  const std::vector<std::u32string> lines = lines_of(text, (width - 2 * kMargin) / style.size, multiline);
  const std::string drawn = operators(lines, style, width, height, multiline, alignment.isInteger() ? alignment.getIntValue() : 0, latin);
  Handle form = copier.target().newStream(drawn);
  form.getDict().replaceKey("/Type", Handle::newName("/XObject"));
  form.getDict().replaceKey("/Subtype", Handle::newName("/Form"));
  form.getDict().replaceKey("/BBox", Handle::parse("[0 0 " + real(width) + " " + real(height) + "]"));
  Handle resources = Handle::parse("<< /Font << >> >>");
  resources.getKey("/Font").replaceKey("/F", copier.target().makeIndirectObject(latin ? latin_font() : japanese_font()));
  form.getDict().replaceKey("/Resources", resources);
  return form;
}

}  // namespace mugai::sanitize::pdf
