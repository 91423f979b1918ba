#include "gateway/quarantine/release_mail.h"

#include "gateway/relay/clock.h"
#include "sanitizers/mime/address.h"
#include "sanitizers/mime/header_text.h"
#include "sanitizers/text/scrub.h"

namespace mugai::gateway {

namespace {

// Text that came from outside, as one line of a body.
std::string line_of(const std::string& untrusted) { return sanitize::scrub_line(untrusted); }

std::string in_japanese(const ItemRecord& item, const sanitize::Piece& piece) {
  const bool original = item.order.way == ReleaseWay::original;
  return "【無害化のお知らせ】保管していた添付ファイルをお届けします。\n"
         "・件名: " + line_of(item.subject) + "\n・差出人: " + line_of(item.sender.empty() ? "<>" : item.sender) +
         "\n・ファイル: " + line_of(piece.item.output_name) + "\n・処理: " +
         (original ? "元のファイルのままです。担当者が内容を確認しました(方法4)。"
                   : "無害な形に作り直しました(方法" + std::to_string(piece.item.method) + ")。") +
         "\n・保管番号: " + item.id + "\n";
}

std::string in_english(const ItemRecord& item, const sanitize::Piece& piece) {
  const bool original = item.order.way == ReleaseWay::original;
  return "[Notice] A file that was held for you is attached.\n"
         "* Subject: " + line_of(item.subject) + "\n* From: " + line_of(item.sender.empty() ? "<>" : item.sender) +
         "\n* File: " + line_of(piece.item.output_name) + "\n* Treatment: " +
         (original ? "as it came; your IT staff has looked at its content (method 4)."
                   : "rebuilt harmless (method " + std::to_string(piece.item.method) + ").") +
         "\n* Item: " + item.id + "\n";
}

}  // namespace

bool write_release_mail(const ReleaseMail& mail, const ItemRecord& item, const sanitize::Piece& piece, Sink& out) {
  sanitize::Composition composition;
  composition.boundary_id = mail.release_id;
  std::string& header = composition.header;
  header = sanitize::encode_address_header("From", {{"", item.sender.empty() ? mail.postmaster : item.sender}});
  // Who else got it is not for each of them to know: some may have been blind copies.
  header += mail.recipients.size() == 1 ? sanitize::encode_address_header("To", {{"", mail.recipients.front()}})
                                        : std::string("To: undisclosed-recipients:;\r\n");
  header += "Date: " + rfc5322_date(mail.at_ms) + "\r\n";
  header += "Message-ID: <" + mail.release_id + ".release@" + mail.hostname + ">\r\n";
  if (!mail.in_reply_to.empty()) {
    header += "In-Reply-To: <" + mail.in_reply_to + ">\r\n";
    header += "References: <" + mail.in_reply_to + ">\r\n";
  }
  header += "Auto-Submitted: auto-generated\r\n";
  header += "Mugai-Result: released; v=1; id=" + mail.release_id + "; way=" + std::string(to_string(item.order.way)) + "\r\n";
  header += sanitize::encode_header("Subject", "【保留解除 / Released】" + line_of(item.subject));
  if (mail.language != NoticeLanguage::en) composition.body += in_japanese(item, piece);
  if (mail.language == NoticeLanguage::both) composition.body += "\n";
  if (mail.language != NoticeLanguage::ja) composition.body += in_english(item, piece);
  composition.pieces = {&piece};
  return sanitize::write_message(composition, out);
}

}  // namespace mugai::gateway
