#include "sanitizers/detect/container.h"

#include <algorithm>

#include "sanitizers/detect/ole_directory.h"
#include "sanitizers/detect/zip_directory.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_view_literals;

struct Rule {
  std::string_view name, id;
};

// In this order: a package that is an Android app also has what makes it a Java archive.
constexpr Rule kZipRules[] = {
    {"AndroidManifest.xml", "apk"},
    {"classes.dex", "apk"},
    {"AppxManifest.xml", "package"},
    {"AppxBundleManifest.xml", "package"},
    {"AppxMetadata/AppxBundleManifest.xml", "package"},
    {"extension.vsixmanifest", "package"},
    {"word/document.xml", "docx"},
    {"xl/workbook.bin", "xlsb"},
    {"xl/workbook.xml", "xlsx"},
    {"ppt/presentation.xml", "pptx"},
    {"visio/document.xml", "vsd"},
    {"FixedDocSeq.fdseq", "xps"},
    {"FixedDocumentSequence.fdseq", "xps"},
    {"META-INF/container.xml", "epub"},
    {"Contents/header.xml", "hwp"},
    {"Index/Document.iwa", "iwork"},
    {"index.apxl", "iwork"},
    {"buildVersionHistory.plist", "iwork"},
    {"doc.kml", "kml"},
    {"META-INF/MANIFEST.MF", "jar"},
    {"META-INF/manifest.xml", "odt"},   // packed by a program that does not put the media type first; which kind it is, its reader finds out
};
constexpr Rule kZipFolders[] = {{"word/", "docx"}, {"xl/", "xlsx"}, {"ppt/", "pptx"}, {"visio/", "vsd"}};

// The first that the media type begins with.
constexpr Rule kOdf[] = {
    {"application/vnd.oasis.opendocument.text-template", "ott"},
    {"application/vnd.oasis.opendocument.spreadsheet-template", "ots"},
    {"application/vnd.oasis.opendocument.presentation-template", "otp"},
    {"application/vnd.oasis.opendocument.graphics-template", "otg"},
    {"application/vnd.oasis.opendocument.text", "odt"},
    {"application/vnd.oasis.opendocument.spreadsheet", "ods"},
    {"application/vnd.oasis.opendocument.presentation", "odp"},
    {"application/vnd.oasis.opendocument.graphics", "odg"},
    {"application/vnd.oasis.opendocument.database", "database"},
    {"application/vnd.oasis.opendocument.base", "database"},
    {"application/vnd.sun.xml.", "staroffice"},
};

constexpr Rule kOleRules[] = {
    {"EncryptedPackage", "encrypted-office"},
    {"WordDocument", "doc"},
    {"Workbook", "xls"},
    {"Book", "xls"},
    {"PowerPoint Document", "ppt"},
    {"PP40", "ppt"},
    {"__properties_version1.0", "msg"},
    {"__nameid_version1.0", "msg"},
    {"DocumentText", "jtd"},
    {"JSRV_SegmentInformation", "jtd"},
    {"DocumentViewStyles", "jtd"},
    {"VisioDocument", "vsd"},
    {"Quill", "pub"},
    {"   19", "mpp"},
    {"   112", "mpp"},
    {"   114", "mpp"},
    {"MatOST", "works"},
    {"StarWriterDocument", "staroffice"},
    {"StarCalcDocument", "staroffice"},
    {"StarDrawDocument3", "staroffice"},
    {"NativeContent_MAIN", "quattro"},
    {"\5HwpSummaryInformation", "hwp"},
    {"HwpSummaryInformation", "hwp"},
};

bool is_installer_class(std::string_view root_class) {
  // {000C1084-...}: package; 1082: transform; 1086: patch. All share the rest of the CLSID.
  return root_class.size() == 16 && root_class.substr(4) == "\0\0\0\0\xc0\0\0\0\0\0\0\x46"sv &&
         root_class[1] == '\x10' && root_class[2] == '\x0c' &&
         (root_class[0] == '\x84' || root_class[0] == '\x82' || root_class[0] == '\x86');
}

const Type& type_of_package(const ZipDirectory& directory) {
  for (const Rule& rule : kOdf)
    if (directory.mimetype.compare(0, rule.name.size(), rule.name) == 0) return *type_by_id(rule.id);
  for (const Rule& rule : kZipRules)
    if (directory.has(rule.name)) return *type_by_id(rule.id);
  if (directory.has("[Content_Types].xml"))
    for (const Rule& rule : kZipFolders)
      if (directory.has_below(rule.name)) return *type_by_id(rule.id);
  if (directory.has_below("Payload/") && directory.names.front().compare(0, 8, "Payload/") == 0)
    return *type_by_id("package");
  return *type_by_id("zip");
}

}  // namespace

const Type& type_of_zip(Bytes bytes, std::vector<std::string>& reasons) {
  const ZipDirectory directory = read_zip_directory(bytes);
  const Type& type = type_of_package(directory);
  const bool is_document = type.id != "zip";
  if (!is_document) return type;   // what is inside is looked at one by one
  if (directory.encrypted) reasons.push_back("encrypted");
  const auto macro = [](const std::string& name) {
    return name.find("vbaProject") != std::string::npos || name.compare(0, 6, "Basic/") == 0;
  };
  if (std::any_of(directory.names.begin(), directory.names.end(), macro)) reasons.push_back("macro");
  return type;
}

const Type& type_of_ole(Bytes bytes, std::vector<std::string>& reasons) {
  const OleDirectory directory = read_ole_directory(bytes);
  if (is_installer_class(directory.root_class)) return *type_by_id("msi");
  if (directory.has("_VBA_PROJECT") || directory.has("VBA") || directory.has("_VBA_PROJECT_CUR") ||
      directory.has("Macros"))
    reasons.push_back("macro");
  // What a document embeds has streams of the same names, deeper down.
  for (const Rule& rule : kOleRules)
    if (directory.has_itself(rule.name)) return *type_by_id(rule.id);
  for (const Rule& rule : kOleRules)
    if (directory.has(rule.name)) return *type_by_id(rule.id);
  return *type_by_id("ole");
}

}  // namespace mugai::sanitize
