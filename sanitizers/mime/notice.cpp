#include "sanitizers/mime/notice.h"

#include <map>

#include "sanitizers/detect/type.h"
#include "sanitizers/mime/piece.h"
#include "sanitizers/reasons.h"
#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {

namespace {

// Ambiguities of form are for the report; these two are for the reader: something was lost, or somebody may pretend.
bool is_warning(const std::string& note) {
  return note == "content-in-epilogue" || note == "address-in-display-name";
}

}  // namespace

bool warns(const Report& report) { return std::any_of(report.notes.begin(), report.notes.end(), is_warning); }

namespace {

constexpr std::string_view kRule = "----------------------------------------\n";
constexpr size_t kMaxLines = 100;  // a bomb of a thousand parts must not become a bomb of a notice
constexpr size_t kMaxMembers = 20;    // of one archive, so that it leaves room for the others
constexpr size_t kMaxShownBytes = 240;  // of a name: file systems hold 255

enum class Language { ja, en };

bool is_body(const Item& item) { return item.action == Action::text && item.output_name.empty(); }
bool stays_behind(const Item& item) {
  return item.action == Action::held || item.action == Action::locked || item.action == Action::removed;
}
bool is_worth_telling(const Item& item) {
  if (stays_behind(item) || !item.removed.empty()) return true;
  for (const std::string& reason : item.reasons)
    if (reason != "html-form-dropped") return true;
  return !is_body(item) && (item.action == Action::converted || item.action == Action::text) && !item.reasons.empty();
}

std::string_view cut_to(std::string_view utf8, size_t max_bytes) {
  if (utf8.size() <= max_bytes) return utf8;
  while (max_bytes > 0 && (byte_at(utf8, max_bytes) & 0xC0) == 0x80) --max_bytes;
  return utf8.substr(0, max_bytes);
}

// Foreign words inside our own: one line, of bounded length, without reversed or invisible characters. They must not
// make a mail program draw a link either.
std::string shown(std::string_view untrusted_text, UrlPolicy urls) {
  const std::string text = scrub_body(scrub_line(cut_to(untrusted_text, 4 * kMaxShownBytes)), urls).text;
  const std::string_view cut = cut_to(text, kMaxShownBytes);
  return cut.size() == text.size() ? text : std::string(cut) + "…";
}

std::string join_reasons(const std::vector<std::string>& reasons, Language language) {
  std::string out;
  for (const std::string& id : reasons) {
    const ReasonText text = reason_text(id);
    if (!out.empty()) out += language == Language::ja ? "、" : "; ";
    out += language == Language::ja ? text.ja : text.en;
  }
  return out;
}

// What a held archive contains is listed where other formats list what they took out: "member: NAME" and "members".
// One that was opened says how many did not come out again; those have items of their own.
constexpr std::string_view kMember = "member: ", kHeldMembers = "held-members";
bool is_listing(const Removed& one) {
  return one.what == "members" || one.what == kHeldMembers || one.what.starts_with(kMember) ||
         one.what.starts_with(kSignatureFound) || one.what.starts_with(kSignedBy);
}

// What stands behind `prefix`: names of viruses, of signers.
std::string names_behind(std::string_view prefix, const std::vector<Removed>& removed, UrlPolicy urls) {
  std::string names;
  for (const Removed& one : removed)
    if (one.what.starts_with(prefix)) names += (names.empty() ? "" : ", ") + shown(one.what.substr(prefix.size()), urls);
  return names;
}

std::string join_members(const std::vector<Removed>& removed, UrlPolicy urls, Language language) {
  std::string names;
  uint64_t count = 0, named = 0;
  for (const Removed& one : removed) {
    if (one.what == "members") count = one.count;
    if (!one.what.starts_with(kMember)) continue;
    ++named;
    if (!names.empty()) names += language == Language::ja ? "、" : ", ";
    names += shown(one.what.substr(kMember.size()), urls);
  }
  if (count > named) names += language == Language::ja ? " ほか、全 " + std::to_string(count) + " 件"
                                                       : " and others, " + std::to_string(count) + " in all";
  return names;
}

constexpr std::string_view kRenamed = "renamed-members";   // said in a sentence of its own

// Counted among what is removed, since they act no longer; but they are still there to be read.
bool is_change(const Removed& one) {
  for (const std::string_view changed : {"url-defanged", "formula", "dde", "annotation", "form-field", "pdf-restrictions"})
    if (one.what == changed) return true;
  return false;
}

// "Taken out: x 1, y 2. Changed: z 3", or empty.
std::string join_removed(const std::vector<Removed>& removed, Language language) {
  const bool ja = language == Language::ja;
  std::string taken, changed;
  for (const Removed& one : removed) {
    if (is_listing(one) || one.what == kRenamed) continue;
    const ReasonText text = reason_text(one.what);
    std::string& list = is_change(one) ? changed : taken;
    if (!list.empty()) list += ja ? "、" : ", ";
    list += std::string(ja ? text.ja : text.en) + " " + std::to_string(one.count);
  }
  std::string out;
  if (!taken.empty()) out += (ja ? "除いたもの: " : "Taken out: ") + taken;
  if (!taken.empty() && !changed.empty()) out += ja ? "。" : ". ";
  if (!changed.empty()) out += (ja ? "変えたもの: " : "Changed: ") + changed;
  return out;
}

std::string type_name(const Item& item, Language language) {
  const Type* type = type_by_id(item.detected);
  if (!type) return item.detected;
  return std::string(language == Language::ja ? type->name_ja : type->name_en);
}

std::string method_name(int method, Language language) {
  switch (method) {
    case 1: return language == Language::ja ? "テキスト化" : "text";
    case 2: return language == Language::ja ? "画像化" : "image";
    case 3: return language == Language::ja ? "サニタイズ" : "sanitized";
    default: return language == Language::ja ? "確認済み" : "inspected";
  }
}

// All texts of the body are one thing to their reader. Empty when there is nothing to tell.
Item body_of(const Report& report) {
  Item body;
  for (const Item& item : report.items) {
    if (!is_body(item) || !is_worth_telling(item)) continue;
    for (const std::string& reason : item.reasons)
      if (std::find(body.reasons.begin(), body.reasons.end(), reason) == body.reasons.end()) body.reasons.push_back(reason);
    for (const Removed& one : item.removed) {
      const auto same = std::find_if(body.removed.begin(), body.removed.end(), [&](const Removed& r) { return r.what == one.what; });
      if (same == body.removed.end()) body.removed.push_back(one);
      else same->count += one.count;
    }
  }
  return body;
}

std::string body_line(const Item& body, Language language) {
  const bool ja = language == Language::ja;
  const std::string reasons = join_reasons(body.reasons, language);
  const std::string removed = join_removed(body.removed, language);
  std::string out = (ja ? "本文: " : "Text: ") + reasons;
  if (!removed.empty()) {
    if (!reasons.empty()) out += ja ? "。" : ". ";
    out += removed;
  }
  return out + "\n";
}

// The items that others are inside of, by their path.
class Tree {
 public:
  explicit Tree(const Report& report) {
    for (const Item& item : report.items)
      if (!is_body(item)) by_path_.emplace(item.path, &item);
  }

  const Item* parent(const Item& item) const {
    const size_t slash = item.path.rfind('/');
    if (slash == std::string::npos) return nullptr;
    const auto found = by_path_.find(std::string_view(item.path).substr(0, slash));
    return found == by_path_.end() ? nullptr : found->second;
  }

  // What left its treatment, but stayed behind with the archive that it is in.
  bool stays_with_its_archive(const Item& item) const {
    if (stays_behind(item)) return false;
    for (const Item* around = parent(item); around; around = parent(*around))
      if (stays_behind(*around)) return true;
    return false;
  }

 private:
  std::map<std::string_view, const Item*> by_path_;
};

bool is_archive(const Item& item) {
  const Type* type = type_by_id(item.detected);
  return type && type->danger == Danger::container && type->id != "eml" && type->id != "msg" && type->id != "tnef";
}

std::string_view base_name(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::string name_of(const Item& item, UrlPolicy urls, Language language) {
  const std::string name = shown(item.name, urls);
  if (!name.empty()) return name;
  return language == Language::ja ? "名前のないファイル" : "file without a name";
}

// `archive`: what the item is inside of, or null.
std::string item_lines(const Item& item, const Item* archive, const std::string& id, UrlPolicy urls, Language language) {
  const bool ja = language == Language::ja;
  std::string out = ja ? "・" : "* ";
  if (archive && ja) out += name_of(*archive, urls, language) + " の中の ";
  out += name_of(item, urls, language) + (ja ? "（" : " (") + type_name(item, language) + (ja ? "）" : ")");
  if (archive && !ja) out += " in " + name_of(*archive, urls, language);
  if (item.action == Action::removed) {
    out += ja ? ": 除きました。" : ": removed. ";
  } else if (stays_behind(item)) {
    out += ja ? ": お届けしていません。" : ": not delivered. ";
  } else {
    if (archive)
      out += ja ? ": 無害化して中に入れました（" : ": put back inside after treatment (";
    else
      out += ja ? ": 無害化して添付しました（" : ": attached after treatment (";
    out += method_name(item.method, language) + (ja ? "）。" : "). ");
    if (item.output_name != (archive ? base_name(item.name) : item.name))
      out += ja ? "新しい名前: " + shown(item.output_name, urls) + "。" : "New name: " + shown(item.output_name, urls) + ". ";
  }
  const std::string reasons = join_reasons(item.reasons, language);
  if (!reasons.empty()) out += (ja ? "理由: " : "Reason: ") + reasons + (ja ? "。" : ". ");
  const std::string removed = join_removed(item.removed, language);
  if (!removed.empty()) out += removed + (ja ? "。" : ". ");
  const std::string viruses = names_behind(kSignatureFound, item.removed, urls);
  if (!viruses.empty()) out += (ja ? "検出名: " : "Found: ") + viruses + (ja ? "。" : ". ");
  const std::string signers = names_behind(kSignedBy, item.removed, urls);
  if (!signers.empty())
    out += ja ? "署名者: " + signers + "（証明書の信頼は未確認）。" : "Signed by: " + signers + " (trust not checked). ";
  for (const Removed& one : item.removed) {
    if (one.what == kRenamed)
      out += ja ? "中の " + std::to_string(one.count) + " 件は名前を変えました。" : std::to_string(one.count) + " inside got another name. ";
    if (one.what == kHeldMembers)
      out += ja ? "中の " + std::to_string(one.count) + " 件はお届けしていません。"
                : std::to_string(one.count) + (one.count == 1 ? " file inside was" : " files inside were") + " not delivered. ";
  }
  const std::string members = join_members(item.removed, urls, language);
  if (!members.empty()) out += (ja ? "中のファイル: " : "Contains: ") + members + (ja ? "。" : ". ");
  if (!id.empty() && (item.action == Action::held || item.action == Action::locked))
    out += ja ? "保管番号: " + id : "Item: " + id;
  while (out.ends_with(' ')) out.pop_back();
  return out + "\n";
}

std::string signature_line(const Signature& signature, UrlPolicy urls, Language language) {
  const bool ja = language == Language::ja;
  std::string out = ja ? "・電子署名（" : "* Signature (";
  out += signature.kind == "smime" ? "S/MIME" : "OpenPGP";
  out += ja ? "）: " : "): ";
  if (signature.result == "pass")
    out += ja ? "署名後に内容は変わっていませんでした。" : "the content was as signed. ";
  else if (signature.result == "fail")
    out += ja ? "署名と内容が一致しません。ご注意ください。" : "the content is NOT what was signed. ";
  else
    out += ja ? "確認できませんでした。" : "could not be checked. ";
  const std::string signer = shown(signature.signer, urls);
  if (!signer.empty())
    out += ja ? "署名者: " + signer + "（証明書の信頼は未確認）。" : "Signer: " + signer + " (trust not checked). ";
  out += ja ? "無害化により署名は外れています。" : "The signature is gone, because the mail was rebuilt.";
  return out + "\n";
}

std::string in_language(const Report& report, const std::vector<Signature>& signatures, const Profile& profile,
                        const std::string& link, Language language) {
  const bool ja = language == Language::ja;
  const Item body = body_of(report);
  const bool says_body = !body.reasons.empty() || !body.removed.empty();
  const bool says_more = !signatures.empty() || warns(report) ||
                         std::any_of(report.items.begin(), report.items.end(), [](const Item& item) {
                           return !is_body(item) && is_worth_telling(item);
                         });
  // Most mails have a link or come as HTML: one line is enough for that.
  const std::string title = ja ? "【無害化のお知らせ】" : "[Notice] ";
  if (!says_more) return title + body_line(body, language);
  std::string out = title + (ja ? "このメールは安全な形に作り直しました。\n" : "This mail was rebuilt in a safe form.\n");
  if (says_body) out += (ja ? "・" : "* ") + body_line(body, language);
  bool anything_held = false;
  size_t lines = 0, more = 0;
  const Tree tree(report);
  std::map<const Item*, size_t> members;
  for (size_t i = 0; i < report.items.size(); ++i) {
    const Item& item = report.items[i];
    if (is_body(item) || !is_worth_telling(item) || tree.stays_with_its_archive(item)) continue;
    anything_held |= item.action == Action::held || item.action == Action::locked;
    const Item* parent = tree.parent(item);
    const Item* archive = parent && is_archive(*parent) ? parent : nullptr;
    if (lines == kMaxLines || (archive && ++members[archive] > kMaxMembers)) {
      ++more;
      continue;
    }
    ++lines;
    out += item_lines(item, archive, report.id.empty() ? "" : item_id(report.id, i), profile.urls, language);
  }
  if (more > 0) out += ja ? "・ほか " + std::to_string(more) + " 件\n" : "* and " + std::to_string(more) + " more\n";
  for (const Signature& signature : signatures) out += signature_line(signature, profile.urls, language);
  for (const std::string& id : report.notes) {
    if (!is_warning(id)) continue;
    const ReasonText text = reason_text(id);
    out += ja ? "・注意: " + std::string(text.ja) + "\n" : "* Note: " + std::string(text.en) + "\n";
  }
  if (anything_held && !report.id.empty()) {
    if (!link.empty()) out += (ja ? "必要なときは、このページで依頼できます: " : "If you need it, ask for it here: ") + link + "\n";
    else if (!profile.release_contact.empty())
      out += ja ? "必要なときは保管番号を添えてご連絡ください: " + profile.release_contact + "\n"
                : "If you need it, send the item's number to: " + profile.release_contact + "\n";
    else
      out += ja ? "必要なときは、保管番号を添えて情報システム担当にご連絡ください。\n"
                : "If you need it, tell your IT staff the item's number.\n";
  }
  return out;
}

}  // namespace

std::string item_id(const std::string& message_id, size_t index) {
  return message_id + "-" + std::to_string(index + 1);
}

std::string write_notice(const Report& report, const std::vector<Signature>& signatures, const Profile& profile,
                         const std::string& link) {
  const bool any = std::any_of(report.items.begin(), report.items.end(), is_worth_telling) || !signatures.empty() || warns(report);
  if (!any) return {};
  std::string out(kRule);
  if (profile.notice_language != NoticeLanguage::en) out += in_language(report, signatures, profile, link, Language::ja);
  if (profile.notice_language == NoticeLanguage::both && out.find("\n・") != std::string::npos) out += "\n";
  if (profile.notice_language != NoticeLanguage::ja) out += in_language(report, signatures, profile, link, Language::en);
  out += kRule;
  return out;
}

std::string with_notice(const std::string& body, const std::string& notice, const Profile& profile) {
  const char* gap = notice.empty() || body.empty() ? "" : "\n";
  return profile.notice_place == NoticePlace::top ? notice + gap + body : body + gap + notice;
}

}  // namespace mugai::sanitize
