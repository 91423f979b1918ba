// The open elements of a page and what they do to the text inside them: hidden or not, on which colours, with
// which prefix. Closes elements as browsers do without building a tree (HTML §13.2.4-6, simplified), in
// linear time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sanitizers/text/html_elements.h"
#include "sanitizers/text/html_style.h"

namespace mugai::sanitize {

// What is inherited.
struct HtmlLook {
  std::optional<Color> color;  // unset: the reader's own, which can be read
  Color background = 0xFFFFFF;
  bool invisible = false, tiny = false;
};

struct HtmlOpen {
  std::string name;                      // empty: closed out of order, waits for its place at the top
  const HtmlElement* element = nullptr;  // null: unknown
  Declarations style;
  HtmlLook look;
  bool hides = false;
  bool prefixed = false;   // pushed a prefix to the flow
  size_t blank_lines = 0;  // behind it
};

class HtmlStack {
 public:
  // Called for each element that is closed, innermost first.
  using OnClose = void (*)(void* renderer, const HtmlOpen& closed);
  HtmlStack(void* renderer, OnClose on_close) : renderer_(renderer), on_close_(on_close) {}

  void push(HtmlOpen open);
  HtmlOpen* top() { return open_.empty() ? nullptr : &open_.back(); }
  // False when so many are open that one more is not tracked; its end tag will be ignored.
  bool has_room(const std::string& name);

  // An end tag. False when it closes nothing.
  bool close(const std::string& name);
  // Closes an open `name` unless one of `within` was opened since, or a boundary.
  void close_implied(const std::string& name, std::initializer_list<std::string_view> within);
  void close_all() { pop_to(0); }

  const HtmlLook& look() const;
  bool hidden() const { return hidden_ > 0; }
  bool contains(const std::string& name) const { return last(name) != kNone; }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);
  static constexpr size_t kMaxDepth = 1000;

  size_t last(const std::string& name) const;
  void pop_to(size_t depth);
  void pop_top();
  void forget(size_t at);
  void remove_from_the_middle(size_t at);
  void inherit(size_t at);

  void* renderer_;
  OnClose on_close_;
  std::vector<HtmlOpen> open_;
  std::unordered_map<std::string, std::vector<size_t>> places_;
  std::unordered_map<std::string, size_t> untracked_;
  std::vector<size_t> specials_, boundaries_;
  size_t hidden_ = 0;
};

}  // namespace mugai::sanitize
