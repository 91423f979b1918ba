// What a profile demands of the pipeline. Plain data, read by the configuration loader, carried to the worker, obeyed by
// the sanitizers. The defaults are the built-in profile "sanitize". Field by field this is the table [profile.NAME] of
// the configuration.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/base/limits.h"

namespace mugai {

enum class UrlPolicy { keep, defang, remove };
// `pages` is no setting: it is what a look at a document asks for, see Format::to_pages().
enum class AttachmentPolicy { drop, text, image, sanitize, pages };
enum class TypeOverride { text, image, drop, hold };
enum class NoticeLanguage { ja, en, both };
enum class NoticePlace { end, top };
enum class CsvFormulas { neutralise, keep };
enum class SignedDocuments { rebuild, hold };
enum class EncryptedDocuments { open, encrypt };

struct Profile {
  std::string name = "sanitize";
  bool relay = false;  // the built-in profile "relay": the message passes unchanged, one Received added
  UrlPolicy urls = UrlPolicy::defang;
  AttachmentPolicy attachments = AttachmentPolicy::sanitize;
  std::map<std::string, TypeOverride> types;  // type id ("svg", "pdf", ...) -> override
  CsvFormulas csv_formulas = CsvFormulas::neutralise;
  SignedDocuments signed_documents = SignedDocuments::rebuild;   // with a digital signature inside, as PDFs have
  EncryptedDocuments encrypted_documents = EncryptedDocuments::open;   // how one leaves that a password opened
  uint32_t image_dpi = 150;                   // of pages that become pictures
  bool image_text_layer = false;              // they carry their text, invisible, so that it can be searched
  std::string subject_tag;                    // e.g. "[無害化済] "; empty: none
  NoticeLanguage notice_language = NoticeLanguage::both;
  NoticePlace notice_place = NoticePlace::end;
  uint64_t max_output_bytes = 150ull << 20;   // a larger rebuilt message is held
  std::string release_contact;                // how to ask for release, shown in the notice; UTF-8
  Limits limits;
};

}  // namespace mugai
