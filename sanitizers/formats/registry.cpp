#include <algorithm>
#include <span>

#include "sanitizers/format.h"
#include "sanitizers/formats/archives.h"
#include "sanitizers/formats/html_file.h"
#include "sanitizers/formats/images.h"
#include "sanitizers/formats/text_files.h"

namespace mugai::sanitize {
namespace {

struct Row {
  std::string_view type;
  const Format* format;
};

std::span<const Row> rows() {
  static const ArchiveFormat archive;
  static const HtmlFormat html;
  static const ImageFormat image;
  static const TextFormat plain(TextFormat::Kind::plain), table_text(TextFormat::Kind::table),
      xml(TextFormat::Kind::xml);
  static const Row table[] = {
      {"text", &plain},   {"log", &plain},      {"json", &plain},     {"sfc", &plain},   {"p21", &plain},
      {"dxf", &plain},    {"csv", &table_text}, {"tsv", &table_text}, {"xml", &xml},     {"html", &html},
      {"png", &image},    {"jpeg", &image},     {"gif", &image},      {"webp", &image},  {"tiff", &image},
      {"bmp", &image},    {"ico", &image},      {"heic", &image},     {"avif", &image},  {"svg", &image},
      {"zip", &archive},  {"7z", &archive},     {"rar", &archive},    {"lzh", &archive}, {"tar", &archive},
      {"gz", &archive},   {"bz2", &archive},    {"xz", &archive},     {"zst", &archive}, {"cab", &archive},
      {"cpio", &archive}, {"arj", &archive},    {"ace", &archive},
  };
  return table;
}

}  // namespace

const Format* format_for(const Type& type) {
  const auto table = rows();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Row& row) { return row.type == type.id; });
  return found == table.end() ? nullptr : found->format;
}

}  // namespace mugai::sanitize
