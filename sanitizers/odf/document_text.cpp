#include "sanitizers/odf/document_text.h"

#include <algorithm>

#include "sanitizers/odf/kinds.h"
#include "sanitizers/odf/package.h"
#include "sanitizers/odf/vocabulary.h"
#include "sanitizers/office/text_lines.h"

namespace mugai::sanitize::odf {

namespace {

constexpr unsigned kMaxRepeated = 100;      // of a cell, a row or a blank: more is how files fill up a sheet
constexpr size_t kMaxTabs = 1'000;

// With all that is in them.
constexpr std::pair<std::string_view, std::string_view> kSilent[] = {
    {"office", "meta"}, {"office", "settings"}, {"office", "scripts"}, {"office", "styles"}, {"office", "automatic-styles"}, {"office", "master-styles"},
    {"office", "font-face-decls"}, {"office", "forms"}, {"office", "event-listeners"}, {"office", "binary-data"}, {"text", "tracked-changes"}, {"table", "tracked-changes"},
    {"table", "shapes"}, {"table", "content-validations"}, {"table", "covered-table-cell"}, {"draw", "object"}, {"draw", "object-ole"}, {"draw", "plugin"}, {"draw", "applet"},
    {"svg", "title"}, {"svg", "desc"}, {"dc", "creator"}, {"dc", "date"}, {"meta", "date-string"}, {"presentation", "date-time-decl"}, {"presentation", "header-decl"},
    {"presentation", "footer-decl"}, {"text", "script"}, {"field", "param"},
};

bool is_silent(const XmlName& name) {
  return std::any_of(std::begin(kSilent), std::end(kSilent), [&](const auto& row) { return name.is(row.first, row.second); });
}

class Reader : public XmlEvents {
 public:
  explicit Reader(TextLines& out) : out_(out) {}

  void on_start(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser&) override {
    if (skipped_ > 0 || is_silent(name) || !name.space) {
      if (name.space || skipped_ > 0 || open_.empty() || !in_paragraph()) ++skipped_;
      else open_.push_back(Kind::other);
      return;
    }
    const Kind kind = kind_of_element(name);
    open_.push_back(kind);
    const unsigned repeated = number_of(attributes, name);
    switch (kind) {
      case Kind::paragraph: ++paragraphs_; break;
      case Kind::sheet: if (tables_++ == 0 && is_spreadsheet_) out_.mark(value_of(attributes, "table", "name")); break;
      case Kind::row: rows_.push_back({repeated, 0}); cells_.emplace_back(); break;
      case Kind::cell: cell_repeated_.push_back(repeated); cells_.emplace_back(); break;
      case Kind::slide: out_.mark(std::to_string(++slides_) + " " + value_of(attributes, "draw", "name")); break;
      case Kind::notes: out_.mark(std::to_string(slides_) + " ノート / notes"); break;
      case Kind::aside: put("["); break;
      case Kind::ruby: put("（"); break;
      case Kind::blank: put(name.local == "s" ? std::string(std::min(repeated, kMaxRepeated), ' ') : in_cell() ? " " : "\t"); break;
      case Kind::spreadsheet: is_spreadsheet_ = true; break;
      case Kind::other: break;
    }
  }

  void on_end() override {
    if (skipped_ > 0) {
      --skipped_;
      return;
    }
    const Kind kind = open_.back();
    open_.pop_back();
    switch (kind) {
      case Kind::paragraph: end_paragraph(); break;
      case Kind::sheet: --tables_; break;
      case Kind::row: end_row(); break;
      case Kind::cell: end_cell(); break;
      case Kind::aside: put("]"); if (!in_paragraph() && !in_cell()) out_.end_line(); break;
      case Kind::ruby: put("）"); break;
      default: break;
    }
  }

  void on_text(std::string_view text) override {
    if (skipped_ == 0 && (paragraphs_ > 0 || (!open_.empty() && open_.back() == Kind::aside))) put(text);
  }

 private:
  enum class Kind : uint8_t { other, paragraph, sheet, row, cell, slide, notes, aside, ruby, blank, spreadsheet };
  struct Row {
    unsigned repeated;
    size_t tabs;   // of cells without words, not yet written
  };

  static Kind kind_of_element(const XmlName& name) {
    if (name.in("text")) {
      if (name.local == "p" || name.local == "h") return Kind::paragraph;
      if (name.local == "s" || name.local == "tab" || name.local == "line-break") return Kind::blank;
      if (name.local == "note") return Kind::aside;
      if (name.local == "ruby-text") return Kind::ruby;
    }
    if (name.in("table")) {
      if (name.local == "table") return Kind::sheet;
      if (name.local == "table-row") return Kind::row;
      if (name.local == "table-cell") return Kind::cell;
    }
    if (name.is("draw", "page")) return Kind::slide;
    if (name.is("presentation", "notes")) return Kind::notes;
    if (name.is("office", "annotation")) return Kind::aside;
    if (name.is("office", "spreadsheet")) return Kind::spreadsheet;
    return Kind::other;
  }

  static std::string value_of(const std::vector<XmlAttribute>& attributes, std::string_view prefix, std::string_view local) {
    for (const XmlAttribute& one : attributes)
      if (one.name.is(prefix, local)) return one.value;
    return {};
  }
  static unsigned number_of(const std::vector<XmlAttribute>& attributes, const XmlName& name) {
    const std::string text = name.in("text")             ? value_of(attributes, "text", "c")
                             : name.local == "table-row" ? value_of(attributes, "table", "number-rows-repeated")
                                                         : value_of(attributes, "table", "number-columns-repeated");
    unsigned number = 0;
    for (const char c : text) {
      if (c < '0' || c > '9' || number > kMaxTabs) break;
      number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return std::max(number, 1u);
  }

  bool in_paragraph() const { return paragraphs_ > 0; }
  bool in_cell() const { return !cells_.empty(); }

  void put(std::string_view text) {
    if (cells_.empty()) out_.text(text);
    else append(text);
  }

  // Tables in cells that are said to repeat could grow without end.
  void append(std::string_view text) {
    if (cells_.back().size() + text.size() > out_.room()) out_.give_up();
    else cells_.back() += text;
  }

  void end_paragraph() {
    if (paragraphs_ > 0) --paragraphs_;
    if (in_cell()) append(" ");
    else if (paragraphs_ == 0) out_.end_line();
    else out_.text(" ");
  }

  // What the row has so far stands below the cell.
  void end_cell() {
    std::string words = std::move(cells_.back());
    cells_.pop_back();
    const unsigned repeated = cell_repeated_.back();
    cell_repeated_.pop_back();
    words.erase(words.find_last_not_of(' ') + 1);
    std::replace(words.begin(), words.end(), '\n', ' ');
    if (rows_.empty() || cells_.empty()) return out_.text(words);
    Row& row = rows_.back();
    if (words.empty()) {
      row.tabs = std::min<size_t>(row.tabs + repeated, kMaxTabs);
      return;
    }
    for (unsigned i = 0; i < std::min(repeated, kMaxRepeated); ++i) {
      append(std::string(row.tabs, '\t') + words);
      row.tabs = 1;
    }
  }

  void end_row() {
    const std::string words = std::move(cells_.back());
    const Row row = rows_.back();
    cells_.pop_back();
    rows_.pop_back();
    if (in_cell()) {   // a table in a cell of a table
      append(words + ' ');
      return;
    }
    if (words.empty()) return;
    for (unsigned i = 0; i < std::min(row.repeated, kMaxRepeated); ++i) {
      out_.text(words);
      out_.end_line();
    }
  }

  TextLines& out_;
  std::vector<Kind> open_;
  std::vector<Row> rows_;
  std::vector<unsigned> cell_repeated_;
  std::vector<std::string> cells_;   // words of open rows and cells, innermost last
  size_t skipped_ = 0, paragraphs_ = 0, tables_ = 0, slides_ = 0;
  bool is_spreadsheet_ = false;
};

Outcome text_of(Bytes part, Sink& out, Context& context) {
  TextLines lines(context.profile.limits.max_text_bytes);
  Reader reader(lines);
  if (const std::string_view trouble = XmlParser(namespace_by_uri).parse(part, reader); !trouble.empty()) return Outcome::held(std::string(trouble));
  return lines.write(out, context);
}

}  // namespace

Outcome package_to_text(const Input& input, Sink& out, Context& context) {
  Package package;
  std::string trouble = package.open(input.bytes, context.profile.limits, context.budget, context.workspace);
  if (trouble == "encrypted" || package.is_encrypted()) return Outcome::held("encrypted", Action::locked);
  Blob content(context.workspace);
  if (trouble.empty()) trouble = package.read("content.xml", content);
  if (trouble == "workspace") return Outcome::failed(trouble);
  if (!trouble.empty()) return Outcome::held(trouble);
  if (!kind_of(package.mimetype())) return Outcome::held("damaged-document");
  return text_of(content.bytes(), out, context);
}

Outcome flat_to_text(const Input& input, Sink& out, Context& context) { return text_of(input.bytes, out, context); }

}  // namespace mugai::sanitize::odf
