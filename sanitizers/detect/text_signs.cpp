#include "sanitizers/detect/text_signs.h"

#include <algorithm>
#include <string>

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
  {"web\r\n1\r\n", "iqy"}, {"web\n1\n", "iqy"},
  {"begin:vcalendar", "ics"}, {"begin:vcard", "vcf"},
  {"-----begin pgp", "pgp"}, {"-----begin pkcs7", "smime"},
  {"{\\rt", "rtf"}, {"%!ps", "ps"}, {"%pdf-", "pdf"}, {"id;p", "slk"},
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

const Type* by_mail_headers(std::string_view words) {
  const bool mime = begins(words, "mime-version:") || words.find("\nmime-version:") != words.npos;
  const bool web = words.find("multipart/related") != words.npos && words.find("\nsubject: ") == words.npos;
  if (mime && begins(words, "mime-version:") && web) return type_by_id("mht");
  for (const std::string_view field :
       {"received: "sv, "return-path: "sv, "delivered-to: "sv, "message-id: "sv, "from: "sv})
    if (begins(words, field) && (mime || words.find("\nsubject: ") != words.npos)) return type_by_id("eml");
  return nullptr;
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
  const std::string words = first_words(bytes);
  for (const Word& word : kFirstWords)
    if (begins(words, word.word)) return type_by_id(word.id);
  const std::string_view root = after_prologue(words);
  for (const Word& word : kFirstWords)
    if (word.word[0] == '<' && begins(root, word.word)) return type_by_id(word.id);
  for (const std::string_view tag : kStrongTags)
    if (begins_with_tag(root, tag)) return type_by_id("html");
  if (!is_named_text)
    for (const std::string_view tag : kWeakTags)
      if (begins_with_tag(root, tag)) return type_by_id("html");
  if (const Type* mail = by_mail_headers(words)) return mail;
  // What Word and Excel 2003 wrote as XML may carry macros, and Windows opens it with them.
  if (words.find("<?mso-application") != words.npos) return type_by_id("doc");
  if (begins(words, "<?xml")) return type_by_id("xml");
  return nullptr;
}

const Type* by_script_words(Bytes bytes, int least) {
  const std::string words = words_of(bytes);
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
