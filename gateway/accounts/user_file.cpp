#include "gateway/accounts/user_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "gateway/accounts/passwords.h"
#include "sanitizers/formats/csv_cells.h"
#include "sanitizers/text/charset.h"

namespace mugai::gateway {

namespace {

constexpr std::array<std::string_view, 6> kColumns{"name", "display", "role", "domains", "language", "disabled"};
constexpr std::string_view kBom = "\xEF\xBB\xBF";

class Mistakes {
 public:
  void add(size_t line, const std::string& japanese, const std::string& english) {
    text_ += (text_.empty() ? "" : "\n") + std::to_string(line) + "行目 / line " + std::to_string(line) + ": " + japanese + " / " + english;
  }
  void add(size_t line, const Error& error) {
    text_ += (text_.empty() ? "" : "\n") + std::to_string(line) + "行目 / line " + std::to_string(line) + ": " + error.text;
  }
  bool none() const { return text_.empty(); }
  Error error() const { return {"user.file", text_, ""}; }

 private:
  std::string text_;
};

struct Row {
  size_t line = 0;
  std::vector<std::string> cells;
};

// RFC 4180, with LF, CRLF or CR for line ends.
std::vector<Row> rows_of(std::string_view text, Mistakes& mistakes) {
  std::vector<Row> rows;
  Row row{1, {}};
  std::string cell;
  bool quoted = false, was_quoted = false;
  size_t line = 1;
  const auto end_cell = [&] {
    row.cells.push_back(std::move(cell));
    cell.clear();
    was_quoted = false;
  };
  const auto end_row = [&] {
    end_cell();
    const bool blank = std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& one) { return one.empty(); });
    if (!blank) rows.push_back(std::move(row));
    row = {line, {}};
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool newline = c == '\n' || c == '\r';
    if (newline) {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      ++line;
    }
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') cell.push_back(text[++i]);
    else if (quoted && c == '"') quoted = false;
    else if (quoted) cell.push_back(newline ? '\n' : c);
    else if (c == '"' && cell.empty() && !was_quoted) quoted = was_quoted = true;
    else if (c == ',') end_cell();
    else if (newline) end_row();
    else cell.push_back(c);
  }
  if (quoted) mistakes.add(row.line, "引用符が閉じていません", "a quote is not closed");
  if (!cell.empty() || !row.cells.empty()) end_row();
  return rows;
}

std::string trimmed(std::string_view cell) {
  const size_t begin = cell.find_first_not_of(" \t\n");
  if (begin == cell.npos) return {};
  cell = cell.substr(begin, cell.find_last_not_of(" \t\n") - begin + 1);
  // The apostrophe that keeps a spreadsheet from calculating.
  if (cell.size() > 1 && cell[0] == '\'' && std::string_view("=+-@").find(cell[1]) != std::string_view::npos) cell.remove_prefix(1);
  return std::string(cell);
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : std::string(text) + " ") {
    if (c != ' ' && c != ';' && c != ',' && c != '\n') {
      word.push_back(c);
    } else if (!word.empty()) {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  return out;
}

std::optional<bool> truth_of(const std::string& cell) {
  for (const char* no : {"", "0", "no", "false", "いいえ"})
    if (cell == no) return false;
  for (const char* yes : {"1", "yes", "true", "はい"})
    if (cell == yes) return true;
  return std::nullopt;
}

// Which column of the file has which field; -1: none.
std::map<std::string_view, size_t> columns_of(const Row& head, Mistakes& mistakes) {
  std::map<std::string_view, size_t> out;
  for (size_t i = 0; i < head.cells.size(); ++i) {
    const std::string name = lower(trimmed(head.cells[i]));
    const auto known = std::find(kColumns.begin(), kColumns.end(), name);
    if (known == kColumns.end())
      mistakes.add(head.line, "列「" + name + "」は使えません(name,display,role,domains,language,disabled)",
                   "there is no column \"" + name + "\": name,display,role,domains,language,disabled");
    else if (!out.emplace(*known, i).second)
      mistakes.add(head.line, "列「" + name + "」が2つあります", "the column \"" + name + "\" is there twice");
  }
  if (!out.contains("name")) mistakes.add(head.line, "列 name がありません", "there is no column name");
  return out;
}

UserLine line_of(const Row& row, const std::map<std::string_view, size_t>& columns, Mistakes& mistakes) {
  UserLine out;
  out.line = row.line;
  const auto cell = [&](std::string_view column) -> std::optional<std::string> {
    const auto found = columns.find(column);
    if (found == columns.end()) return std::nullopt;
    return trimmed(row.cells[found->second]);
  };
  const std::string name = cell("name").value_or("");
  if (const auto good = user_name_from(name)) out.name = *good;
  else mistakes.add(row.line, "「" + name + "」は利用者名に使えません", "\"" + name + "\" cannot be a user's name");
  out.fields.display = cell("display");
  if (const auto role = cell("role")) {
    out.fields.role = role_from(lower(*role));
    if (!out.fields.role) mistakes.add(row.line, "役割「" + *role + "」はありません", "there is no role \"" + *role + "\"");
  }
  if (const auto domains = cell("domains")) out.fields.domains = words_of(*domains);
  if (const auto language = cell("language")) out.fields.language = language->empty() ? "ja" : lower(*language);
  if (const auto disabled = cell("disabled")) {
    out.disabled = truth_of(lower(*disabled));
    if (!out.disabled) mistakes.add(row.line, "disabled は yes か no です", "disabled is yes or no");
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + "\"";
}

bool changes(const User& user, const UserChange& fields) {
  return (fields.display && *fields.display != user.display) || (fields.role && *fields.role != user.role) ||
         (fields.domains && *fields.domains != user.domains) || (fields.language && *fields.language != user.language);
}

}  // namespace

Result<std::vector<UserLine>> read_user_file(Bytes untrusted) {
  Mistakes mistakes;
  sanitize::DecodedText text = sanitize::decode_text(untrusted, "utf-8");
  if (text.lossy || text.charset != "utf-8") text = sanitize::decode_text(untrusted, "shift_jis");
  if (text.lossy) {
    mistakes.add(1, "UTF-8 でも Shift_JIS でもありません", "this is neither UTF-8 nor Shift_JIS");
    return mistakes.error();
  }
  std::string_view content = text.utf8;
  if (content.starts_with(kBom)) content.remove_prefix(kBom.size());
  const std::vector<Row> rows = rows_of(content, mistakes);
  if (rows.empty()) mistakes.add(1, "ファイルが空です", "the file is empty");
  if (!mistakes.none()) return mistakes.error();
  const std::map<std::string_view, size_t> columns = columns_of(rows.front(), mistakes);
  if (!mistakes.none()) return mistakes.error();

  std::vector<UserLine> lines;
  std::map<std::string, size_t> seen;
  for (const Row& row : std::vector<Row>(rows.begin() + 1, rows.end())) {
    if (row.cells.size() != rows.front().cells.size()) {
      mistakes.add(row.line, "列の数が1行目と違います", "not as many columns as the first line has");
      continue;
    }
    lines.push_back(line_of(row, columns, mistakes));
    const UserLine& line = lines.back();
    if (line.name.empty()) continue;
    if (const auto [first, fresh] = seen.emplace(line.name, line.line); !fresh)
      mistakes.add(line.line, line.name + " は" + std::to_string(first->second) + "行目にもあります",
                   line.name + " is on line " + std::to_string(first->second) + " too");
  }
  if (!mistakes.none()) return mistakes.error();
  return lines;
}

std::string write_user_file(const std::vector<User>& users) {
  std::string out(kBom);
  out += "name,display,role,domains,language,disabled\r\n";
  sanitize::CsvCells cells;
  for (const User& user : users) {
    std::string domains;
    for (const std::string& one : user.domains) domains += (domains.empty() ? "" : " ") + one;
    out += cells.neutralise(quoted(user.name) + "," + quoted(user.display) + "," + std::string(to_string(user.role)) + "," +
                            quoted(domains) + "," + user.language + "," + (user.disabled ? "yes" : "no") + "\r\n");
  }
  return out;
}

Result<std::vector<ImportedUser>> import_users(Users& users, const Person& by, const std::vector<UserLine>& lines,
                                               const ImportOptions& options, int64_t now_ms) {
  const Result<std::vector<User>> before = users.list(by);
  if (!before) return before.error();
  std::map<std::string, const User*> known;
  for (const User& user : *before) known.emplace(user.name, &user);

  std::map<std::string, PasswordChoice> choices;
  for (const UserLine& line : lines) {
    if (known.contains(line.name)) continue;
    PasswordChoice& choice = choices[line.name];
    choice.kind = PasswordKind::directory_only;
    if (options.directory_only || options.dry_run) continue;
    choice.kind = PasswordKind::generated;
    choice.password = passwords::generate();
    Result<std::string> hash = passwords::hash(choice.password);
    if (!hash) return hash.error();
    choice.hash = std::move(*hash);
  }

  // Administrators first: whoever takes over is there before the last one goes.
  std::vector<const UserLine*> ordered;
  for (const UserLine& line : lines) ordered.push_back(&line);
  std::stable_partition(ordered.begin(), ordered.end(), [](const UserLine* line) {
    return line->fields.role == Role::administrator && !line->disabled.value_or(false);
  });

  std::vector<ImportedUser> out;
  Mistakes mistakes;
  const auto apply = [&](const UserLine& line) -> Status {
    const auto found = known.find(line.name);
    if (found == known.end()) {
      const PasswordChoice& choice = choices.at(line.name);
      const NewUser fresh{line.name, line.fields.display.value_or(""), line.fields.role.value_or(Role::requester),
                          line.fields.domains.value_or(std::vector<std::string>{}), line.fields.language.value_or("ja")};
      if (const Result<std::string> added = users.add(by, fresh, choice, now_ms); !added) return added.error();
      out.push_back({line.name, "add", choice.password});
    } else if (changes(*found->second, line.fields)) {
      if (const Status changed = users.change(by, line.name, line.fields, now_ms); !changed) return changed;
      out.push_back({line.name, "change", ""});
    }
    const bool was_disabled = found != known.end() && found->second->disabled;
    if (!line.disabled || *line.disabled == was_disabled) return Ok{};
    out.push_back({line.name, *line.disabled ? "disable" : "enable", ""});
    return *line.disabled ? users.disable(by, line.name, now_ms) : users.enable(by, line.name, now_ms);
  };
  constexpr const char* kDryRun = "dry-run";
  const Status done = users.together([&]() -> Status {
    for (const UserLine* line : ordered)
      if (const Status applied = apply(*line); !applied) mistakes.add(line->line, applied.error());
    if (!mistakes.none()) return mistakes.error();
    std::set<std::string> named;
    for (const UserLine& line : lines) named.insert(line.name);
    for (const User& user : *before) {
      if (!options.disable_missing || user.disabled || named.contains(user.name)) continue;
      if (const Status disabled = users.disable(by, user.name, now_ms); !disabled) return disabled;
      out.push_back({user.name, "disable", ""});
    }
    if (options.dry_run) return Error{kDryRun, "", ""};
    return Ok{};
  });
  if (!done && done.error().id != kDryRun) return done.error();
  return out;
}

}  // namespace mugai::gateway
