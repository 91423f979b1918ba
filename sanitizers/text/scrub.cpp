#include "sanitizers/text/scrub.h"

#include "sanitizers/text/invisible.h"
#include "sanitizers/text/pictures.h"
#include "sanitizers/text/urls.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

struct Counts {
  uint64_t control = 0, bidi = 0, zero_width = 0, block_drawing = 0, urls = 0, defanged = 0;

  std::vector<Removed> list() const {
    std::vector<Removed> removed;
    const auto add = [&](const char* what, uint64_t count) {
      if (count > 0) removed.push_back({what, count});
    };
    add("control-character", control);
    add("bidi-control", bidi);
    add("zero-width", zero_width);
    add("block-drawing", block_drawing);
    add("url", urls);
    add("url-defanged", defanged);
    return removed;
  }
};

enum class Place { body, file, line };

// One character that is not printable ASCII. `previous` is the last one that stayed.
void put_character(char32_t c, char32_t previous, std::string_view text, size_t after, Place place,
                   Counts& counts, std::string& out) {
  const bool line = place == Place::line;
  switch (c) {
    case '\t':
      out += line ? ' ' : '\t';
      return;
    case '\n':
      out += line ? ' ' : '\n';
      return;
    case '\r':
      if (place == Place::file)
        out += '\r';
      else if (byte_at(text, after) != '\n' || after >= text.size())
        out += line ? ' ' : '\n';
      return;
    case '\f':
      if (place == Place::file) {
        out += '\f';
        return;
      }
      [[fallthrough]];
    case 0x0B:
    case 0x85:
    case 0x2028:
    case 0x2029:
      if (place == Place::file && c >= 0x85) {
        append_utf8(out, c);
      } else {
        if (place == Place::file || c < 0x80) ++counts.control;
        out += line ? ' ' : '\n';
      }
      return;
    default:
      break;
  }
  switch (visibility(c, previous, text, after)) {
    case Visibility::visible:
      append_utf8(out, c);
      return;
    case Visibility::control:
      ++counts.control;
      if (line) out += ' ';
      return;
    case Visibility::bidi:
      ++counts.bidi;
      return;
    case Visibility::zero_width:
      if (place == Place::file)
        append_utf8(out, c);
      else
        ++counts.zero_width;
      return;
  }
}

std::string scrub_characters(std::string_view text, Place place, Counts& counts) {
  std::string out;
  out.reserve(text.size());
  char32_t previous = 0;
  for (size_t i = 0; i < text.size();) {
    size_t run = i;
    while (run < text.size() && text[run] >= 0x20 && text[run] < 0x7F) ++run;
    if (run > i) {
      out += text.substr(i, run - i);
      previous = static_cast<char32_t>(text[run - 1]);
      i = run;
      continue;
    }
    const char32_t c = next_code_point(text, i);
    const size_t before = out.size();
    put_character(c, previous, text, i, place, counts, out);
    if (out.size() > before) previous = code_point_at(out, before).value;
  }
  return out;
}

}  // namespace

Scrubbed scrub_body(std::string_view utf8, UrlPolicy urls) {
  Counts counts;
  Scrubbed scrubbed;
  scrubbed.text = remove_pictures(scrub_characters(utf8, Place::body, counts), counts.block_drawing);
  if (urls == UrlPolicy::remove) scrubbed.text = remove_urls(scrubbed.text, counts.urls);
  if (urls == UrlPolicy::defang) scrubbed.text = defang_urls(scrubbed.text, counts.defanged);
  scrubbed.removed = counts.list();
  return scrubbed;
}

Scrubbed scrub_file(std::string_view utf8) {
  Counts counts;
  Scrubbed scrubbed;
  scrubbed.text = scrub_characters(utf8, Place::file, counts);
  scrubbed.removed = counts.list();
  return scrubbed;
}

std::string scrub_line(std::string_view utf8) {
  Counts counts;
  std::string line = scrub_characters(utf8, Place::line, counts);
  const size_t end = line.find_last_not_of(' ');
  line.erase(end == std::string::npos ? 0 : end + 1);
  line.erase(0, line.find_first_not_of(' '));
  return line;
}

}  // namespace mugai::sanitize
