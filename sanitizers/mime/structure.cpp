#include "sanitizers/mime/structure.h"

#include <gmime/gmime.h>

#include "sanitizers/mime/header_bounds.h"

namespace mugai::sanitize {

namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

void note(std::vector<std::string>& notes, std::string_view id) {
  if (std::find(notes.begin(), notes.end(), id) == notes.end()) notes.emplace_back(id);
}

// GMime's warnings as our stable ids; null for those that change nothing for any reader.
const char* note_for(GMimeParserWarning warning) {
  switch (warning) {
    case GMIME_WARN_DUPLICATED_HEADER:
    case GMIME_CRIT_CONFLICTING_HEADER: return "duplicate-header";
    case GMIME_WARN_DUPLICATED_PARAMETER:
    case GMIME_CRIT_CONFLICTING_PARAMETER: return "duplicate-parameter";
    case GMIME_WARN_INVALID_CONTENT_TYPE: return "malformed-content-type";
    case GMIME_WARN_INVALID_PARAMETER: return "malformed-parameter";
    case GMIME_CRIT_INVALID_HEADER_NAME: return "malformed-header";
    case GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY: return "missing-boundary";
    case GMIME_WARN_MALFORMED_MULTIPART: return "malformed-multipart";
    case GMIME_WARN_TRUNCATED_MESSAGE: return "truncated";
    case GMIME_WARN_MALFORMED_MESSAGE: return "malformed-message";
    case GMIME_CRIT_NESTING_OVERFLOW: return "too-deep";
    default: return nullptr;
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool only_blank(const char* text) {
  for (; text && *text; ++text)
    if (!is_blank(*text) && *text != '\r' && *text != '\n') return false;
  return true;
}

// In front of the first part stands nothing, or a line for readers without MIME; a letter there is read by some only.
bool says_something(const char* prologue) {
  constexpr size_t kUsualBytes = 300;
  return prologue && std::string_view(prologue).size() > kUsualBytes && !only_blank(prologue);
}

class Builder {
 public:
  Builder(Bytes message, const Limits& limits, Structure& out) : message_(message), limits_(limits), out_(out) {}

  Part build(GMimeObject* object, uint32_t depth) {
    Part part;
    if (++parts_ > limits_.max_mime_parts) {
      out_.too_many_parts = true;
      return part;
    }
    read_fields(object, part);
    if (GMIME_IS_MULTIPART(object)) {
      GMimeMultipart* multipart = GMIME_MULTIPART(object);
      if (!only_blank(g_mime_multipart_get_epilogue(multipart))) note(out_.notes, "content-in-epilogue");
      if (depth >= limits_.max_mime_depth) return too_deep(part);
      const int count = g_mime_multipart_get_count(multipart);
      if (count == 0) return closed(multipart, part);
      if (says_something(g_mime_multipart_get_prologue(multipart))) note(out_.notes, "malformed-multipart");
      part.kind = Part::Kind::multipart;
      for (int i = 0; i < count && !out_.too_many_parts; ++i)
        part.children.push_back(build(g_mime_multipart_get_part(multipart, i), depth + 1));
      part.content = cover(part);
    } else if (GMIME_IS_MESSAGE_PART(object) && g_mime_message_part_get_message(GMIME_MESSAGE_PART(object))) {
      if (depth >= limits_.max_mime_depth) return too_deep(part);
      part.kind = Part::Kind::message;
      part.children.push_back(
          build_message(g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)), depth + 1));
      part.content = cover(part);
    } else if (GMIME_IS_PART(object)) {
      part.content = content_of(GMIME_PART(object));
    }
    return part;
  }

  // A message is its header fields and one body; the body's Content-* fields are the message's.
  Part build_message(GMimeMessage* message, uint32_t depth) {
    GMimeObject* body = g_mime_message_get_mime_part(message);
    Part part;
    if (body) part = build(body, depth);
    std::vector<Field> fields;
    read_field_list(g_mime_object_get_header_list(GMIME_OBJECT(message)), fields);
    fields.insert(fields.end(), std::make_move_iterator(part.fields.begin()),
                  std::make_move_iterator(part.fields.end()));
    part.fields = std::move(fields);
    return part;
  }

 private:
  // A multipart whose boundary never comes: what a reader shows is its text, so that is what we keep. It stays a leaf of
  // its own type, because other readers find another boundary in it, or undo a transfer encoding first.
  Part closed(GMimeMultipart* multipart, Part& part) {
    note(out_.notes, "malformed-multipart");
    if (!part.content_type.value.starts_with("multipart/")) part.content_type.value = "multipart/mixed";
    const char* prologue = g_mime_multipart_get_prologue(multipart);
    const char* epilogue = g_mime_multipart_get_epilogue(multipart);
    const Bytes in_place = slice(message_, end_of_header(part));
    if (only_blank(epilogue) && prologue && in_place.starts_with(prologue))
      part.content = in_place.substr(0, std::string_view(prologue).size());
    else if (!only_blank(prologue) || !only_blank(epilogue))
      part.content = out_.recovered.emplace_back(std::string(prologue ? prologue : "") + (epilogue ? epilogue : ""));
    return std::move(part);
  }

  // The offset behind the blank line that ends a part's header, or beyond the message.
  size_t end_of_header(const Part& part) const {
    if (part.fields.empty()) return message_.size();
    const Bytes last = part.fields.back().raw_value;
    if (last.data() < message_.data() || last.data() + last.size() > message_.data() + message_.size())
      return message_.size();
    const size_t end = static_cast<size_t>(last.data() - message_.data()) + last.size();
    return end + (byte_at(message_, end) == '\r' ? 2 : 1);
  }

  Part too_deep(Part& part) {
    part.kind = Part::Kind::too_deep;
    note(out_.notes, "too-deep");
    return std::move(part);
  }

  // From the first header field inside to the end of the last body: what a container holds, as it came.
  Bytes cover(const Part& part) const {
    const char* begin = nullptr;
    const char* end = nullptr;
    const auto widen = [&](Bytes range) {
      if (range.data() < message_.data() || range.data() + range.size() > message_.data() + message_.size()) return;
      if (!begin || range.data() < begin) begin = range.data();
      if (!end || range.data() + range.size() > end) end = range.data() + range.size();
    };
    for (const Part& child : part.children) {
      if (!child.fields.empty()) widen(line_of(child.fields.front().raw_value));
      widen(child.content);
    }
    return begin ? Bytes(begin, static_cast<size_t>(end - begin)) : Bytes();
  }

  // The value with its name in front, where it lies in the message.
  Bytes line_of(Bytes value) const {
    if (value.data() <= message_.data()) return value;
    size_t begin = static_cast<size_t>(value.data() - message_.data());
    const size_t end = begin + value.size();
    while (begin > 0 && message_[begin - 1] != '\n') --begin;
    return message_.substr(begin, end - begin);
  }

  Bytes content_of(GMimePart* part) const {
    GMimeDataWrapper* wrapper = g_mime_part_get_content(part);
    if (!wrapper) return {};
    GMimeStream* stream = g_mime_data_wrapper_get_stream(wrapper);
    if (!stream || stream->bound_start < 0) return {};
    const auto begin = static_cast<uint64_t>(stream->bound_start);
    const uint64_t end = stream->bound_end < 0 ? message_.size() : static_cast<uint64_t>(stream->bound_end);
    if (begin > end || end > message_.size()) return {};
    return message_.substr(begin, end - begin);
  }

  // GMime hands out values as C strings, which end at a NUL; the view into the original does not.
  Bytes raw_value_of(GMimeHeader* header) const {
    const gint64 offset = g_mime_header_get_offset(header);
    const char* raw_name = g_mime_header_get_raw_name(header);
    if (offset < 0 || !raw_name || static_cast<uint64_t>(offset) >= message_.size()) return {};
    const Bytes rest = message_.substr(static_cast<uint64_t>(offset));
    const size_t colon = rest.find(':');
    if (colon == Bytes::npos || !rest.starts_with(std::string_view(raw_name).substr(0, colon))) return {};
    size_t end = colon + 1;
    for (;;) {
      const size_t line_end = rest.find('\n', end);
      if (line_end == Bytes::npos) {
        end = rest.size();
        break;
      }
      end = line_end + 1;
      if (end >= rest.size() || !is_blank(rest[end])) break;
    }
    return rest.substr(colon + 1, end - colon - 1);
  }

  void read_field_list(GMimeHeaderList* list, std::vector<Field>& fields) {
    const int count = g_mime_header_list_get_count(list);
    uint64_t bytes = 0;
    for (int i = 0; i < count; ++i) {
      GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
      Field field;
      for (const char* c = g_mime_header_get_name(header); *c; ++c) field.name.push_back(ascii_lower(*c));
      field.raw_value = raw_value_of(header);
      bytes += field.raw_value.size();
      if (bytes > limits_.max_header_bytes || fields.size() >= limits_.max_header_count) {
        out_.too_long_header = true;
        return;
      }
      look_for_oddities(header, field.raw_value);
      fields.push_back(std::move(field));
    }
  }

  // What readers treat differently and GMime does not warn about.
  void look_for_oddities(GMimeHeader* header, Bytes value) {
    const std::string_view raw_name = g_mime_header_get_raw_name(header);
    if (!raw_name.empty() && is_blank(raw_name.back())) note(out_.notes, "blank-before-colon");
    if (value.find('\0') != Bytes::npos) note(out_.notes, "nul-in-header");
    for (size_t cr = value.find('\r'); cr != Bytes::npos; cr = value.find('\r', cr + 1))
      if (byte_at(value, cr + 1) != '\n') {
        note(out_.notes, "bare-cr");
        break;
      }
  }

  void read_fields(GMimeObject* object, Part& part) {
    read_field_list(g_mime_object_get_header_list(object), part.fields);
    bool typed = false;
    for (const Field& field : part.fields) {
      if (field.name == "content-type") {
        ParameterizedValue value = parse_parameterized(field.raw_value);
        for (const std::string& one : value.notes) note(out_.notes, one);
        if (!typed) part.content_type = std::move(value);
        else if (!value.value.empty()) part.other_types.push_back(value.value);
        typed = true;
      } else if (field.name == "content-disposition" && part.disposition.value.empty()) {
        part.disposition = parse_parameterized(field.raw_value);
        for (const std::string& one : part.disposition.notes) note(out_.notes, one);
      }
    }
    if (part.content_type.value.find('/') == std::string::npos) part.content_type.value = "text/plain";
    // GMime decides the structure; where it read another type than we did, both are readings.
    if (GMimeContentType* type = g_mime_object_get_content_type(object)) {
      std::string seen = std::string(type->type ? type->type : "") + "/" + (type->subtype ? type->subtype : "");
      for (char& c : seen) c = ascii_lower(c);
      if (seen != part.content_type.value && seen != "/") part.other_types.push_back(std::move(seen));
    }
  }

  Bytes message_;
  const Limits& limits_;
  Structure& out_;
  uint32_t parts_ = 0;
};

void on_warning(gint64, GMimeParserWarning warning, const gchar*, gpointer notes) {
  if (const char* id = note_for(warning)) note(*static_cast<std::vector<std::string>*>(notes), id);
}

// A message in which GMime found nothing at all, though there is something: no header, or one that breaks off. All of it
// behind the first blank line, or all of it, is its text.
void recover_text(Bytes message, Structure& out) {
  if (out.root.kind != Part::Kind::leaf || !out.root.content.empty()) return;
  const size_t crlf = message.find("\r\n\r\n"), lf = message.find("\n\n");
  size_t begin = crlf == Bytes::npos ? Bytes::npos : crlf + 4;
  if (lf != Bytes::npos && lf + 2 < begin) begin = lf + 2;
  Bytes text = begin == Bytes::npos ? Bytes() : message.substr(begin);
  if (out.root.fields.empty()) text = message;
  if (text.find_first_not_of(" \t\r\n") == Bytes::npos) return;
  note(out.notes, "malformed-message");
  out.root.content = text;
}

}  // namespace

const Field* Part::find(std::string_view lower_name) const {
  for (const Field& field : fields)
    if (field.name == lower_name) return &field;
  return nullptr;
}

void init_mime() { g_mime_init(); }

Structure parse_structure(Bytes untrusted_message, const Limits& limits) {
  Structure out;
  out.root.content_type.value = "text/plain";
  if (!is_fit_for_gmime(untrusted_message, limits)) {
    out.too_long_header = true;
    return out;
  }
  // A byte array that borrows our bytes: taken back before it is freed. GMime only reads it.
  GByteArray* borrowed = g_byte_array_new();
  guint8* const own_data = borrowed->data;
  borrowed->data = reinterpret_cast<guint8*>(const_cast<char*>(untrusted_message.data()));
  borrowed->len = static_cast<guint>(std::min<size_t>(untrusted_message.size(), G_MAXUINT));
  {
    const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_byte_array(borrowed));
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream.get()), FALSE);
    const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    g_mime_parser_set_persist_stream(parser.get(), TRUE);
    const std::unique_ptr<GMimeParserOptions, void (*)(GMimeParserOptions*)> options(g_mime_parser_options_new(),
                                                                                     g_mime_parser_options_free);
    g_mime_parser_options_set_warning_callback(options.get(), on_warning, &out.notes);
    const Ref<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), options.get()));
    if (message) out.root = Builder(untrusted_message, limits, out).build_message(message.get(), 0);
  }
  recover_text(untrusted_message, out);
  borrowed->data = own_data;
  borrowed->len = 0;
  g_byte_array_free(borrowed, TRUE);
  return out;
}

}  // namespace mugai::sanitize
