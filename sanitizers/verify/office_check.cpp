// Office Open XML (ISO/IEC 29500) as Mugai leaves it: only parts by names that are known, relationships that lead to such parts
// or to web and mail addresses, XML without document types whose usual prefixes mean what they always mean, and in it no
// element, attribute, field or formula that runs, fetches or embeds. Reads tags and text in order and believes no schema.
#include <algorithm>

#include "sanitizers/verify/xml_tags.h"

namespace mugai::sanitize {

namespace {

bool is_listed(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Names without their numbers.
bool is_known_part(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c < '0' || c > '9') plain += c;
  if (const size_t rels = plain.find("_rels/"); rels != plain.npos) {
    if (!plain.ends_with(".rels")) return false;
    plain.erase(rels, 6);
    plain.resize(plain.size() - 5);
    if (plain.empty()) return true;
  }
  for (const std::string_view root : {"word/", "xl/", "ppt/"})
    for (const std::string_view shared : {"theme/theme.xml", "theme/themeOverride.xml", "drawings/drawing.xml", "drawings/vmlDrawing.vml", "drawings/chartDrawing.xml",
                                          "charts/chart.xml", "charts/chartEx.xml", "charts/style.xml", "charts/colors.xml", "diagrams/data.xml", "diagrams/layout.xml",
                                          "diagrams/quickStyle.xml", "diagrams/colors.xml", "diagrams/drawing.xml", "embeddings/workbook.xlsx", "media/image.png",
                                          "media/image.jpg", "media/image.jpeg", "media/image.gif", "media/image.tif", "media/image.tiff"})
      if (plain == std::string(root) + std::string(shared)) return true;
  return is_listed(plain, {"[Content_Types].xml", "docProps/core.xml", "docProps/app.xml", "word/document.xml", "word/glossary/document.xml", "word/styles.xml", "word/stylesWithEffects.xml",
                           "word/numbering.xml", "word/settings.xml", "word/glossary/settings.xml", "word/fontTable.xml", "word/webSettings.xml", "word/header.xml",
                           "word/footer.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml", "word/commentsExtended.xml", "word/commentsIds.xml",
                           "word/commentsExtensible.xml", "word/people.xml", "xl/workbook.xml", "xl/worksheets/sheet.xml", "xl/chartsheets/sheet.xml", "xl/styles.xml",
                           "xl/sharedStrings.xml", "xl/metadata.xml", "xl/comments.xml", "xl/threadedComments/threadedComment.xml", "xl/persons/person.xml",
                           "xl/tables/table.xml", "xl/pivotTables/pivotTable.xml", "xl/pivotCache/pivotCacheDefinition.xml", "xl/pivotCache/pivotCacheRecords.xml",
                           "xl/ctrlProps/ctrlProp.xml", "ppt/presentation.xml", "ppt/slides/slide.xml", "ppt/slideLayouts/slideLayout.xml",
                           "ppt/slideMasters/slideMaster.xml", "ppt/notesSlides/notesSlide.xml", "ppt/notesMasters/notesMaster.xml",
                           "ppt/handoutMasters/handoutMaster.xml", "ppt/presProps.xml", "ppt/viewProps.xml", "ppt/tableStyles.xml", "ppt/commentAuthors.xml",
                           "ppt/authors.xml", "ppt/comments/comment.xml", "ppt/comments/modernComment.xml"});
}

class Part {
 public:
  explicit Part(Objections& found) : found_(found) {}

  void check(Bytes b) {
    read_xml_tags(b, [&](const XmlTag& tag) {
      if (!tag.closes) look(tag);
      if (tag.closes || tag.empty) leave(tag.name);
    }, [&](Bytes raw) { text(raw); }, found_);
  }

 private:
  void look(const XmlTag& tag) {
    for (const auto& [key, value] : tag.attributes) attribute(tag, key, value);
    static constexpr std::pair<std::string_view, std::string_view> kForbidden[] = {
        {"w:altChunk", "embedded-file"}, {"w:subDoc", "external-reference"}, {"w:control", "activex"}, {"w:object", "object"}, {"w:attachedTemplate", "remote-template"},
        {"w:mailMerge", "data-connection"}, {"w:entryMacro", "macro"}, {"w:exitMacro", "macro"}, {"w:frameset", "external-reference"}, {"w:movie", "media"},
        {"w:dataBinding", "custom-data"}, {"o:OLEObject", "object"}, {"p:oleObj", "object"}, {"p:control", "activex"}, {"p:cmd", "action"}, {"p:snd", "media"},
        {"a:snd", "media"}, {"a:videoFile", "media"}, {"a:audioFile", "media"}, {"oleObject", "object"}, {"externalReference", "external-reference"},
        {"ddeLink", "dde"}, {"connection", "data-connection"}, {"webPublishItem", "external-reference"}, {"xvml:FmlaMacro", "macro"}, {"xvml:ScriptText", "script"},
        {"dc:creator", "metadata"}, {"ep:Company", "metadata"}, {"ep:Template", "metadata"}, {"cp:lastModifiedBy", "metadata"}};
    for (const auto& [name, what] : kForbidden)
      if (tag.name == name) found_.add(what);
    if (tag.name == "Relationship") relationship(tag);
    if (tag.name == "w:fldSimple") instruction(tag.value("w:instr"));
    if (tag.name == "definedName") defined_name(tag);
    if (tag.name == "w:fldChar") mark(tag.value("w:fldCharType"));
    if (is_listed(tag.name, {"w:instrText", "w:delInstrText"})) in_instruction_ = !tag.empty;
    if (is_listed(tag.name, {"f", "formula", "formula1", "formula2", "definedName", "xm:f", "c:f", "cx:f"})) in_formula_ = !tag.empty, formula_.clear();
  }

  void leave(std::string_view name) {
    if (is_listed(name, {"w:instrText", "w:delInstrText"})) in_instruction_ = false;
    if (in_formula_ && is_listed(name, {"f", "formula", "formula1", "formula2", "definedName", "xm:f", "c:f", "cx:f"})) formula(formula_), in_formula_ = false;
  }

  void text(Bytes raw) {
    if (in_formula_) formula_ += xml_unescaped(raw);
    if (in_instruction_ && !instructions_.empty()) instructions_.back() += xml_unescaped(raw);
  }

  void attribute(const XmlTag& tag, std::string_view key, const std::string& value) {
    if (key == "xmlns" || key.starts_with("xmlns:")) return vocabulary(key, value);
    if (is_listed(key, {"r:link", "r:href", "o:href", "o:althref", "o:gfxdata"})) found_.add("external-reference");
    if (tag.name.starts_with("v:") && is_listed(key, {"src", "althref"})) found_.add("external-reference");
    if (tag.name.starts_with("v:") && key == "href" && !value.starts_with('#') && !is_link(value)) found_.add("unsafe-link");
    if (key == "macro" && !value.empty()) found_.add("macro");
    if (key == "action" && value.starts_with("ppaction://") &&
        !std::any_of(std::begin(kJumps), std::end(kJumps), [&](std::string_view jump) { return value.starts_with(jump); }))
      found_.add("action");
  }
  static constexpr std::string_view kJumps[] = {"ppaction://hlinkshowjump", "ppaction://hlinksldjump", "ppaction://customshow", "ppaction://noaction"};

  // Else an element that is forbidden could come under another name.
  void vocabulary(std::string_view key, const std::string& uri) {
    static constexpr std::pair<std::string_view, std::string_view> kUsual[] = {
        {"xmlns:w", "/wordprocessingml/"}, {"xmlns:p", "/presentationml/"}, {"xmlns:a", "/drawingml/"}, {"xmlns:r", "elationships"}, {"xmlns:o", "urn:schemas-microsoft-com:office:office"},
        {"xmlns:v", "urn:schemas-microsoft-com:vml"}, {"xmlns:xvml", "urn:schemas-microsoft-com:office:excel"}, {"xmlns", ""}};
    static constexpr std::string_view kBases[] = {"http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/", "http://schemas.microsoft.com/office/", "urn:schemas-microsoft-com:",
                                                  "http://purl.org/dc/", "http://www.w3.org/2001/XMLSchema-instance"};
    if (std::none_of(std::begin(kBases), std::end(kBases), [&](std::string_view base) { return uri.starts_with(base); })) found_.add("other-entry");
    for (const auto& [prefix, part] : kUsual)
      if (prefix == key && uri.find(part) == uri.npos) found_.add("other-entry");
    const bool main = uri.ends_with("/main") && (uri.starts_with("http://schemas.openxmlformats.org/") || uri.starts_with("http://purl.oclc.org/"));
    if (main && !is_listed(key, {"xmlns", "xmlns:w", "xmlns:p", "xmlns:a"})) found_.add("other-entry");
    if (uri == "urn:schemas-microsoft-com:office:office" && key != "xmlns:o") found_.add("other-entry");
  }

  static bool is_link(const std::string& target) {
    for (const std::string_view scheme : {"http://", "https://", "mailto:"})
      if (equals_ignoring_case(std::string_view(target).substr(0, scheme.size()), scheme)) return target.find_first_of(" \\\t\r\n") == target.npos;
    return false;
  }

  void relationship(const XmlTag& tag) {
    const std::string type = tag.value("Type");
    const std::string word = type.substr(type.rfind('/') + 1);
    if (tag.value("TargetMode") == "External") {
      if (word != "hyperlink") found_.add("external-reference");
      else if (!is_link(tag.value("Target"))) found_.add("unsafe-link");
      return;
    }
    if (tag.value("Target").find(':') != std::string::npos || word == "hyperlink") found_.add("external-reference");
    if (is_listed(word, {"vbaProject", "wordVbaData", "xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"})) found_.add("macro");
    if (is_listed(word, {"control", "activeXControlBinary"})) found_.add("activex");
    if (is_listed(word, {"oleObject", "aFChunk", "attachedTemplate", "externalLink", "externalLinkPath", "connections", "queryTable", "customXml", "font", "ui", "extensibility", "webextension",
                         "taskpanes", "subDocument", "frame", "video", "audio", "media", "printerSettings", "thumbnail"}))
      found_.add("other-entry");
  }

  // Fields

  void mark(const std::string& type) {
    if (type == "begin") return instructions_.emplace_back(), void();
    if (instructions_.empty()) return found_.add("damaged-document");
    if (type == "separate") {
      instruction(instructions_.back());
      instructions_.back().clear();
    } else if (type == "end") {
      instruction(instructions_.back());
      instructions_.pop_back();
    }
  }

  void instruction(const std::string& code) {
    std::string word;
    for (const char c : code.substr(std::min(code.find_first_not_of(" \t\r\n\""), code.size()))) {
      const char l = ascii_lower(c);
      if (l < 'a' || l > 'z') break;
      word += l;
    }
    for (const std::string_view bad : {"dde", "ddeauto", "link", "embed", "import", "include", "includetext", "includepicture", "database", "rd", "macrobutton", "gotobutton", "print",
                                       "addin", "control", "htmlactivex", "template", "private"})
      if (word == bad) found_.add("field-code");
    if (word != "hyperlink") return;
    for (const std::string_view bad : {"file:", "\\\\", "javascript:", "ms-"})
      if (code.find(bad) != code.npos && code.find("\\l") == code.npos) found_.add("unsafe-link");
  }

  // Formulas

  void defined_name(const XmlTag& tag) {
    std::string name = tag.value("name");
    std::transform(name.begin(), name.end(), name.begin(), ascii_lower);
    if (name.starts_with("auto_") || name.starts_with("_xlnm.auto_")) found_.add("macro");
  }

  void formula(const std::string& code) {
    std::string bare;   // without strings
    bool quoted = false;
    for (const char c : code) {
      if (c == '"') quoted = !quoted;
      else if (!quoted) bare += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    if (bare.find('|') != bare.npos) found_.add("dde");
    for (const std::string_view call : {"WEBSERVICE(", "CALL(", "REGISTER(", "REGISTER.ID(", "EXEC(", "RTD(", "IMAGE(", "SQL.REQUEST(", "RUN(", "STOCKHISTORY("})
      for (size_t at = bare.find(call); at != bare.npos; at = bare.find(call, at + 1)) {
        const char before = at == 0 ? '(' : bare[at - 1];
        if (!(before >= 'A' && before <= 'Z')) found_.add("external-formula");
      }
    if (bare.find("'\\\\") != bare.npos || bare.find(".XLSX]") != bare.npos || bare.find(".XLS]") != bare.npos) found_.add("external-formula");
  }

  Objections& found_;
  std::vector<std::string> instructions_;
  std::string formula_;
  bool in_instruction_ = false, in_formula_ = false;
};

}  // namespace

void check_office(Bytes bytes, const Limits& limits, const LookInside& inside, Objections& found) {
  check_zip(bytes, limits, [&](const std::string& name, const std::string&, Bytes part) {
    if (!is_known_part(name)) found.add("other-entry");
    if (name.find("/media/") != name.npos || name.find("/embeddings/") != name.npos) return inside(name, "", part);
    Part(found).check(part);
    return true;
  }, found);
}

}  // namespace mugai::sanitize
