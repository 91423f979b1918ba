#include "sanitizers/formats/archive_names.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "sanitizers/detect/identify.h"
#include "sanitizers/detect/name.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxNameBytes = 4'096, kMaxDepth = 20, kMaxFolderBytes = 700;

// The end of a name is what counts: it says the type.
Bytes last_bytes(Bytes name) { return name.substr(name.size() - std::min(name.size(), kMaxNameBytes)); }

std::string one_line(Bytes raw) {
  std::string line(last_bytes(raw));
  std::replace(line.begin(), line.end(), '\n', '_');
  std::replace(line.begin(), line.end(), '\0', '_');
  return line;
}

icu::UnicodeString composed(const std::string& utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(utf8);
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  icu::UnicodeString normal = U_SUCCESS(status) ? nfc->normalize(text, status) : text;
  return U_SUCCESS(status) ? normal : text;
}

// A folder is named as a file would be, but for the extension. "Name.{CLSID}" would open as something else on Windows.
std::string safe_folder(const std::string& part) {
  std::vector<std::string> changed;
  std::string name = safe_name(part + ".x", type_unknown(), changed);
  name.resize(name.size() - 2);
  for (size_t at = name.find(".{"); at != std::string::npos; at = name.find(".{", at)) name[at] = '_';
  return name;
}

// " (2)" before the extension, and no longer than safe_name() would leave it: our own output is not cut again.
std::string with_number(const std::string& name, unsigned number, bool is_folder) {
  constexpr size_t kMaxBytes = 190;
  const size_t dot = is_folder ? name.size() : std::min(name.rfind('.'), name.size());
  const std::string end = " (" + std::to_string(number) + ")" + name.substr(dot);
  size_t length = std::min(dot, kMaxBytes - std::min(kMaxBytes - 1, end.size()));
  while (length > 0 && (byte_at(name, length) & 0xc0) == 0x80) --length;
  while (length > 1 && (name[length - 1] == ' ' || name[length - 1] == '.')) --length;
  return name.substr(0, length) + end;
}

}  // namespace

std::string decode_utf8_name(Bytes untrusted) {
  std::string out;
  untrusted = last_bytes(untrusted);
  for (size_t at = 0; at < untrusted.size();) {
    const char32_t c = next_code_point(untrusted, at);
    append_utf8(out, c == 0 ? kReplacement : c);
  }
  return out;
}

std::vector<std::string> decode_names(const std::vector<Bytes>& untrusted_raw) {
  std::string all;
  for (const Bytes raw : untrusted_raw) all += one_line(raw) + "\n";
  const std::string decoded = decode_short(all).utf8;
  std::vector<std::string> names;
  for (size_t at = 0, end; (end = decoded.find('\n', at)) != std::string::npos; at = end + 1)
    names.push_back(decoded.substr(at, end - at));
  if (names.size() == untrusted_raw.size()) return names;
  // A damaged name swallowed its line's end.
  names.clear();
  for (const Bytes raw : untrusted_raw) names.push_back(decode_short(one_line(raw)).utf8);
  return names;
}

bool may_be_same_name(Bytes untrusted_raw, const std::string& decoded, Bytes unicode) {
  if (folded(decoded) == folded(std::string(unicode))) return true;
  if (read_name(decoded).type != read_name(unicode).type) return false;
  const auto skeleton = [](Bytes text) {
    std::string out;
    for (const char c : text)
      if (static_cast<unsigned char>(c) < 0x80 && c != '_' && c != '?') out += c == '\\' ? '/' : c;
    return out;
  };
  // Letters of the one may hide in what the other could not write, so only a name without any ASCII loss counts.
  return skeleton(decoded) == skeleton(unicode) || skeleton(untrusted_raw) == skeleton(unicode);
}

MemberPath split_path(const std::string& untrusted_utf8) {
  MemberPath path;
  std::string_view rest = untrusted_utf8;
  path.rooted = rest.starts_with('/') || rest.starts_with('\\');
  if (rest.size() >= 2 && rest[1] == ':' && ascii_lower(rest[0]) >= 'a' && ascii_lower(rest[0]) <= 'z') {
    path.rooted = true;
    rest.remove_prefix(2);
  }
  while (!rest.empty()) {
    const size_t end = std::min(rest.find_first_of("/\\"), rest.size());
    std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::string_view bare = part.substr(0, part.find_last_not_of(" ") + 1);
    if (bare.size() >= 2 && bare.find_first_not_of('.') == bare.npos) path.climbs = true;
    else if (!bare.empty() && bare != ".") path.parts.emplace_back(part);
  }
  return path;
}

std::string same_path_key(const std::string& untrusted_utf8) {
  std::string joined, out;
  for (const std::string& part : split_path(untrusted_utf8).parts) joined += "/" + part;
  composed(joined).toUTF8String(out);
  return out;
}

std::string folded(const std::string& utf8) {
  icu::UnicodeString text = composed(utf8);
  text.foldCase();
  std::string out;
  text.toUTF8String(out);
  return out;
}

// What no desktop could unpack is cut in front: the last folders say most. The path as it will be written decides, so that
// our own output is not cut again.
std::string ArchivePaths::folder(const std::vector<std::string>& parts) {
  std::string given;
  for (const std::string& part : parts) given += part + "/";
  const auto [known, is_new] = whole_.emplace(given, "");
  if (!is_new) return known->second;
  size_t first = parts.size() - std::min(parts.size(), kMaxDepth);
  std::string path = place(parts, first);
  while (path.size() > kMaxFolderBytes) path = place(parts, ++first);
  return known->second = path;
}

std::string ArchivePaths::place(const std::vector<std::string>& parts, size_t first) {
  std::string given, path;
  for (size_t i = first; i < parts.size(); ++i) {
    given += parts[i] + "/";
    std::string& known = folders_[given];
    if (known.empty()) known = unique(path, safe_folder(parts[i]), true);
    path = known;
  }
  return path;
}

std::string ArchivePaths::file(const std::string& folder, const std::string& safe_name) {
  return unique(folder, safe_name, false);
}

std::string ArchivePaths::unique(const std::string& folder, const std::string& name, bool is_folder) {
  const std::string around = folder.empty() ? "" : folder + "/";
  const std::string key = folded(around + name);
  std::string path = around + name;
  // Two folders of one name are one folder; two files are not, nor a file and a folder.
  for (unsigned& number = next_[key];;) {
    const std::string id = folded(path);
    if (!files_.contains(id) && (is_folder || !folder_paths_.contains(id))) {
      (is_folder ? folder_paths_ : files_).insert(id);
      return path;
    }
    number = std::max(number + 1, 2u);
    path = around + with_number(name, number, is_folder);
  }
}

}  // namespace mugai::sanitize
