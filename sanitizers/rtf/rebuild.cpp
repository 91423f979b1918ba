#include "sanitizers/rtf/rebuild.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "sanitizers/link_summary.h"
#include "sanitizers/rtf/characters.h"
#include "sanitizers/rtf/destinations.h"
#include "sanitizers/rtf/fields.h"
#include "sanitizers/rtf/level_text.h"
#include "sanitizers/rtf/picture.h"
#include "sanitizers/rtf/shape_properties.h"
#include "sanitizers/rtf/skipper.h"
#include "sanitizers/rtf/start.h"
#include "sanitizers/rtf/symbols.h"
#include "sanitizers/rtf/words.h"
#include "sanitizers/text/charset_pages.h"

namespace mugai::sanitize::rtf {

namespace {

constexpr size_t kMaxDepth = 256;        // Word itself writes some thirty
constexpr uint32_t kMaxFonts = 4'000;    // readers have broken over more (CVE-2023-21716)
constexpr int kMaxLevels = 9;
// What only the reader of a document knows: dates, numbers of pages and notes, where a line ends.
constexpr std::string_view kReaders[] = {"chdate", "chdpl", "chdpa", "chtime", "chpgn", "sectnum", "chftn", "chatn", "chftnsep", "chftnsepc", "lbr"};
constexpr size_t kMaxCollected = 1 << 20;    // of a title, a name, a property
constexpr size_t kMaxUnflushed = 16 << 20;   // of an instruction, with all that is in it

struct Frame {
  Treatment treatment = Treatment::bare;
  Place place = kFlow;
  const Destination* destination = nullptr;   // of this very group
  bool synthetic = false;       // has no brace of its own: a destination that began inside of its group
  bool collects = false;        // its text and that of the groups in it goes to `text`
  bool undecided = false;       // in \upr: only \*\ud stays
  bool deleted = false, inserted = false;
  int closers = 1;              // groups that the writer has open for it
  size_t collector = 0;         // the frame that collects; 0: none, text is written
  int levels = 0;               // of a list
  std::string text;
  std::string name;             // of a property
  Characters::State characters;
};

class Rebuild {
 public:
  Rebuild(const Input& input, Sink& out, Context& context)
      : input_(input), context_(context), links_(context.profile.urls, tally_), fields_(links_, tally_), writer_(out),
        start_(find_start(input.bytes)), tokens_(slice(input.bytes, start_ ? start_->place : input.bytes.size())) {}

  Outcome run() {
    if (!start_) return Outcome::held("damaged-document");
    if (start_->junk) tally_.add("leading-data");
    frames_.reserve(64);
    begin();
    while (trouble_.empty() && !frames_.empty()) step(tokens_.next());
    if (trouble_.empty() && !writer_.flush(true)) trouble_ = "output";
    if (trouble_ == "output" || trouble_ == "workspace") return Outcome::failed(trouble_);
    if (!trouble_.empty()) return Outcome::held(trouble_);
    count_what_follows();
    return outcome();
  }

 private:
  Frame& top() { return frames_.back(); }

  void begin() {
    frames_.emplace_back();
    writer_.open();
    writer_.word("rtf", 1);
    writer_.word("ansi");
    writer_.word("uc", 1);
  }

  void step(const Token& token) {
    if (token.kind == Token::Kind::binary && token.cut_short) return fail("damaged-document");
    if (skipper_.skips()) return skip(token);
    if (top().undecided && !decides(token)) {
      top().undecided = false;
      skipper_.start("");
      return skip(token);
    }
    switch (token.kind) {
      case Token::Kind::end: return break_off();
      case Token::Kind::open: return open();
      case Token::Kind::close: return close();
      case Token::Kind::word: return word(token);
      case Token::Kind::symbol: return symbol(token.byte);
      case Token::Kind::hex: return hex(token.byte);
      case Token::Kind::text: return text(token.text);
      case Token::Kind::binary:
        flush_text();
        begins_ = starred_ = false;
        if (top().treatment == Treatment::picture) pictures_.back().binary(token.text);
    }
  }

  // A group in \upr shows by its first tokens which it is.
  bool decides(const Token& token) {
    if (token.kind == Token::Kind::symbol && token.byte == '*') return true;
    if (token.kind != Token::Kind::word || token.text != "ud") return false;
    top().undecided = false;
    return true;
  }

  void fail(std::string_view trouble) {
    if (trouble_.empty()) trouble_ = trouble;
  }

  // Groups

  void open() {
    flush_text();
    characters_.end_skipping();
    if (frames_.size() >= kMaxDepth) return fail("too-deep");
    Frame frame;
    const Frame& outer = top();
    frame.place = outer.place;
    frame.collector = outer.collects ? frames_.size() - 1 : outer.collector;
    frame.deleted = outer.deleted;
    frame.inserted = outer.inserted;
    frame.undecided = outer.treatment == Treatment::alternatives;
    frame.characters = outer.characters;
    frames_.push_back(std::move(frame));
    writer_.open();
    begins_ = true;
    starred_ = false;
  }

  void close() {
    flush_text();
    characters_.end_skipping();
    begins_ = starred_ = false;
    for (bool synthetic = true; synthetic && trouble_.empty();) {
      synthetic = top().synthetic;
      end_frame();
    }
    if (!writer_.flush()) fail("output");
    if (writer_.unflushed() > kMaxUnflushed) fail("damaged-document");
  }

  void end_frame() {
    Frame frame = std::move(top());
    frames_.pop_back();
    switch (frame.treatment) {
      case Treatment::text: end_text(frame); break;
      case Treatment::instruction: end_instruction(frame); break;
      case Treatment::field:
        if (const std::string shown = fields_.end(); !shown.empty()) write_text(shown);
        break;
      case Treatment::picture: end_picture(); break;
      case Treatment::property_name:
        if (!frames_.empty()) top().name = frame.text;
        break;
      case Treatment::property_value: end_value(frame); break;
      case Treatment::level_text: write_level_text(writer_, frame.text, template_id_); break;
      case Treatment::object: tally_.add(object_); object_.clear(); break;
      default: break;
    }
    bool shaped = false;
    for (; frame.closers > 0; --frame.closers) shaped = writer_.close();
    if (!shaped || frames_.size() != 1) return;
    writer_.line();
    write_generator();
  }

  // LibreOffice doubles blanks in what no program owns to have written.
  void write_generator() {
    if (has_generator_ || fields_.in_code()) return;   // an instruction may yet go
    has_generator_ = true;
    writer_.open();
    writer_.starred("generator");
    writer_.text("Mugai;");
    writer_.close();
    writer_.line();
  }

  void push_synthetic() {
    open();
    if (!trouble_.empty()) return;
    top().synthetic = true;
    begins_ = false;
  }

  void skip(const Token& token) {
    switch (skipper_.read(token, !object_.empty())) {
      case Skipper::State::inside: return;
      case Skipper::State::cut_short: return fail("damaged-document");
      case Skipper::State::over:
        tally_.add(skipper_.what());
        return close();
      case Skipper::State::over_and_nothing: return close();
    }
  }

  // The end of the file. Only the last brace may be missing.
  void break_off() {
    flush_text();
    size_t open = 0;
    for (const Frame& frame : frames_) open += frame.synthetic ? 0 : 1;
    if (open != 1) return fail("damaged-document");
    while (!frames_.empty()) end_frame();
  }

  // Control words

  void word(const Token& token) {
    const bool begins = begins_, starred = starred_;
    if (token.text == "u" || token.text == "uc") {   // a \uc may stand between the halves of a character
      begins_ = starred_ = false;
      characters_.word(token, top().characters);
      return;
    }
    flush_text();
    begins_ = starred_ = false;
    if (const Destination* known = destination(token.text)) return enter(*known, token, begins, starred);
    if (begins && starred && !(top().place == kStyles && (token.text == "cs" || token.text == "ds" || token.text == "ts")))
      return skipper_.start("other-entry");
    Frame& frame = top();
    if (frame.place != kFonts) {
      characters_.word(token, frame.characters);
    } else if (token.text == "uc" || allowed(token, kFonts)) {   // what is not written must not say what names mean
      characters_.describe_font(token, frame.characters);
      characters_.word(token, frame.characters);
    }
    if (frame.treatment == Treatment::picture) return pictures_.back().word(token);
    if (frame.treatment == Treatment::field && token.text == "fldlock") return fields_.lock();
    if (frame.place == kObject) return object_word(token.text);
    if (token.text == "subdocument") return tally_.add("external-reference");
    if (const std::string_view character = text_in(kSymbols, token.text); !character.empty()) return characters_.put(character);
    obey(token, starred);
  }

  static const WordRule* allowed(const Token& token, Place place) {
    const WordRule* rule = word_rule(token.text, place);
    if (!rule || rule->kind != WordKind::value) return rule;
    return token.has_number && token.number >= rule->least && token.number <= rule->most ? rule : nullptr;
  }

  void obey(const Token& token, bool starred) {
    Frame& frame = top();
    const WordRule* rule = allowed(token, frame.place);
    if (!rule) return;
    if (rule->name == "leveltemplateid") {
      template_id_ = token.number;
      return;
    }
    if (rule->name == "ansicpg" && (frames_.size() != 1 || charset_of_code_page(static_cast<uint32_t>(token.number)).empty())) return;
    if (frame.place == kFonts && rule->name == "f" && ++fonts_ > kMaxFonts) return fail("damaged-document");
    const bool on = !token.has_number || token.number != 0;
    if (rule->name == "deleted") frame.deleted = on;
    if (rule->name == "revised") frame.inserted = on;
    if (rule->name == "plain") frame.deleted = frame.inserted = false;
    const std::string_view character = text_in(kBreaks, rule->name);
    const bool is_text = !character.empty();
    if (is_text) fields_.read(character, frame.deleted, frame.inserted);
    if (std::find(std::begin(kReaders), std::end(kReaders), rule->name) != std::end(kReaders)) fields_.read({&kNested, 1}, frame.deleted, frame.inserted);
    if (frame.collects || frame.collector != 0) return;
    if (is_text && (frame.place == kFlow || frame.place == kMath)) write_generator();
    std::optional<int64_t> number;
    if (rule->kind == WordKind::value) number = token.number;
    if (rule->kind == WordKind::toggle && !on) number = 0;
    if (starred) writer_.starred(rule->name, number);
    else writer_.word(rule->name, number);
    if (rule->name == "par" || rule->name == "row" || rule->name == "nestrow") writer_.line();
    if (!writer_.flush()) fail("output");
  }

  void object_word(std::string_view name) {
    if (name == "objocx") object_ = "activex";
    if (name == "objlink" || name == "objautlink" || name == "objsub" || name == "objpub") object_ = "external-reference";
  }

  // Destinations

  void enter(const Destination& known, const Token& token, bool begins, bool starred) {
    const Place place = top().place;
    const bool is_alternative = known.name == "ud" && frames_.size() > 1 && frames_[frames_.size() - 2].treatment == Treatment::alternatives;
    if (is_alternative) return;   // its text is that of the group around
    if (known.treatment == Treatment::drop) {
      if (!begins) push_synthetic();
      return trouble_.empty() ? skipper_.start(begins || !known.what.empty() ? known.what : "other-entry") : void();
    }
    if (!(known.within & place) || !fits(known, token, begins)) {
      if (begins) skipper_.start(starred ? "other-entry" : "");
      return;
    }
    if (!begins) push_synthetic();
    if (!trouble_.empty()) return;
    Frame& frame = top();
    frame.treatment = known.treatment;
    if (known.treatment != Treatment::alternatives) frame.place = known.place;
    frame.destination = &known;
    begin_frame(frame, known, token);
  }

  // What the table cannot say.
  bool fits(const Destination& known, const Token& token, bool begins) {
    if (known.most >= 0 && (!token.has_number || token.number < 1 || token.number > known.most)) return false;
    // Of an instruction only what is written in it counts: a note there would say something else to us than to its reader.
    if (fields_.in_code() && top().place == kFlow && known.name != "field" && known.name != "formfield") return false;
    switch (known.treatment) {
      case Treatment::picture:
        if (context_.budget.members == 0) fail("too-many-members");   // each is a member
        return pictures_.empty();
      case Treatment::object: return object_.empty();
      case Treatment::result: return begins;   // in whatever groups of the field
      case Treatment::instruction:
      case Treatment::property_name:
      case Treatment::property_value: {
        if (!begins || frames_.size() < 2) return false;
        const Treatment outer = frames_[frames_.size() - 2].treatment;
        return outer == (known.treatment == Treatment::instruction ? Treatment::field : Treatment::property);
      }
      default: break;
    }
    return (known.name != "listlevel" && known.name != "lfolevel") || fits_level(known.name, begins);
  }

  // Readers keep room for nine.
  bool fits_level(std::string_view name, bool begins) {
    if (!begins || frames_.size() < 2) return false;
    Frame& outer = frames_[frames_.size() - 2];
    const std::string_view around = outer.destination ? outer.destination->name : std::string_view();
    const bool is_place = around == "lfolevel" || around == (name == "listlevel" ? "list" : "listoverride");
    return is_place && ++outer.levels <= kMaxLevels;
  }

  void begin_frame(Frame& frame, const Destination& known, const Token& token) {
    switch (known.treatment) {
      case Treatment::group:
        if (known.place == kFonts) frame.characters = {};
        if (frame.collector != 0) break;
        if (known.starred) writer_.starred(known.name, known.most >= 0 ? std::optional(token.number) : std::nullopt);
        else writer_.word(known.name);
        break;
      case Treatment::text:
      case Treatment::level_text:
        frame.collects = true;
        template_id_.reset();
        break;
      case Treatment::property_name: frame.collects = true; break;
      case Treatment::property_value: begin_value(frame); break;
      case Treatment::field: fields_.begin(); break;
      case Treatment::instruction: begin_instruction(frame); break;
      case Treatment::result:
        if (fields_.begin_result()) writer_.word("fldrslt");
        break;
      case Treatment::picture:
        writer_.word("pict");
        pictures_.emplace_back(context_);
        break;
      case Treatment::object: object_ = "object"; break;
      case Treatment::alternatives:
      case Treatment::level_numbers: break;
      case Treatment::property:
      case Treatment::bare:
      case Treatment::drop: break;
    }
    if (known.treatment == Treatment::level_numbers) skipper_.start("");
  }

  void end_text(const Frame& frame) {
    const std::string text = as_one_line(frame.text);
    if (text.empty() || frame.collector != 0) return;
    const Destination& known = *frame.destination;
    if (known.name == "panose" && text.find_first_not_of("0123456789abcdefABCDEF") != text.npos) return;
    if (known.starred) writer_.starred(known.name);
    else writer_.word(known.name);
    if (known.place == kFonts) writer_.font_text(text, font_charset(frame.characters));
    else writer_.text(text);
  }

  // `\field` stands in the group around, and only with an instruction that stays.
  void begin_instruction(Frame& frame) {
    writer_.close();
    if (!fields_.begin_instruction(writer_.mark())) {
      writer_.keep();
      writer_.open();
      frame.treatment = Treatment::bare;
      return skipper_.start("field-code");
    }
    if (writer_.has_shape()) {
      writer_.open();
      frames_[frames_.size() - 2].closers = 2;
    }
    writer_.word("field");
    if (fields_.locked()) writer_.word("fldlock");
    writer_.open();
    writer_.starred("fldinst");
  }

  void end_instruction(Frame& frame) {
    const Fields::Verdict verdict = fields_.end_instruction();
    if (verdict.stays) return writer_.keep();
    writer_.cut(verdict.mark);
    frame.closers = 0;
    top().closers = 1;
  }

  void end_picture() {
    if (!pictures_.back().finish(input_.path + "/" + std::to_string(++members_), tally_, writer_)) fail("workspace");
    pictures_.pop_back();
  }

  // Shapes

  void begin_value(Frame& frame) {
    Frame& property = frames_[frames_.size() - 2];
    frame.name = std::exchange(property.name, {});
    property.treatment = Treatment::bare;   // it has one value
    const PropertyKind kind = property_kind(frame.name);
    if (kind == PropertyKind::script) return skipper_.start("script");
    if (kind == PropertyKind::none) return skipper_.start("");
    if (kind == PropertyKind::picture) {
      frame.place = kValue;
      return write_property(frame.name);
    }
    if (kind == PropertyKind::link) frame.place = kLink;
    frame.collects = true;
  }

  // With the value's group open, and its word written.
  void write_property(std::string_view name) {
    writer_.close();
    writer_.word("sp");
    writer_.open();
    writer_.word("sn");
    writer_.text(name);
    writer_.close();
    writer_.open();
    writer_.word("sv");
  }

  void end_value(const Frame& frame) {
    if (!frame.collects) return;
    std::optional<std::string> value;
    switch (property_kind(frame.name)) {
      case PropertyKind::number: value = property_number(frame.text); break;
      case PropertyKind::array: value = property_array(frame.text); break;
      case PropertyKind::text: value = as_one_line(frame.text); break;
      case PropertyKind::link:
        if (!frame.text.empty()) links_.drop(frame.text);
        break;
      default: break;
    }
    if (!value || value->empty()) return;
    write_property(frame.name);
    writer_.text(*value);
  }

  // Text

  void symbol(unsigned char c) {
    if (c == '*') {
      starred_ = begins_;
      return;
    }
    begins_ = starred_ = false;
    switch (c) {
      case '\\':
      case '{':
      case '}': return characters_.byte(c, false, top().characters);
      case '~': return characters_.put("\u00a0");
      case '_': return characters_.put("\u2011");
      case '-': return characters_.put("\u00ad");
      case '\t': return characters_.put("\t");
      case '\n': {
        Token paragraph;
        paragraph.kind = Token::Kind::word;
        paragraph.text = "par";
        return word(paragraph);
      }
      case ':':
      case '|':
        flush_text();
        if (top().place == kFlow && top().collector == 0 && !top().collects) writer_.symbol(static_cast<char>(c));
        return;
      default: return;
    }
  }

  void hex(unsigned char byte) {
    begins_ = starred_ = false;
    Frame& frame = top();
    if (frame.treatment == Treatment::picture) return;
    if (frame.place == kString && byte < 0x20) {
      if (characters_.skips()) return;
      flush_text();
      if (std::string* collected = collector()) collect(*collected, {reinterpret_cast<const char*>(&byte), 1});
      return;
    }
    characters_.byte(byte, true, frame.characters);
    if (characters_.is_long()) flush_text();
  }

  void text(Bytes bytes) {
    begins_ = starred_ = false;
    const Frame& frame = top();
    if (frame.treatment == Treatment::picture) return pictures_.back().digits(bytes);
    for (const char c : bytes) {
      characters_.byte(static_cast<unsigned char>(c), false, frame.characters);
      if (characters_.is_long()) flush_text();
    }
  }

  void write_text(const std::string& text) {
    const std::string written = without_controls(text);
    if (written.empty()) return;
    write_generator();
    writer_.text(written);
  }

  std::string* collector() {
    if (top().collects) return &top().text;
    return top().collector != 0 ? &frames_[top().collector].text : nullptr;
  }

  void flush_text() {
    const std::string text = characters_.take();
    if (text.empty() || top().treatment == Treatment::alternatives) return;
    const Frame& frame = top();
    if (std::string* collected = collector()) return collect(*collected, text);
    put_text(text, frame);
    if (!writer_.flush()) fail("output");
  }

  void collect(std::string& into, std::string_view text) {
    if (into.size() + text.size() > kMaxCollected) return fail("damaged-document");
    into += text;
  }

  void put_text(const std::string& text, const Frame& frame) {
    switch (frame.place) {
      case kFlow:
      case kMath:
        fields_.read(text, frame.deleted, frame.inserted);
        return write_text(text);
      case kStyles:
      case kNumbering:
      case kNames: return writer_.text(as_one_line(text));
      case kFonts: return writer_.font_text(as_one_line(text), font_charset(frame.characters));
      case kColors:
        for (const char c : text)
          if (c == ';') writer_.text(";");
        return;
      default: return;
    }
  }

  // Where names of fonts are likely to have other characters than ASCII.
  std::string font_charset(const Characters::State& state) const {
    const uint32_t page = characters_.font_code_page(state);
    return is_double_byte(page) ? charset_of_code_page(page) : std::string();
  }

  // The end

  void count_what_follows() {
    const Bytes rest = slice(input_.bytes, start_->place + tokens_.place());
    if (rest.find_first_not_of(std::string_view(" \t\r\n\0\x1a", 6)) != rest.npos) tally_.add("trailing-data");
  }

  Outcome outcome() {
    Outcome outcome;
    outcome.removed = tally_.list();
    if (characters_.lossy()) outcome.reasons.push_back("undecodable-characters");
    outcome.kind = outcome.removed.empty() && outcome.reasons.empty() ? Outcome::Kind::clean : Outcome::Kind::altered;
    outcome.type_out = type_by_id("rtf");
    outcome.action = input_.type == outcome.type_out ? Action::rebuilt : Action::converted;
    outcome.method = 3;
    outcome.summary = link_summary(input_.name, links_.targets(), context_.profile.urls);
    return outcome;
  }

  const Input& input_;
  Context& context_;
  Tally tally_;
  Links links_;
  Fields fields_;
  Writer writer_;
  std::optional<Start> start_;
  Tokenizer tokens_;
  Characters characters_;
  std::vector<Frame> frames_;
  std::vector<Picture> pictures_;    // never more than one
  bool begins_ = false, starred_ = false;   // at the beginning of a group; behind its \*
  bool has_generator_ = false;
  Skipper skipper_;
  std::string object_;               // the id of the object around; empty: none
  std::optional<int64_t> template_id_;
  uint32_t fonts_ = 0, members_ = 0;
  std::string trouble_;
};

}  // namespace

Outcome rebuild_rtf(const Input& input, Sink& out, Context& context) { return Rebuild(input, out, context).run(); }

}  // namespace mugai::sanitize::rtf
