#include "sanitizers/formats/vcf_file.h"

#include <algorithm>

#include "sanitizers/formats/content_values.h"
#include "sanitizers/mime/transfer.h"

namespace mugai::sanitize {
namespace {

using enum ValueKind;

constexpr PropertyRule kRules[] = {{"FN", text},
                                   {"N", structured},
                                   {"NICKNAME", texts},
                                   {"SORT-STRING", text},
                                   {"ORG", structured},
                                   {"TITLE", text},
                                   {"ROLE", text},
                                   {"NOTE", text},
                                   {"ADR", structured},
                                   {"LABEL", text},
                                   {"TEL", telephone},
                                   {"EMAIL", text},
                                   {"CATEGORIES", texts},
                                   {"BDAY", time},
                                   {"ANNIVERSARY", time},
                                   {"REV", time},
                                   {"TZ", text},
                                   {"GEO", place},
                                   {"UID", text},
                                   {"KIND", token},
                                   {"GENDER", structured},
                                   {"LANG", token},
                                   {"CLASS", token},
                                   {"URL", link},
                                   {"X-ABLABEL", text},
                                   {"X-PHONETIC-FIRST-NAME", text},
                                   {"X-PHONETIC-MIDDLE-NAME", text},
                                   {"X-PHONETIC-LAST-NAME", text},
                                   {"X-PHONETIC-ORG", text}};

constexpr ParameterRule kParameters[] = {{"TYPE", token},  {"PREF", token}, {"LANGUAGE", token}, {"SORT-AS", text},
                                         {"ALTID", token}, {"PID", token},  {"VALUE", token},    {"LABEL", text}};

constexpr std::string_view kUnmissed[] = {"VERSION", "PRODID", "BEGIN", "END", "MAILER"};

// Pictures that a contact may show; what else sanitizing makes of one is no portrait.
struct Picture {
  std::string_view type, vcard3, media_type;
};
constexpr Picture kPictures[] = {
    {"jpeg", "JPEG", "image/jpeg"}, {"png", "PNG", "image/png"}, {"gif", "GIF", "image/gif"}};

constexpr size_t kMaxPictures = 1'000;  // each is an item of the report

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

std::string_view what_is(const std::string& property) {
  if (property == "KEY") return "contact-key";
  if (property == "SOUND") return "contact-sound";
  if (property == "PHOTO" || property == "LOGO") return "contact-picture";
  return "contact-property";
}

std::string base64_of(Bytes bytes) {
  StringSink out;
  Base64Encoder encoder;
  if (!encoder.encode(bytes, out) || !encoder.finish(out)) return {};
  std::erase_if(out.text, [](char c) { return c == '\r' || c == '\n'; });
  return out.text;
}

class ContactWriter {
 public:
  ContactWriter(const Input& input, Context& context, Removals& removals)
      : input_(input), context_(context), removals_(removals) {
    cleaner_.urls = context.profile.urls;
    cleaner_.removals = &removals;
  }

  enum class End { complete, damaged, failed };

  End write(const std::vector<ContentLine>& lines) {
    for (size_t i = 0; i < lines.size(); ++i) {
      const ContentLine& line = lines[i];
      if (line.name == "BEGIN") {
        if (inside_ || upper(line.value) != "VCARD") return End::damaged;
        begin(lines, i);
      } else if (line.name == "END") {
        if (!inside_ || upper(line.value) != "VCARD") return End::damaged;
        out += "END:VCARD\r\n";
        inside_ = false;
        ++cards_;
      } else if (!inside_) {
        removals_.add("contact-property");
      } else if (!property(line)) {
        return End::failed;
      }
    }
    return inside_ || cards_ == 0 ? End::damaged : End::complete;
  }

  std::string out;

 private:
  // The version decides how the lines of a card are read, and need not come first.
  void begin(const std::vector<ContentLine>& lines, size_t at) {
    std::string version = "2.1";
    for (size_t i = at + 1; i < lines.size() && lines[i].name != "END" && lines[i].name != "BEGIN"; ++i)
      if (lines[i].name == "VERSION") version = lines[i].value;
    inside_ = true;
    cleaner_.legacy = !version.starts_with("3") && !version.starts_with("4");
    is_version_4_ = version.starts_with("4");
    out += is_version_4_ ? "BEGIN:VCARD\r\nVERSION:4.0\r\n" : "BEGIN:VCARD\r\nVERSION:3.0\r\n";
  }

  // False: temporary failure.
  bool property(const ContentLine& line) {
    if (std::find(std::begin(kUnmissed), std::end(kUnmissed), line.name) != std::end(kUnmissed)) return true;
    if (line.name == "PHOTO" || line.name == "LOGO") return picture(line);
    if (line.name == "SOUND" && line.has_value("TYPE", "X-IRMC-N")) return reading(line);
    const PropertyRule* rule = find_rule(kRules, line.name);
    ContentLine clean{line.group, line.name, {}, {}};
    if (rule && rule->kind == link && cleaner_.urls != UrlPolicy::keep && is_web_link(line.value)) {
      // A link that must not lead anywhere is a text: where it would have led is still said.
      clean.name = "NOTE";
      clean.value = escape_text(cleaner_.clean_text(escape_for_reading(line.value)));
    } else {
      const std::optional<std::string> value =
          rule && !is_encoded(line) ? cleaner_.clean(rule->kind, line.value) : std::nullopt;
      if (!value) {
        removals_.add(what_is(line.name));
        return true;
      }
      clean.value = *value;
      clean.parameters = cleaner_.clean_parameters(line, kParameters);
    }
    append_content_line(clean, out);
    return true;
  }

  static bool is_encoded(const ContentLine& line) {
    return line.has_value("ENCODING", "BASE64") || line.has_value("ENCODING", "B");
  }

  std::string escape_for_reading(const std::string& text) const { return cleaner_.legacy ? text : escape_text(text); }

  // "ﾔﾏﾀﾞ;ﾀﾛｳ;;;", the order of N.
  bool reading(const ContentLine& line) {
    constexpr std::string_view kNames[] = {"X-PHONETIC-LAST-NAME", "X-PHONETIC-FIRST-NAME"};
    const std::vector<std::string_view> parts = split_value(line.value, ';');
    for (size_t i = 0; i < parts.size() && i < std::size(kNames); ++i)
      if (std::string text = escape_text(cleaner_.clean_text(parts[i])); !text.empty())
        append_content_line({line.group, std::string(kNames[i]), {}, std::move(text)}, out);
    return true;
  }

  bool picture(const ContentLine& line) {
    std::string_view encoded = line.value;
    const bool is_data = equals_ignoring_case(encoded.substr(0, 5), "data:");
    if (is_data) encoded.remove_prefix(std::min(encoded.find(','), encoded.size() - 1) + 1);
    Blob bytes(context_.workspace);
    TransferDecoder decoder(TransferEncoding::base64);
    const bool elsewhere = !is_data && !is_encoded(line);
    if (elsewhere || pictures_ >= kMaxPictures) {
      removals_.add("contact-picture");
      return true;
    }
    if (!decoder.decode(encoded, bytes) || !decoder.finish(bytes) || !bytes.finish()) return false;
    Input member;
    member.bytes = bytes.bytes();
    member.name = line.name == "LOGO" ? "ロゴ" : "写真";
    member.path = input_.path + "/" + std::to_string(++pictures_);
    const Member treated = context_.sanitize_member(member);
    if (treated.outcome.kind == Outcome::Kind::failed) return false;
    const auto known = std::find_if(std::begin(kPictures), std::end(kPictures), [&](const Picture& one) {
      return treated.outcome.leaves() && treated.outcome.type_out && treated.outcome.type_out->id == one.type;
    });
    if (known == std::end(kPictures)) {
      removals_.add("contact-picture");
      return true;
    }
    const std::string base64 = base64_of(treated.blob.bytes());
    if (is_version_4_)
      append_content_line({line.group, line.name, {}, "data:" + std::string(known->media_type) + ";base64," + base64},
                          out);
    else
      append_content_line(
          {line.group, line.name, {{"ENCODING", {"b"}}, {"TYPE", {std::string(known->vcard3)}}}, base64}, out);
    return true;
  }

  const Input& input_;
  Context& context_;
  Removals& removals_;
  ValueCleaner cleaner_;
  bool inside_ = false, is_version_4_ = false;
  size_t cards_ = 0, pictures_ = 0;
};

}  // namespace

Outcome VcfFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  if (input.bytes.size() > context.profile.limits.max_text_bytes) return Outcome::held("text-too-large");
  const ContentLines content = read_content_lines(input.bytes, input.charset);
  Removals removals;
  ContactWriter writer(input, context, removals);
  const ContactWriter::End end = writer.write(content.lines);
  if (end == ContactWriter::End::failed) return Outcome::failed("workspace");
  if (end == ContactWriter::End::damaged) return Outcome::held("damaged-contact");
  removals.add("contact-property", content.malformed);
  if (!out.write(writer.out)) return Outcome::failed("output");

  Outcome outcome;
  outcome.action = Action::rebuilt;
  outcome.method = 3;
  outcome.type_out = type_by_id("vcf");
  outcome.charset_out = "utf-8";
  if (content.lossy) outcome.reasons.push_back("undecodable-characters");
  outcome.removed = std::move(removals.list);
  outcome.kind = outcome.removed.empty() && outcome.reasons.empty() ? Outcome::Kind::clean : Outcome::Kind::altered;
  return outcome;
}

}  // namespace mugai::sanitize
