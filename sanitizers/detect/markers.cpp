#include "sanitizers/detect/markers.h"

#include <algorithm>
#include <array>

#include "sanitizers/detect/zip_directory.h"
#include "sanitizers/little_endian.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_view_literals;

struct Marker {
  std::string_view bytes, id;
  bool ignore_case;
};

// Long enough that pixels do not make them by chance (6 bytes: once in 280 TB).
constexpr Marker kMarkers[] = {
    {"<script"sv, "html", true},
    {"<!doctype html"sv, "html", true},
    {"<html"sv, "html", true},
    {"<hta:"sv, "hta", true},
    {"<?php"sv, "script-shell", true},
    {"Rar!\x1a\x07"sv, "rar", false},
    {"7z\xbc\xaf\x27\x1c"sv, "7z", false},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "ole", false},
    {"ActiveXObject"sv, "script-js", true},
    {"WScript."sv, "script-vbs", true},
};

bool same(Bytes a, Bytes b, bool ignore_case) {
  return ignore_case ? equals_ignoring_case(a, b) : a == b;
}

bool is_program_at(Bytes bytes, size_t at) {
  const size_t header = at + u32(bytes, at + 60);
  return slice(bytes, header, 4) == "PE\0\0"sv;
}

std::array<bool, 256> first_bytes() {
  std::array<bool, 256> table{};
  for (const Marker& marker : kMarkers) {
    table[static_cast<unsigned char>(marker.bytes[0])] = true;
    if (marker.ignore_case) table[static_cast<unsigned char>(ascii_lower(marker.bytes[0]))] = true;
  }
  table['M'] = true;
  return table;
}

}  // namespace

std::vector<const Type*> hidden_types(Bytes bytes) {
  static const std::array<bool, 256> kFirst = first_bytes();
  std::vector<const Type*> found;
  const auto add = [&](std::string_view id) {
    const Type* type = type_by_id(id);
    if (std::find(found.begin(), found.end(), type) == found.end()) found.push_back(type);
  };
  for (size_t i = 1; i < bytes.size(); ++i) {
    if (!kFirst[static_cast<unsigned char>(bytes[i])]) continue;
    if (bytes[i] == 'M' && byte_at(bytes, i + 1) == 'Z' && is_program_at(bytes, i)) add("exe");
    for (const Marker& marker : kMarkers)
      if (ascii_lower(bytes[i]) == ascii_lower(marker.bytes[0]) &&
          same(slice(bytes, i, marker.bytes.size()), marker.bytes, marker.ignore_case))
        add(marker.id);
  }
  if (slice(bytes, 0, 1024 + 5).find("%PDF-") != Bytes::npos) add("pdf");
  if (read_zip_directory(bytes).found) add("zip");
  return found;
}

}  // namespace mugai::sanitize
