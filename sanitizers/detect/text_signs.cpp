#include "sanitizers/detect/text_signs.h"

#include <algorithm>
#include <string>

#include "sanitizers/detect/mbox_start.h"
#include "sanitizers/detect/signature.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_view_literals;

constexpr size_t kWindow = 64 << 10;

struct Word {
  std::string_view word, id;  // words are lower-case
};

// clang-format off
constexpr Word kFirstWords[] = {
  {"#!", "script-shell"}, {"<?php", "script-shell"}, {"<%@", "script-shell"},
  {"@echo ", "script-bat"}, {"@powershell", "script-bat"}, {"@cmd", "script-bat"}, {"@start ", "script-bat"}, {"@setlocal", "script-bat"}, {"@if ", "script-bat"},
  {"<job", "script-vbs"}, {"<package", "script-vbs"}, {"<scriptlet", "script-vbs"}, {"<component", "script-vbs"}, {"<?component", "script-vbs"},
  {"#@~^", "script-vbs"},
  {"[internetshortcut]", "url"}, {"[{000214a0-0000-0000-c000-000000000046}]", "url"}, {"[desktop entry]", "lnk"}, {"[shell]", "lnk"},
  {"windows registry editor version", "reg"}, {"regedit4", "reg"},
  {"[autorun]", "inf"}, {"[version]", "inf"},
  {"web\r\n1\r\n", "iqy"}, {"web\r1\r", "iqy"}, {"web\n1\n", "iqy"},
  {"begin:vcalendar", "ics"}, {"begin:vcard", "vcf"},
  {"-----begin pgp", "pgp"}, {"-----begin pkcs7", "smime"}, {"-----begin cms", "smime"}, {"-----begin certificate", "certificate"},
  {"-----begin trusted", "certificate"}, {"-----begin x509", "certificate"}, {"-----begin rsa", "certificate"}, {"-----begin ec ", "certificate"},
  {"-----begin dsa", "certificate"}, {"-----begin private", "certificate"}, {"-----begin encrypted private", "certificate"}, {"-----begin public", "certificate"},
  {"-----begin openssh", "certificate"}, {"-----begin new certificate", "certificate"}, {"putty-user-key-file", "certificate"},
  {"<pcsettings", "lnk"}, {"<librarydescription", "lnk"}, {"<searchconnectordescription", "lnk"}, {"<persistedquery", "lnk"},
  {"<mmc_consolefile", "lnk"}, {"<jnlp", "script-shell"}, {"<xsl:stylesheet", "script-shell"}, {"<xsl:transform", "script-shell"},
  {"<appinstaller", "package"}, {"<asmv1:assembly", "exe"}, {"<odc:", "iqy"},
  {"[.shellclassinfo]", "lnk"}, {"[theme]", "lnk"}, {"screen mode id:i:", "lnk"}, {"full address:s:", "lnk"}, {"[default]\r\nbaseurl=", "url"},
  {"[connect_to_web]", "iqy"}, {"xlodbc", "iqy"}, {"[oledb]", "iqy"}, {"[odbc]", "iqy"},
  {"tell application", "script-shell"}, {"#!python", "script-shell"}, {"#requires -version", "script-ps1"},
  {"<kml", "kml"}, {"d8:announce", "torrent"}, {"%!ps-adobe-3.0 epsf", "eps"}, {"p1\n# ", "pnm"}, {"p2\n# ", "pnm"}, {"p3\n# ", "pnm"},
  {"%!ps", "ps"}, {"%pdf-", "pdf"}, {"id;p", "slk"},
  {"ole for retrieval", "iqy"},
  {"iso-10303-21;", "p21"}, {"<svg", "svg"},
};
constexpr std::string_view kStrongTags[] = {"<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<meta", "<style", "<title", "<object", "<embed", "<form", "<frameset"};
constexpr std::string_view kWeakTags[] = {"<h1", "<div", "<font", "<table", "<a", "<b", "<br", "<p", "<span", "<img", "<center", "<link", "<ul", "<pre", "<input", "<button", "<video", "<audio", "<marquee"};

constexpr Word kScriptWords[] = {
  {"wscript.", "script-vbs"}, {"activexobject", "script-js"}, {"createobject(", "script-vbs"}, {"scripting.filesystemobject", "script-vbs"}, {"msxml2.xmlhttp", "script-vbs"},
  {"adodb.stream", "script-vbs"}, {"shell.application", "script-vbs"}, {"on error resume next", "script-vbs"}, {"executeglobal", "script-vbs"},
  {"<hta:application", "hta"}, {"mshta.exe", "script-bat"}, {"mshta http", "script-bat"},
  {"invoke-expression", "script-ps1"}, {"new-object system.net.webclient", "script-ps1"}, {"new-object net.webclient", "script-ps1"}, {"downloadstring(", "script-ps1"},
  {"frombase64string(", "script-ps1"}, {"powershell -e", "script-ps1"}, {"powershell.exe -", "script-ps1"}, {"-executionpolicy bypass", "script-ps1"}, {"invoke-webrequest", "script-ps1"},
  {"set-executionpolicy", "script-ps1"}, {"-encodedcommand", "script-ps1"},
  {"%comspec%", "script-bat"}, {"certutil -decode", "script-bat"}, {"certutil -urlcache", "script-bat"}, {"bitsadmin /transfer", "script-bat"}, {"%~dp0", "script-bat"},
  {"regsvr32 /s", "script-bat"}, {"rundll32 ", "script-bat"},
  {"start-process ", "script-ps1"}, {"| iex", "script-ps1"}, {"powershell -w", "script-ps1"}, {"-windowstyle hidden", "script-ps1"}, {"add-mppreference", "script-ps1"},
  {"cmd /c ", "script-bat"}, {"cmd.exe /c", "script-bat"}, {"%temp%\\", "script-bat"}, {"%appdata%\\", "script-bat"}, {"schtasks /create", "script-bat"}, {"vssadmin delete", "script-bat"},
  {"\nimport os", "script-shell"}, {"\nimport subprocess", "script-shell"}, {"os.system(", "script-shell"}, {"subprocess.", "script-shell"}, {"base64_decode(", "script-shell"},
  {"new function(", "script-js"}, {"eval(atob(", "script-js"}, {"document.write(unescape(", "script-js"}, {"\n[internetshortcut]", "url"},
  {"string.fromcharcode(", "script-js"}, {"eval(unescape(", "script-js"}, {"require('child_process')", "script-js"},
};
// clang-format on

bool is_utf16_le(Bytes bytes) {
  return bytes.substr(0, 2) == "\xff\xfe";
}
bool is_utf16_be(Bytes bytes) {
  return bytes.substr(0, 2) == "\xfe\xff";
}

// Lower-case ASCII of the first and last window; UTF-16 loses its NULs, which leaves ASCII words readable.
std::string words_of(Bytes bytes) {
  std::string words;
  const bool wide = is_utf16_le(bytes) || is_utf16_be(bytes);
  const auto append = [&](Bytes piece) {
    for (const char c : piece)
      if (!wide || c != '\0') words.push_back(ascii_lower(c));
  };
  append(bytes.substr(0, kWindow));
  if (bytes.size() > kWindow) {
    words.push_back('\n');
    append(bytes.substr(std::max(kWindow, bytes.size() - std::min(bytes.size(), kWindow))));
  }
  return words;
}

std::string first_words(Bytes bytes) {
  // Blank lines push what a script begins with out of sight, for people as for us.
  const size_t shown = bytes.find_first_not_of(" \t\r\n\f\v");
  if (shown != Bytes::npos && shown > 0) bytes.remove_prefix(shown);
  std::string words = words_of(bytes.substr(0, 4096));
  size_t start = 0;
  if (is_utf16_le(bytes) || is_utf16_be(bytes)) start = 2;
  if (words.compare(0, 3, "\xef\xbb\xbf") == 0) start = 3;
  start = words.find_first_not_of(" \t\r\n\f\v", start);
  words.erase(0, std::min(start, words.size()));
  return words;
}

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

bool begins_with_tag(std::string_view text, std::string_view tag) {
  if (!begins(text, tag)) return false;
  const char after = text.size() > tag.size() ? text[tag.size()] : '>';
  return after == '>' || after == ' ' || after == '/' || after == '\t' || after == '\r' || after == '\n' ||
         after == '\f';
}

// An XML declaration and comments may stand before the tag that tells.
std::string_view after_prologue(std::string_view text) {
  for (int i = 0; i < 16; ++i) {
    size_t end = text.npos;
    if (begins(text, "<?xml"))
      end = text.find("?>");
    else if (begins(text, "<!--"))
      end = text.find("->");
    else if (begins(text, "<!doctype") && !begins(text, "<!doctype html"))
      end = text.find('>');
    else
      return text;
    if (end == text.npos) return {};
    end = text.find('>', end);
    text.remove_prefix(end + 1);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  }
  return text;
}

// The first field must be one that mails have, and some more of them must follow before the first line that is not a
// field: people, too, write "From:" at the beginning of a text, and a .txt must say that it is MIME.
const Type* by_mail_headers(std::string_view words, bool is_named_text) {
  static constexpr std::string_view kFields[] = {"received", "return-path", "delivered-to", "message-id", "from", "to", "cc",
      "date", "subject", "sender", "reply-to", "mime-version", "content-type", "authentication-results", "dkim-signature"};
  int known = 0;
  bool mime = false, web = false, trace = false;
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find('\n', at), words.size());
    const std::string_view line = words.substr(at, end - at);
    at = end + 1;
    if (line.empty() || line == "\r") break;
    const bool folded = line[0] == ' ' || line[0] == '\t';
    if (folded && known == 0) return nullptr;
    web |= line.find("multipart/related") != line.npos;
    if (folded) continue;
    const std::string_view name = line.substr(0, line.find(':'));
    if (name.size() == line.size() || name.find_first_of(" \t") != name.npos) break;
    const bool counts = std::find(std::begin(kFields), std::end(kFields), name) != std::end(kFields);
    if (!counts && known == 0 && !begins(name, "x-") && !begins(name, "resent-")) return nullptr;
    known += counts ? 1 : 0;
    mime |= name == "mime-version";
    trace |= name == "received" || name == "message-id" || name == "return-path";
  }
  if (known < 2 || (is_named_text && !mime && !trace)) return nullptr;
  if (web && begins(words, "mime-version:")) return type_by_id("mht");
  return known >= 3 || mime || trace ? type_by_id("eml") : nullptr;
}

// A document of OpenDocument in one XML file, by its root and the media type that stands on it (ODF 1.3 part 3, 3.1.2).
const Type* by_flat_document(std::string_view root) {
  static constexpr Word kKinds[] = {{"opendocument.spreadsheet", "fods"}, {"opendocument.presentation", "fodp"}, {"opendocument.graphics", "fodg"}};
  const size_t end = root.find_first_of(" \t\r\n>");
  if (!begins(root, "<") || end == root.npos || !root.substr(0, end).ends_with("document")) return nullptr;
  if (root.find("urn:oasis:names:tc:opendocument:xmlns:office:") == root.npos) return nullptr;
  for (const Word& kind : kKinds)
    if (root.find(kind.word) != root.npos) return type_by_id(kind.id);
  return type_by_id("fodt");
}

}  // namespace

bool looks_like_text(Bytes bytes) {
  if (is_utf16_le(bytes) || is_utf16_be(bytes)) return bytes.size() % 2 == 0;
  if (bytes.find('\0') != Bytes::npos) return false;
  const Bytes head = bytes.substr(0, kWindow);
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && (c < '\b' || c > '\r') && c != '\x1b' && c != '\x1a';
  };
  // A stray control character now and then is sloppy text; more is not text.
  return static_cast<size_t>(std::count_if(head.begin(), head.end(), control)) <= head.size() / 256;
}

const Type* by_first_words(Bytes bytes, bool is_named_text) {
  if (begins_as_rtf(bytes)) return type_by_id("rtf");
  const std::string words = first_words(bytes);
  for (const Word& word : kFirstWords)
    if (begins(words, word.word)) return type_by_id(word.id);
  const std::string_view root = after_prologue(words);
  for (const Word& word : kFirstWords)
    if (word.word[0] == '<' && begins(root, word.word)) return type_by_id(word.id);
  if (const Type* flat = by_flat_document(root)) return flat;
  for (const std::string_view tag : kStrongTags)
    if (begins_with_tag(root, tag)) return type_by_id("html");
  if (!is_named_text)
    for (const std::string_view tag : kWeakTags)
      if (begins_with_tag(root, tag)) return type_by_id("html");
  if (is_mbox_start(bytes, 0) && by_mail_headers(std::string_view(words).substr(words.find('\n') + 1), is_named_text))
    return type_by_id("mbox");
  if (const Type* mail = by_mail_headers(words, is_named_text)) return mail;
  // What Word and Excel 2003 wrote as XML may carry macros, and Windows opens it with them.
  if (words.find("<?mso-application") != words.npos) return type_by_id("doc");
  if (begins(words, "<?xml")) return type_by_id("xml");
  return nullptr;
}

const Type* by_script_words(Bytes bytes, int least) {
  const std::string words = "\n" + words_of(bytes);   // so that the first line is one, too
  const Type* type = nullptr;
  int seen = 0;
  for (const Word& word : kScriptWords) {
    if (words.find(word.word) == words.npos) continue;
    if (!type) type = type_by_id(word.id);
    if (++seen >= least) return type;
  }
  return nullptr;
}

}  // namespace mugai::sanitize
