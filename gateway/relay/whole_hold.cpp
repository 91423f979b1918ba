#include "gateway/relay/whole_hold.h"

#include "gateway/relay/clock.h"
#include "sanitizers/mime/address.h"
#include "sanitizers/mime/compose.h"
#include "sanitizers/mime/header_text.h"
#include "sanitizers/reasons.h"

namespace mugai::gateway {

namespace {

std::string in_japanese(const std::string& sender, const std::string& date, const std::string& item,
                        const std::string& reason, const std::string& contact, const std::string& link) {
  return "【無害化のお知らせ】お届けできないメールを保管しています。\n"
         "・差出人: " + sender + "\n・受信日時: " + date + "\n・理由: " + reason + "\n・保管番号: " + item + "\n" +
         (!link.empty() ? "必要なときは、このページで依頼できます: " + link + "\n" :
          contact.empty() ? "必要なときは、保管番号を添えて情報システム担当にご連絡ください。\n"
                          : "必要なときは保管番号を添えてご連絡ください: " + contact + "\n");
}

std::string in_english(const std::string& sender, const std::string& date, const std::string& item,
                       const std::string& reason, const std::string& contact, const std::string& link) {
  return "[Notice] A mail for you is being held and was not delivered.\n"
         "* From: " + sender + "\n* Received: " + date + "\n* Reason: " + reason + "\n* Item: " + item + "\n" +
         (!link.empty() ? "If you need it, ask for it here: " + link + "\n" :
          contact.empty() ? "If you need it, tell your IT staff the item's number.\n"
                          : "If you need it, send the item's number to: " + contact + "\n");
}

}  // namespace

std::string write_whole_hold_notice(const SpooledMessage& message, const std::string& group_id,
                                    const std::string& reason, const Profile& profile, const std::string& hostname,
                                    const std::string& link, int64_t at_ms) {
  const SpoolHeader& header = message.header;
  const std::string sender = header.envelope.reverse_path.empty() ? "<>" : header.envelope.reverse_path.text;
  const std::string date = rfc5322_date(header.received_ms);
  const sanitize::ReasonText text = sanitize::reason_text(reason);
  const std::string item = group_id + "-1";
  sanitize::Composition composition;
  composition.boundary_id = group_id;
  composition.header = sanitize::encode_address_header("From", {{"Mugai", "MAILER-DAEMON@" + hostname}});
  composition.header += "Date: " + rfc5322_date(at_ms) + "\r\n";
  composition.header += "Message-ID: <" + group_id + ".hold@" + hostname + ">\r\n";
  composition.header += "Auto-Submitted: auto-generated\r\n";
  composition.header += "Mugai-Result: held; v=1; profile=" + profile.name + "; id=" + group_id + "\r\n";
  composition.header += sanitize::encode_header("Subject", "【無害化】メールを保管しました / A mail is being held");
  if (profile.notice_language != NoticeLanguage::en)
    composition.body += in_japanese(sender, date, item, std::string(text.ja), profile.release_contact, link);
  if (profile.notice_language == NoticeLanguage::both) composition.body += "\n";
  if (profile.notice_language != NoticeLanguage::ja)
    composition.body += in_english(sender, date, item, std::string(text.en), profile.release_contact, link);
  StringSink out;
  [[maybe_unused]] const bool written = sanitize::write_message(composition, out);
  return std::move(out.text);
}

}  // namespace mugai::gateway
