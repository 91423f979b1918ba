#include "sanitizers/detect/identify.h"

#include <magic.h>

#include <algorithm>

#include "sanitizers/detect/container.h"
#include "sanitizers/detect/markers.h"
#include "sanitizers/detect/name.h"
#include "sanitizers/detect/ole_directory.h"
#include "sanitizers/detect/signature.h"
#include "sanitizers/detect/text_signs.h"
#include "sanitizers/detect/text_table.h"
#include "sanitizers/detect/zip_directory.h"

// The rule. There are three readings: content, name, declared type.
//  1. Active anywhere decides: an .exe is a program whatever it holds, a program is one whatever it is
//  called.
//  2. A picture is decoded to pixels and written anew, under its true extension. So when content begins as a
//  picture, what
//     is hidden behind it (a ZIP, a script) is named and lost, and a wrong name or declared type does no
//     harm: the picture stays a picture - unless its name or the sender claims something that the hidden part
//     really is; then that is what it was made for, and it decides.
//  3. A text is what its name calls it, if that is a kind of text: .csv, .ics, .url have no other sign.
//  4. A declared type yields when content and name agree, for senders often declare wrong (CSV as
//     application/vnd.ms-excel): what we write carries a type of our own.
//  5. A text that is plainly a table and says nothing else is one, though it is called a workbook: so do many programs'
//     exports, and Excel opens them.
//  6. Otherwise the most dangerous reading decides.

namespace mugai::sanitize {
namespace {

constexpr size_t kMagicBytes = 128 << 10;  // libmagic's cost grows with the buffer, its knowledge does not
constexpr size_t kMagicTextBytes = 8 << 10;
constexpr size_t kPrologueBytes = 1'024;  // in which readers look for a PDF's header
constexpr size_t kMailHeaderBytes = 64 << 10;
constexpr size_t kMarkerBytes = 64 << 20;  // beyond this only the tail is searched, by read_zip_directory

bool is_picture(const Type& type) {
  static const Type* const pictures[] = {type_by_id("png"),  type_by_id("jpeg"), type_by_id("gif"),
                                         type_by_id("webp"), type_by_id("tiff"), type_by_id("bmp"),
                                         type_by_id("ico"),  type_by_id("heic"), type_by_id("avif")};
  return std::find(std::begin(pictures), std::end(pictures), &type) != std::end(pictures);
}

// Types that a text may be by its name alone.
bool is_named_text(const Type& type) {
  static constexpr std::string_view ids[] = {"text", "log", "csv", "tsv",  "json",
                                             "xml",  "sfc", "p21", "step", "dxf"};
  return std::find(std::begin(ids), std::end(ids), type.id) != std::end(ids);
}

// What is read as words and never run: a page or a mail may say what a script says.
bool speaks_of_scripts(const Type& type) {
  static constexpr std::string_view ids[] = {"html", "eml", "mht", "mbox", "ics", "vcf", "fodt", "fods", "fodp", "fodg"};
  return type.danger == Danger::active || std::find(std::begin(ids), std::end(ids), type.id) != std::end(ids);
}

// Formats that share a container, and are told apart only by name: .dotx is a .docx, an .xbd an .xdw.
bool refines(const Type& name, const Type& content) {
  static constexpr std::string_view families[][8] = {
      {"docx", "docm", "dotx", "dotm"},
      {"xlsx", "xlsm", "xltx", "xltm", "xla"},
      {"pptx", "pptm", "ppsx", "potx", "ppam"},
      {"xls", "xlt", "xla"},
      {"xdw", "xbd"},
      {"exe", "dll", "xll"},
      {"p21", "sfc", "step"},
      {"tiff", "camera-raw"},
      {"pdf", "ai"},
      {"ps", "eps", "ai"},
      {"eps", "ai"},
      {"wmv", "wma"},
      {"mp4", "mov", "m4a", "3gp", "video"},
      {"sqlite", "database"},
      {"lotus", "quattro", "works"},
      {"smime", "certificate"},
      {"ole", "quattro", "works", "mpp", "pub", "staroffice", "hwp", "vsd"},
      {"doc", "xls", "ppt", "ole", "encrypted-office"}};
  for (const auto& family : families) {
    const bool both = std::find(std::begin(family), std::end(family), name.id) != std::end(family) &&
                      std::find(std::begin(family), std::end(family), content.id) != std::end(family);
    if (both) return content.id == family[0] || content.id == "p21";
  }
  return false;
}

bool is_office(const Type& type) {
  return type.media_type.find("officedocument") != Bytes::npos ||
         type.media_type.find("vnd.ms-") != Bytes::npos || type.id == "doc";
}

// Types that have no sign of their own, and no treatment: when nothing else is known, the name says how
// people call it.
bool is_known_by_name_only(const Type& type) {
  static constexpr std::string_view ids[] = {
      "jtd",         "jww",   "hwp",       "dgn",         "stl",        "3dm",         "skp",   "shp",
      "dbf",         "tga",   "pcx",       "certificate", "camera-raw", "image-other", "lotus", "quattro",
      "wordperfect", "works", "filemaker", "database",    "mp3",        "aac",         "amr",   "mpeg",
      "audio",       "video", "font",      "mobi",        "pgp",        "smime"};
  return std::find(std::begin(ids), std::end(ids), type.id) != std::end(ids);
}

// An archive inside of a PDF is an attachment; behind its end, or with a comment that reaches to the end, it
// is what readers of archives open.
bool ends_as_zip(Bytes bytes) {
  if (!read_zip_directory(bytes).found) return false;
  constexpr size_t kEndRecord = 22;
  const size_t record = bytes.rfind("PK\5\6"), pdf_end = bytes.rfind("%%EOF");
  if (record == Bytes::npos) return true;
  const size_t comment = byte_at(bytes, record + 20) | byte_at(bytes, record + 21) << 8;
  return pdf_end == Bytes::npos || pdf_end < record || record + kEndRecord + comment >= bytes.size();
}

// A document that is something else as well was made for a reader that takes it for the other: a PDF in which
// Word finds a web archive ("MalDoc in PDF"), or at whose end an archive begins, or that a browser would show
// as a page.
bool is_two_documents(Bytes bytes, const Type& content) {
  // Office files, too, carry archives near their end (themes), so that there it is no sign.
  if (content.id != "pdf") return false;
  if (ends_as_zip(bytes)) return true;
  const Bytes head = bytes.substr(0, kPrologueBytes);
  const size_t header = head.find("%PDF-");
  const Bytes before = head.substr(0, header == Bytes::npos ? 0 : header);
  std::string words(bytes.substr(0, kMailHeaderBytes));
  std::transform(words.begin(), words.end(), words.begin(), ascii_lower);
  const bool mail = words.find("mime-version:") != words.npos && words.find("content-type:") != words.npos;
  return mail || before.find('<') != Bytes::npos || before.substr(0, 2) == "MZ";
}

void add(std::vector<std::string>& reasons, std::string_view reason) {
  if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.emplace_back(reason);
}

}  // namespace

struct Identifier::Magic {
  struct Closer {
    void operator()(magic_t handle) const { magic_close(handle); }
  };
  std::unique_ptr<magic_set, Closer> handle;

  const Type* type_of(Bytes bytes) const {
    const char* media_type = magic_buffer(handle.get(), bytes.data(), std::min(bytes.size(), kMagicBytes));
    return media_type ? type_by_media_type(media_type) : nullptr;
  }
};

Identifier::Identifier(std::unique_ptr<Magic> magic) : magic_(std::move(magic)) {}
Identifier::~Identifier() = default;

Result<std::unique_ptr<Identifier>> Identifier::load() {
  auto magic = std::make_unique<Magic>();
  // Only the table of signatures: the special parsers of libmagic (compressed data, tar, OLE, ELF) read more
  // of a hostile file than we need, and ours look into containers.
  magic->handle.reset(magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
                                 MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_APPTYPE |
                                 MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_CSV | MAGIC_NO_CHECK_JSON));
  if (!magic->handle) return Error{"identify.magic", "libmagic cannot start", "magic_open"};
  if (magic_load(magic->handle.get(), nullptr) != 0)
    return Error{"identify.magic",
                 "libmagic's database cannot be read; is the package libmagic-mgc installed?",
                 magic_error(magic->handle.get())};
  return std::unique_ptr<Identifier>(new Identifier(std::move(magic)));
}

Identity Identifier::identify(Bytes bytes, std::string_view untrusted_name, std::string_view declared) const {
  Identity identity;
  NameReading name = read_name(untrusted_name);
  const Type* declared_type = type_by_media_type(declared);
  identity.reasons = name.reasons;

  const Type* content = nullptr;
  const bool text = looks_like_text(bytes), called_workbook = name.type && name.type->id == "xls";
  std::vector<const Type*> hidden;
  if (bytes.empty()) {
    content = name.type && is_named_text(*name.type) ? name.type : type_by_id("text");
  } else if (text) {
    const bool named_text = name.type && is_named_text(*name.type);
    content = by_first_words(bytes, named_text);
    // A document may speak about scripts; one that is called .txt must say two such words to count as one.
    if (const Type* script = by_script_words(bytes, named_text ? 2 : 1)) {
      if (!content || !speaks_of_scripts(*content)) content = script;
    }
    // libmagic's text rules cost more than all else here together; they are asked only when nobody says what
    // this is.
    const bool said = name.type || (declared_type && is_named_text(*declared_type));
    if (!content && !said) content = magic_->type_of(bytes.substr(0, kMagicTextBytes));
    if (!content) content = type_by_id("text");
    if (content->danger == Danger::inert && name.type && is_named_text(*name.type))
      content = name.type;
    else if (content->id == "text" && !name.type && declared_type && is_named_text(*declared_type))
      content = declared_type;
    else if (content->id == "text" && called_workbook)
      if (const Type* table = by_table(bytes)) content = table;
  } else {
    content = by_signature(bytes);
    if (const Type* distant = by_distant_signature(bytes); distant && (!content || !is_picture(*content)))
      content = distant;
    if (!content && is_ole(bytes)) content = &type_of_ole(bytes, identity.reasons);
    if (!content && (bytes.substr(0, 2) == "PK" || read_zip_directory(bytes).found))
      content = &type_of_zip(bytes, identity.reasons);
    if (!content) content = magic_->type_of(bytes);
    // libmagic calls many a thing text or a picture by two bytes; what our own signatures do not confirm is
    // unknown.
    if (content && content->danger == Danger::inert && !is_picture(*content)) content = nullptr;
    if (!content) content = name.type && is_known_by_name_only(*name.type) ? name.type : &type_unknown();
    if (is_two_documents(bytes, *content)) {
      add(identity.reasons, "polyglot");
      content = type_by_id("polyglot");
    }
    if (is_picture(*content)) hidden = hidden_types(bytes.substr(0, kMarkerBytes));
  }
  if (name.type && refines(*name.type, *content)) content = name.type;

  identity.readings = {content};
  const auto reading = [&](const Type* type) {
    if (type &&
        std::find(identity.readings.begin(), identity.readings.end(), type) == identity.readings.end())
      identity.readings.push_back(type);
  };
  reading(name.type);
  reading(declared_type);
  for (const Type* type : hidden) reading(type);
  std::stable_sort(identity.readings.begin(), identity.readings.end(),
                   [](const Type* a, const Type* b) { return a->danger > b->danger; });

  const auto active = [](const Type* type) { return type && type->danger == Danger::active; };
  const auto is_hidden = [&](const Type* type) {
    return type && std::find(hidden.begin(), hidden.end(), type) != hidden.end();
  };
  if (active(content))
    identity.type = content;
  else if (active(name.type))
    identity.type = name.type;
  else if (active(declared_type))
    identity.type = declared_type;
  else if (is_picture(*content))
    identity.type = is_hidden(name.type) ? name.type : is_hidden(declared_type) ? declared_type : content;
  else {
    const bool agree =
        name.type == content || (content->danger == Danger::inert && name.type && is_named_text(*name.type));
    identity.type = content;
    const bool is_table = called_workbook && (content->id == "csv" || content->id == "tsv");
    // "zip" for a document that is a ZIP inside says less, not something else.
    const bool is_zip = bytes.substr(0, 2) == "PK";
    for (const Type* other : {name.type, agree ? nullptr : declared_type})
      if (other && other->danger > identity.type->danger && !(is_zip && other->id == "zip") &&
          !(is_table && other->id == "xls"))
        identity.type = other;
  }

  if (active(identity.type)) add(identity.reasons, "executable");
  if (!hidden.empty()) add(identity.reasons, "polyglot");
  // Scripts have no other sign than their name, and a mail may begin like any text.
  const bool by_name = name.type && content->danger == Danger::inert && !is_picture(*content) &&
                       (active(name.type) || name.type->media_type.starts_with("text/") ||
                        name.type->media_type.starts_with("message/"));
  const bool locked_office = content->id == "encrypted-office" && name.type && is_office(*name.type);
  if (name.type && !has_extension(*content, name.extension) && name.type != content && !by_name &&
      !locked_office)
    add(identity.reasons, "extension-mismatch");
  return identity;
}

}  // namespace mugai::sanitize
