#include "sanitizers/ooxml/package.h"

#include <algorithm>
#include <set>

#include "sanitizers/ooxml/namespaces.h"
#include "sanitizers/xml/xml_parser.h"

namespace mugai::sanitize::ooxml {

namespace {

constexpr size_t kMaxTarget = 4096, kMaxId = 255, kMaxRelationships = 65'536;
constexpr std::string_view kContentTypes = "[content_types].xml";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), ascii_lower);
  return result;
}

std::string relationships_of(const std::string& key) {
  const size_t slash = key.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : key.substr(0, slash + 1);
  return folder + "_rels/" + key.substr(folder.size()) + ".rels";
}

// A target is relative to the folder of its part; ".." stops at the root, as with readers.
std::string resolve(const std::string& source, std::string_view target) {
  target = target.substr(0, target.find_first_of("#?"));
  const std::string clean = part_key(target);
  const bool absolute = target.starts_with('/') || target.starts_with('\\');
  std::vector<std::string> path;
  const auto walk = [&](const std::string& text) {
    for (size_t at = 0; at <= text.size();) {
      const size_t end = std::min(text.find('/', at), text.size());
      const std::string one = text.substr(at, end - at);
      if (one == "..") {
        if (!path.empty()) path.pop_back();
      } else if (!one.empty() && one != ".") {
        path.push_back(one);
      }
      at = end + 1;
    }
  };
  if (const size_t slash = source.rfind('/'); !absolute && slash != std::string::npos) walk(source.substr(0, slash));
  walk(clean);
  std::string result;
  for (const std::string& one : path) result += (result.empty() ? "" : "/") + one;
  return result;
}

// Ids stand in the parts too, where they are copied: what is not a plain name is none.
bool is_plain_id(std::string_view id) {
  const auto plain = [](char c) {
    const char l = ascii_lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  };
  return !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), plain) && !(id[0] >= '0' && id[0] <= '9');
}

// The two vocabularies that only packages use, read by their local names.
class TableReader : public XmlEvents {
 public:
  using Row = std::map<std::string, std::string, std::less<>>;
  std::vector<std::pair<std::string, Row>> rows;

  void on_start(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser&) override {
    if (++depth_ != 2 || rows.size() > kMaxRelationships) return;
    Row row;
    for (XmlAttribute& attribute : attributes)
      if (!attribute.name.space && !attribute.name.foreign) row[std::string(attribute.name.local)] = std::move(attribute.value);
    rows.emplace_back(std::string(name.local), std::move(row));
  }
  void on_end() override { --depth_; }
  void on_text(std::string_view) override {}
  bool overflows() const { return rows.size() > kMaxRelationships; }

 private:
  size_t depth_ = 0;
};

std::string value_of(const TableReader::Row& row, std::string_view name) {
  const auto found = row.find(name);
  return found == row.end() ? std::string() : found->second;
}

}  // namespace

std::string part_key(std::string_view name) {
  std::string key;
  for (size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    if (c == '%' && i + 2 < name.size() && hex_digit(name[i + 1]) >= 0 && hex_digit(name[i + 2]) >= 0) {
      c = static_cast<char>(hex_digit(name[i + 1]) * 16 + hex_digit(name[i + 2]));
      i += 2;
    }
    if (c == '\\') c = '/';
    if (c == '/' && (key.empty() || key.back() == '/')) continue;
    key += ascii_lower(c);
  }
  return key;
}

std::string Package::open(Bytes untrusted, const Limits& limits, Budget& budget, Workspace& workspace) {
  std::string trouble = parts_.open(untrusted, limits, budget, part_key);
  return trouble.empty() ? read_content_types(workspace) : trouble;
}

std::string Package::read_content_types(Workspace& workspace) {
  const std::string name(kContentTypes);
  if (parts_.size(name) > ZipParts::kSmallBytes) return "damaged-document";
  Blob bytes(workspace);
  if (std::string trouble = parts_.read(name, bytes); !trouble.empty()) return trouble;
  TableReader table;
  if (const std::string_view trouble = XmlParser(namespace_by_uri).parse(bytes.bytes(), table); !trouble.empty()) return std::string(trouble);
  if (table.overflows()) return "too-many-members";
  for (const auto& [name, row] : table.rows) {
    const std::string type = lower(value_of(row, "ContentType"));
    // Of two statements readers take the one or the other.
    if (name == "Default" && !types_by_extension_.emplace(lower(value_of(row, "Extension")), type).second &&
        types_by_extension_[lower(value_of(row, "Extension"))] != type)
      return "conflicting-entry";
    if (name == "Override" && !types_by_part_.emplace(part_key(value_of(row, "PartName")), type).second &&
        types_by_part_[part_key(value_of(row, "PartName"))] != type)
      return "conflicting-entry";
  }
  return {};
}

std::string Package::content_type(const std::string& key) const {
  if (const auto found = types_by_part_.find(key); found != types_by_part_.end()) return found->second;
  const size_t dot = key.rfind('.');
  if (dot == std::string::npos) return {};
  const auto found = types_by_extension_.find(key.substr(dot + 1));
  return found == types_by_extension_.end() ? std::string() : found->second;
}

bool Package::relationships(const std::string& key, Workspace& workspace, std::vector<Relationship>& out, std::string& trouble) {
  out.clear();
  const std::string name = relationships_of(key);
  if (!has(name)) return true;
  Blob bytes(workspace);
  if (trouble = read(name, bytes); !trouble.empty()) return false;
  TableReader table;
  trouble = XmlParser(namespace_by_uri).parse(bytes.bytes(), table);
  if (trouble.empty() && table.overflows()) trouble = "too-many-members";
  if (!trouble.empty()) return false;
  std::set<std::string> ids;
  for (const auto& [element, row] : table.rows) {
    if (element != "Relationship") continue;
    Relationship one;
    one.id = value_of(row, "Id");
    one.type = value_of(row, "Type");
    one.target = value_of(row, "Target");
    one.external = value_of(row, "TargetMode") == "External";
    // Of two relationships with one id readers follow the one or the other.
    if (!ids.insert(one.id).second) return trouble = "conflicting-entry", false;
    if (!is_plain_id(one.id) || one.target.size() > kMaxTarget) continue;
    if (!one.external) {
      one.key = resolve(key, one.target);
      if (!has(one.key)) one.key.clear();
    }
    out.push_back(std::move(one));
  }
  return true;
}

std::vector<std::string> Package::keys() const {
  std::vector<std::string> result;
  for (const std::string& key : parts_.keys())
    if (key != kContentTypes && !key.ends_with(".rels")) result.push_back(key);
  return result;
}

}  // namespace mugai::sanitize::ooxml
