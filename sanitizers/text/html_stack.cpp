#include "sanitizers/text/html_stack.h"

#include <algorithm>

namespace mugai::sanitize {
namespace {

bool has(const HtmlElement* element, uint32_t flag) {
  return element != nullptr && (element->flags & flag) != 0;
}

}  // namespace

size_t HtmlStack::last(const std::string& name) const {
  const auto found = places_.find(name);
  return found == places_.end() || found->second.empty() ? kNone : found->second.back();
}

const HtmlLook& HtmlStack::look() const {
  static const HtmlLook kPage;
  return open_.empty() ? kPage : open_.back().look;
}

bool HtmlStack::has_room(const std::string& name) {
  if (open_.size() < kMaxDepth) return true;
  ++untracked_[name];
  return false;
}

void HtmlStack::push(HtmlOpen open) {
  const size_t at = open_.size();
  places_[open.name].push_back(at);
  if (has(open.element, kSpecialElement)) specials_.push_back(at);
  if (has(open.element, kBoundary)) boundaries_.push_back(at);
  if (open.hides) ++hidden_;
  open_.push_back(std::move(open));
  inherit(at);
}

void HtmlStack::inherit(size_t at) {
  HtmlOpen& open = open_[at];
  open.look = at > 0 ? open_[at - 1].look : HtmlLook{};
  if (open.name.empty()) return;
  if (open.style.color)
    open.look.color = *open.style.color == kUnknownColor ? std::nullopt : open.style.color;
  if (open.style.background) open.look.background = *open.style.background;
  if (open.style.invisible) open.look.invisible = *open.style.invisible;
  if (open.style.tiny_font) open.look.tiny = *open.style.tiny_font;
}

void HtmlStack::forget(size_t at) {
  HtmlOpen& open = open_[at];
  if (open.name.empty()) return;
  places_[open.name].pop_back();
  if (open.hides) --hidden_;
  on_close_(renderer_, open);
  open.name.clear();
}

void HtmlStack::pop_top() {
  const size_t at = open_.size() - 1;
  forget(at);
  if (!specials_.empty() && specials_.back() == at) specials_.pop_back();
  if (!boundaries_.empty() && boundaries_.back() == at) boundaries_.pop_back();
  open_.pop_back();
}

void HtmlStack::pop_to(size_t depth) {
  while (open_.size() > depth) pop_top();
  while (!open_.empty() && open_.back().name.empty()) pop_top();
}

void HtmlStack::remove_from_the_middle(size_t at) {
  forget(at);
  // What is inside loses its colours. The depth is bounded, but so is the patience for doing this over and
  // over.
  constexpr size_t kMaxRecomputed = 64;
  for (size_t i = at; i < open_.size() && i < at + kMaxRecomputed; ++i) inherit(i);
}

bool HtmlStack::close(const std::string& name) {
  if (const auto extra = untracked_.find(name); extra != untracked_.end() && extra->second > 0) {
    --extra->second;
    return true;
  }
  const size_t at = last(name);
  if (at == kNone) return false;
  const HtmlElement* const element = open_[at].element;
  const bool table_part = name == "td" || name == "th" || name == "tr" || name == "tbody" ||
                          name == "thead" || name == "tfoot" || name == "caption";
  const size_t table = last("table");
  if (table_part) {
    if (table != kNone && table > at) return false;
  } else if (has(element, kSpecialElement)) {
    if (!boundaries_.empty() && boundaries_.back() > at && name != "table") return false;
  } else if (!specials_.empty() && specials_.back() > at) {
    if (!has(element, kFormatting)) return false;
    remove_from_the_middle(at);
    return true;
  }
  pop_to(at);
  return true;
}

void HtmlStack::close_implied(const std::string& name, std::initializer_list<std::string_view> within) {
  const size_t at = last(name);
  if (at == kNone) return;
  const bool cell = name == "td" || name == "th" || name == "tr" || name == "caption" || name == "tbody" ||
                    name == "thead" || name == "tfoot";
  if (!cell && !boundaries_.empty() && boundaries_.back() > at) return;
  for (const std::string_view other : within)
    if (const size_t place = last(std::string(other)); place != kNone && place > at) return;
  pop_to(at);
}

}  // namespace mugai::sanitize
