#include "sanitizers/ooxml/part_filter.h"

#include <algorithm>
#include <memory>

#include "sanitizers/ooxml/dates.h"
#include "sanitizers/ooxml/field_state.h"
#include "sanitizers/ooxml/namespaces.h"
#include "sanitizers/xml/waiting_element.h"

namespace mugai::sanitize::ooxml {

namespace {

constexpr size_t kMaxFormula = 64 << 10;        // Excel's own limit is 8,192 characters
constexpr size_t kMaxSharedFormulas = 1 << 20;
constexpr std::string_view kDeadReference = "#REF!";

bool is_word_part(Kind kind) {
  switch (kind) {
    case Kind::document: case Kind::glossary: case Kind::header: case Kind::footer: case Kind::footnotes: case Kind::endnotes:
    case Kind::word_comments: return true;
    default: return false;
  }
}

bool is_slide_part(Kind kind) {
  switch (kind) {
    case Kind::slide: case Kind::slide_layout: case Kind::slide_master: case Kind::notes_slide: case Kind::notes_master:
    case Kind::handout_master: return true;
    default: return false;
  }
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

std::string* find(std::vector<XmlAttribute>& attributes, std::string_view prefix, std::string_view local) {
  for (XmlAttribute& one : attributes)
    if (one.name.local == local && !one.name.foreign && (prefix.empty() ? !one.name.space : one.name.in(prefix))) return &one.value;
  return nullptr;
}

void erase(std::vector<XmlAttribute>& attributes, std::string_view prefix, std::string_view local) {
  std::erase_if(attributes, [&](const XmlAttribute& one) {
    return one.name.local == local && (prefix.empty() ? !one.name.space : one.name.in(prefix));
  });
}

// Only stories have fields; elsewhere nobody would read them, and nobody here looks at what they say.
bool is_field(const XmlName& name) {
  return name.in("w") && (name.local == "fldChar" || name.local == "fldSimple" || name.local == "instrText" || name.local == "delInstrText");
}

bool is_caption(std::string_view name) {
  static constexpr std::string_view kNames[] = {"div", "font", "span", "br", "b", "i", "u", "s", "p", "sub", "sup"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}
bool is_look(std::string_view attribute) {
  static constexpr std::string_view kNames[] = {"style", "face", "size", "color", "align"};
  return std::find(std::begin(kNames), std::end(kNames), attribute) != std::end(kNames);
}

class Filter : public XmlEvents {
 public:
  Filter(const PartWork& work, Sink& out, const Findings* findings) : work_(work), writer_(out), findings_(findings) {
    fields_.follow(findings);
    if (!findings) fields_.judge_with(work.links, work.links, work.tally);
  }

  std::string run(Bytes bytes) {
    const std::string_view trouble = XmlParser(namespace_by_uri).parse(bytes, *this);
    if (!trouble.empty()) return std::string(trouble);
    fields_.finish();
    writer_.finish();
    if (writer_.failed()) return "workspace";
    return wrote_ ? "" : "damaged-document";
  }

  Findings take() {
    Findings found = fields_.take();
    found.objects = std::move(objects_);
    return found;
  }

  void on_start(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser& parser) override {
    ++element_;
    if (skipped_ > 0) {
      ++skipped_;
      return;
    }
    if (captured_) return skip("");   // formulas are text
    frames_.emplace_back();
    if (!start(name, attributes, parser)) {
      leave(frames_.back());
      frames_.pop_back();
      ++skipped_;
    }
  }

  void on_end() override {
    if (skipped_ > 0) {
      --skipped_;
      return;
    }
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (frame.captures) finish_formula();
    if (frame.waits && !waiting_.empty()) waiting_.pop_back();
    if (frame.written) writer_.end();
    leave(frame);
  }

  void on_text(std::string_view text) override {
    if (skipped_ > 0 || frames_.empty()) return;
    if (captured_) {
      if (formula_.size() + text.size() > kMaxFormula) formula_too_long_ = true;
      else formula_ += text;
      return;
    }
    if (unwrapping_object()) return;
    if (fields_.in_code()) fields_.collect(text, deleted_ > 0 || frames_.back().deleted_text, inserted_ > 0);
    if (!waiting_.empty()) {
      if (is_blank(text)) return;
      write_waiting();
    }
    writer_.text(text);
  }

 private:
  struct Frame {
    bool written = false, waits = false, captures = false, story = false, is_run = false, deleted_text = false;
    bool object = false, preview = false;
    char change = 0;   // of text that is tracked: inserted or deleted
    enum class Alternatives { none, open, taken } alternatives = Alternatives::none;
  };

  void leave(const Frame& frame) {
    if (frame.story) fields_.leave_story();
    if (frame.change == 'd') --deleted_;
    if (frame.change == 'i') --inserted_;
    if (frame.object) in_object_ = false, frame_element_ = 0;
    if (frame.preview) in_preview_ = false;
  }

  void skip(std::string_view what) {
    if (!what.empty() && findings_) work_.tally.add(what);
    ++skipped_;
  }
  void count(std::string_view what) {
    if (!what.empty() && findings_) work_.tally.add(what);
  }

  // False: the element goes, with all that is in it.
  bool start(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser& parser) {
    if (!name.space) return start_unnamed(name, attributes);
    if (is_slide_part(work_.kind) && !pass_object(name)) return true;
    if (is_word_part(work_.kind) ? !pass_word(name, attributes) : is_field(name)) return false;
    if (name.in("mc")) return start_alternative(name, attributes, parser);
    const Rule rule = rule_of(name);
    switch (rule.act) {
      case Act::drop: return count(rule.what), false;
      case Act::unwrap: return true;
      default: break;
    }
    if (!pass_attributes(name, attributes, rule.act == Act::needs_link)) return false;
    if (!pass_special(name, attributes)) return frame_stays_;
    switch (rule.act) {
      case Act::if_filled: return wait(name, attributes, parser);
      case Act::date:
      case Act::formula:
      case Act::cell_formula: return capture(name, attributes, rule);
      default: write(name, attributes, parser);
    }
    return true;
  }

  // Only VML has a root without a vocabulary, and in it the captions of boxes and buttons as a little HTML.
  bool start_unnamed(const XmlName& name, std::vector<XmlAttribute>& attributes) {
    if (!name.foreign && name.local == "xml" && frames_.size() == 1 && work_.kind == Kind::vml_drawing) {
      attributes.clear();
      write_now(name, attributes, {});
      return true;
    }
    if (!name.foreign && is_caption(name.local) && work_.kind == Kind::vml_drawing && frames_.size() > 1) {
      std::erase_if(attributes, [](const XmlAttribute& one) { return one.name.space || one.name.foreign || !is_look(one.name.local) || one.value.find('(') != one.value.npos; });
      write_now(name, attributes, {});
      return true;
    }
    count("other-entry");
    return false;
  }

  // Attributes

  // False: the element cannot do without a reference that it has not.
  bool pass_attributes(const XmlName& element, std::vector<XmlAttribute>& attributes, bool needs_link) {
    bool linked = false;
    std::vector<XmlAttribute> kept;
    for (XmlAttribute& one : attributes) {
      const AttributeRule rule = attribute_rule_of(element, one.name);
      bool stays = true;
      switch (rule.act) {
        case AttributeAct::keep: break;
        case AttributeAct::drop: stays = false; if (!one.value.empty()) count(rule.what); break;
        case AttributeAct::empty: if (!one.value.empty()) count(rule.what), one.value.clear(); break;
        case AttributeAct::formula: stays = formula_stays(one.value, rule.what); break;
        case AttributeAct::reference: stays = is_link(element, one.name) || pass_reference(one.value); linked = linked || stays; break;
      }
      if (stays && !clashes(element, kept, one.name)) kept.push_back(std::move(one));
    }
    attributes = std::move(kept);
    if (element.in("dcterms")) attributes.push_back({{namespace_by_uri("http://www.w3.org/2001/XMLSchema-instance"), false, "type"}, "dcterms:W3CDTF"});
    if (is_web_shape(element, attributes)) pass_web_shape(attributes);
    return linked || !needs_link;
  }

  // Those are asked about in pass_link().
  static bool is_link(const XmlName& element) {
    if (element.in("a")) return element.local.starts_with("hlink") && element.local != "hlink";
    return element.is("w", "hyperlink") || element.is("x", "hyperlink");
  }
  static bool is_link(const XmlName& element, const XmlName& attribute) { return is_link(element) && attribute.is("r", "id"); }

  // Two vocabularies that share a prefix cannot stand on one element.
  static bool clashes(const XmlName& element, const std::vector<XmlAttribute>& kept, const XmlName& name) {
    if (!name.space) return false;
    if (element.in(name.space->prefix) && element.space != name.space) return true;
    return std::any_of(kept.begin(), kept.end(), [&](const XmlAttribute& one) {
      return one.name.in(name.space->prefix) && (one.name.space != name.space || one.name.local == name.local);
    });
  }

  bool pass_reference(const std::string& id) {
    const Kind kind = work_.references.kind_of(id);
    if (kind == Kind::none || kind == Kind::hyperlink) return false;
    if (findings_) work_.references.use(id);
    return true;
  }

  bool formula_stays(const std::string& text, std::string_view what) {
    const FormulaVerdict verdict = judge_formula(text, work_.links);
    if (!verdict.stays) count(verdict.what.empty() ? what : verdict.what);
    return verdict.stays;
  }

  // A shape of the old kind has its link in itself.
  static bool is_web_shape(const XmlName& element, std::vector<XmlAttribute>& attributes) {
    return element.in("v") && find(attributes, "", "href");
  }
  void pass_web_shape(std::vector<XmlAttribute>& attributes) {
    const std::string target = *find(attributes, "", "href");
    if (target.starts_with('#') || work_.links.stays(target)) return;
    if (findings_) work_.links.drop(target);
    erase(attributes, "", "href");
  }

  // Links

  // True: leads somewhere that stays. The attribute goes when it does not.
  bool pass_link(std::vector<XmlAttribute>& attributes) {
    std::string* id = find(attributes, "r", "id");
    if (!id || id->empty()) return false;
    const Kind kind = work_.references.kind_of(*id);
    if (findings_) work_.references.link(*id);
    if (kind == Kind::hyperlink || kind == Kind::slide) {
      if (findings_) work_.references.use(*id);
      return true;
    }
    erase(attributes, "r", "id");
    return false;
  }

  // PowerPoint's links also say what happens. Only jumps inside of the show may.
  bool pass_click(std::vector<XmlAttribute>& attributes) {
    std::string* action = find(attributes, "", "action");
    const std::string what = action ? *action : "";
    const bool jump = what.starts_with("ppaction://hlinkshowjump?") || what.starts_with("ppaction://customshow?");
    const bool to_slide = what.starts_with("ppaction://hlinksldjump");
    if (!what.empty() && !jump && !to_slide && what != "ppaction://noaction") {
      count(what.starts_with("ppaction://macro") ? "macro" : "action");
      return false;
    }
    const bool linked = pass_link(attributes);
    return linked || jump || what == "ppaction://noaction";
  }

  // False: handled; whether the element's content stays is in frame_stays_.
  bool pass_special(const XmlName& name, std::vector<XmlAttribute>& attributes) {
    frame_stays_ = false;
    if (name.is("w", "hyperlink")) {
      frame_stays_ = true;
      const bool leads_out = find(attributes, "r", "id");   // then an anchor is in that other document
      return leads_out ? pass_link(attributes) : find(attributes, "w", "anchor") != nullptr;
    }
    if (name.is("x", "hyperlink")) {
      const bool leads_out = find(attributes, "r", "id"), linked = pass_link(attributes);
      const std::string* location = find(attributes, "", "location");
      if (location && !is_inside(*location)) {
        count("unsafe-link");
        return false;
      }
      return leads_out ? linked : location != nullptr;
    }
    if (is_link(name)) return pass_click(attributes);
    if (name.is("w", "object")) return start_object(name);
    if (name.is("w", "fldSimple")) return pass_simple_field(attributes);
    if (name.is("x", "definedName")) return pass_defined_name(attributes);
    if (name.is("p", "sldLst") && work_.kind == Kind::view_properties) return false;
    if (name.is("x", "table") && find(attributes, "", "tableType") && *find(attributes, "", "tableType") != "worksheet") {
      erase(attributes, "", "tableType");
      count("data-connection");
    }
    return true;
  }

  bool is_inside(const std::string& location) const {
    return location.find("//") == location.npos && location.find("\\\\") == location.npos &&
           location.find('[') == location.npos && location.find('|') == location.npos;
  }

  // The object goes, what it looks like stays: as the old kind of picture.
  bool start_object(const XmlName& name) {
    write_now({name.space, false, "pict"}, {}, {});
    frame_stays_ = true;
    return false;
  }

  bool pass_simple_field(std::vector<XmlAttribute>& attributes) {
    frame_stays_ = true;
    if (fields_.in_code()) fields_.collect({&kNested, 1}, false, false);
    const std::string* code = find(attributes, "w", "instr");
    const FieldVerdict verdict = judge_field(code ? *code : "", false, work_.links);
    if (verdict.stays) return true;
    if (findings_) {
      if (verdict.link.empty()) work_.tally.add("field-code");
      else work_.links.drop(verdict.link);
    }
    return false;
  }

  bool pass_defined_name(std::vector<XmlAttribute>& attributes) {
    const std::string* name = find(attributes, "", "name");
    std::string lower = name ? *name : "";
    std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
    bool runs = lower.starts_with("_xlnm.auto_") || lower.starts_with("auto_");
    for (const std::string_view flag : {"function", "vbProcedure", "xlm"})
      if (const std::string* value = find(attributes, "", flag)) runs = runs || (*value != "0" && *value != "false");
    if (runs) count("macro");
    return !runs;
  }

  // Word

  bool pass_word(const XmlName& name, std::vector<XmlAttribute>& attributes) {
    const bool parent_is_run = frames_.size() > 1 && frames_[frames_.size() - 2].is_run;
    if (name.in("w")) word_ = name.space;
    if (!name.in("w")) return !(parent_is_run && fields_.in_dropped_code());
    if (name.local == "txbxContent" || name.local == "footnote" || name.local == "endnote" || name.local == "comment" || name.local == "docPart")
      enter_story();
    if (name.local == "del" || name.local == "moveFrom") frame().change = 'd', ++deleted_;
    if (name.local == "ins" || name.local == "moveTo") frame().change = 'i', ++inserted_;
    if (name.local == "r") frame().is_run = true;
    if (name.local == "fldChar") return pass_mark(attributes);
    if (name.local == "instrText" || name.local == "delInstrText") {
      if (!fields_.in_code() || fields_.in_dropped_code()) return false;
      frame().deleted_text = name.local == "delInstrText";
      return true;
    }
    if (name.local == "delText") frame().deleted_text = true;
    return !(parent_is_run && name.local != "rPr" && fields_.in_dropped_code());
  }

  bool pass_mark(std::vector<XmlAttribute>& attributes) {
    const std::string* type = find(attributes, "w", "fldCharType");
    if (!type) return false;
    if (*type == "begin") return fields_.begin(element_);
    if (*type == "separate") return fields_.separate();
    if (*type != "end") return false;
    if (fields_.end()) return true;
    if (const std::string words = fields_.take_shown(); !words.empty()) write_words(words);
    return false;
  }

  void write_words(const std::string& words) {
    const XmlName text{word_, false, "t"};
    const XmlName space{namespace_by_uri("http://www.w3.org/XML/1998/namespace"), false, "space"};
    write_waiting();
    writer_.start(text, {{space, "preserve"}});
    writer_.text(words);
    writer_.end();
  }

  void enter_story() {
    frame().story = true;
    if (fields_.in_code()) fields_.collect({&kNested, 1}, false, false);   // it may come to stand in the instruction itself
    fields_.enter_story();
  }

  // PowerPoint: a frame around an embedded object is replaced by the picture of it, which is a shape by itself.

  bool unwrapping_object() const { return in_object_ && !in_preview_; }

  // False: the element is not written, its content is looked at.
  bool pass_object(const XmlName& name) {
    if (in_object_) {
      if (in_preview_) return true;
      if (!name.is("p", "pic") || preview_done_) return false;
      return in_preview_ = preview_done_ = frame().preview = true;
    }
    if (!findings_ && name.is("p", "oleObj") && frame_element_ != 0) objects_.insert(frame_element_);
    if (!name.is("p", "graphicFrame")) return true;
    frame().object = true;
    frame_element_ = element_;
    if (!findings_ || !findings_->objects.contains(element_)) return true;
    work_.tally.add("object");
    in_object_ = true;
    preview_done_ = false;
    return false;
  }

  // Alternatives

  bool start_alternative(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser& parser) {
    if (name.local == "AlternateContent") {
      attributes.clear();
      frame().alternatives = Frame::Alternatives::open;
      return wait(name, attributes, parser);
    }
    const bool choice = name.local == "Choice";
    if ((!choice && name.local != "Fallback") || frames_.size() < 2) return false;
    Frame& around = frames_[frames_.size() - 2];
    if (around.alternatives != Frame::Alternatives::open) return false;
    enter_story();   // a reader takes one branch: no field may reach from one into the other
    std::vector<XmlAttribute> kept;
    std::vector<const Namespace*> spaces;
    if (choice) {
      const std::string* needs = find(attributes, "", "Requires");
      if (!needs || !known_prefixes(*needs, parser, spaces, true)) return false;
      std::string value;
      for (const Namespace* space : spaces) value += (value.empty() ? "" : " ") + std::string(space->prefix);
      kept.push_back({{nullptr, false, "Requires"}, value});
    } else if (around.waits) {
      // The only branch that is left is no alternative any more.
      waiting_.pop_back();
      around.waits = false;
      around.alternatives = Frame::Alternatives::taken;
      return true;
    }
    write_waiting();
    write_now(name, kept, spaces);
    return true;
  }

  // False: one of them is not known, or not as this reader would know it.
  static bool known_prefixes(std::string_view list, const XmlParser& parser, std::vector<const Namespace*>& out, bool all) {
    for (size_t at = 0; at < list.size();) {
      const size_t end = std::min(list.find_first_of(" \t\r\n", at), list.size());
      if (end > at) {
        const Namespace* space = namespace_by_uri(parser.uri_of(list.substr(at, end - at)));
        if (!space && all) return false;
        const bool clash = space && std::any_of(out.begin(), out.end(), [&](const Namespace* one) { return one->prefix == space->prefix; });
        if (space && !clash) out.push_back(space);
      }
      at = end + 1;
    }
    return !out.empty();
  }

  // Formulas

  bool capture(const XmlName& name, std::vector<XmlAttribute>& attributes, const Rule& rule) {
    captured_ = std::make_unique<WaitingElement>(name, attributes, std::vector<const Namespace*>());
    capture_act_ = rule.act;
    capture_what_ = rule.what;
    formula_.clear();
    formula_too_long_ = false;
    frame().captures = true;
    return true;
  }

  void finish_formula() {
    const std::unique_ptr<WaitingElement> element = std::move(captured_);
    if (unwrapping_object()) return;
    if (capture_act_ == Act::date) return finish_date(*element);
    FormulaVerdict verdict = judge_formula(formula_, work_.links);
    if (formula_too_long_) verdict = {false, "external-formula", {}};
    if (capture_act_ == Act::cell_formula) verdict.stays = shared_stays(*element, verdict.stays);
    if (!verdict.stays && findings_) {
      if (!verdict.what.empty()) work_.tally.add(verdict.what);
      else if (!verdict.link.empty()) work_.links.drop(verdict.link);
    }
    if (!verdict.stays && capture_act_ == Act::cell_formula) return;
    write_captured(*element, verdict.stays ? formula_ : kDeadReference);
  }

  void finish_date(const WaitingElement& element) {
    if (is_date(formula_)) write_captured(element, formula_);
    else count(capture_what_);
  }

  void write_captured(const WaitingElement& element, std::string_view text) {
    write_waiting();
    element.write(writer_);
    wrote_ = true;
    writer_.text(text);
    writer_.end();
  }

  // Cells that share a formula hold only its number; the first of them holds the formula.
  bool shared_stays(const WaitingElement& element, bool stays) {
    const std::string* type = element.value("t");
    const std::string* number = element.value("si");
    if (!type || *type != "shared" || !number) return stays;
    if (formula_.empty()) return shared_.contains(*number);
    if (stays && shared_.size() < kMaxSharedFormulas) shared_.insert(*number);
    if (!stays) shared_.erase(*number);
    return stays;
  }

  // Writing

  Frame& frame() { return frames_.back(); }

  std::vector<const Namespace*> pass_ignorable(const XmlName& element, std::vector<XmlAttribute>& attributes, const XmlParser& parser) {
    std::vector<const Namespace*> spaces;
    std::string* list = find(attributes, "mc", "Ignorable");
    if (!list) return spaces;
    known_prefixes(*list, parser, spaces, false);
    std::erase_if(spaces, [&](const Namespace* space) {
      if (element.in(space->prefix)) return true;
      return std::any_of(attributes.begin(), attributes.end(), [&](const XmlAttribute& one) { return one.name.in(space->prefix) && one.name.space != space; });
    });
    list->clear();
    for (const Namespace* space : spaces) *list += (list->empty() ? "" : " ") + std::string(space->prefix);
    if (list->empty()) erase(attributes, "mc", "Ignorable");
    return spaces;
  }

  void write(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser& parser) {
    std::vector<const Namespace*> spaces = pass_ignorable(name, attributes, parser);
    // All at the root, as writers do: else each paragraph would say again what its attributes mean.
    if (!wrote_)
      for (const Namespace* space : parser.declared()) spaces.push_back(space);
    write_now(name, attributes, spaces);
  }

  void write_now(const XmlName& name, const std::vector<XmlAttribute>& attributes, const std::vector<const Namespace*>& also) {
    write_waiting();
    writer_.start(name, attributes, also);
    frame().written = true;
    wrote_ = true;
  }

  bool wait(const XmlName& name, std::vector<XmlAttribute>& attributes, const XmlParser& parser) {
    std::vector<const Namespace*> spaces = pass_ignorable(name, attributes, parser);
    waiting_.emplace_back(name, attributes, std::move(spaces));
    frame().waits = true;
    return true;
  }

  // Something is about to be written inside of those that wait.
  void write_waiting() {
    if (waiting_.empty()) return;
    for (const WaitingElement& one : waiting_) one.write(writer_);
    waiting_.clear();
    wrote_ = true;
    for (Frame& one : frames_)
      if (one.waits) one.waits = false, one.written = true;
  }

  const PartWork& work_;
  XmlWriter writer_;
  const Findings* findings_;
  FieldState fields_;
  std::vector<Frame> frames_;
  std::vector<WaitingElement> waiting_;
  std::unique_ptr<WaitingElement> captured_;
  Act capture_act_ = Act::keep;
  std::string_view capture_what_;
  const Namespace* word_ = nullptr;   // strict or not, as the part has it
  std::string formula_;
  bool formula_too_long_ = false;
  std::set<std::string> shared_;
  std::set<uint64_t> objects_;
  uint64_t element_ = 0, frame_element_ = 0;
  size_t skipped_ = 0, deleted_ = 0, inserted_ = 0;
  bool wrote_ = false, frame_stays_ = false;
  bool in_object_ = false, in_preview_ = false, preview_done_ = false;
};

struct Nowhere : Sink {
  bool write(Bytes) override { return true; }
};

}  // namespace

std::string rewrite_part(Bytes untrusted, const PartWork& work, Sink& out) {
  Findings findings;
  // What a field or a frame is shows only at its end; the first reading writes nowhere.
  if (is_word_part(work.kind) || is_slide_part(work.kind)) {
    Nowhere nowhere;
    Filter first(work, nowhere, nullptr);
    if (std::string trouble = first.run(untrusted); !trouble.empty()) return trouble;
    findings = first.take();
  }
  return Filter(work, out, &findings).run(untrusted);
}

}  // namespace mugai::sanitize::ooxml
