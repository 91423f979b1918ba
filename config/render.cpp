#include "config/render.h"

#include "config/document.h"
#include "config/schema.h"
#include "config/units.h"

namespace mugai::config {
namespace {

using Shape = Table::Shape;

std::string_view sentence(const Key& key, Language language) {
  return language == Language::ja ? key.ja : key.en;
}
std::string_view sentence(const Table& table, Language language) {
  return language == Language::ja ? table.ja : table.en;
}

std::string toml_value(const Key& key) {
  switch (key.kind) {
    case Kind::boolean:
    case Kind::integer:
      return std::string(key.value);
    case Kind::list:
      return "[]";
    case Kind::type_map:
      return "{}";
    case Kind::size:
    case Kind::duration:
    case Kind::text:
    case Kind::choice:
      break;
  }
  return "\"" + std::string(key.value) + "\"";
}

std::string heading(const Table& table) {
  const std::string path(table.path);
  switch (table.shape) {
    case Shape::single:
      return "[" + path + "]";
    case Shape::array:
      return "[[" + path + "]]";
    case Shape::named:
      return "[" + path + ".sanitize]";
    case Shape::inline_child:
      break;
  }
  return "[" + path + "]";
}

// The two zones that the sample's flow needs; every other example value comes from the schema.
std::string_view sample_value(const Key& key, int copy) {
  if (copy == 0) return {};
  if (key.table == "zone" && key.name == "name") return "lgwan";
  return {};
}

std::string_view sample_list(const Key& key, int copy) {
  if (key.table != "zone") return {};
  if (key.name == "listen") return copy == 0 ? "[\"0.0.0.0:25\"]" : "[\"10.1.0.5:25\"]";
  if (key.name == "domains") return copy == 0 ? "[\"*\"]" : "[\"city.example.lg.jp\"]";
  return {};
}

void append_table(std::string& out, const Table& table, Language language, int copy) {
  out.append("# ").append(sentence(table, language)).append("\n").append(heading(table)).append("\n");
  for (const Key* key : keys_of(table.path)) {
    out.append("# ").append(sentence(*key, language)).append("\n");
    const std::string_view list = sample_list(*key, copy), other = sample_value(*key, copy);
    const bool live = key->required || !list.empty();
    out.append(live ? "" : "#").append(key->name).append(" = ");
    if (!list.empty())
      out.append(list);
    else if (!other.empty())
      out.append("\"").append(other).append("\"");
    else
      out.append(toml_value(*key));
    out.append("\n");
  }
  for (const Table& child : schema_tables()) {
    if (child.shape != Shape::inline_child || child.path.substr(0, child.path.rfind('.')) != table.path)
      continue;
    out.append("# ")
        .append(sentence(child, language))
        .append("\n#")
        .append(child.path.substr(child.path.rfind('.') + 1))
        .append(" = { ");
    bool first = true;
    for (const Key* key : keys_of(child.path)) {
      out.append(first ? "" : ", ").append(key->name).append(" = ").append(toml_value(*key));
      first = false;
    }
    out.append(" }\n");
  }
  out.append("\n");
}

std::string default_cell(const Key& key, Language language) {
  if (key.required) return language == Language::ja ? "**必須**" : "**required**";
  if (key.kind == Kind::list) return "`[]`";
  if (key.kind == Kind::type_map) return "`{}`";
  return "`" + toml_value(key) + "`";
}

std::string range_cell(const Key& key, Language language) {
  const bool ja = language == Language::ja;
  switch (key.kind) {
    case Kind::boolean:
      return "`true`, `false`";
    case Kind::integer:
      return std::to_string(key.minimum) + " – " + std::to_string(key.maximum);
    case Kind::size:
      return size_text(key.minimum) + " – " + size_text(key.maximum);
    case Kind::duration:
      return duration_text(key.minimum) + " – " + duration_text(key.maximum);
    case Kind::text:
      return ja ? "文字列" : "text";
    case Kind::list:
      return ja ? "文字列の並び" : "list of texts";
    case Kind::choice:
    case Kind::type_map:
      break;
  }
  std::string cell = key.kind == Kind::type_map ? (ja ? "種類 = " : "type = ") : "";
  for (const auto choice : split(key.choices, '|'))
    cell.append(cell.empty() || cell.ends_with("= ") ? "" : ", ").append("`").append(choice).append("`");
  return cell;
}

}  // namespace

std::string annotated_sample(Language language) {
  std::string out = language == Language::ja
                        ? "# Mugai の設定。「#」で始まる設定行は既定値です。確認: mugai config check FILE\n\n"
                        : "# Mugai's configuration. Settings behind \"#\" show their defaults. Check it: "
                          "mugai config check FILE\n\n";
  for (const Table& table : schema_tables()) {
    if (table.shape == Shape::inline_child) continue;
    append_table(out, table, language, 0);
    if (table.path == "zone") append_table(out, table, language, 1);
  }
  return out;
}

std::string settings_page(Language language) {
  const bool ja = language == Language::ja;
  std::string out = ja ? "# 設定項目\n\nこのページはプログラムの設定表から生成しています。設定は TOML "
                         "形式の1ファイルです。未知のキーはエラーになり、行・桁と最も近いキーを示します。"
                         "サイズは `\"10 MiB\"`、時間は `\"30s\"` `\"5m\"` `\"4h\"` `\"5d\"` "
                         "のように単位を付けて書きます。`mugai config check FILE` で確認できます。\n"
                       : "# Settings\n\nThis page is generated from the program's table of settings. The "
                         "configuration is one TOML file. An unknown key is an error, "
                         "with line, column and the nearest known key. Sizes are written with their unit, "
                         "`\"10 MiB\"`, and so are times: `\"30s\"`, `\"5m\"`, `\"4h\"`, `\"5d\"`. "
                         "`mugai config check FILE` checks a file.\n";
  for (const Table& table : schema_tables()) {
    const std::string path(table.path);
    const std::string title = table.shape == Shape::named          ? "[" + path + ".NAME]"
                              : table.shape == Shape::array        ? "[[" + path + "]]"
                              : table.shape == Shape::inline_child ? path + " = { … }"
                                                                   : "[" + path + "]";
    out.append("\n## `").append(title).append("`\n").append(sentence(table, language)).append("\n\n");
    out.append(ja ? "| キー | 既定値 | 値 | 意味 |\n" : "| key | default | values | meaning |\n")
        .append("|---|---|---|---|\n");
    for (const Key* key : keys_of(table.path))
      out.append("| `")
          .append(key->name)
          .append("` | ")
          .append(default_cell(*key, language))
          .append(" | ")
          .append(range_cell(*key, language))
          .append(" | ")
          .append(sentence(*key, language))
          .append(" |\n");
  }
  return out;
}

}  // namespace mugai::config
