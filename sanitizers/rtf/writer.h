// Writes RTF of our own: 7-bit, every group that is opened closed, no group without content. Text is ASCII, and \uN with one
// '?' behind it for all else (\uc1 is in force throughout): Word since 97, LibreOffice and Outlook read it the same in every
// font and code page, and no byte is left whose meaning depends on either. Only names of fonts are bytes in the font's own
// code page where they can be, since readers look for a font before they know what \u means there. One per document; borrows
// the sink. Nothing is written to it that cut() could take back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/bytes.h"

namespace mugai::sanitize::rtf {

// Characters that are never written: controls but the tab.
std::string without_controls(std::string_view utf8);
std::string as_one_line(std::string_view utf8);   // nor that

class Writer {
 public:
  explicit Writer(Sink& out) : out_(out) {}

  void open() { ++depth_; }   // takes shape when something is written in it
  bool close();               // true: it had taken shape
  void word(std::string_view name, std::optional<int64_t> number = std::nullopt);
  void starred(std::string_view name, std::optional<int64_t> number = std::nullopt);   // \*\name
  void symbol(char c);                                  // \c
  void text(std::string_view utf8);                     // without controls; a tab becomes \tab
  void font_text(std::string_view utf8, const std::string& charset);
  void level_text(std::u16string_view units);           // \'NN and the units; those below 0x20 as \'NN
  void byte(unsigned char byte);                        // \'NN
  void hex(Bytes bytes);                                // of a picture, in lines
  void line();

  struct Mark {
    size_t size;
    bool needs_blank;
    uint32_t depth, opened;
  };
  Mark mark();              // forbids flushing until cut() or keep()
  void cut(const Mark& mark);
  void keep() { --marks_; }

  bool has_shape() const { return opened_ == depth_; }   // the group that is open
  size_t unflushed() const { return buffer_.size(); }
  [[nodiscard]] bool flush(bool all = false);   // false: the sink failed

 private:
  void take_shape();
  void before_text(char c);
  void unit(char16_t unit);

  Sink& out_;
  std::string buffer_;
  bool needs_blank_ = false;   // a control word ends here
  bool failed_ = false;
  uint32_t depth_ = 0, opened_ = 0, marks_ = 0;
};

}  // namespace mugai::sanitize::rtf
