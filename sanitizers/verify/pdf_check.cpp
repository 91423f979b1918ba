// A PDF that leaves: opened strictly, then every object of it is asked for what none of ours has. It shares no code with what
// writes them but libqpdf.
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>

#include <map>

#include "sanitizers/verify/checks.h"

namespace mugai::sanitize {

namespace {

using Handle = QPDFObjectHandle;

// Keys by which something acts, hides, or comes from elsewhere.
const std::map<std::string_view, std::string_view> kNever = {
    {"/AA", "action"}, {"/OpenAction", "action"}, {"/JS", "javascript"}, {"/JavaScript", "javascript"}, {"/Names", "action"},
    {"/AcroForm", "form-field"}, {"/XFA", "xfa"}, {"/EmbeddedFiles", "embedded-file"}, {"/EF", "embedded-file"}, {"/AF", "embedded-file"},
    {"/Collection", "portfolio"}, {"/RichMediaContent", "media"}, {"/3DD", "media"}, {"/Movie", "media"}, {"/Sound", "media"},
    {"/Ref", "external-reference"}, {"/OPI", "external-reference"}, {"/FFilter", "external-reference"}, {"/Metadata", "metadata"},
    {"/PieceInfo", "metadata"}, {"/Info", "metadata"}, {"/SpiderInfo", "web-capture"}, {"/Encrypt", "encrypted"},
    {"/ByteRange", "digital-signature"}, {"/Alternates", "external-reference"},
};

bool is_name_of(Handle value, std::initializer_list<std::string_view> names) {
  return value.isName() && std::find(names.begin(), names.end(), value.getName()) != names.end();
}

// The only action that may stand: a link to the web or a mail address.
void check_action(Handle action, Objections& found) {
  if (!is_name_of(action.getKey("/S"), {"/URI"}) || !action.getKey("/URI").isString()) return found.add("action");
  const std::string target = action.getKey("/URI").getStringValue();
  for (const std::string_view scheme : {"http://", "https://", "mailto:"})
    if (equals_ignoring_case(slice(target, 0, scheme.size()), scheme)) return;
  found.add("link");
}

void check_dictionary(Handle dictionary, bool of_stream, Objections& found) {
  for (auto [key, value] : dictionary.ditems()) {
    if (const auto never = kNever.find(key); never != kNever.end()) found.add(never->second);
    if (key == "/A" && value.isDictionary() && value.hasKey("/S")) check_action(value, found);
  }
  if (dictionary.hasKey("/Rect") && !is_name_of(dictionary.getKey("/Subtype"), {"/Link"})) found.add("annotation");
  if (!of_stream) return;
  if (dictionary.hasKey("/F")) found.add("external-reference");
  Handle filter = dictionary.getKey("/Filter");
  if (!filter.isNull() && !is_name_of(filter, {"/FlateDecode", "/DCTDecode", "/CCITTFaxDecode"})) found.add("picture-codec");
  if (is_name_of(dictionary.getKey("/Subtype"), {"/PS"})) found.add("unknown-operator");
}

void check_objects(QPDF& document, Objections& found) {
  check_dictionary(document.getTrailer(), false, found);
  std::vector<Handle> rest = document.getAllObjects();
  while (!rest.empty()) {
    Handle object = rest.back();
    rest.pop_back();
    Handle dictionary = object.isStream() ? object.getDict() : object;
    const auto later = [&](Handle value) {
      if (!value.isIndirect() && (value.isDictionary() || value.isArray())) rest.push_back(value);
    };
    if (dictionary.isDictionary()) {
      check_dictionary(dictionary, object.isStream(), found);
      for (auto [key, value] : dictionary.ditems()) later(value);
    } else if (object.isArray()) {
      for (Handle value : object.aitems()) later(value);
    }
  }
}

}  // namespace

void check_pdf(Bytes bytes, Objections& found) {
  if (!bytes.starts_with("%PDF-")) found.add("leading-data");
  if (!bytes.ends_with("%%EOF\n")) found.add("trailing-data");
  try {
    QPDF document;
    document.setSuppressWarnings(true);
    document.setAttemptRecovery(false);
    document.processMemoryFile("document", bytes.data(), bytes.size());
    check_objects(document, found);
    if (document.anyWarnings()) found.add("damaged-pdf");
  } catch (const QPDFExc& failure) {
    found.add(failure.getErrorCode() == qpdf_e_password ? "encrypted" : "damaged-pdf");
  } catch (const std::exception&) {
    found.add("damaged-pdf");
  }
}

}  // namespace mugai::sanitize
