// HTML cut into tags and text, as browsers cut it (HTML Standard §13.2.5), scripting off. Comments, doctypes
// and processing instructions come out as nothing. Linear time; a token's text is a view into the input and
// lives as long as it. Only attributes that the renderer asks about are kept, the first of each name.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace mugai::sanitize {

enum class HtmlAttribute {
  href,
  src,
  alt,
  title,
  style,
  class_,
  id,
  hidden,
  width,
  height,
  color,
  bgcolor,
  background,
  type,
  start,
  value,
  http_equiv,
  border,
  count
};

struct HtmlToken {
  enum class Kind { text, start_tag, end_tag };
  Kind kind = Kind::text;
  std::string_view text;       // raw; references not replaced yet
  bool has_references = true;  // false inside script, style and the like
  std::string name;            // lower-case tag name, at most 64 bytes of it
  std::array<std::string, static_cast<size_t>(HtmlAttribute::count)> values;
  std::array<bool, static_cast<size_t>(HtmlAttribute::count)> present{};

  bool has(HtmlAttribute a) const { return present[static_cast<size_t>(a)]; }
  const std::string& value(HtmlAttribute a) const { return values[static_cast<size_t>(a)]; }  // when has(a)
  std::string_view value_or_empty(HtmlAttribute a) const {
    return has(a) ? std::string_view(value(a)) : std::string_view{};
  }
};

class HtmlTokenizer {
 public:
  explicit HtmlTokenizer(std::string_view html) : html_(html) {}

  // False at the end. After a start tag of an element whose content is raw (script, style, title, textarea,
  // ...), the next token is that content as text, and then its end tag.
  bool next(HtmlToken& token);

 private:
  bool read_markup(HtmlToken& token);
  bool read_tag(HtmlToken& token, size_t name_at);
  void read_attributes(HtmlToken& token);
  void read_attribute_value(std::string& value);
  void skip_comment();
  void skip_past(char c);
  size_t end_of_raw_content(std::string_view name) const;

  std::string_view html_;
  size_t at_ = 0;
  std::string raw_element_;  // whose content comes next; empty: none
};

}  // namespace mugai::sanitize
