#include <algorithm>
#include <span>

#include "sanitizers/format.h"
#include "sanitizers/formats/archives.h"
#include "sanitizers/formats/encrypted_office.h"
#include "sanitizers/formats/html_file.h"
#include "sanitizers/formats/ics_file.h"
#include "sanitizers/formats/images.h"
#include "sanitizers/formats/mail_file.h"
#include "sanitizers/formats/mbox_file.h"
#include "sanitizers/formats/metafile.h"
#include "sanitizers/formats/old_office_file.h"
#include "sanitizers/formats/odf_file.h"
#include "sanitizers/formats/ooxml_file.h"
#include "sanitizers/formats/outlook_mail.h"
#include "sanitizers/formats/pdf_file.h"
#include "sanitizers/formats/rtf_file.h"
#include "sanitizers/formats/text_files.h"
#include "sanitizers/formats/vcf_file.h"
#include "sanitizers/formats/xml_file.h"

namespace mugai::sanitize {
namespace {

struct Row {
  std::string_view type;
  const Format* format;
};

std::span<const Row> rows() {
  static const ArchiveFormat archive;
  static const EncryptedOfficeFormat encrypted_office;
  static const HtmlFormat html;
  static const ImageFormat image;
  static const OldOfficeFormat old_office;
  static const MailFormat mail;
  static const MboxFormat mbox;
  static const MetafileFormat metafile;
  static const MsgFormat msg;
  static const IcsFormat ics;
  static const VcfFormat vcf;
  static const OdfFormat odf(OdfFormat::Kind::package), flat_odf(OdfFormat::Kind::flat);
  static const OoxmlFormat ooxml;
  static const PdfFormat pdf;
  static const RtfFormat rtf;
  static const TnefFormat tnef;
  static const XmlFormat xml;
  static const TextFormat plain(TextFormat::Kind::plain), table_text(TextFormat::Kind::table), json(TextFormat::Kind::json),
      step(TextFormat::Kind::step), dxf(TextFormat::Kind::dxf);
  static const Row table[] = {
      {"text", &plain},   {"log", &plain},      {"json", &json},      {"sfc", &step},    {"p21", &step},
      {"dxf", &dxf}, {"step", &step},    {"csv", &table_text}, {"tsv", &table_text}, {"xml", &xml},     {"html", &html},
      {"png", &image},    {"jpeg", &image},     {"gif", &image},      {"webp", &image},  {"tiff", &image},
      {"bmp", &image},    {"ico", &image},      {"heic", &image},     {"avif", &image},  {"svg", &image},
      {"emf", &metafile},  {"wmf", &metafile},
      {"zip", &archive},  {"7z", &archive},     {"rar", &archive},    {"lzh", &archive}, {"tar", &archive},
      {"gz", &archive},   {"bz2", &archive},    {"xz", &archive},     {"zst", &archive}, {"cab", &archive},
      {"cpio", &archive}, {"eml", &mail},       {"mht", &mail},       {"msg", &msg},     {"tnef", &tnef},
      {"ics", &ics},      {"vcf", &vcf},         {"mbox", &mbox},       {"pdf", &pdf},  {"rtf", &rtf},
      {"docx", &ooxml},   {"docm", &ooxml},     {"dotx", &ooxml},     {"dotm", &ooxml},  {"xlsx", &ooxml},
      {"xlsm", &ooxml},   {"xltx", &ooxml},     {"xltm", &ooxml},     {"pptx", &ooxml},  {"pptm", &ooxml},
      {"ppsx", &ooxml},   {"potx", &ooxml},
      {"encrypted-office", &encrypted_office},
      {"doc", &old_office}, {"xls", &old_office}, {"xlt", &old_office}, {"ppt", &old_office}, {"xlsb", &old_office},
      {"odt", &odf},      {"ods", &odf},        {"odp", &odf},        {"odg", &odf},     {"ott", &odf},
      {"ots", &odf},      {"otp", &odf},        {"otg", &odf},        {"fodt", &flat_odf}, {"fods", &flat_odf},
      {"fodp", &flat_odf}, {"fodg", &flat_odf},
  };
  return table;
}

}  // namespace

const Format* format_for(const Type& type) {
  const auto table = rows();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Row& row) { return row.type == type.id; });
  return found == table.end() ? nullptr : found->format;
}

}  // namespace mugai::sanitize
