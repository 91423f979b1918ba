#include "sanitizers/odf/filter.h"

#include <algorithm>
#include <memory>

#include "sanitizers/mime/transfer.h"
#include "sanitizers/odf/attributes_pass.h"
#include "sanitizers/odf/base64_text.h"
#include "sanitizers/odf/config_items.h"
#include "sanitizers/odf/field_marks.h"
#include "sanitizers/odf/formulas.h"
#include "sanitizers/odf/rules.h"
#include "sanitizers/office/pictures.h"
#include "sanitizers/xml/waiting_element.h"

namespace mugai::sanitize::odf {

namespace {

constexpr size_t kMaxCaptured = 4'096;

struct RootName {
  Part part;
  std::string_view prefix, local;
};
constexpr RootName kRoots[] = {
    {Part::content, "office", "document-content"}, {Part::content, "math", "math"},  {Part::styles, "office", "document-styles"},
    {Part::meta, "office", "document-meta"},       {Part::flat, "office", "document"}, {Part::settings, "office", "document-settings"},
};

bool is_place_inside(std::string_view href) {
  return href.starts_with('#') && std::none_of(href.begin(), href.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\\'; }) &&
         href.find("//") == href.npos;
}

// What a click on a slide may do: go somewhere in the show, or end it.
bool is_jump(std::string_view action) {
  for (const std::string_view known : {"none", "previous-page", "next-page", "first-page", "last-page", "hide", "stop", "fade-out"})
    if (action == known) return true;
  return false;
}

// Fields that show what the document says about itself, which does not come along: they keep what they show.
bool speaks_of_metadata(const XmlName& name) {
  static constexpr std::string_view kNames[] = {"creator", "description", "editing-cycles", "editing-duration", "initial-creator", "keywords", "print-date", "print-time",
                                                "printed-by", "subject", "user-defined"};
  return name.in("text") && std::find(std::begin(kNames), std::end(kNames), name.local) != std::end(kNames);
}

class Filter : public XmlEvents {
 public:
  Filter(const PartWork& work, Sink& out, PartFacts& facts)
      : work_(work), writer_(out), facts_(facts), attributes_(work.links, work.tally), parser_(namespace_by_uri) {}

  std::string run(Bytes bytes) {
    const std::string_view trouble = parser_.parse(bytes, *this);
    if (!trouble.empty()) return std::string(trouble);
    writer_.finish();
    return writer_.failed() ? "workspace" : "";
  }

  void on_start(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser&) override {
    if (skipped_ > 0 || data_ || captured_) {
      ++skipped_;
      return;
    }
    Frame frame;
    if (!frames_.empty()) frame.in_paragraph = frames_.back().in_paragraph, frame.in_chart = frames_.back().in_chart;
    frames_.push_back(frame);
    if (!start(name, attributes)) {
      frames_.pop_back();
      ++skipped_;
    }
    if (!work_.surroundings.trouble().empty()) parser_.stop("damaged-document");   // the caller asks there why
  }

  void on_end() override {
    if (skipped_ > 0) {
      --skipped_;
      return;
    }
    if (data_) finish_data();
    if (captured_) finish_captured();
    Frame frame = frames_.back();
    frames_.pop_back();
    if (frame.is_frame) settle_frame(frame);
    if (frame.is_paragraph) marks_.end_paragraph(), write_code();
    if (frame.waits && !waiting_.empty()) waiting_.pop_back();
    if (frame.written) writer_.end();
  }

  void on_text(std::string_view text) override {
    if (skipped_ > 0 || frames_.empty()) return;
    if (data_) {
      if (!decoder_.decode(text, *data_)) parser_.stop("workspace");
    } else if (captured_) {
      captured_too_long_ = captured_too_long_ || value_.size() + text.size() > kMaxCaptured;
      if (!captured_too_long_) value_ += text;
    } else if (!frames_.back().waits && !marks_.collect(text)) {
      writer_.text(text);
    }
  }

 private:
  struct Frame {
    bool written = false, waits = false;
    bool in_chart = false;
    bool in_paragraph = false, is_paragraph = false;   // text, where what is not known may hold words
    bool is_meta = false, is_body = false, is_picture = false, is_object = false;
    bool is_frame = false, has_object = false, has_picture = false, lost_picture = false;   // one of several forms is enough
  };
  Frame& frame() { return frames_.back(); }
  Frame* parent() { return frames_.size() > 1 ? &frames_[frames_.size() - 2] : nullptr; }

  void count(std::string_view what) {
    if (!what.empty()) work_.tally.add(what);
  }

  // False: the element goes, with all that is in it.
  bool start(const XmlName& name, std::vector<XmlAttribute>& attributes) {
    if (frames_.size() == 1 && !is_root(name)) return parser_.stop("damaged-document"), false;
    if (frames_.size() > 1 && !fits_inside(name)) return count("other-entry"), false;
    if (parent() && parent()->is_picture && parent()->waits && !name.is("office", "binary-data")) return false;
    if (parent() && parent()->is_frame && !name.in("draw")) settle_frame(*parent());
    const Rule rule = parent() && parent()->is_meta ? rule_in_meta(name) : rule_of(name);
    switch (rule.act) {
      case Act::drop: return count(rule.what), false;
      case Act::drop_source: return drop_source(rule, attributes);
      case Act::unwrap: return count(rule.what), true;
      case Act::foreign_object: return leave_behind(rule, attributes);
      case Act::field_mark: return start_mark(name, rule, attributes);
      default: break;
    }
    if (rule.act == Act::by_vocabulary && !is_element(name)) return count("other-entry"), frame().in_paragraph;
    PassedAttributes passed = attributes_.pass(name, attributes, parser_);
    note(name, passed);
    switch (rule.act) {
      case Act::if_filled: return wait(name, passed);
      case Act::picture: return start_picture(name, passed);
      case Act::object: return start_object(name, passed);
      case Act::link: return start_link(name, passed, true);
      case Act::area: return start_link(name, passed, false);
      case Act::listener: return start_listener(name, passed);
      default: break;
    }
    if (name.is("office", "binary-data")) return start_data(name, passed);
    if (name.in("config")) return start_config(name, passed);
    if (name.is("svg", "desc") && frame().in_chart) return capture(name, passed);
    if (!pass_reference(name, passed)) return false;
    if (speaks_of_metadata(name)) fix(name, passed);
    if (const bool nameless = name.is("table", "named-range") && !passed.find("table", "cell-range-address"); nameless) return false;
    if (name.is("table", "named-expression") && !passed.find("table", "expression")) return false;
    if (name.is("table", "table") && is_copy_of_elsewhere(passed)) return count("external-reference"), false;
    return write(name, passed);
  }

  bool is_root(const XmlName& name) {
    const auto* found = std::find_if(std::begin(kRoots), std::end(kRoots), [&](const RootName& root) { return root.part == work_.part && name.is(root.prefix, root.local); });
    if (name.is("math", "math")) facts_.body = "math";
    return found != std::end(kRoots);
  }

  // A document has one body, and one inside of another stands in a frame of it.
  bool fits_inside(const XmlName& name) {
    if (name.in("office") && name.local.starts_with("document-")) return false;
    if (name.is("office", "document")) return parent()->is_object;
    if (frames_.size() == 3 && parent()->is_body) {
      if (!facts_.body.empty()) return false;
      facts_.body = name.local;
    }
    return true;
  }

  void note(const XmlName& name, PassedAttributes& passed) {
    frame().is_meta = name.is("office", "meta");
    frame().is_body = name.is("office", "body");
    frame().in_chart = frame().in_chart || name.is("office", "chart");
    frame().is_frame = name.is("draw", "frame");
    frame().is_paragraph = name.is("text", "p") || name.is("text", "h");
    frame().in_paragraph = frame().in_paragraph || frame().is_paragraph;
    if (frames_.size() > 1) return;
    if (const std::string* version = passed.find("office", "version")) facts_.version = *version;
    if (const std::string* type = passed.find("office", "mimetype")) facts_.mimetype = *type;
    // All at the root, as writers do: else each paragraph would say again what its attributes mean.
    for (const Namespace* space : parser_.declared()) passed.spaces.push_back(space);
  }

  // References

  bool drop_source(const Rule& rule, const std::vector<XmlAttribute>& attributes) {
    const bool leads = std::any_of(attributes.begin(), attributes.end(), [](const XmlAttribute& one) { return one.name.is("xlink", "href") && !one.value.empty(); });
    if (leads) count(rule.what);
    return false;
  }

  bool leave_behind(const Rule& rule, const std::vector<XmlAttribute>& attributes) {
    count(rule.what);
    for (const XmlAttribute& one : attributes)
      if (one.name.is("xlink", "href")) work_.surroundings.left_behind(one.value);
    return false;
  }

  // Of elements that are not made to lead anywhere. A chart says by ".." that its data are in the document around it.
  bool pass_reference(const XmlName& name, PassedAttributes& passed) {
    if (!passed.href) return true;
    const std::string target = passed.href->value;
    if (name.is("chart", "chart") && (target == "." || target == "..")) return passed.lead_to(target), true;
    if (!target.empty() && !is_place_inside(target)) count(name.in("form") ? "form-action" : "external-reference");
    return true;
  }

  // Cells that were fetched from another document, kept under its name.
  static bool is_copy_of_elsewhere(PassedAttributes& passed) {
    const std::string* name = passed.find("table", "name");
    return name && name->starts_with('\'') && name->find("'#") != name->npos;
  }

  bool start_link(const XmlName& name, PassedAttributes& passed, bool has_content) {
    const std::string target = passed.href ? passed.href->value : "";
    if (!target.empty() && (is_place_inside(target) || work_.links.stays(target))) {
      passed.lead_to(target);
      return write(name, passed);
    }
    if (!target.empty()) work_.links.drop(target);
    return has_content;
  }

  bool start_listener(const XmlName& name, PassedAttributes& passed) {
    const std::string* action = passed.find("presentation", "action");
    const std::string target = passed.href ? passed.href->value : "";
    const bool leads = action && *action == "show";
    if (!leads && !(action && is_jump(*action))) return count("action"), false;
    if (leads) {
      if (!is_place_inside(target) && !work_.links.stays(target)) return work_.links.drop(target), false;
      passed.lead_to(target);
    }
    return write(name, passed);
  }

  bool start_object(const XmlName& name, PassedAttributes& passed) {
    if (!passed.href || passed.href->value.empty()) {   // it may be in here
      frame().is_object = true;
      if (Frame* around = parent()) around->has_object = true;
      return wait(name, passed);
    }
    const std::string written = work_.surroundings.object(passed.href->value);
    if (written.empty()) return false;
    passed.lead_to(written);
    if (Frame* around = parent()) around->has_object = true;
    return write(name, passed);
  }

  // Pictures

  bool start_picture(const XmlName& name, PassedAttributes& passed) {
    frame().is_picture = true;
    Frame* around = parent() && parent()->is_frame ? parent() : nullptr;
    const std::string href = passed.href ? passed.href->value : "";
    if (around && around->has_picture) return work_.surroundings.left_behind(href), false;   // the same in another form
    if (!href.empty()) {
      Surroundings::PictureFound found = work_.surroundings.picture(href);
      if (found.lost && around) around->lost_picture = true;
      if (found.lost && !around) found.href = work_.surroundings.stand_in();
      if (!found.href.empty()) {
        if (around) around->has_picture = true;
        passed.lead_to(found.href);
        return write(name, passed);
      }
    }
    // A background that names no picture says that there is none.
    if (name.in("style") && !passed.href) return write(name, passed);
    return wait(name, passed);
  }

  // All forms of a picture were lost, and nothing else is shown in their place.
  void settle_frame(Frame& around) {
    if (!around.lost_picture || around.has_picture || around.has_object) return;
    around.lost_picture = false;
    const std::string href = work_.surroundings.stand_in();
    const Namespace* draw = namespace_by_uri("urn:oasis:names:tc:opendocument:xmlns:drawing:1.0");
    const Namespace* xlink = namespace_by_uri("http://www.w3.org/1999/xlink");
    write_waiting();
    if (href.empty()) {
      writer_.start({draw, false, "image"}, {});
      write_data(grey_square());
    } else {
      writer_.start({draw, false, "image"}, {{{xlink, false, "href"}, href}, {{xlink, false, "type"}, "simple"}, {{xlink, false, "show"}, "embed"}, {{xlink, false, "actuate"}, "onLoad"}});
    }
    writer_.end();
  }

  bool start_data(const XmlName& name, PassedAttributes& passed) {
    if (!parent()->is_picture) return count("embedded-file"), false;
    data_ = std::make_unique<Blob>(work_.workspace);
    decoder_ = TransferDecoder(TransferEncoding::base64);
    return true;
  }

  void finish_data() {
    const std::unique_ptr<Blob> untrusted = std::move(data_);
    if (!decoder_.finish(*untrusted) || !untrusted->finish()) return parser_.stop("workspace");
    if (untrusted->size() == 0) return;
    Blob ours(work_.workspace);
    bool lost = false;
    if (!work_.surroundings.inner_picture(untrusted->bytes(), ours, lost) || !ours.finish()) return parser_.stop("workspace");
    Frame* around = frames_.size() > 2 && frames_[frames_.size() - 3].is_frame ? &frames_[frames_.size() - 3] : nullptr;
    if (around) (lost ? around->lost_picture : around->has_picture) = true;
    if (lost && around) return;
    if (lost) static_cast<void>(work_.surroundings.stand_in());   // counted; written here whatever it says
    write_waiting();
    write_data(lost ? grey_square() : ours.bytes());
  }

  void write_data(Bytes picture) {
    writer_.start({namespace_by_uri("urn:oasis:names:tc:opendocument:xmlns:office:1.0"), false, "binary-data"}, {});
    Base64Text text(writer_);
    if (!text.write(picture) || !text.finish()) parser_.stop("workspace");
    writer_.end();
  }

  // Settings

  bool start_config(const XmlName& name, PassedAttributes& passed) {
    const std::string* given = passed.find("config", "name");
    const std::string called = given ? *given : "";
    if (name.local == "config-item-set") return is_config_set(called) && wait(name, passed);
    if (name.local == "config-item-map-named" || name.local == "config-item-map-indexed") return is_config_map(called) && wait(name, passed);
    if (name.local == "config-item-map-entry") return wait(name, passed);
    if (name.local != "config-item") return false;
    const std::string* type = passed.find("config", "type");
    config_called_ = called;
    config_type_ = type ? *type : "";
    return capture(name, passed);
  }

  // What its text is decides whether the element stays.
  bool capture(const XmlName& name, PassedAttributes& passed) {
    captured_ = std::make_unique<WaitingElement>(name, passed.kept, std::vector<const Namespace*>());
    captures_setting_ = name.in("config");
    captured_too_long_ = false;
    value_.clear();
    return true;
  }

  void finish_captured() {
    const std::unique_ptr<WaitingElement> element = std::move(captured_);
    if (captures_setting_ ? captured_too_long_ || !is_config_value(config_called_, config_type_, value_) : !description_stays()) return;
    write_waiting();
    element->write(writer_);
    writer_.text(value_);
    writer_.end();
  }

  // In the table of a chart it says from which cells a value is.
  bool description_stays() {
    const FormulaVerdict verdict = judge_formula(value_, work_.links);
    if (verdict.stays && !captured_too_long_) return true;
    count("external-reference");
    return false;
  }

  // Fields that came from Word

  bool start_mark(const XmlName& name, const Rule& rule, std::vector<XmlAttribute>& attributes) {
    PassedAttributes passed = attributes_.pass(name, attributes, parser_);
    const std::string* given = passed.find("field", "type");
    const std::string type = given ? *given : "";
    bool stays = false;
    if (name.local == "fieldmark") stays = FieldMarks::is_box(type);
    else if (name.local == "fieldmark-start") stays = marks_.begin(type);
    else if (name.local == "fieldmark-separator") stays = marks_.separate();
    else stays = marks_.end();
    if (!stays && (name.local == "fieldmark" || name.local == "fieldmark-start")) count(rule.what);
    write_code();
    return stays && write(name, passed);
  }

  void write_code() { writer_.text(marks_.take()); }

  static void fix(const XmlName& name, PassedAttributes& passed) {
    passed.erase("text", "fixed");
    passed.kept.push_back({{name.space, false, "fixed"}, "true"});
  }

  // Writing

  bool write(const XmlName& name, const PassedAttributes& passed) {
    write_waiting();
    writer_.start(name, passed.kept, passed.spaces);
    frame().written = true;
    return true;
  }

  bool wait(const XmlName& name, const PassedAttributes& passed) {
    waiting_.emplace_back(name, passed.kept, passed.spaces);
    frame().waits = true;
    return true;
  }

  // Something is about to be written inside of those that wait.
  void write_waiting() {
    if (waiting_.empty()) return;
    for (const WaitingElement& one : waiting_) one.write(writer_);
    waiting_.clear();
    for (Frame& one : frames_)
      if (one.waits) one.waits = false, one.written = true;
  }

  const PartWork& work_;
  XmlWriter writer_;
  PartFacts& facts_;
  AttributesPass attributes_;
  XmlParser parser_;
  FieldMarks marks_;
  std::vector<Frame> frames_;
  std::vector<WaitingElement> waiting_;
  std::unique_ptr<Blob> data_;
  TransferDecoder decoder_{TransferEncoding::base64};
  std::unique_ptr<WaitingElement> captured_;
  bool captures_setting_ = false, captured_too_long_ = false;
  std::string config_called_, config_type_, value_;
  size_t skipped_ = 0;
};

}  // namespace

std::string rewrite_part(Bytes untrusted, const PartWork& work, Sink& out, PartFacts& facts) { return Filter(work, out, facts).run(untrusted); }

}  // namespace mugai::sanitize::odf
