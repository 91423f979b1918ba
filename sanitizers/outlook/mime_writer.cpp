#include "sanitizers/outlook/mime_writer.h"

#include <algorithm>
#include <optional>

#include "sanitizers/detect/type.h"
#include "sanitizers/mime/header_text.h"
#include "sanitizers/mime/headers.h"
#include "sanitizers/mime/transfer.h"
#include "sanitizers/outlook/mail_header.h"
#include "sanitizers/outlook/particulars.h"
#include "sanitizers/outlook/rtf_compression.h"
#include "sanitizers/rtf/text.h"

namespace mugai::sanitize::outlook {
namespace {

constexpr size_t kMaxNameBytes = 1'000;
constexpr size_t kMaxTextBytes = 32 << 20;  // of a body, decoded in memory; what is larger is held

// A body in the forms that it has.
struct Texts {
  std::optional<std::string> plain, html;  // html in `html_charset`
  std::string html_charset = "utf-8";
  std::vector<Obstacle> obstacles;  // forms that nothing else stands for
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Texts texts_of(const PropertyBag& bag) {
  Texts texts;
  for (const uint16_t kind : {kUnicode, kString8}) {
    if (!bag.has(kBody, kind)) continue;
    if (bag.value(kBody, kind).size() > kMaxTextBytes)
      texts.obstacles.push_back({"本文.txt", "text-too-large", bag.value(kBody, kind)});
    else if (!texts.plain)
      texts.plain = bag.text(kBody);
  }
  if (bag.binary(kHtml).size() > kMaxTextBytes) {
    texts.obstacles.push_back({"本文.html", "text-too-large", bag.binary(kHtml)});
    return texts;
  }
  if (const Bytes html = bag.binary(kHtml); !html.empty()) {
    texts.html = std::string(html);
    texts.html_charset = charset_of_code_page(bag.number(kInternetCodePage, bag.number(kCodePage)));
  } else if (std::string wide = bag.text(kHtml); !wide.empty()) {
    texts.html = std::move(wide);
  }
  const Bytes packed = bag.binary(kRtf);
  const bool rest_is_blank = !texts.plain || is_blank(*texts.plain);
  if (texts.html || packed.empty()) return texts;
  const std::optional<std::string> unpacked = decompress_rtf(packed, kMaxTextBytes);
  if (!unpacked) {
    if (rest_is_blank) texts.obstacles.push_back({"本文.rtf", "damaged-attachment", packed});
    return texts;
  }
  rtf::RtfText text = rtf::text_of_rtf(*unpacked);
  if (text.is_html)
    texts.html = std::move(text.content);
  else if (rest_is_blank)
    texts.plain = std::move(text.content);
  return texts;
}

// "type/subtype" of the sender, if it is one that a part with a content of its own may have.
std::string media_type_of(const std::string& claimed) {
  std::string out;
  size_t slashes = 0;
  for (const char c : claimed.substr(0, claimed.find(';'))) {
    const bool token =
        (c > ' ' && c < 0x7F && std::string_view("()<>@,;:\\\"[]?=").find(c) == std::string_view::npos);
    if (!token) return "application/octet-stream";
    slashes += c == '/';
    out.push_back(ascii_lower(c));
  }
  const bool structure = out.starts_with("multipart/");
  return slashes != 1 || structure || out.size() > 120 ? "application/octet-stream" : out;
}

// A whole part with a header of its own, which can stand between our boundaries.
bool is_entity(Bytes data) {
  return equals_ignoring_case(data.substr(0, 23), "content-type: multipart") &&
         data.find("--=_outlook_") == Bytes::npos;
}

bool names_a_program(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  std::string extension(name.substr(dot + 1));
  std::transform(extension.begin(), extension.end(), extension.begin(), ascii_lower);
  const Type* type = type_by_extension(extension);
  return type && type->danger == Danger::active;
}

// The name that Outlook shows first, then one that other programs would use, if it matters to them.
std::pair<std::string, std::string> names_of(const Attachment& attachment) {
  const PropertyBag& bag = attachment.properties;
  const std::string display = bag.line(kDisplayName), shown = bag.line(kAttachLongName), old = bag.line(kAttachName);
  std::string name = !shown.empty() ? shown : !old.empty() ? old : display;
  const std::string extension = bag.line(kAttachExtension);
  if (shown.empty() && old.empty() && !name.empty() && name.find('.') == std::string::npos) name += extension;
  std::string other = name;
  for (const std::string& one : {old, display, extension})
    if (one != name && names_a_program(one)) other = one;
  return {name.substr(0, kMaxNameBytes), other.substr(0, kMaxNameBytes)};
}

class MimeWriter {
 public:
  MimeWriter(Sink& out, WrittenMessage& written) : out_(out), written_(written) {}

  bool write(const Item& item, uint32_t depth) {
    const std::string boundary = "=_outlook_" + std::to_string(++boundaries_);
    if (!out_.write(mail_header_of(item)) || !out_.write("MIME-Version: 1.0\r\n") || !begin("mixed", boundary))
      return false;
    size_t parts = 0;
    const std::string particulars = particulars_of(item);
    if (!particulars.empty() && (++parts, !next(boundary) || !write_text("plain", "utf-8", particulars)))
      return false;
    const Texts texts = texts_of(item.properties);
    ++parts;
    if (!next(boundary) || !write_texts(texts)) return false;
    written_.obstacles.insert(written_.obstacles.end(), texts.obstacles.begin(), texts.obstacles.end());
    for (const Attachment& one : item.attachments) {
      if (!one.obstacle.empty()) {
        const std::string name = names_of(one).first;
        written_.obstacles.push_back({name.empty() ? "添付" : name, one.obstacle, one.data});
        continue;
      }
      ++parts;
      if (!next(boundary) || !(one.embedded ? write_embedded(*one.embedded, depth) : write_file(one, item)))
        return false;
    }
    if (depth == 0) written_.parts = parts;
    written_.all_parts += parts;
    return out_.write("\r\n--" + boundary + "--\r\n");
  }

 private:
  bool begin(std::string_view kind, const std::string& boundary) {
    return out_.write("Content-Type: multipart/" + std::string(kind) + "; boundary=\"" + boundary + "\"\r\n");
  }

  bool next(const std::string& boundary) { return out_.write("\r\n--" + boundary + "\r\n"); }

  bool write_base64(Bytes bytes) {
    Base64Encoder encoder;
    return out_.write("Content-Transfer-Encoding: base64\r\n\r\n") && encoder.encode(bytes, out_) &&
           encoder.finish(out_);
  }

  bool write_text(std::string_view kind, const std::string& charset, std::string_view text) {
    return out_.write("Content-Type: text/" + std::string(kind) + (charset.empty() ? "" : "; charset=" + charset) +
                      "\r\n") &&
           write_base64(text);
  }

  bool write_texts(const Texts& texts) {
    if (!texts.html) return write_text("plain", "utf-8", texts.plain.value_or(""));
    if (!texts.plain) return write_text("html", texts.html_charset, *texts.html);
    const std::string boundary = "=_outlook_" + std::to_string(++boundaries_);
    return begin("alternative", boundary) && next(boundary) && write_text("plain", "utf-8", *texts.plain) &&
           next(boundary) && write_text("html", texts.html_charset, *texts.html) &&
           out_.write("\r\n--" + boundary + "--\r\n");
  }

  bool write_embedded(const Item& item, uint32_t depth) {
    return out_.write("Content-Type: message/rfc822\r\n\r\n") && write(item, depth + 1);
  }

  bool write_file(const Attachment& attachment, const Item& item) {
    const PropertyBag& bag = attachment.properties;
    const auto [name, other] = names_of(attachment);
    std::string type = media_type_of(bag.line(kAttachMediaType));
    // The body of a signed mail is kept as one attachment (MS-OXOSMIME §2.1.3): that is the mail.
    const std::string kind = item.attachments.size() == 1 ? item.properties.line(kMessageClass) : std::string();
    if (equals_ignoring_case(kind, "IPM.Note.SMIME.MultipartSigned") && is_entity(attachment.data))
      return out_.write(attachment.data);
    if (equals_ignoring_case(kind, "IPM.Note.SMIME")) type = "application/pkcs7-mime";
    std::string header = "Content-Type: " + type;
    if (!other.empty()) header += encode_name_rfc2231("name", other);
    header += "\r\nContent-Disposition: attachment";
    if (!name.empty()) header += encode_name_rfc2231("filename", name);
    header += "\r\n";
    if (const std::string id = clean_id(bag.line(kAttachContentId)); !id.empty())
      header += "Content-ID: <" + id + ">\r\n";
    return out_.write(header) && write_base64(attachment.data);
  }

  Sink& out_;
  WrittenMessage& written_;
  uint32_t boundaries_ = 0;
};

}  // namespace

bool write_mime(const Item& item, Sink& out, WrittenMessage& written) {
  return MimeWriter(out, written).write(item, 0);
}

}  // namespace mugai::sanitize::outlook
