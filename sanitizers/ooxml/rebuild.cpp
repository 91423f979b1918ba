#include "sanitizers/ooxml/rebuild.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>

#include "sanitizers/link_summary.h"
#include "sanitizers/ooxml/census.h"
#include "sanitizers/ooxml/main_part.h"
#include "sanitizers/ooxml/package.h"
#include "sanitizers/ooxml/part_filter.h"
#include "sanitizers/office/pictures.h"
#include "sanitizers/ooxml/pivot_source.h"
#include "sanitizers/ooxml/writer.h"

namespace mugai::sanitize::ooxml {

namespace {

constexpr std::string_view kEmptySheet =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData/></worksheet>";

// A part may lead to several of these at once; of all others that are meant by being there, only the first counts.
bool may_be_many(Kind kind) { return kind == Kind::pivot_table || kind == Kind::diagram_drawing; }

// The relationships of one part, as far as they come along.
class PartReferences : public References {
 public:
  struct One {
    Relationship relationship;
    Kind kind = Kind::none;
    bool implicit = false, used = false;
  };
  PartReferences(std::vector<One> all, Links& links) : all_(std::move(all)), links_(links) {
    for (size_t i = 0; i < all_.size(); ++i) by_id_[all_[i].relationship.id] = i;
  }

  Kind kind_of(std::string_view id) const override {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? Kind::none : all_[found->second].kind;
  }
  void use(std::string_view id) override {
    if (const auto found = by_id_.find(id); found != by_id_.end()) all_[found->second].used = true;
  }
  void link(std::string_view id) override {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    const One& one = all_[found->second];
    if (one.kind == Kind::none && one.relationship.type.ends_with("/hyperlink")) links_.drop(one.relationship.target);
  }

  const std::vector<One>& all() const { return all_; }

 private:
  std::vector<One> all_;
  Links& links_;
  std::map<std::string, size_t, std::less<>> by_id_;
};

class Rebuild {
 public:
  Rebuild(const Input& input, Sink& out, Context& context)
      : input_(input), out_(out), context_(context), links_(context.profile.urls, tally_) {}

  Outcome run() {
    std::string trouble = package_.open(input_.bytes, context_.profile.limits, context_.budget, context_.workspace);
    if (!trouble.empty()) return Outcome::held(trouble, trouble == "encrypted" ? Action::locked : Action::held);
    if (is_signed() && context_.profile.signed_documents != SignedDocuments::rebuild) return Outcome::held("signed-document");
    trouble = begin();
    while (trouble.empty() && !queue_.empty()) {
      const Task task = std::move(queue_.front());
      queue_.pop_front();
      trouble = treat(task);
    }
    if (trouble.empty() && !writer_->finish()) trouble = "workspace";
    if (trouble == "workspace") return Outcome::failed(trouble);
    if (!trouble.empty()) return Outcome::held(trouble);
    return outcome();
  }

 private:
  struct Task {
    std::string key;
    Kind kind;
    std::string name;
  };

  bool is_signed() const {
    const std::vector<std::string> keys = package_.keys();
    return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) { return package_.content_type(key).find("digital-signature") != std::string::npos; });
  }

  // The main part and, beside it, title, dates and the program that wrote it.
  std::string begin() {
    std::string trouble;
    std::vector<Relationship> relationships;
    if (!package_.relationships("", context_.workspace, relationships, trouble)) return trouble;
    std::optional<Relationship> core, extended, main;
    for (const Relationship& one : relationships) {
      const Edge* edge = edge_of(Kind::package, one.type);
      if (one.external) count_external(one, tally_);
      if (!edge || one.external || one.key.empty()) continue;
      if (edge->to == Kind::core_properties && !core) core = one;
      if (edge->to == Kind::extended_properties && !extended) extended = one;
      if (edge->to != Kind::document) continue;
      if (main && main->key != one.key) return "conflicting-entry";
      main = one;
    }
    if (!main) return "damaged-document";
    main_ = main_part_of(package_.content_type(main->key));
    if (!main_) return "damaged-document";
    writer_.emplace(out_, context_.workspace, std::string(main_->root));
    std::vector<WrittenRelationship> written{{main->id, main->type, enqueue(main->key, main_->kind), false}};
    if (core && !names_.contains(core->key)) written.push_back({core->id, core->type, enqueue(core->key, Kind::core_properties), false});
    if (extended && !names_.contains(extended->key))
      written.push_back({extended->id, extended->type, enqueue(extended->key, Kind::extended_properties), false});
    return writer_->add_relationships("", written) ? "" : "workspace";
  }

  std::string enqueue(const std::string& key, Kind kind) {
    if (const auto found = names_.find(key); found != names_.end()) return found->second;
    // What a picture is called its content decides, so that it is treated before its name stands anywhere.
    std::string name = writer_->new_name(kind);
    if (kind == Kind::picture || kind == Kind::workbook_inside) {
      name = treat_member(key, kind, name);
      if (name.empty()) return name;
    } else {
      queue_.push_back({key, kind, name});
    }
    kinds_[key] = kind;
    taken_.insert(key);
    return names_[key] = name;
  }

  std::string treat(const Task& task) {
    if (task.kind == Kind::emptied_sheet) {
      tally_.add("macro");
      return writer_->add_part(task.name, std::string(row_of(Kind::worksheet).content_type), kEmptySheet) ? "" : "workspace";
    }
    std::string trouble;
    std::vector<Relationship> relationships;
    if (!package_.relationships(task.key, context_.workspace, relationships, trouble)) return trouble;
    PartReferences references(resolve(task.kind, relationships), links_);
    Blob untrusted(context_.workspace), ours(context_.workspace);
    if (trouble = package_.read(task.key, untrusted); !trouble.empty()) return trouble;
    trouble = rewrite_part(untrusted.bytes(), {task.kind, references, links_, tally_}, ours);
    if (!trouble.empty()) return trouble;
    if (!ours.finish()) return "workspace";
    const bool is_main = task.kind == main_->kind;
    const std::string type(is_main ? main_->written_type : row_of(task.kind).content_type);
    if (!writer_->add_part(task.name, type, ours.bytes())) return "workspace";
    std::vector<WrittenRelationship> written = follow(references);
    if (!trouble_.empty()) return trouble_;
    return writer_->add_relationships(task.name, written) ? "" : "workspace";
  }

  std::vector<PartReferences::One> resolve(Kind from, const std::vector<Relationship>& relationships) {
    std::vector<PartReferences::One> all;
    std::set<Kind> seen;
    for (const Relationship& one : relationships) {
      PartReferences::One result{one};
      const Edge* edge = edge_of(from, one.type);
      if (edge) result.kind = one.external ? outside(*edge, one) : inside(*edge, one);
      result.implicit = edge && edge->implicit;
      if (one.external && result.kind == Kind::none) count_external(one, tally_);
      if (result.implicit && result.kind != Kind::none && !may_be_many(result.kind) && !seen.insert(result.kind).second) result.kind = Kind::none;
      all.push_back(std::move(result));
    }
    return all;
  }

  Kind outside(const Edge& edge, const Relationship& one) const {
    return edge.to == Kind::hyperlink && links_.stays(one.target) ? Kind::hyperlink : Kind::none;
  }

  Kind inside(const Edge& edge, const Relationship& one) {
    Kind kind = edge.to;
    if (kind == Kind::hyperlink || one.key.empty()) return Kind::none;
    const std::string type = package_.content_type(one.key);
    if (kind == Kind::worksheet && (type.find("macrosheet") != type.npos || type.find("dialogsheet") != type.npos)) kind = Kind::emptied_sheet;
    if (!fits(kind, type)) return Kind::none;
    if (kind == Kind::pivot_cache && !has_inner_source(one.key)) return Kind::none;
    if (kind == Kind::pivot_table && !has_inner_cache(one.key)) return Kind::none;
    if (const auto found = kinds_.find(one.key); found != kinds_.end()) return found->second == kind ? kind : Kind::none;
    if (row_of(kind).single && !singles_.emplace(kind, one.key).second && singles_[kind] != one.key) return Kind::none;
    return kind;
  }

  // A part that says of itself that it is something else is not what its relationship says.
  static bool fits(Kind kind, const std::string& type) {
    if (kind == Kind::picture) return type.starts_with("image/") || type == "application/octet-stream";
    if (kind == Kind::workbook_inside) return type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" || type.starts_with("application/vnd.ms-excel.sheet.macroenabled.12");
    if (kind == Kind::emptied_sheet) return true;
    return equals_ignoring_case(type, row_of(kind).content_type) || type == "application/xml" || type == "text/xml" ||
           (kind == Kind::word_styles_with_effects && type.find("styleswitheffects") != type.npos);
  }

  bool has_inner_source(const std::string& key) {
    if (const auto found = inner_sources_.find(key); found != inner_sources_.end()) return found->second;
    Blob bytes(context_.workspace);
    return inner_sources_[key] = package_.read(key, bytes).empty() && pivot_source_is_inside(bytes.bytes());
  }

  bool has_inner_cache(const std::string& key) {
    std::string trouble;
    std::vector<Relationship> relationships;
    if (!package_.relationships(key, context_.workspace, relationships, trouble)) return false;
    return std::any_of(relationships.begin(), relationships.end(), [&](const Relationship& one) {
      const Edge* edge = edge_of(Kind::pivot_table, one.type);
      return edge && edge->to == Kind::pivot_cache && !one.key.empty() && has_inner_source(one.key);
    });
  }

  // Whatever is meant by being there, and what the part named as it was written.
  std::vector<WrittenRelationship> follow(const PartReferences& references) {
    std::vector<WrittenRelationship> written;
    for (const PartReferences::One& one : references.all()) {
      if (one.kind == Kind::none || !(one.implicit || one.used)) continue;
      std::string type = one.relationship.type;
      if (one.kind == Kind::hyperlink) {
        written.push_back({one.relationship.id, type, one.relationship.target, true});
        continue;
      }
      const std::string name = enqueue(one.relationship.key, one.kind);
      if (name.empty()) continue;
      if (one.kind == Kind::emptied_sheet) type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
      written.push_back({one.relationship.id, type, name, false});
    }
    return written;
  }

  // Its name, with an extension; empty when it does not come along.
  std::string treat_member(const std::string& key, Kind kind, std::string name) {
    Blob bytes(context_.workspace);
    if (std::string trouble = package_.read(key, bytes); !trouble.empty()) return fail(trouble);
    Input member;
    member.bytes = bytes.bytes();
    member.name = key.substr(key.rfind('/') + 1);
    member.path = input_.path + "/" + std::to_string(++members_);
    if (kind == Kind::workbook_inside) return treat_workbook(member, std::move(name));
    Picture picture(context_.workspace);
    if (!rebuild_picture(member, context_, tally_, picture)) return fail("workspace");
    name += "." + picture.extension;
    if (!writer_->add_picture(name, picture.extension, picture.content_type, picture.bytes())) return fail("workspace");
    return name;
  }

  std::string treat_workbook(const Input& input, std::string name) {
    const Member member = context_.sanitize_member(input);
    if (member.outcome.kind == Outcome::Kind::failed) return fail("workspace");
    if (!member.outcome.leaves() || member.outcome.type_out != type_by_id("xlsx")) {
      tally_.add("embedded-file");
      return {};
    }
    name += ".xlsx";
    if (!writer_->add_part(name, std::string(member.outcome.type_out->media_type), member.blob.bytes())) return fail("workspace");
    return name;
  }

  std::string fail(std::string trouble) {
    if (trouble_.empty()) trouble_ = std::move(trouble);
    return {};
  }

  Outcome outcome() {
    count_parts_that_go(package_, taken_, tally_);
    Outcome outcome;
    outcome.removed = tally_.list();
    outcome.removed.insert(outcome.removed.end(), package_.removed().begin(), package_.removed().end());
    outcome.kind = outcome.removed.empty() ? Outcome::Kind::clean : Outcome::Kind::altered;
    outcome.type_out = type_by_id(main_->type_out);
    outcome.action = input_.type == outcome.type_out ? Action::rebuilt : Action::converted;
    outcome.method = 3;
    outcome.summary = link_summary(input_.name, links_.targets(), context_.profile.urls);
    return outcome;
  }

  const Input& input_;
  Sink& out_;
  Context& context_;
  Package package_;
  Tally tally_;
  Links links_;
  const MainPart* main_ = nullptr;
  std::optional<PackageWriter> writer_;
  std::deque<Task> queue_;
  std::map<std::string, std::string> names_;
  std::map<std::string, Kind> kinds_;
  std::map<Kind, std::string> singles_;
  std::map<std::string, bool> inner_sources_;
  std::set<std::string> taken_;
  std::string trouble_;
  uint32_t members_ = 0;
};

}  // namespace

Outcome rebuild_document(const Input& input, Sink& out, Context& context) { return Rebuild(input, out, context).run(); }

}  // namespace mugai::sanitize::ooxml
