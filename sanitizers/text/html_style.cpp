#include "sanitizers/text/html_style.h"

#include <algorithm>
#include <cstdlib>

#include "config/base/bytes.h"
#include "sanitizers/text/hex.h"

namespace mugai::sanitize {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

struct Length {
  double value = 0;
  std::string_view unit;
};

std::optional<Length> parse_length(std::string_view text) {
  size_t i = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) ++i;
  double value = 0, place = 1;
  bool digits = false, fraction = false;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !fraction) {
      fraction = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      digits = true;
      if (fraction)
        value += (text[i] - '0') * (place /= 10);
      else if (value < 1e9)
        value = value * 10 + (text[i] - '0');
    } else {
      break;
    }
  }
  if (!digits) return std::nullopt;
  return Length{negative ? -value : value, trimmed(text.substr(i))};
}

bool is_absolute_unit(std::string_view unit) {
  return unit.empty() || unit == "px" || unit == "pt";
}

std::optional<bool> is_zero(std::string_view value) {
  const auto length = parse_length(value);
  if (!length) return value == "auto" || value == "none" ? std::optional<bool>(false) : std::nullopt;
  return length->value <= (length->unit == "px" || length->unit == "pt" || length->unit.empty() ? 1 : 0);
}

void apply_font_size(std::string_view value, Declarations& out) {
  const auto length = parse_length(value);
  if (!length)
    out.tiny_font = false;  // "small", "inherit": can be read
  else if (is_absolute_unit(length->unit))
    out.tiny_font = length->value <= 1;
  else
    out.tiny_font = length->value <= (length->unit == "%" ? 5 : 0.05);
}

void apply_far(std::string_view value, std::optional<bool>& far) {
  const auto length = parse_length(value);
  if (length)
    far = length->value <= (is_absolute_unit(length->unit) ? -500
                            : length->unit == "%"          ? -200
                                                           : -50) ||
          (far && *far);
}

void apply_background(std::string_view value, Declarations& out) {
  if (value.find("url(") != std::string_view::npos || value.find("gradient(") != std::string_view::npos ||
      value.find("image") != std::string_view::npos) {
    out.background = kUnknownColor;
    return;
  }
  // The shorthand holds other words beside the colour.
  const size_t end = value.find(value.substr(0, 3) == "rgb" ? ')' : ' ');
  const Color color = parse_color(value.substr(0, end == std::string_view::npos ? end : end + 1));
  if (value == "none" || value == "inherit" || value == "initial" || color == kTransparentColor) return;
  out.background = color;
}

void apply_pixels(std::string_view value, std::optional<double>& pixels) {
  const auto length = parse_length(value);
  if (length && is_absolute_unit(length->unit)) pixels = length->value;
}

// "0mm 0mm .0001pt": Outlook's paragraphs are lines.
bool is_no_margin(std::string_view value) {
  for (size_t i = 0; i < value.size();) {
    const size_t end = std::min(value.find(' ', i), value.size());
    const auto length = parse_length(value.substr(i, end - i));
    if (end > i && (!length || length->value > 1)) return false;
    i = end + 1;
  }
  return true;
}

void apply(const std::string& name, std::string_view value, Declarations& out) {
  if (name == "display")
    out.display_none = value == "none";
  else if (name == "visibility")
    out.invisible = value == "hidden" || value == "collapse";
  else if (name == "font-size")
    apply_font_size(value, out);
  else if (name == "opacity")
    out.transparent = parse_length(value) && parse_length(value)->value <= 0.05;
  else if (name == "mso-hide")
    out.mso_hidden = value == "all";
  else if (name == "overflow" || name == "overflow-y" || name == "overflow-x")
    out.overflow_hidden = value == "hidden" || value == "clip";
  else if (name == "max-height" || name == "height") {
    if (const auto zero = is_zero(value))
      out.no_height = *zero || (name == "height" && out.no_height.value_or(false));
    if (name == "height") apply_pixels(value, out.height_px);
  } else if (name == "max-width" || name == "width") {
    if (const auto zero = is_zero(value))
      out.no_width = *zero || (name == "width" && out.no_width.value_or(false));
    if (name == "width") apply_pixels(value, out.width_px);
  } else if (name == "position")
    out.absolute = value == "absolute" || value == "fixed";
  else if (name == "left" || name == "top" || name == "margin-left" || name == "margin-top")
    apply_far(value, out.far_away);
  else if (name == "text-indent")
    apply_far(value, out.far_indent);
  else if (name == "color")
    out.color = parse_color(value);
  else if (name == "background" || name == "background-color" || name == "background-image")
    apply_background(value, out);
  else if (name == "margin" || name == "margin-bottom")
    out.margin_zero = is_no_margin(value);
}

// A CSS escape can spell any property ("d\69splay"); browsers read it, so do we.
std::string without_escapes_and_comments(std::string_view css) {
  std::string out;
  out.reserve(css.size());
  for (size_t i = 0; i < css.size(); ++i) {
    if (css[i] == '/' && byte_at(css, i + 1) == '*') {
      const size_t end = css.find("*/", i + 2);
      if (end == std::string_view::npos) break;
      i = end + 1;
    } else if (css[i] == '\\' && hex_digit(ascii_lower(static_cast<char>(byte_at(css, i + 1)))) >= 0) {
      uint32_t value = 0;
      size_t digits = 0;
      while (digits < 6 && hex_digit(ascii_lower(static_cast<char>(byte_at(css, i + 1)))) >= 0) {
        value = value * 16 +
                static_cast<uint32_t>(hex_digit(ascii_lower(static_cast<char>(byte_at(css, i + 1)))));
        ++digits;
        ++i;
      }
      if (i + 1 < css.size() && is_space(css[i + 1])) ++i;
      out += value >= 0x20 && value < 0x7F ? static_cast<char>(value) : '?';
    } else {
      out += css[i];
    }
  }
  return out;
}

Declarations parse_clean_declarations(std::string_view css) {
  Declarations out;
  for (size_t i = 0; i < css.size();) {
    size_t end = i, parens = 0;  // "url(data:...;...)" holds semicolons
    for (; end < css.size() && (css[end] != ';' || parens > 0); ++end) {
      if (css[end] == '(') ++parens;
      if (css[end] == ')' && parens > 0) --parens;
    }
    const std::string_view declaration = css.substr(i, end - i);
    if (const size_t colon = declaration.find(':'); colon != std::string_view::npos) {
      std::string value = lower(trimmed(declaration.substr(colon + 1)));
      if (const size_t important = value.find('!'); important != std::string::npos)
        value = trimmed(std::string_view(value).substr(0, important));
      apply(lower(trimmed(declaration.substr(0, colon))), value, out);
    }
    i = end + 1;
  }
  return out;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

void Declarations::merge(const Declarations& later) {
  const auto take = [](auto& mine, const auto& theirs) {
    if (theirs) mine = theirs;
  };
  take(display_none, later.display_none);
  take(invisible, later.invisible);
  take(tiny_font, later.tiny_font);
  take(transparent, later.transparent);
  take(overflow_hidden, later.overflow_hidden);
  take(no_height, later.no_height);
  take(no_width, later.no_width);
  take(absolute, later.absolute);
  take(far_away, later.far_away);
  take(far_indent, later.far_indent);
  take(margin_zero, later.margin_zero);
  take(color, later.color);
  take(background, later.background);
  take(width_px, later.width_px);
  take(height_px, later.height_px);
  mso_hidden = mso_hidden || later.mso_hidden;
}

bool Declarations::hides() const {
  const bool clipped =
      overflow_hidden.value_or(false) && (no_height.value_or(false) || no_width.value_or(false));
  return display_none.value_or(false) || transparent.value_or(false) || mso_hidden || clipped ||
         far_indent.value_or(false) || (absolute.value_or(false) && far_away.value_or(false));
}

Declarations parse_declarations(std::string_view css) {
  return parse_clean_declarations(without_escapes_and_comments(css));
}

Color parse_color(std::string_view text) {
  const std::string value = lower(trimmed(text));
  if (value == "transparent") return kTransparentColor;
  if (value == "white") return 0xFFFFFF;
  if (value == "black") return 0x000000;
  const bool bare =
      value.size() == 6 && std::all_of(value.begin(), value.end(), [](char c) { return hex_digit(c) >= 0; });
  if (bare || (!value.empty() && value[0] == '#')) {
    const std::string_view digits = std::string_view(value).substr(bare ? 0 : 1);
    for (const char c : digits)
      if (hex_digit(c) < 0) return kUnknownColor;
    const auto at = [&](size_t i) { return hex_digit(digits[i]); };
    if (digits.size() == 4 && at(3) == 0) return kTransparentColor;
    if (digits.size() == 8 && at(6) == 0 && at(7) == 0) return kTransparentColor;
    if (digits.size() == 3 || digits.size() == 4)
      return (at(0) * 17) << 16 | (at(1) * 17) << 8 | (at(2) * 17);
    if (digits.size() == 6 || digits.size() == 8)
      return (at(0) << 4 | at(1)) << 16 | (at(2) << 4 | at(3)) << 8 | (at(4) << 4 | at(5));
    return kUnknownColor;
  }
  if (value.substr(0, 4) != "rgb(" && value.substr(0, 5) != "rgba(") return kUnknownColor;
  double parts[4] = {0, 0, 0, 1};
  size_t count = 0;
  for (size_t i = value.find('(') + 1; i < value.size() && count < 4;) {
    while (i < value.size() && (is_space(value[i]) || value[i] == ',' || value[i] == '/')) ++i;
    const auto length = parse_length(std::string_view(value).substr(i));
    if (!length) break;
    parts[count++] = length->value;
    while (i < value.size() && !is_space(value[i]) && value[i] != ',' && value[i] != '/') ++i;
  }
  if (count < 3) return kUnknownColor;
  if (parts[3] <= 0.05) return kTransparentColor;
  const auto byte = [](double part) { return static_cast<Color>(std::clamp(part, 0.0, 255.0)); };
  return byte(parts[0]) << 16 | byte(parts[1]) << 8 | byte(parts[2]);
}

bool is_readable(Color text, Color background) {
  if (text == kTransparentColor) return false;
  if (text < 0 || background < 0) return true;
  for (const int shift : {16, 8, 0})
    if (std::abs((text >> shift & 255) - (background >> shift & 255)) > 8) return true;
  return false;
}

void StyleSheet::add(std::string_view untrusted_css) {
  const std::string clean = without_escapes_and_comments(untrusted_css);
  const std::string_view css = clean;
  for (size_t i = 0; i < css.size();) {
    const size_t open = css.find_first_of("{;}", i);
    if (open == std::string_view::npos) return;
    std::string_view selectors = trimmed(css.substr(i, open - i));
    for (const std::string_view wrapper : {"<!--", "-->"})  // that old mailers put around a style sheet
      if (selectors.substr(0, wrapper.size()) == wrapper)
        selectors = trimmed(selectors.substr(wrapper.size()));
    if (css[open] != '{') {
      i = open + 1;
      continue;
    }
    size_t end = open + 1, depth = 1;
    for (; end < css.size() && depth > 0; ++end) {
      if (css[end] == '{') ++depth;
      if (css[end] == '}') --depth;
    }
    if (selectors.substr(0, 1) != "@")
      add_rule(selectors, css.substr(open + 1, end - open - (depth == 0 ? 2 : 1)));
    i = end;
  }
}

void StyleSheet::add_rule(std::string_view selectors, std::string_view body) {
  const Declarations declarations = parse_clean_declarations(body);
  for (size_t i = 0; i <= selectors.size();) {
    const size_t comma = std::min(selectors.find(',', i), selectors.size());
    const std::string_view selector = trimmed(selectors.substr(i, comma - i));
    i = comma + 1;
    const size_t dot = selector.find_first_of(".#");
    const std::string tag = lower(selector.substr(0, dot));
    const std::string_view rest =
        dot == std::string_view::npos ? std::string_view{} : selector.substr(dot + 1);
    const bool simple = (tag.empty() || is_name(tag)) &&
                        (dot == std::string_view::npos ? !tag.empty() : is_name(rest)) &&
                        (dot == std::string_view::npos || selector[dot] == '.' || tag.empty());
    if (simple)
      rules_[dot == std::string_view::npos ? tag : tag + selector[dot] + std::string(rest)].merge(
          declarations);
    else if (declarations.background)
      unknown_backgrounds_ = true;
  }
}

Declarations StyleSheet::declarations_for(const std::string& tag, std::string_view classes,
                                          const std::string& id) const {
  Declarations out;
  if (rules_.empty()) return out;
  const auto take = [&](const std::string& key) {
    if (const auto rule = rules_.find(key); rule != rules_.end()) out.merge(rule->second);
  };
  take(tag);
  for (size_t i = 0; i < classes.size();) {
    while (i < classes.size() && is_space(classes[i])) ++i;
    const size_t start = i;
    while (i < classes.size() && !is_space(classes[i])) ++i;
    if (i == start) break;
    const std::string name(classes.substr(start, i - start));
    take('.' + name);
    take(tag + '.' + name);
  }
  if (!id.empty()) take('#' + id);
  return out;
}

}  // namespace mugai::sanitize
