// Rich text (RTF 1.9.1) as Mugai leaves it: 7-bit, one document and nothing around it, no control word or destination that
// embeds, runs, fetches or names a person, pictures in digits only, fields that show. Reads tokens in order by itself.
#include <algorithm>

#include "sanitizers/verify/checks.h"

namespace mugai::sanitize {

namespace {

constexpr size_t kMaxDepth = 1'000;

struct Forbidden {
  std::string_view word, what;
};

constexpr Forbidden kForbidden[] = {
    {"object", "object"}, {"objdata", "object"}, {"objclass", "object"}, {"objname", "object"}, {"objemb", "object"}, {"objupdate", "object"}, {"objalias", "object"},
    {"objsect", "object"}, {"objicemb", "object"}, {"objhtml", "object"}, {"oleclsid", "object"}, {"bin", "object"}, {"objocx", "activex"}, {"objlink", "external-reference"},
    {"objautlink", "external-reference"}, {"objsub", "external-reference"}, {"objpub", "external-reference"}, {"template", "remote-template"}, {"filetbl", "external-reference"},
    {"file", "external-reference"}, {"subdocument", "external-reference"}, {"nextfile", "external-reference"}, {"hlinkbase", "external-reference"}, {"linkstyles", "remote-template"},
    {"mailmerge", "data-connection"}, {"datastore", "custom-data"}, {"docvar", "custom-data"}, {"xmlopen", "custom-data"}, {"datafield", "custom-data"}, {"fontemb", "embedded-font"},
    {"fontfile", "embedded-font"}, {"ffentrymcr", "macro"}, {"ffexitmcr", "macro"}, {"author", "metadata"}, {"operator", "metadata"}, {"manager", "metadata"}, {"company", "metadata"},
    {"userprops", "metadata"}, {"hl", "unsafe-link"}, {"htmltag", "other-entry"}, {"rsidtbl", "metadata"}, {"insrsid", "metadata"},
    {"wmetafile", "picture-placeholder"}, {"emfblip", "picture-placeholder"}, {"macpict", "picture-placeholder"}, {"dibitmap", "picture-placeholder"},
    {"wbitmap", "picture-placeholder"}, {"pmmetafile", "picture-placeholder"}};

constexpr std::string_view kStarred[] = {
    "aftncn", "aftnsep", "aftnsepc", "annotation", "atnauthor", "atndate", "atnid", "atnparent", "atnref", "atntime", "atrfend", "atrfstart", "background", "bkmkend", "bkmkstart", "cs",
    "defchp", "defpap", "do", "ds", "falt", "fchars", "ffdeftext", "ffformat", "ffhelptext", "ffl", "ffname", "ffstattext", "fldinst", "fname", "formfield", "ftncn", "ftnsep", "ftnsepc",
    "generator", "lchars", "listoverridetable", "listpicture", "liststylename", "listtable", "moMath", "moMathPara", "nesttableprops", "panose", "picprop", "pn", "pnseclvl", "revtbl",
    "rxe", "shpinst", "shppict", "ts"};

bool is_letter(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

class RtfCheck {
 public:
  RtfCheck(Bytes bytes, const LookInside& inside, Objections& found) : bytes_(bytes), inside_(inside), found_(found) {}

  void run() {
    if (!bytes_.starts_with("{\\rtf1\\ansi\\uc1")) found_.add("damaged-document");
    for (at_ = 0; at_ < bytes_.size() && !done_;) {
      const unsigned char c = byte_at(bytes_, at_++);
      if (c == '{') open();
      else if (c == '}') close();
      else if (c == '\\') control();
      else if (c != '\r' && c != '\n') letter(c);
      if (groups_.size() > kMaxDepth) return found_.add("too-deep");
    }
    if (!groups_.empty()) found_.add("damaged-document");
    if (at_ < bytes_.size()) found_.add("trailing-data");
  }

 private:
  struct Group {
    bool code = false;                  // of a field
    std::string instruction, picture;
    std::string_view blip;
    bool is_picture = false, is_name = false;
  };

  void open() {
    Group group;
    if (!groups_.empty()) group.code = groups_.back().code;
    groups_.push_back(std::move(group));
  }

  void close() {
    if (groups_.empty()) return found_.add("damaged-document");
    const Group group = std::move(groups_.back());
    groups_.pop_back();
    done_ = groups_.empty();
    if (group.is_picture) look_at(group);
    if (group.is_name) property(group.instruction);
    if (group.code && !groups_.empty() && groups_.back().code) groups_.back().instruction += group.instruction;
    else if (group.code) instruction(group.instruction);
  }

  void control() {
    const unsigned char first = byte_at(bytes_, at_);
    if (first == '*') {
      ++at_;
      if (byte_at(bytes_, at_) != '\\') found_.add("other-entry");
      starred_ = true;
      return;
    }
    if (!is_letter(first)) {
      ++at_;
      if (first == '\'') at_ += 2;
      else if (first == '\\' || first == '{' || first == '}') letter(first);
      return;
    }
    const size_t start = at_;
    while (is_letter(byte_at(bytes_, at_))) ++at_;
    const std::string_view name = bytes_.substr(start, at_ - start);
    const bool negative = byte_at(bytes_, at_) == '-' && is_digit(byte_at(bytes_, at_ + 1));
    if (negative) ++at_;
    int64_t number = 0;
    for (; is_digit(byte_at(bytes_, at_)); ++at_) number = std::min<int64_t>(number * 10 + (bytes_[at_] - '0'), UINT32_MAX);
    if (byte_at(bytes_, at_) == ' ') ++at_;
    word(name, negative ? -number : number);
    starred_ = false;
  }

  void word(std::string_view name, int64_t number) {
    for (const Forbidden& one : kForbidden)
      if (one.word == name) found_.add(one.what);
    if (starred_ && std::find(std::begin(kStarred), std::end(kStarred), name) == std::end(kStarred)) found_.add("other-entry");
    if (name == "rtf" && groups_.size() != 1) found_.add("other-entry");
    if (groups_.empty()) return found_.add("damaged-document");
    Group& group = groups_.back();
    if (name == "field") group.code = false, group.instruction.clear();   // one of its own, wherever it stands
    if (name == "fldinst") group.code = true;
    for (const std::string_view story : {"footnote", "annotation", "header", "footer", "shptxt", "listtext", "pntext", "xe", "tc", "upr"})
      if (group.code && name == story) found_.add("field-code");   // what stands there is no part of the instruction
    if (name == "fldrslt" && group.code) found_.add("damaged-document");
    if (name == "sn") group.is_name = true;
    if (name == "pict") group.is_picture = true;
    if (name == "pngblip" || name == "jpegblip") group.blip = name;
    if (name == "u") unicode(static_cast<char16_t>(number));
  }

  void unicode(char16_t unit) {
    if (unit < 0xA0) found_.add("control-character");
    if (byte_at(bytes_, at_) != '?') return found_.add("damaged-document");
    ++at_;
    if (groups_.back().code) groups_.back().instruction += '?';   // no name of a field has such
  }

  void letter(unsigned char c) {
    if (c < 0x20 || c >= 0x7f) found_.add("control-character");
    if (groups_.empty()) return found_.add("leading-data");
    Group& group = groups_.back();
    if (group.is_picture) group.picture += static_cast<char>(c);
    else if (group.code || group.is_name) group.instruction += static_cast<char>(c);
  }

  void look_at(const Group& group) {
    std::string data;
    if (group.picture.empty()) return;
    if (group.picture.size() % 2 != 0 || group.blip.empty()) return found_.add("broken-picture");
    for (size_t at = 0; at < group.picture.size(); at += 2) {
      const size_t high = kDigits.find(group.picture[at]), low = kDigits.find(group.picture[at + 1]);
      if (high == kDigits.npos || low == kDigits.npos) return found_.add("broken-picture");
      data += static_cast<char>(high << 4 | low);
    }
    (void)inside_(std::string("picture.") + (group.blip == "pngblip" ? "png" : "jpg"), "", data);
  }
  static constexpr std::string_view kDigits = "0123456789abcdef";

  void property(const std::string& name) {
    for (const std::string_view bad : {"pihlShape", "pibName", "fillBlipName", "lineFillBlipName", "metroBlob", "scriptText", "scriptLang", "pFragments", "hlink"})
      if (name == bad) found_.add("other-entry");
  }

  void instruction(std::string code) {
    std::transform(code.begin(), code.end(), code.begin(), ascii_lower);
    std::string word;
    for (const char c : code.substr(std::min(code.find_first_not_of(" \t\""), code.size()))) {
      if (c < 'a' || c > 'z') break;
      word += c;
    }
    for (const std::string_view bad : {"dde", "ddeauto", "link", "embed", "import", "include", "includetext", "includepicture", "database", "rd", "macrobutton", "gotobutton", "print", "addin",
                                       "control", "htmlactivex", "template", "private", "autotext", "autotextlist", "ask", "fillin", "docvariable", "username"})
      if (word == bad) found_.add("field-code");
    if (word != "hyperlink") return;
    const bool leads_out = code.find("://") != code.npos;
    const bool is_web = code.find("http://") != code.npos || code.find("https://") != code.npos;
    if ((leads_out && !is_web) || code.find("file:") != code.npos || code.find("\\\\") != code.npos || code.find("javascript:") != code.npos) found_.add("unsafe-link");
  }

  Bytes bytes_;
  const LookInside& inside_;
  Objections& found_;
  size_t at_ = 0;
  bool starred_ = false, done_ = false;
  std::vector<Group> groups_;
};

}  // namespace

void check_rtf(Bytes bytes, const LookInside& inside, Objections& found) { RtfCheck(bytes, inside, found).run(); }

}  // namespace mugai::sanitize
