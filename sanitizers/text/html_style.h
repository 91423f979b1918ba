// Just enough CSS to know what a reader would not see: declarations of style attributes and of <style> rules
// whose selector is a tag, a class, an id or tag.class. At-rules and all other selectors are skipped. Pure,
// linear.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mugai::sanitize {

// 0xRRGGBB, or one of these.
using Color = int32_t;
inline constexpr Color kUnknownColor = -1;  // an image, a gradient, a name that we do not know
inline constexpr Color kTransparentColor = -2;

struct Declarations {
  std::optional<bool> display_none, invisible, tiny_font, transparent, overflow_hidden, no_height, no_width,
      absolute, far_away, far_indent, margin_zero;
  bool mso_hidden = false;
  std::optional<Color> color, background;
  std::optional<double> width_px, height_px;

  void merge(const Declarations& later);
  bool hides() const;  // the element and all in it, whatever is declared inside
};

Declarations parse_declarations(std::string_view css);
Color parse_color(std::string_view text);
// Whether text in the first colour can be read on the second.
bool is_readable(Color text, Color background);

class StyleSheet {
 public:
  void add(std::string_view css);
  Declarations declarations_for(const std::string& tag, std::string_view classes,
                                const std::string& id) const;
  // Some rule that we cannot apply sets a background, so nothing is known about any.
  bool unknown_backgrounds() const { return unknown_backgrounds_; }

 private:
  void add_rule(std::string_view selectors, std::string_view body);

  std::unordered_map<std::string, Declarations> rules_;  // "tag", ".class", "#id", "tag.class"
  bool unknown_backgrounds_ = false;
};

}  // namespace mugai::sanitize
