#include "sanitizers/mime/address.h"

#include <algorithm>

#include "sanitizers/mime/ascii_domain.h"
#include "sanitizers/mime/encoded_word.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxLine = 76;
constexpr size_t kMaxAddressBytes = 900;  // what still fits an unfolded line

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// RFC 5322 §3.2.3 atext; UTF-8 beyond ASCII counts (RFC 6532).
bool is_atext(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

void note(AddressList& list, std::string_view id) {
  if (std::find(list.notes.begin(), list.notes.end(), id) == list.notes.end()) list.notes.emplace_back(id);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// "local@domain" as it may stand in a header, or empty when it cannot be one.
std::string clean_address(std::string_view untrusted) {
  std::string text = scrub_line(untrusted);
  // RFC 5322 §4.4 source routes mean nothing any more.
  if (!text.empty() && text[0] == '@')
    if (const size_t colon = text.find(':'); colon != std::string::npos) text.erase(0, colon + 1);
  for (const std::string_view scheme : {"mailto:", "smtp:"})
    if (equals_ignoring_case(std::string_view(text).substr(0, scheme.size()), scheme))
      text.erase(0, scheme.size());
  const size_t at = text.rfind('@');
  std::string local = text.substr(0, at), domain = at == std::string::npos ? "" : text.substr(at + 1);
  const auto drop_blanks = [](std::string& part) {
    part.erase(std::remove_if(part.begin(), part.end(), is_blank), part.end());
  };
  drop_blanks(domain);
  for (const char c : domain)
    if (!is_atext(c) && c != '.' && c != '[' && c != ']' && c != ':') return {};
  if (at != std::string::npos && domain.empty()) return {};
  if (local.size() >= 2 && local.front() == '"' && local.back() == '"') {
    std::string plain;
    for (size_t i = 1; i + 1 < local.size(); ++i) {
      if (local[i] == '\\' && i + 2 < local.size()) ++i;
      plain += local[i];
    }
    local = quoted(plain);
  } else {
    drop_blanks(local);
    if (!std::all_of(local.begin(), local.end(), [](char c) { return is_atext(c) || c == '.'; }))
      local = quoted(local);
  }
  if (at == std::string::npos && !local.empty() && local[0] == '"')
    return {};  // a phrase, not a user of this host
  if (local.empty() || local == "\"\"" || local.find("=?") != std::string::npos) return {};
  std::string address = at == std::string::npos ? local : local + '@' + domain;
  return address.size() <= kMaxAddressBytes ? address : std::string{};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

// The first thing in a display name that a reader takes for an address.
std::string_view address_in(std::string_view name) {
  for (size_t at = name.find('@'); at != std::string_view::npos; at = name.find('@', at + 1)) {
    size_t begin = at, end = at + 1;
    bool dot = false;
    while (begin > 0 && static_cast<unsigned char>(name[begin - 1]) < 0x80 &&
           (is_atext(name[begin - 1]) || name[begin - 1] == '.'))
      --begin;
    while (end < name.size() && static_cast<unsigned char>(name[end]) < 0x80 &&
           (is_atext(name[end]) || name[end] == '.')) {
      dot = dot || name[end] == '.';
      ++end;
    }
    if (begin < at && dot) return name.substr(begin, end - begin);
    if (end > at + 1) at = end - 1;
  }
  return {};
}

class Parser {
 public:
  Parser(std::string_view text, size_t max_addresses, AddressList& list, bool inside_word)
      : text_(text), max_(max_addresses), list_(list), inside_word_(inside_word) {}

  void parse() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const EncodedWord word = c == '=' ? encoded_word_at(text_, at_) : EncodedWord{};
      if (word.length > 0) {  // may hold commas and brackets of its own
        phrase_ += text_.substr(at_, word.length);
        at_ += word.length;
      } else if (c == '"') {
        read_quoted();
      } else if (c == '(') {
        read_comment();
      } else if (c == '<') {
        read_angle();
      } else if (c == ',' || c == ';') {
        ++at_;
        finish();
      } else if (c == ':' && !has_angle_ && phrase_.find('@') == std::string::npos && !is_scheme()) {
        ++at_;  // a group: its name is no mailbox
        reset();
      } else {
        phrase_ += c;
        ++at_;
      }
    }
    finish();
  }

 private:
  bool is_scheme() const {
    const std::string word = lower(phrase_);
    return word == "mailto" || word == "smtp";
  }

  void reset() {
    phrase_.clear();
    comment_.clear();
    angle_.clear();
    has_angle_ = false;
    quoted_part_ = false;
  }

  void read_quoted() {
    std::string plain;
    size_t i = at_ + 1;
    while (i < text_.size() && text_[i] != '"') {
      if (text_[i] == '\\' && i + 1 < text_.size()) ++i;
      plain += text_[i++];
    }
    if (i >= text_.size()) note(list_, "malformed-address");
    at_ = std::min(i + 1, text_.size());
    quoted_part_ = true;
    if (byte_at(text_, at_) == '@')
      phrase_ += quoted(plain);  // a quoted local part
    else
      phrase_ += plain;
  }

  void read_comment() {
    size_t depth = 0, i = at_;
    const size_t end = unclosed_comments_ ? at_ : text_.size();
    for (; i < end; ++i) {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == '(')
        ++depth;
      else if (text_[i] == ')' && --depth == 0)
        break;
    }
    if (i >= end) {  // never closed: it would swallow all addresses that follow
      unclosed_comments_ = true;
      note(list_, "malformed-address");
      phrase_ += text_[at_++];
      return;
    }
    if (comment_.empty()) comment_ = text_.substr(at_ + 1, i - at_ - 1);
    at_ = i + 1;
  }

  void read_angle() {
    if (has_angle_) {  // the comma between two mailboxes is missing
      note(list_, "malformed-address");
      std::string next = phrase_.substr(phrase_before_angle_);
      phrase_.resize(phrase_before_angle_);
      finish();
      phrase_ = std::move(next);
    }
    while (at_ < text_.size() && (text_[at_] == '<' || is_blank(text_[at_]))) ++at_;
    bool in_quotes = false;
    size_t depth = 0;
    has_angle_ = true;
    phrase_before_angle_ = phrase_.size();
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (in_quotes && c == '\\' && at_ + 1 < text_.size()) {
        angle_ += c;
        angle_ += text_[++at_];
        continue;
      }
      if (c == '"' && depth == 0) in_quotes = !in_quotes;
      if (!in_quotes && c == '(') ++depth;
      if (!in_quotes && depth == 0 && (c == '>' || c == '<' || (c == ',' && angle_.find('@') != 0))) break;
      if (depth == 0) angle_ += c;
      if (!in_quotes && c == ')' && depth > 0) --depth;
    }
    if (byte_at(text_, at_) != '>') note(list_, "malformed-address");
    while (at_ < text_.size() && text_[at_] == '>') ++at_;
  }

  void finish() {
    bool found = false;
    const std::string shown = scrub_line(decode_words(phrase_, found));
    if (has_angle_) {
      std::string address = clean_address(decoded(angle_));
      const bool daemon =
          angle_.empty() && shown.find_first_of(" @") == std::string::npos;  // "MAILER-DAEMON <>"
      if (daemon) address = clean_address(shown);
      if (!address.empty())
        add(daemon ? std::string{} : shown.empty() ? decoded(comment_) : shown, std::move(address));
      else if (!angle_.empty() || !shown.empty())
        note(list_, "malformed-address");
    } else if (!shown.empty()) {
      finish_bare(shown, found);
    }
    reset();
  }

  // There were no brackets: the word with '@' is the address, what stands around it a name.
  void finish_bare(const std::string& shown, bool encoded) {
    const size_t at = shown.rfind('@');
    if (at == std::string::npos) {
      const bool single = shown.find(' ') == std::string::npos && !encoded && !quoted_part_;
      std::string address = single ? clean_address(shown) : std::string{};
      if (address.empty())
        note(list_, "malformed-address");
      else
        add(decoded(comment_), std::move(address));
      return;
    }
    if (encoded && !inside_word_) {  // "Name <a@b>" as a whole inside encoded words
      note(list_, "malformed-address");
      Parser(shown, max_, list_, true).parse();
      return;
    }
    // Each word with '@' is an address, the words before it are its name; a name behind the last one counts
    // as well.
    const std::string text = without_obsolete_blanks(shown);
    std::string name, pending, address;
    bool sloppy = false;
    for (size_t i = 0; i < text.size();) {
      const size_t end = end_of_word(text, i);
      const std::string_view word = std::string_view(text).substr(i, end - i);
      if (word.find('@') == std::string_view::npos) {
        sloppy = true;
        name += word;
        if (end < text.size()) name += ' ';
      } else {
        if (!address.empty()) {
          add(std::exchange(pending, {}), std::move(address));
          sloppy = true;
        }
        address = clean_address(word);
        pending = scrub_line(std::exchange(name, {}));
        sloppy = sloppy || address.empty();
      }
      i = end < text.size() ? end + 1 : end;
    }
    if (sloppy) note(list_, "malformed-address");
    if (address.empty()) return;
    if (pending.empty()) pending = scrub_line(name);
    add(pending.empty() ? decoded(comment_) : pending, std::move(address));
  }

  // RFC 5322 §4.4: blanks around '@' and '.' mean nothing.
  static std::string without_obsolete_blanks(const std::string& text) {
    std::string out;
    bool joins = false;
    for (const char c : text) {
      if (is_blank(c) && joins) continue;
      const bool after_blank = !out.empty() && is_blank(out.back());
      joins = c == '@' || (c == '.' && after_blank);
      if (joins)
        while (!out.empty() && is_blank(out.back())) out.pop_back();
      out += c;
    }
    return out;
  }

  static size_t end_of_word(std::string_view text, size_t i) {
    const size_t quote = text[i] == '"' ? text.find("\"@", i + 1) : std::string_view::npos;
    if (quote != std::string_view::npos) i = quote;
    while (i < text.size() && !is_blank(text[i])) ++i;
    return i;
  }

  static std::string decoded(std::string_view raw) {
    bool found = false;
    return scrub_line(decode_words(raw, found));
  }

  void add(std::string name, std::string address) {
    if (list_.mailboxes.size() >= max_) {
      note(list_, "too-many-addresses");
      return;
    }
    const std::string_view shown_address = address_in(name);
    if (equals_ignoring_case(name, address))
      name.clear();  // says nothing
    else if (!shown_address.empty() && !equals_ignoring_case(shown_address, address))
      note(list_, "address-in-display-name");
    list_.mailboxes.push_back({std::move(name), std::move(address)});
  }

  std::string_view text_;
  size_t max_;
  AddressList& list_;
  bool inside_word_;
  size_t at_ = 0;
  std::string phrase_, comment_, angle_;
  size_t phrase_before_angle_ = 0;
  bool has_angle_ = false, quoted_part_ = false, unclosed_comments_ = false;
};

// Tokens of one mailbox: between them, and only there, a line may be folded.
std::vector<std::string> tokens_of(const Mailbox& mailbox, size_t first_column) {
  std::vector<std::string> tokens;
  std::string_view name = mailbox.display_name;
  if (!name.empty() && needs_encoding(name)) {
    size_t column = first_column;
    while (!name.empty()) {
      tokens.push_back(take_encoded_word(name, column + 20 < kMaxLine ? kMaxLine - column : kMaxLine - 1));
      column = 1;
    }
  } else if (!name.empty()) {
    const bool atoms =
        std::all_of(name.begin(), name.end(), [](char c) { return is_atext(c) || c == ' '; }) &&
        name.front() != ' ' && name.back() != ' ' && name.find("  ") == std::string_view::npos;
    tokens.push_back(atoms ? std::string(name) : quoted(name));
  }
  const std::string address = ascii_domain(mailbox.address);
  tokens.push_back(name.empty() && tokens.empty() ? address : '<' + address + '>');
  return tokens;
}

}  // namespace

AddressList parse_addresses(Bytes untrusted_raw_value, size_t max_addresses) {
  AddressList list;
  std::string text = unfold(untrusted_raw_value);
  // Raw ISO-2022-JP and CP932 hold bytes that look like brackets and quotes.
  if (!is_plain_ascii(text)) text = decode_short(text).utf8;
  Parser(text, max_addresses, list, false).parse();
  return list;
}

std::string encode_address_header(std::string_view name, const std::vector<Mailbox>& mailboxes) {
  std::string out = std::string(name) + ":";
  size_t column = out.size();
  for (size_t i = 0; i < mailboxes.size(); ++i) {
    std::vector<std::string> tokens = tokens_of(mailboxes[i], column + 1);
    if (i + 1 < mailboxes.size()) tokens.back() += ',';
    for (const std::string& token : tokens) {
      if (column + 1 + token.size() > kMaxLine && column > name.size() + 1) {
        out += "\r\n";
        column = 0;
      }
      out += ' ';
      out += token;
      column += 1 + token.size();
    }
  }
  return out + "\r\n";
}

}  // namespace mugai::sanitize
