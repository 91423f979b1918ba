// Fields that LibreOffice took over from Word: a mark where one begins, its code, a separator, what it shows, a mark where it
// ends; older files have no code and no separator. Boxes to fill in stay; of all others only what they show. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mugai::sanitize::odf {

class FieldMarks {
 public:
  static bool is_box(std::string_view type) {
    for (const std::string_view word : {".FORMTEXT", ".FORMCHECKBOX", ".FORMDROPDOWN", ".FORMDATE"})
      if (type.ends_with(word)) return true;
    return false;
  }

  // True: the mark stays.
  bool begin(std::string_view type) {
    open_.push_back(is_box(type));
    if (!open_.back()) in_code_ = true;
    return open_.back();
  }
  bool separate() {
    if (in_code_) code_.clear();
    in_code_ = false;
    return !open_.empty() && open_.back();
  }
  bool end() {
    in_code_ = false;
    if (open_.empty()) return false;
    const bool stays = open_.back();
    open_.pop_back();
    return stays;
  }

  // Text that is a code, unless the field turns out to have none: then it comes out of take().
  bool collect(std::string_view text) {
    if (!in_code_ || code_.size() + text.size() > kMaxCode) return false;
    code_ += text;
    return true;
  }
  void end_paragraph() { in_code_ = false; }
  std::string take() {
    if (in_code_) return {};
    std::string text = std::move(code_);
    code_.clear();
    return text;
  }

 private:
  static constexpr size_t kMaxCode = 64 << 10;
  std::vector<bool> open_;
  bool in_code_ = false;
  std::string code_;
};

}  // namespace mugai::sanitize::odf
