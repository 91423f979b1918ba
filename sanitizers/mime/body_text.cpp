#include "sanitizers/mime/body_text.h"

#include "sanitizers/text/charset.h"
#include "sanitizers/text/html_text.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {

namespace {

constexpr size_t kMaxUuBlocks = 20;

std::string charset_of(const Part& part) {
  const Parameter* charset = part.content_type.find("charset");
  return charset ? charset->value : std::string();
}

// RFC 3676: a line that ends in a blank goes on in the next one of the same quote depth.
std::string unflow(const std::string& text, bool delete_space) {
  std::string out;
  out.reserve(text.size());
  bool joining = false;
  size_t quote_of_last = 0;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    std::string_view line(text.data() + at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    size_t quote = 0;
    while (quote < line.size() && line[quote] == '>') ++quote;
    std::string_view content = line.substr(quote);
    if (content.starts_with(' ')) content.remove_prefix(1);
    const bool signature = content == "-- ";
    if (joining && (quote != quote_of_last || signature)) {
      out.push_back('\n');
      joining = false;
    }
    if (!joining) {
      out.append(quote, '>');
      if (quote) out.push_back(' ');
    }
    const bool flows = content.ends_with(' ') && !signature;
    if (flows && delete_space) content.remove_suffix(1);
    out.append(content);
    if (!flows) out.push_back('\n');
    joining = flows;
    quote_of_last = quote;
  }
  if (joining) out.push_back('\n');
  return out;
}

// How much there is to read: characters that are neither blank nor part of a URL.
size_t reading_matter(std::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == 'h' && (text.compare(i, 4, "http") == 0 || text.compare(i, 4, "hxxp") == 0)) {
      while (i < text.size() && static_cast<unsigned char>(text[i]) > ' ' && text[i] != '>') ++i;
      continue;
    }
    const auto c = static_cast<unsigned char>(text[i++]);
    if (c > ' ' && (c & 0xC0) != 0x80 && c != '-' && c != '=' && c != '*' && c != '|') ++count;
  }
  return count;
}

void trim_blank_lines(std::string& text) {
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') begin = at + 1;
    else if (text[at] != ' ' && text[at] != '\t' && text[at] != '\r') break;
    if (at + 1 == text.size()) begin = text.size();
  }
  size_t end = text.size();
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r' || text[end - 1] == ' ' || text[end - 1] == '\t'))
    --end;
  text = text.substr(begin, end - begin);
  if (!text.empty()) text.push_back('\n');
}

void note_decoding(const DecodedText& decoded, BodyText& out) {
  if (decoded.lossy && std::find(out.reasons.begin(), out.reasons.end(), "undecodable-characters") == out.reasons.end())
    out.reasons.emplace_back("undecodable-characters");
}

// True when there were any. A mark stands in the text for each.
bool cut_files(BodyText& out) {
  std::vector<UuBlock> blocks = find_uuencoded(out.text, kMaxUuBlocks);
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block)
    out.text.replace(block->begin, block->end - block->begin,
                     "[添付ファイル / attachment: " + scrub_line(decode_short(block->name).utf8) + "]\n");
  const bool any = !blocks.empty();
  std::move(blocks.begin(), blocks.end(), std::back_inserter(out.files));
  return any;
}

void scrub(const Profile& profile, BodyText& out) {
  Scrubbed scrubbed = scrub_body(out.text, profile.urls);
  out.text = std::move(scrubbed.text);
  for (Removed& one : scrubbed.removed) {
    const auto same = std::find_if(out.removed.begin(), out.removed.end(), [&](const Removed& r) { return r.what == one.what; });
    if (same == out.removed.end()) out.removed.push_back(std::move(one));
    else same->count += one.count;
  }
}

// Taking characters out can put a uuencoded file together that was none before, so what leaves is looked at again. A
// text that still has one after some rounds is made for that: its "begin" lines no longer stand at a line's beginning.
void scrub_and_cut(const Profile& profile, BodyText& out) {
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    scrub(profile, out);
    if (!cut_files(out)) return;
  }
  indent_uuencoded(out.text);
  scrub(profile, out);
}

bool render_plain(const Part& part, BodyText& out) {
  StringSink decoded;
  TransferFacts facts;
  if (!decode_content(part, decoded, facts)) return false;
  out.size_in += decoded.text.size();
  DecodedText text = decode_text(decoded.text, charset_of(part));
  note_decoding(text, out);
  const Parameter* format = part.content_type.find("format");
  const Parameter* delsp = part.content_type.find("delsp");
  out.text += format && equals_ignoring_case(format->value, "flowed")
                  ? unflow(text.utf8, delsp && equals_ignoring_case(delsp->value, "yes"))
                  : std::move(text.utf8);
  return true;
}

bool render_html(const Part& part, const std::function<std::string(std::string_view)>& image_name, BodyText& out) {
  StringSink decoded;
  TransferFacts facts;
  if (!decode_content(part, decoded, facts)) return false;
  out.size_in += decoded.text.size();
  std::string charset = charset_of(part);
  if (charset.empty()) charset = html_meta_charset(decoded.text);
  DecodedText text = decode_text(decoded.text, charset);
  note_decoding(text, out);
  HtmlOptions options;
  options.image_mark = [&](std::string_view src, std::string_view alt) -> std::string {
    std::string name;
    name = image_name(equals_ignoring_case(src.substr(0, 4), "cid:") ? src.substr(4) : src);
    if (name.empty()) name = scrub_line(alt);
    return name.empty() ? std::string() : picture_mark(name);
  };
  HtmlText html = html_to_text(text.utf8, options);
  out.text += html.text;
  out.removed.insert(out.removed.end(), html.removed.begin(), html.removed.end());
  out.notes.insert(out.notes.end(), html.notes.begin(), html.notes.end());
  out.cids.insert(out.cids.end(), html.referenced_cids.begin(), html.referenced_cids.end());
  out.from_html = true;
  return true;
}

}  // namespace

void indent_uuencoded(std::string& text) {
  std::string indented;
  size_t from = 0;
  for (size_t at = text.find("begin "); at != std::string::npos; at = text.find("begin ", at + 6)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    indented.append(text, from, at - from).push_back(' ');
    from = at;
  }
  text = std::move(indented.append(text, from));
}

std::string picture_mark(std::string_view name) { return "[画像: " + std::string(name) + "]"; }

bool render_text(const TextSegment& segment, const Profile& profile,
                 const std::function<std::string(std::string_view)>& image_name, BodyText& out) {
  for (size_t i = 0; i < segment.plain.size(); ++i) {
    if (i > 0) out.text += "\n";
    if (!render_plain(*segment.plain[i], out)) return false;
  }
  cut_files(out);
  if (!segment.html.empty()) {
    BodyText html;
    for (const Part* part : segment.html)
      if (!(part->media_type() == "text/html" ? render_html(*part, image_name, html) : render_plain(*part, html)))
        return false;
    html.reasons.emplace_back("html-to-text");
    // Plain text that says clearly less ("this mail needs HTML") loses to the HTML form.
    const size_t plain_matter = reading_matter(out.text);
    const size_t html_matter = reading_matter(html.text);
    if (segment.plain.empty() || plain_matter == 0 || (plain_matter * 2 < html_matter && html_matter - plain_matter > 80)) {
      out = std::move(html);
    } else {
      out.cids = std::move(html.cids);
      out.reasons.emplace_back("html-form-dropped");
    }
  }
  scrub_and_cut(profile, out);
  trim_blank_lines(out.text);
  return true;
}

}  // namespace mugai::sanitize
