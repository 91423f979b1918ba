// The charsets of Windows code pages, and the code pages of fonts, as RTF and Outlook name them. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace mugai::sanitize {

// The charset of a Windows code page (932 -> "cp932"), or empty.
std::string charset_of_code_page(uint32_t code_page);

// The bytes of symbol fonts are pictures that no charset has.
inline constexpr uint32_t kSymbolCodePage = 42;

// The code page of \fcharsetN (RTF 1.9.1, "Font Table"); 0: that of the document.
uint32_t code_page_of_font_charset(int64_t charset);

// Two bytes make a character in it.
inline bool is_double_byte(uint32_t code_page) { return code_page == 932 || code_page == 936 || code_page == 949 || code_page == 950; }

}  // namespace mugai::sanitize
