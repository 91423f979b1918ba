#include "sanitizers/text/charset_pages.h"

#include <algorithm>
#include <iterator>

namespace mugai::sanitize {

namespace {

struct CodePage {
  uint32_t number;
  const char* charset;
};

// Windows code pages whose charset is not called "windows-NUMBER".
constexpr CodePage kCodePages[] = {
    {437, "ibm437"},         {850, "ibm850"},        {866, "ibm866"},        {874, "windows-874"},
    {932, "cp932"},          {936, "gb18030"},       {949, "windows-949"},   {950, "big5"},
    {1200, "utf-16le"},      {1201, "utf-16be"},     {10000, "macintosh"},   {20127, "us-ascii"},
    {20866, "koi8-r"},       {20932, "euc-jp"},      {20936, "gb18030"},     {21866, "koi8-u"},
    {28591, "windows-1252"}, {28592, "iso-8859-2"},  {28593, "iso-8859-3"},  {28594, "iso-8859-4"},
    {28595, "iso-8859-5"},   {28596, "iso-8859-6"},  {28597, "iso-8859-7"},  {28598, "iso-8859-8"},
    {28599, "windows-1254"}, {28605, "iso-8859-15"}, {50220, "iso-2022-jp"}, {50221, "iso-2022-jp"},
    {50222, "iso-2022-jp"},  {50225, "iso-2022-kr"}, {51932, "euc-jp"},      {51936, "gb18030"},
    {51949, "windows-949"},  {52936, "hz-gb-2312"},  {54936, "gb18030"},     {65000, "utf-7"},
    {65001, "utf-8"},
};

struct FontCharset {
  int64_t number;
  uint32_t code_page;
};

constexpr FontCharset kFontCharsets[] = {
    {0, 1252},   {2, kSymbolCodePage}, {77, 10000},  {128, 932},  {129, 949},  {134, 936},  {136, 950},  {161, 1253}, {162, 1254}, {163, 1258},
    {177, 1255}, {178, 1256},          {186, 1257},  {204, 1251}, {222, 874},  {238, 1250}, {254, 437},  {255, 850},
};

}  // namespace

std::string charset_of_code_page(uint32_t code_page) {
  const auto found = std::find_if(std::begin(kCodePages), std::end(kCodePages),
                                  [&](const CodePage& one) { return one.number == code_page; });
  if (found != std::end(kCodePages)) return found->charset;
  return code_page >= 1250 && code_page <= 1258 ? "windows-" + std::to_string(code_page) : std::string();
}

uint32_t code_page_of_font_charset(int64_t charset) {
  const auto found = std::find_if(std::begin(kFontCharsets), std::end(kFontCharsets),
                                  [&](const FontCharset& one) { return one.number == charset; });
  return found == std::end(kFontCharsets) ? 0 : found->code_page;
}

}  // namespace mugai::sanitize
