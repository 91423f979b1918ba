#include "sanitizers/text/html_text.h"

#include <algorithm>

#include "sanitizers/text/hex.h"
#include "sanitizers/text/html_entities.h"
#include "sanitizers/text/html_flow.h"
#include "sanitizers/text/html_links.h"
#include "sanitizers/text/html_stack.h"
#include "sanitizers/text/html_style.h"
#include "sanitizers/text/html_tables.h"
#include "sanitizers/text/html_tokenizer.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

using A = HtmlAttribute;

constexpr std::string_view kRule = "----------------------------------------";
constexpr std::string_view kDeceptiveMark = " [注意: 表示と異なるリンク先 / link goes elsewhere]";
constexpr size_t kMaxCids = 1000, kMaxLinkText = 2000;

bool has(const HtmlElement* element, uint32_t flag) {
  return element != nullptr && (element->flags & flag) != 0;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos;
}

class Renderer {
 public:
  Renderer(std::string_view html, const HtmlOptions& options)
      : tokenizer_(html),
        options_(options),
        flow_(options.width),
        stack_(this, [](void* self, const HtmlOpen& open) { static_cast<Renderer*>(self)->closed(open); }) {}

  HtmlText run() {
    HtmlToken token;
    while (tokenizer_.next(token)) {
      switch (token.kind) {
        case HtmlToken::Kind::text:
          text(token);
          break;
        case HtmlToken::Kind::start_tag:
          start_tag(token);
          break;
        case HtmlToken::Kind::end_tag:
          end_tag(token.name);
          break;
      }
    }
    stack_.close_all();
    result_.text = flow_.finish();
    return std::move(result_);
  }

 private:
  enum class Raw { none, drop, style, preformatted };
  struct List {
    bool ordered = false;
    char type = '1';
    int64_t next = 1;
  };
  struct Link {
    bool open = false;
    LinkTarget target;
    std::string text;
    bool shown = false;    // something visible stands inside
    bool unseen = false;   // it is hidden, or something hidden stands inside
  };

  void removed(std::string_view what) {
    for (Removed& known : result_.removed)
      if (known.what == what) {
        ++known.count;
        return;
      }
    result_.removed.push_back({std::string(what), 1});
  }

  bool is_visible() const {
    if (stack_.hidden()) return false;
    const HtmlLook& look = stack_.look();
    if (look.invisible || look.tiny) return false;
    return !look.color || (sheet_.unknown_backgrounds() && *look.color != kTransparentColor) ||
           is_readable(*look.color, look.background);
  }

  void text(const HtmlToken& token) {
    const Raw raw = std::exchange(raw_, Raw::none);
    if (raw == Raw::drop) return;
    if (raw == Raw::style) return sheet_.add(token.text);
    std::string decoded;
    if (token.has_references)
      append_with_references(token.text, false, decoded);
    else
      decoded = token.text;
    std::replace(decoded.begin(), decoded.end(), '\0', ' ');
    if (!is_visible()) {
      if (!is_blank(decoded)) link_.unseen = true;
      if (!is_blank(decoded) && never_shown_ == 0 && !std::exchange(hidden_counted_, true))
        removed("hidden-text");
      return;
    }
    if (!is_blank(decoded)) {
      hidden_counted_ = false;
      link_.shown = true;
    }
    if (link_.open && link_.text.size() < kMaxLinkText) link_.text += decoded;
    if (raw == Raw::preformatted || pre_depth_ > 0) {
      std::string_view shown = decoded;
      if (std::exchange(pre_begins_, false) && !shown.empty() && (shown[0] == '\n' || shown[0] == '\r'))
        shown.remove_prefix(shown.substr(0, 2) == "\r\n" ? 2 : 1);  // HTML drops the first line end
      flow_.add_preformatted(shown);
    } else {
      flow_.add_text(decoded);
    }
  }

  void start_tag(const HtmlToken& token) {
    const std::string& name = token.name;
    const HtmlElement* const element = html_element(name);
    if (element != nullptr && !element->removed.empty() && is_counted(token)) removed(element->removed);
    close_implied_by(name, element);
    if (begin_raw(name)) return;
    if (has(element, kEmptyElement)) return empty_element(token);
    if (name == "html" || name == "head") return;
    if (!stack_.has_room(name)) {
      if (has(element, kBlockElement)) flow_.block(0);
      return;
    }
    HtmlOpen open;
    open.name = name;
    open.element = element;
    open.style = declarations_of(token);
    open.hides = has(element, kNeverShown) || token.has(A::hidden) || open.style.hides();
    if (has(element, kNeverShown)) ++never_shown_;
    before_content(token, open);
    stack_.push(std::move(open));
    if (name == "a") begin_link(token);
    if (name == "rt" && is_visible()) flow_.add_verbatim("(");
  }

  bool is_counted(const HtmlToken& token) const {
    if (token.name == "input") return !equals_ignoring_case(token.value_or_empty(A::type), "hidden");
    return true;
  }

  // Elements that end when another begins (HTML §13.2.6.4.7).
  void close_implied_by(const std::string& name, const HtmlElement* element) {
    if (name == "li") stack_.close_implied("li", {"ul", "ol", "menu", "dir"});
    if (name == "dt" || name == "dd") {
      stack_.close_implied("dt", {"dl"});
      stack_.close_implied("dd", {"dl"});
    }
    if (has(element, kBlockElement) || name == "table") stack_.close_implied("p", {});
    if (name == "option" || name == "optgroup") stack_.close_implied("option", {"select"});
    if (name == "optgroup") stack_.close_implied("optgroup", {"select"});
    if (name == "a" && link_.open) stack_.close("a");
    if (name == "rt" || name == "rp") {
      stack_.close_implied("rt", {"ruby"});
      stack_.close_implied("rp", {"ruby"});
    }
    const bool section = name == "tbody" || name == "thead" || name == "tfoot";
    if (name == "td" || name == "th" || name == "tr" || section) {
      stack_.close_implied("td", {"table"});
      stack_.close_implied("th", {"table"});
      stack_.close_implied("caption", {"table"});
    }
    if (name == "tr" || section) stack_.close_implied("tr", {"table"});
    if (section)
      for (const char* other : {"tbody", "thead", "tfoot"}) stack_.close_implied(other, {"table"});
  }

  // Elements whose content the tokenizer gives as one text.
  bool begin_raw(const std::string& name) {
    if (name == "script" || name == "title" || name == "iframe" || name == "noembed" || name == "noframes")
      raw_ = Raw::drop;
    else if (name == "style")
      raw_ = Raw::style;
    else if (name == "textarea" || name == "xmp" || name == "plaintext")
      raw_ = Raw::preformatted;
    else
      return false;
    if (raw_ == Raw::preformatted) flow_.block(0);
    return true;
  }

  Declarations declarations_of(const HtmlToken& token) const {
    Declarations style;
    if (token.has(A::bgcolor)) style.background = parse_color(token.value(A::bgcolor));
    if (token.has(A::background)) style.background = kUnknownColor;
    if (token.has(A::color) && token.name == "font") style.color = parse_color(token.value(A::color));
    style.merge(sheet_.declarations_for(token.name, token.value_or_empty(A::class_),
                                        std::string(token.value_or_empty(A::id))));
    if (token.has(A::style)) style.merge(parse_declarations(token.value(A::style)));
    return style;
  }

  void before_content(const HtmlToken& token, HtmlOpen& open) {
    const std::string& name = token.name;
    const bool shown = !stack_.hidden() && !open.hides;
    if (has(open.element, kBlockElement)) {
      const bool spaced = has(open.element, kSpacedElement) && !open.style.margin_zero.value_or(false);
      open.blank_lines = spaced && shown ? 1 : 0;
      flow_.block(open.blank_lines);
    }
    if (name == "ul" || name == "ol" || name == "menu" || name == "dir") {
      if (lists_.empty() && shown) flow_.block(open.blank_lines = 1);
      lists_.push_back(list_of(token));
    } else if (name == "li") {
      const std::string marker = next_marker();
      flow_.push_prefix(std::string(marker.size(), ' '));
      if (shown) flow_.set_marker(marker);
      open.prefixed = true;
    } else if (name == "dd") {
      flow_.push_prefix("    ");
      open.prefixed = true;
    } else if (name == "blockquote") {
      flow_.push_prefix("> ");
      open.prefixed = true;
    } else if (name == "pre" || name == "listing") {
      ++pre_depth_;
      pre_begins_ = true;
    } else if (name == "table") {
      tables_.begin_table(token.has(A::border) && token.value(A::border) != "0");
    } else if (name == "tr") {
      tables_.begin_row();
    } else if (name == "td" || name == "th") {
      tables_.begin_cell(name == "th");
    } else if (has(open.element, kControl)) {
      flow_.add_text(" ");
    }
  }

  static List list_of(const HtmlToken& token) {
    List list;
    list.ordered = token.name == "ol";
    if (token.has(A::type) && !token.value(A::type).empty()) list.type = token.value(A::type)[0];
    if (token.has(A::start))
      list.next = std::clamp(std::strtoll(token.value(A::start).c_str(), nullptr, 10), -999'999LL, 999'999LL);
    return list;
  }

  std::string next_marker() {
    if (lists_.empty() || !lists_.back().ordered) return "- ";
    List& list = lists_.back();
    const int64_t number = list.next++;
    if ((list.type == 'a' || list.type == 'A') && number >= 1 && number <= 26)
      return {static_cast<char>(list.type + number - 1), '.', ' '};
    return std::to_string(number) + ". ";
  }

  void closed(const HtmlOpen& open) {
    const std::string& name = open.name;
    if (has(open.element, kNeverShown)) --never_shown_;
    if (name == "a") end_link();
    if (name == "rt" && is_visible() && !open.hides) flow_.add_verbatim(")");
    if (name == "pre" || name == "listing") --pre_depth_;
    if (name == "ul" || name == "ol" || name == "menu" || name == "dir") {
      if (!lists_.empty()) lists_.pop_back();
    }
    if (name == "td" || name == "th")
      tables_.end_cell();
    else if (name == "tr")
      tables_.end_row();
    else if (name == "table")
      tables_.end_table();
    else if (has(open.element, kBlockElement))
      flow_.block(open.blank_lines);
    else if (has(open.element, kControl))
      flow_.add_text(" ");
    if (open.prefixed) flow_.pop_prefix();
  }

  void end_tag(const std::string& name) {
    if (stack_.close(name)) return;
    if (name == "br") flow_.line_break();
    if (name == "p") flow_.block(1);
    if (name == "textarea" || name == "xmp") flow_.block(0);
  }

  void empty_element(const HtmlToken& token) {
    const std::string& name = token.name;
    if (name == "img") return image(token);
    if (name == "base" && base_.empty()) base_ = token.value_or_empty(A::href);
    if (name == "meta" && equals_ignoring_case(token.value_or_empty(A::http_equiv), "refresh"))
      removed("meta-refresh");
    if (stack_.hidden()) return;
    if (name == "br") flow_.line_break();
    if (name == "hr") {
      flow_.block(0);
      flow_.add_verbatim(kRule);
      flow_.block(0);
    }
    if (name == "input" && is_visible()) input(token);
  }

  void input(const HtmlToken& token) {
    const std::string_view type = token.value_or_empty(A::type);
    for (const std::string_view silent :
         {"hidden", "image", "checkbox", "radio", "password", "file", "color", "range"})
      if (equals_ignoring_case(type, silent)) return;
    if (token.has(A::value) && !token.value(A::value).empty()) {
      flow_.add_text(" [");
      flow_.add_text(token.value(A::value));
      flow_.add_text("] ");
    }
  }

  void image(const HtmlToken& token) {
    const std::string_view src = trimmed(token.value_or_empty(A::src));
    const Declarations style = declarations_of(token);
    const bool remote = !is_scheme(src, "cid:") && !is_scheme(src, "data:") && !src.empty();
    const auto tiny = [](const std::optional<double>& by_style, const std::string* attribute) {
      if (by_style) return *by_style <= 2;
      if (attribute == nullptr || attribute->empty() || (*attribute)[0] < '0' || (*attribute)[0] > '9')
        return false;
      return attribute->find('%') == std::string::npos && std::strtod(attribute->c_str(), nullptr) <= 2;
    };
    const bool dot = tiny(style.width_px, token.has(A::width) ? &token.value(A::width) : nullptr) ||
                     tiny(style.height_px, token.has(A::height) ? &token.value(A::height) : nullptr);
    const bool unseen = stack_.hidden() || style.hides() ||
                        style.invisible.value_or(stack_.look().invisible) || token.has(A::hidden);
    if (dot || unseen) {
      link_.unseen = true;
      if (remote) removed("tracking-pixel");
      return;
    }
    if (remote) removed("remote-image");
    if (is_scheme(src, "cid:")) remember_cid(src.substr(4));
    if (src.empty() && !token.has(A::alt)) return;
    link_.shown = true;
    const std::string_view said = token.has(A::alt) ? token.value_or_empty(A::alt) : token.value_or_empty(A::title);
    const std::string mark = options_.image_mark ? options_.image_mark(src, said) : std::string{};
    if (mark.empty()) return;
    flow_.add_text(mark);
  }

  static std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t\r\n\f");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n\f") - first + 1);
  }
  static bool is_scheme(std::string_view url, std::string_view scheme) {
    return equals_ignoring_case(url.substr(0, scheme.size()), scheme);
  }

  void remember_cid(std::string_view encoded) {
    std::string cid = percent_decoded(encoded);
    std::erase_if(cid, [](char c) { return c == '<' || c == '>'; });
    auto& known = result_.referenced_cids;
    if (known.size() < kMaxCids && std::find(known.begin(), known.end(), cid) == known.end())
      known.push_back(std::move(cid));
  }

  void begin_link(const HtmlToken& token) {
    link_ = {};
    if (!token.has(A::href)) return;
    link_.open = true;
    link_.unseen = !is_visible();
    link_.target = resolve_link(token.value(A::href), base_);
  }

  void end_link() {
    const Link link = std::exchange(link_, {});
    if (!link.open) return;
    if (link.target.kind == LinkTarget::Kind::unsafe) removed("unsafe-link");
    if (link.target.shown.empty() || (!link.shown && link.unseen)) return;
    // What the reader can see says enough about a link that goes nowhere.
    if (link.target.kind == LinkTarget::Kind::relative && link.shown) return;
    if (link.shown && says_target(link.text, link.target)) return;
    if (names_other_host(link.text, link.target)) {
      flow_.add_verbatim(kDeceptiveMark);
      if (result_.notes.empty()) result_.notes.push_back("deceptive-link");
    }
    flow_.add_text(" ");
    flow_.add_verbatim('<' + link.target.shown + '>');
  }

  HtmlTokenizer tokenizer_;
  const HtmlOptions& options_;
  TextFlow flow_;
  HtmlStack stack_;
  TableFlow tables_{flow_};
  StyleSheet sheet_;
  HtmlText result_;
  std::string base_;
  Raw raw_ = Raw::none;
  Link link_;
  std::vector<List> lists_;
  size_t pre_depth_ = 0, never_shown_ = 0;
  bool pre_begins_ = false, hidden_counted_ = false;
};

}  // namespace

HtmlText html_to_text(std::string_view utf8_html, const HtmlOptions& options) {
  return Renderer(utf8_html, options).run();
}

}  // namespace mugai::sanitize
