#include "gateway/web/view.h"

#include <kainjow/mustache.hpp>

#include "gateway/accounts/secrets.h"
#include "gateway/web/embedded.h"
#include "gateway/web/texts.h"
#include "sanitizers/text/utf8.h"

namespace mugai::gateway::web {

namespace mustache = kainjow::mustache;

namespace {

bool is_deceptive(char32_t c) {
  if (c < 0x20) return c != '\t' && c != '\n' && c != '\r';
  return (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

std::string code_of(char32_t c) {
  char text[16];
  std::snprintf(text, sizeof text, "[U+%04X]", static_cast<unsigned>(c));
  return text;
}

mustache::data converted(const Data& value) {
  if (value.is_object()) {
    mustache::data out(mustache::data::type::object);
    for (const auto& [key, one] : value.items()) {
      out.set(key, converted(one));
      if (one.is_array()) out.set("has_" + key, !one.empty());
    }
    return out;
  }
  if (value.is_array()) {
    mustache::data out(mustache::data::type::list);
    for (const Data& one : value) out << converted(one);
    return out;
  }
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() ? mustache::data(false) : mustache::data(text);
  }
  if (value.is_boolean()) return mustache::data(value.get<bool>());
  if (value.is_number_integer()) return mustache::data(value.dump());
  return mustache::data(false);
}

mustache::data texts_of(std::string_view language) {
  mustache::data texts(mustache::data::type::object);
  for (const Text& one : all_texts()) texts.set(std::string(one.id), std::string(language == "en" ? one.en : one.ja));
  mustache::data out(mustache::data::type::object);
  out.set("t", texts);
  out.set(language == "en" ? "is_en" : "is_ja", true);
  out.set("language", std::string(language));
  // pages/_name.mustache is the partial {{>name}}.
  for (const auto& [name, content] : embedded_files())
    if (name.starts_with("pages/_"))
      out.set(std::string(name.substr(7, name.size() - 7 - std::string_view(".mustache").size())),
              mustache::partial([text = std::string(content)] { return text; }));
  return out;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t c = sanitize::next_code_point(text, at);
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '`': out += "&#96;"; break;
      case sanitize::kReplacement: out += "\xEF\xBF\xBD"; break;
      default:
        if (is_deceptive(c)) out += code_of(c);
        else out += text.substr(begin, at - begin);
    }
  }
  return out;
}

std::string render(std::string_view page, const Data& data, std::string_view language) {
  static const mustache::data kJapanese = texts_of("ja"), kEnglish = texts_of("en");
  mustache::mustache source{std::string(embedded_files().at("pages/" + std::string(page) + ".mustache"))};
  source.set_custom_escape([](const std::string& text) { return escape(text); });
  const mustache::data values = converted(data);
  mustache::context<std::string> context(language == "en" ? &kEnglish : &kJapanese);
  context.push(&values);
  std::string out = source.render(context);
  if (!source.is_valid()) throw std::logic_error("template " + std::string(page) + ": " + source.error_message());
  return out;
}

std::string render_in_layout(std::string_view page, Data data, std::string_view language) {
  data["content"] = render(page, data, language);
  data["style_url"] = asset_url("style.css");
  data["script_url"] = asset_url("console.js");
  return render("layout", data, language);
}

std::string asset_url(std::string_view name) {
  const auto found = embedded_files().find("assets/" + std::string(name));
  if (found == embedded_files().end()) return "/assets/" + std::string(name);
  return "/assets/" + token_hash(found->second).substr(0, 12) + "/" + std::string(name);
}

}  // namespace mugai::gateway::web
