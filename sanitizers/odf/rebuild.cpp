#include "sanitizers/odf/rebuild.h"

#include <map>
#include <optional>
#include <set>

#include "sanitizers/link_summary.h"
#include "sanitizers/odf/census.h"
#include "sanitizers/odf/filter.h"
#include "sanitizers/odf/kinds.h"
#include "sanitizers/odf/package.h"
#include "sanitizers/odf/writer.h"
#include "sanitizers/office/pictures.h"

namespace mugai::sanitize::odf {

namespace {

constexpr size_t kMaxInside = 3;   // documents in documents

bool leads_out(const std::string& href) { return href.find(':') != href.npos || href.starts_with('/') || href.starts_with(".."); }

// What all documents of one file share.
struct Work {
  Work(const Input& input, Context& context) : input(input), context(context), links(context.profile.urls, tally) {}

  const Input& input;
  Context& context;
  Tally tally;
  Links links;
  uint32_t members = 0;

  // False: temporary failure.
  bool rebuild(Bytes untrusted, const std::string& name, Picture& out, bool& lost) {
    Input member;
    member.bytes = untrusted;
    member.name = name;
    member.path = input.path + "/" + std::to_string(++members);
    Tally counted;
    if (!rebuild_picture(member, context, counted, out)) return false;
    lost = !counted.list().empty();
    return true;
  }
  bool inner_picture(Bytes untrusted, Blob& out, bool& lost) {
    Picture picture(context.workspace);
    return rebuild(untrusted, "", picture, lost) && out.write(picture.bytes());
  }

  Outcome outcome(const std::string& type_out) {
    Outcome outcome;
    outcome.removed = tally.list();
    outcome.type_out = type_by_id(type_out);
    outcome.action = input.type == outcome.type_out ? Action::rebuilt : Action::converted;
    outcome.method = 3;
    outcome.summary = link_summary(input.name, links.targets(), context.profile.urls);
    return outcome;
  }
};

Outcome with_kind(Outcome outcome) {
  outcome.kind = outcome.removed.empty() ? Outcome::Kind::clean : Outcome::Kind::altered;
  return outcome;
}

Outcome refused(const std::string& trouble) { return trouble == "workspace" ? Outcome::failed(trouble) : Outcome::held(trouble); }

// One document of a package: the one that it is, or one inside of another.
class Document : public Surroundings {
 public:
  Document(Work& work, Package& package, PackageWriter& writer, std::set<std::string>& seen, std::string from, std::string to, size_t depth)
      : work_(work), package_(package), writer_(writer), seen_(seen), from_(std::move(from)), to_(std::move(to)), depth_(depth) {}

  // Empty, or the reason that it cannot come along.
  std::string treat() {
    struct Row {
      Part part;
      const char* name;
    };
    for (const Row& row : {Row{Part::content, "content.xml"}, Row{Part::styles, "styles.xml"}, Row{Part::meta, "meta.xml"}, Row{Part::settings, "settings.xml"}}) {
      const std::string key = from_ + row.name;
      if (!package_.has(key) && row.part != Part::content) continue;
      seen_.insert(key);
      Blob untrusted(work_.context.workspace), ours(work_.context.workspace);
      if (std::string trouble = package_.read(key, untrusted); !trouble.empty()) return trouble;
      PartFacts found;
      std::string trouble = rewrite_part(untrusted.bytes(), {row.part, *this, work_.links, work_.tally, work_.context.workspace}, ours, found);
      if (!trouble_.empty()) return trouble_;
      if (!trouble.empty()) return trouble;
      if (!ours.finish()) return "workspace";
      if (row.part == Part::content) facts_ = found;
      writer_.add(to_ + row.name, "text/xml", std::move(ours));
    }
    return {};
  }
  const PartFacts& facts() const { return facts_; }

  std::string trouble() const override { return trouble_; }
  bool inner_picture(Bytes untrusted, Blob& out, bool& lost) override { return work_.inner_picture(untrusted, out, lost); }
  void left_behind(const std::string& href) override { seen_.insert(place_of(from_, href)); }

  PictureFound picture(const std::string& href) override {
    const std::string key = place_of(from_, href);
    if (key.empty() || !package_.has(key)) {
      if (leads_out(href)) work_.tally.add("external-reference");
      return {};
    }
    if (const auto known = pictures_.find(key); known != pictures_.end()) return known->second;
    seen_.insert(key);
    Blob untrusted(work_.context.workspace);
    if (std::string trouble = package_.read(key, untrusted); !trouble.empty()) return fail(trouble), PictureFound();
    Picture picture(work_.context.workspace);
    bool lost = false;
    if (!work_.rebuild(untrusted.bytes(), key.substr(key.rfind('/') + 1), picture, lost)) return fail("workspace"), PictureFound();
    return pictures_[key] = lost ? PictureFound{"", true} : PictureFound{keep_picture(picture.extension, picture.content_type, picture.bytes()), false};
  }

  std::string stand_in() override {
    work_.tally.add("picture-placeholder");
    if (stand_in_.empty()) stand_in_ = keep_picture("png", "image/png", grey_square());
    return stand_in_;
  }

  std::string object(const std::string& href) override {
    const std::string key = place_of(from_, href);
    if (key.empty()) {
      work_.tally.add(leads_out(href) ? "external-reference" : "object");
      return {};
    }
    if (const auto known = objects_.find(key); known != objects_.end()) return known->second;
    seen_.insert(key);
    const std::string name = "Object " + std::to_string(objects_kept_ + 1), folder = key + "/";
    std::string trouble = "damaged-document";
    const size_t mark = writer_.mark();
    if (package_.has(folder + "content.xml") && depth_ < kMaxInside) {
      seen_.insert(folder);
      Document inner(work_, package_, writer_, seen_, folder, to_ + name + "/", depth_ + 1);
      trouble = inner.treat();
      const Kind* kind = kind_of_inner(inner.facts().body);
      if (trouble.empty() && !kind) trouble = "damaged-document";
      if (trouble.empty()) {
        writer_.add_document(to_ + name + "/", std::string(kind->written));
        ++objects_kept_;
        return objects_[key] = "./" + name;
      }
    }
    if (trouble == "workspace" || trouble == "expands-too-much") return fail(trouble);
    writer_.take_back(mark);
    work_.tally.add("object");
    return objects_[key] = "";
  }

 private:
  std::string fail(std::string trouble) {
    if (trouble_.empty()) trouble_ = std::move(trouble);
    return {};
  }

  std::string keep_picture(const std::string& extension, const std::string& media_type, Bytes picture) {
    const std::string name = "Pictures/image" + std::to_string(++pictures_kept_) + "." + extension;
    Blob content(work_.context.workspace);
    if (!content.write(picture) || !content.finish()) return fail("workspace");
    writer_.add(to_ + name, media_type, std::move(content));
    return name;
  }

  Work& work_;
  Package& package_;
  PackageWriter& writer_;
  std::set<std::string>& seen_;
  const std::string from_, to_;   // folders, in the foreign package and in ours
  const size_t depth_;
  std::map<std::string, PictureFound> pictures_;   // by key
  std::map<std::string, std::string> objects_;     // likewise; empty: does not come along
  std::string stand_in_;
  size_t pictures_kept_ = 0, objects_kept_ = 0;
  PartFacts facts_;
  std::string trouble_;
};

// A flat document has everything in itself.
class FlatDocument : public Surroundings {
 public:
  explicit FlatDocument(Work& work) : work_(work) {}
  void left_behind(const std::string&) override {}
  std::string trouble() const override { return {}; }
  bool inner_picture(Bytes untrusted, Blob& out, bool& lost) override { return work_.inner_picture(untrusted, out, lost); }
  PictureFound picture(const std::string& href) override {
    if (leads_out(href)) work_.tally.add("external-reference");
    return {};
  }
  std::string stand_in() override {
    work_.tally.add("picture-placeholder");
    return {};
  }
  std::string object(const std::string& href) override {
    work_.tally.add(leads_out(href) ? "external-reference" : "object");
    return {};
  }

 private:
  Work& work_;
};

}  // namespace

Outcome rebuild_package(const Input& input, Sink& out, Context& context) {
  Package package;
  if (std::string trouble = package.open(input.bytes, context.profile.limits, context.budget, context.workspace); !trouble.empty())
    return trouble == "encrypted" ? Outcome::held(trouble, Action::locked) : refused(trouble);
  if (package.is_encrypted()) return Outcome::held("encrypted", Action::locked);
  if (package.is_signed() && context.profile.signed_documents != SignedDocuments::rebuild) return Outcome::held("signed-document");
  const Kind* kind = kind_of(package.mimetype());
  if (!kind || kind->type_out.empty()) return Outcome::held("damaged-document");

  Work work(input, context);
  PackageWriter writer(out, context.workspace);
  std::set<std::string> seen;
  Document document(work, package, writer, seen, "", "", 0);
  if (std::string trouble = document.treat(); !trouble.empty()) return refused(trouble);
  if (document.facts().body != kind->body) return Outcome::held("damaged-document");
  if (!writer.finish(std::string(kind->written), document.facts().version)) return Outcome::failed("workspace");
  count_parts_that_go(package, seen, work.tally);
  Outcome outcome = work.outcome(std::string(kind->type_out));
  outcome.removed.insert(outcome.removed.end(), package.removed().begin(), package.removed().end());
  return with_kind(std::move(outcome));
}

Outcome rebuild_flat(const Input& input, Sink& out, Context& context) {
  Work work(input, context);
  FlatDocument document(work);
  PartFacts facts;
  if (std::string trouble = rewrite_part(input.bytes, {Part::flat, document, work.links, work.tally, context.workspace}, out, facts); !trouble.empty()) return refused(trouble);
  const Kind* kind = kind_of(facts.mimetype);
  if (!kind || kind->flat_out.empty() || kind->body != facts.body) return Outcome::held("damaged-document");
  return with_kind(work.outcome(std::string(kind->flat_out)));
}

}  // namespace mugai::sanitize::odf
