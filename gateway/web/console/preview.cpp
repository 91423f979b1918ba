#include "gateway/web/console/preview.h"

#include "config/base/bytes.h"
#include "sanitizers/mime/transfer.h"
#include "sanitizers/text/utf8.h"

namespace mugai::gateway::web {

namespace {

constexpr size_t kShown = 200'000;
constexpr uint64_t kLargest = 64'000'000;   // it is in memory while it is looked at

class TextSink : public Sink {
 public:
  bool write(Bytes bytes) override {
    text.append(bytes);
    return true;
  }
  std::string text;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

struct Part {
  std::string headers;   // lower-case names and values, unfolded; kept beside the original for the boundary
  std::string raw_headers;
  std::string_view body;
};

Part split_part(std::string_view bytes) {
  const size_t end = bytes.find("\r\n\r\n");
  Part part;
  part.raw_headers = "\r\n" + std::string(bytes.substr(0, end)) + "\r\n";
  part.headers = lower(part.raw_headers);
  part.body = end == bytes.npos ? std::string_view() : bytes.substr(end + 4);
  return part;
}

std::string header_value(const Part& part, std::string_view name) {
  const std::string wanted = "\r\n" + std::string(name) + ":";
  const size_t at = part.headers.find(wanted);
  if (at == std::string::npos) return "";
  size_t end = part.headers.find("\r\n", at + wanted.size());
  while (end != std::string::npos && end + 2 < part.headers.size() && (part.headers[end + 2] == ' ' || part.headers[end + 2] == '\t'))
    end = part.headers.find("\r\n", end + 2);
  return part.raw_headers.substr(at + wanted.size(), end - at - wanted.size());
}

}  // namespace

std::string text_of_rebuilt(std::string_view message) {
  Part part = split_part(message);
  const std::string type = header_value(part, "content-type");
  if (lower(type).find("multipart/") != std::string::npos) {
    const size_t at = type.find("boundary=\"");
    if (at == std::string::npos) return "";
    const std::string mark = "--" + type.substr(at + 10, type.find('"', at + 10) - at - 10);
    const size_t begin = part.body.find(mark + "\r\n");
    if (begin == part.body.npos) return "";
    std::string_view inner = part.body.substr(begin + mark.size() + 2);
    inner = inner.substr(0, inner.find("\r\n" + mark));
    part = split_part(inner);
  }
  bool sloppy = false;
  const std::string encoding = header_value(part, "content-transfer-encoding");
  sanitize::TransferDecoder decoder(encoding.empty() ? sanitize::TransferEncoding::identity
                                                     : sanitize::parse_transfer_encoding(encoding, sloppy));
  TextSink sink;
  if (!decoder.decode(part.body, sink) || !decoder.finish(sink)) return "";
  return std::move(sink.text);
}

namespace {

Result<TriedOut> look_at(const WebServices& services, const ItemRecord& item, TryOut how) {
  if (item.size > kLargest) return Error{"console.no-preview", "this is too large for a preview", ""};
  TextSink original;
  if (const Status loaded = services.vault->load(item.whole_message ? item.message : item.id, original); !loaded) return loaded.error();
  how.name = item.name;
  return services.try_out(how, original.text);
}

// Of what browsers show; empty for everything else.
std::string_view media_type_of(std::string_view ours) {
  if (ours.starts_with("\x89PNG")) return "image/png";
  if (ours.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (ours.starts_with("GIF8")) return "image/gif";
  if (ours.starts_with("RIFF") && ours.substr(0, 12).ends_with("WEBP")) return "image/webp";
  return {};
}

Error nothing_to_see() { return {"console.no-preview", "nothing of it can be shown as text or picture", ""}; }

Result<Preview> as_text(const WebServices& services, const ItemRecord& item) {
  TryOut how;
  how.kind = item.whole_message ? WorkRequest::Kind::message : WorkRequest::Kind::file;
  how.as_text = true;
  Result<TriedOut> tried = look_at(services, item, how);
  if (!tried) return tried.error();
  Preview preview;
  preview.report = std::move(tried->report);
  if (item.whole_message) preview.text = text_of_rebuilt(tried->output);
  else if (sanitize::is_valid_utf8(tried->output)) preview.text = std::move(tried->output);
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";   // our text files begin with it
  if (preview.text.starts_with(kByteOrderMark)) preview.text.erase(0, kByteOrderMark.size());
  preview.cut = preview.text.size() > kShown;
  if (preview.cut) {
    preview.text.resize(kShown);
    while (!sanitize::is_valid_utf8(preview.text)) preview.text.pop_back();
  }
  if (preview.text.empty()) return nothing_to_see();
  return preview;
}

}  // namespace

Result<Preview> preview_of(const WebServices& services, const ItemRecord& item, PreviewAs as) {
  if (as == PreviewAs::text || item.whole_message) return as_text(services, item);
  TryOut how;
  how.kind = WorkRequest::Kind::page;
  Result<TriedOut> tried = look_at(services, item, how);
  if (!tried) return tried.error();
  if (tried->pages == 0 && media_type_of(tried->output).empty()) return as_text(services, item);
  Preview preview;
  preview.pages = std::max(tried->pages, uint32_t{1});
  preview.report = std::move(tried->report);
  return preview;
}

Result<Picture> picture_of(const WebServices& services, const ItemRecord& item, uint32_t page) {
  TryOut how;
  how.kind = WorkRequest::Kind::page;
  how.page = page;
  Result<TriedOut> tried = look_at(services, item, how);
  if (!tried && tried.error().id == "worker.no-page") return Error{"quarantine.unknown", "", ""};
  if (!tried) return tried.error();
  const std::string_view type = media_type_of(tried->output);
  if (type.empty()) return nothing_to_see();
  return Picture{std::move(tried->output), std::string(type)};
}

}  // namespace mugai::gateway::web
