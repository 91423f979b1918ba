#include "sanitizers/odf/rules.h"

#include <map>
#include <span>
#include <utility>

namespace mugai::sanitize::odf {

namespace {

constexpr Rule kRules[] = {
    // programs
    {"office", "scripts", Act::if_filled, ""},
    {"office", "script", Act::drop, "macro"},
    {"office", "event-listeners", Act::if_filled, ""},
    {"script", "event-listener", Act::drop, "macro"},
    {"presentation", "event-listener", Act::listener, ""},
    {"text", "execute-macro", Act::unwrap, "macro"},
    {"text", "script", Act::drop, "script"},
    {"table", "error-macro", Act::drop, "macro"},
    {"anim", "command", Act::drop, "action"},
    // what lies elsewhere
    {"text", "section-source", Act::drop_source, "external-reference"},
    {"text", "alphabetical-index-auto-mark-file", Act::drop, "external-reference"},
    {"table", "cell-range-source", Act::drop, "external-reference"},
    {"table", "table-source", Act::drop, "external-reference"},
    {"table", "database-source-query", Act::drop, "data-connection"},
    {"table", "database-source-sql", Act::drop, "data-connection"},
    {"table", "database-source-table", Act::drop, "data-connection"},
    {"table", "source-service", Act::drop, "data-connection"},
    {"table", "dde-links", Act::drop, "dde"},
    {"office", "dde-source", Act::drop, "dde"},
    {"text", "dde-connection-decls", Act::drop, "dde"},
    {"text", "dde-connection", Act::unwrap, ""},
    {"text", "database-display", Act::unwrap, "data-connection"},
    {"text", "database-name", Act::unwrap, "data-connection"},
    {"text", "database-row-number", Act::unwrap, "data-connection"},
    {"text", "database-next", Act::drop, "data-connection"},
    {"text", "database-row-select", Act::drop, "data-connection"},
    {"text", "template-name", Act::unwrap, ""},
    {"form", "connection-resource", Act::drop, "data-connection"},
    {"svg", "definition-src", Act::drop, ""},
    {"svg", "font-face-src", Act::drop, "embedded-font"},
    // what is embedded
    {"draw", "plugin", Act::drop, "media"},
    {"draw", "applet", Act::drop, "object"},
    {"draw", "floating-frame", Act::drop, "iframe"},
    {"draw", "object-ole", Act::foreign_object, "object"},
    {"draw", "object", Act::object, "object"},
    {"draw", "image", Act::picture, ""},
    {"draw", "fill-image", Act::picture, ""},
    {"style", "background-image", Act::picture, ""},
    {"text", "list-level-style-image", Act::picture, ""},
    {"chart", "symbol-image", Act::picture, ""},
    {"presentation", "sound", Act::drop, "media"},
    {"anim", "audio", Act::drop, "media"},
    // controls that do more than show a value
    {"form", "properties", Act::drop, ""},
    {"form", "file", Act::drop, "form-control"},
    {"form", "hidden", Act::drop, ""},
    {"form", "password", Act::drop, "form-control"},
    {"form", "grid", Act::drop, "form-control"},
    {"form", "image", Act::drop, "form-control"},
    {"form", "generic-control", Act::drop, "form-control"},
    // links and fields
    {"text", "a", Act::link, ""},
    {"draw", "a", Act::link, ""},
    {"style", "hyperlink", Act::area, ""},
    {"loext", "hyperlink", Act::area, ""},
    {"draw", "area-rectangle", Act::area, ""},
    {"draw", "area-circle", Act::area, ""},
    {"draw", "area-polygon", Act::area, ""},
    {"field", "fieldmark", Act::field_mark, "field-code"},
    {"field", "fieldmark-start", Act::field_mark, "field-code"},
    {"field", "fieldmark-separator", Act::field_mark, "field-code"},
    {"field", "fieldmark-end", Act::field_mark, "field-code"},
    {"math", "annotation-xml", Act::drop, ""},
    {"math", "mglyph", Act::drop, ""},
    {"math", "maction", Act::unwrap, ""},
};

constexpr Rule kMeta[] = {
    {"meta", "generator", Act::by_vocabulary, ""},   // readers lay out old documents as their program did
    {"meta", "creation-date", Act::by_vocabulary, ""},
    {"meta", "document-statistic", Act::by_vocabulary, ""},
    {"dc", "title", Act::by_vocabulary, ""},
    {"dc", "date", Act::by_vocabulary, ""},
    {"dc", "language", Act::by_vocabulary, ""},
    {"meta", "editing-cycles", Act::drop, ""},
    {"meta", "editing-duration", Act::drop, ""},
    {"meta", "print-date", Act::drop, ""},
    {"meta", "hyperlink-behaviour", Act::drop, ""},
    {"meta", "auto-reload", Act::drop, "external-reference"},
    {"meta", "template", Act::drop_source, "remote-template"},
};

struct AttributeRow {
  std::string_view prefix, local;
  Holds holds;
};
constexpr AttributeRow kAttributes[] = {
    {"table", "formula", Holds::formula},
    {"table", "expression", Holds::formula},
    {"table", "condition", Holds::formula},
    {"table", "cell-range-address", Holds::formula},
    {"table", "cell-address", Holds::formula},
    {"table", "base-cell-address", Holds::formula},
    {"table", "target-range-address", Holds::formula},
    {"table", "target-cell-address", Holds::formula},
    {"table", "source-cell-range-addresses", Holds::formula},
    {"table", "condition-source-range-address", Holds::formula},
    {"table", "cell-range", Holds::formula},
    {"table", "print-ranges", Holds::formula},
    {"table", "scenario-ranges", Holds::formula},
    {"table", "label-cell-range-address", Holds::formula},
    {"table", "data-cell-range-address", Holds::formula},
    {"table", "end-cell-address", Holds::formula},
    {"table", "buttons", Holds::formula},
    {"style", "condition", Holds::formula},
    {"style", "base-cell-address", Holds::formula},
    {"text", "condition", Holds::formula},
    {"text", "formula", Holds::formula},
    {"chart", "values-cell-range-address", Holds::formula},
    {"chart", "label-cell-address", Holds::formula},
    {"form", "linked-cell", Holds::formula},
    {"form", "source-cell-range", Holds::formula},
    {"draw", "notify-on-update-of-ranges", Holds::formula},
    {"calcext", "value", Holds::formula},
    {"calcext", "base-cell-address", Holds::formula},
    {"calcext", "target-range-address", Holds::formula},
    {"calcext", "data-range", Holds::formula},
    {"calcext", "cell-address", Holds::formula},
    {"loext", "label-string", Holds::formula},
    {"chart", "class", Holds::name_with_prefix},
    {"form", "control-implementation", Holds::name_with_prefix},
    {"script", "event-name", Holds::name_with_prefix},
};

using Key = std::pair<std::string_view, std::string_view>;

template <typename Row>
const Row* find(const XmlName& name, const std::map<Key, const Row*>& table) {
  if (!name.space) return nullptr;
  const auto found = table.find({name.space->prefix, name.local});
  return found == table.end() ? nullptr : found->second;
}

template <typename Row>
std::map<Key, const Row*> by_name(std::span<const Row> rows) {
  std::map<Key, const Row*> table;
  for (const Row& row : rows) table.emplace(Key{row.prefix, row.local}, &row);
  return table;
}

}  // namespace

Rule rule_of(const XmlName& element) {
  static const std::map<Key, const Rule*> table = by_name<Rule>(kRules);
  const Rule* found = find(element, table);
  return found ? *found : Rule{"", "", Act::by_vocabulary, ""};
}

Rule rule_in_meta(const XmlName& element) {
  static const std::map<Key, const Rule*> table = by_name<Rule>(kMeta);
  const Rule* found = find(element, table);
  return found ? *found : Rule{"", "", Act::drop, "metadata"};
}

Holds attribute_holds(const XmlName& attribute) {
  static const std::map<Key, const AttributeRow*> table = by_name<AttributeRow>(kAttributes);
  const AttributeRow* found = find(attribute, table);
  return found ? found->holds : Holds::words;
}

}  // namespace mugai::sanitize::odf
