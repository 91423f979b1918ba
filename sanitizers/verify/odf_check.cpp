// OpenDocument (ODF 1.3) as Mugai leaves it: only parts by names that are known, a manifest without encryption, XML without
// document types whose usual prefixes mean what they always mean, and in it no element, attribute, link or formula that runs,
// fetches or embeds. Reads tags and text in order and believes no schema.
#include <algorithm>

#include "sanitizers/mime/transfer.h"
#include "sanitizers/verify/xml_tags.h"

namespace mugai::sanitize {

namespace {

bool is_listed(std::string_view word, std::initializer_list<std::string_view> list) { return std::find(list.begin(), list.end(), word) != list.end(); }

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

// Without the folders of documents inside, and without numbers.
bool is_known_part(std::string_view name) {
  while (name.starts_with("Object ")) {
    size_t at = 7;
    while (at < name.size() && name[at] >= '0' && name[at] <= '9') ++at;
    if (at == 7 || at >= name.size() || name[at] != '/') return false;
    name.remove_prefix(at + 1);
  }
  if (is_listed(name, {"mimetype", "META-INF/manifest.xml", "content.xml", "styles.xml", "meta.xml", "settings.xml"})) return true;
  constexpr std::string_view kPicture = "Pictures/image";
  if (!name.starts_with(kPicture)) return false;
  const size_t dot = name.find_first_not_of("0123456789", kPicture.size());
  return dot != name.npos && is_listed(name.substr(dot), {".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff"});
}

bool is_web_or_mail_address(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://", "mailto:"})
    if (equals_ignoring_case(target.substr(0, scheme.size()), scheme)) return target.find_first_of(" \\\t\r\n") == target.npos;
  return false;
}

// Else an element that is forbidden could come under another name.
bool is_usual_vocabulary(std::string_view prefix, std::string_view uri) {
  static constexpr std::pair<std::string_view, std::string_view> kOthers[] = {
      {"oooc", "http://openoffice.org/2004/calc"}, {"ooo", "http://openoffice.org/2004/office"}, {"ooow", "http://openoffice.org/2004/writer"},
      {"tableooo", "http://openoffice.org/2009/table"}, {"chartooo", "http://openoffice.org/2010/chart"}, {"drawooo", "http://openoffice.org/2010/draw"},
      {"dc", "http://purl.org/dc/elements/1.1/"}, {"math", "http://www.w3.org/1998/Math/MathML"}, {"xlink", "http://www.w3.org/1999/xlink"},
      {"dom", "http://www.w3.org/2001/xml-events"}, {"css3t", "http://www.w3.org/TR/css3-text/"},
      {"field", "urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"},
      {"calcext", "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"},
      {"loext", "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"}};
  static constexpr std::pair<std::string_view, std::string_view> kOtherWords[] = {
      {"number", "datastyle:1.0"}, {"draw", "drawing:1.0"}, {"anim", "animation:1.0"}, {"fo", "xsl-fo-compatible:1.0"}, {"svg", "svg-compatible:1.0"},
      {"smil", "smil-compatible:1.0"}, {"of", "of:1.2"}};
  constexpr std::string_view kOasis = "urn:oasis:names:tc:opendocument:xmlns:";
  if (!uri.starts_with(kOasis))
    return std::any_of(std::begin(kOthers), std::end(kOthers), [&](const auto& row) { return row.first == prefix && row.second == uri; });
  const std::string_view word = uri.substr(kOasis.size());
  for (const auto& [usual, named] : kOtherWords)
    if (named == word) return usual == prefix;
  return word == std::string(prefix) + ":1.0";
}

class Part {
 public:
  Part(const LookInside& inside, Objections& found) : inside_(inside), found_(found) {}

  void check(Bytes b) {
    read_xml_tags(b, [&](const XmlTag& tag) {
      if (!tag.closes) look(tag);
      if ((tag.closes || tag.empty) && tag.name == "office:binary-data") leave_data();
      if ((tag.closes || tag.empty) && tag.name == "office:meta") in_meta_ = false;
      if ((tag.closes || tag.empty) && tag.name == "office:chart") in_chart_ = false;
      if (tag.name == "svg:desc") leave_description(tag);
    }, [&](Bytes text) {
      if (in_data_) data_ += text;
      if (in_description_) description_ += xml_unescaped(text);
    }, found_);
  }

 private:
  void look(const XmlTag& tag) {
    static constexpr std::pair<std::string_view, std::string_view> kForbidden[] = {
        {"office:script", "macro"}, {"script:event-listener", "macro"}, {"text:execute-macro", "macro"}, {"table:error-macro", "macro"}, {"text:script", "script"},
        {"anim:command", "action"}, {"text:section-source", "external-reference"}, {"table:table-source", "external-reference"}, {"table:cell-range-source", "external-reference"},
        {"text:alphabetical-index-auto-mark-file", "external-reference"}, {"table:database-source-sql", "data-connection"}, {"table:database-source-table", "data-connection"},
        {"table:database-source-query", "data-connection"}, {"table:source-service", "data-connection"}, {"form:connection-resource", "data-connection"},
        {"table:dde-links", "dde"}, {"office:dde-source", "dde"}, {"text:dde-connection", "dde"}, {"text:dde-connection-decls", "dde"}, {"svg:font-face-uri", "embedded-font"},
        {"svg:definition-src", "external-reference"}, {"draw:plugin", "media"}, {"draw:applet", "object"}, {"draw:object-ole", "object"}, {"draw:floating-frame", "iframe"},
        {"presentation:sound", "media"}, {"anim:audio", "media"}, {"form:properties", "form-control"}, {"form:file", "form-control"}, {"manifest:encryption-data", "encrypted"},
        {"meta:template", "remote-template"}, {"meta:auto-reload", "external-reference"}, {"meta:initial-creator", "metadata"}, {"meta:user-defined", "metadata"},
        {"meta:printed-by", "metadata"}, {"math:maction", "action"}, {"math:annotation-xml", "embedded-file"}};
    for (const auto& [name, what] : kForbidden)
      if (tag.name == name) found_.add(what);
    if (tag.name.find(':') == tag.name.npos) found_.add("other-entry");
    if (tag.name == "office:meta") in_meta_ = !tag.empty;
    if (tag.name == "office:chart") in_chart_ = !tag.empty;
    if (in_meta_ && tag.name == "dc:creator") found_.add("metadata");
    if (tag.name == "office:binary-data") in_data_ = !tag.empty, data_.clear();
    if (tag.name == "config:config-item") setting(tag.value("config:name"));
    for (const auto& [key, value] : tag.attributes) attribute(tag, key, value);
  }

  void attribute(const XmlTag& tag, std::string_view key, const std::string& value) {
    if (key.starts_with("xmlns")) {
      if (!key.starts_with("xmlns:") || !is_usual_vocabulary(key.substr(6), value)) found_.add("other-entry");
      return;
    }
    if (key == "xlink:href") return reference(tag, value);
    if (is_listed(key, {"script:macro-name", "script:language"})) found_.add("macro");
    if (key == "presentation:action" && is_listed(value, {"execute", "verb", "sound"})) found_.add("action");
    if (key.ends_with(":formula") || key.ends_with(":expression") || key.ends_with(":condition") || key.ends_with("address") || key.ends_with("addresses") || key.ends_with("range") ||
        key.ends_with("ranges") || key == "form:linked-cell" || key == "calcext:value")
      formula(value);
  }

  void reference(const XmlTag& tag, const std::string& target) {
    if (target.starts_with('#')) {
      if (target.find("//") != target.npos) found_.add("unsafe-link");
    } else if (is_listed(tag.name, {"text:a", "draw:a", "draw:area-rectangle", "draw:area-circle", "draw:area-polygon", "style:hyperlink", "loext:hyperlink", "presentation:event-listener"})) {
      if (!is_web_or_mail_address(target)) found_.add("unsafe-link");
    } else if (tag.name == "chart:chart") {
      if (!is_listed(target, {".", ".."})) found_.add("external-reference");
    } else if (tag.name == "draw:object") {
      if (!target.starts_with("./Object ") || target.find('/', 2) != target.npos) found_.add("external-reference");
    } else if (!is_known_part(target) || !target.starts_with("Pictures/")) {
      found_.add("external-reference");
    }
  }

  void setting(const std::string& name) {
    for (const std::string_view word : {"Printer", "Password", "Database", "LinkUpdate", "Macro", "Script", "AutoReload", "Template", "Library", "URL"})
      if (name.find(word) != name.npos && !is_listed(name, {"UseOldPrinterMetrics", "PrinterIndependentLayout", "HyphenateURLs"})) found_.add("other-entry");
  }

  void formula(const std::string& code) {
    std::string bare;   // without strings
    bool quoted = false;
    for (const char c : code) {
      if (c == '"') quoted = !quoted;
      else if (!quoted) bare += c;
    }
    const std::string loud = upper(bare);
    if (loud.find("'#") != loud.npos || loud.find("//") != loud.npos || loud.find("\\\\") != loud.npos) found_.add("external-formula");
    for (const std::string_view call : {"DDE(", "WEBSERVICE(", "CALL(", "REGISTER.ID(", "EXEC(", "RTD("})
      for (size_t at = loud.find(call); at != loud.npos; at = loud.find(call, at + 1))
        if (at == 0 || !(loud[at - 1] >= 'A' && loud[at - 1] <= 'Z')) found_.add(call == "DDE(" ? "dde" : "external-formula");
  }

  // In the table of a chart it says from which cells a value is.
  void leave_description(const XmlTag& tag) {
    if (tag.closes && in_description_) formula(description_);
    in_description_ = in_chart_ && !tag.closes && !tag.empty;
    description_.clear();
  }

  void leave_data() {
    if (!in_data_) return;
    in_data_ = false;
    StringSink picture;
    TransferDecoder decoder(TransferEncoding::base64);
    if (!decoder.decode(data_, picture) || !decoder.finish(picture) || decoder.facts().foreign_characters || decoder.facts().data_after_padding) found_.add("malformed-base64");
    data_.clear();
    inside_("", "", picture.text);
  }

  const LookInside& inside_;
  Objections& found_;
  bool in_meta_ = false, in_data_ = false, in_chart_ = false, in_description_ = false;
  std::string data_, description_;
};

}  // namespace

void check_odf(Bytes bytes, const Type& type, const Limits& limits, const LookInside& inside, Objections& found) {
  if (type.id.starts_with("fod")) return Part(inside, found).check(bytes);
  bool first = true;
  check_zip(bytes, limits, [&](const std::string& name, const std::string&, Bytes part) {
    if (first != (name == "mimetype")) found.add("unexpected-structure");
    first = false;
    if (!is_known_part(name)) found.add("other-entry");
    if (name == "mimetype") {
      if (part != type.media_type) found.add("unexpected-structure");
      return true;
    }
    if (name.find("Pictures/") != name.npos) return inside(name, "", part);
    Part(inside, found).check(part);
    return true;
  }, found);
}

}  // namespace mugai::sanitize
