#include "sanitizers/xml/xml_parser.h"

#include <expat.h>

#include <algorithm>
#include <memory>

namespace mugai::sanitize {

namespace {
constexpr size_t kMaxDepth = 500;
constexpr size_t kMaxAttributes = 1'000;
constexpr size_t kChunk = 1 << 20;
constexpr char kSeparator = '\n';   // between namespace and local name; no URI has it
}  // namespace

struct XmlParser::Adapter {
  static XmlParser& self(void* data) { return *static_cast<XmlParser*>(data); }

  static XmlName name_of(NamespaceLookup lookup, const XML_Char* raw) {
    const std::string_view text = raw;
    const size_t split = text.rfind(kSeparator);
    if (split == std::string_view::npos) return {nullptr, false, text};
    const Namespace* space = lookup(text.substr(0, split));
    return {space, space == nullptr, text.substr(split + 1)};
  }

  static void on_start(void* data, const XML_Char* name, const XML_Char** attributes) {
    XmlParser& parser = self(data);
    if (!parser.trouble_.empty()) return;
    if (++parser.depth_ > kMaxDepth) return parser.stop("xml-too-deep");
    size_t count = 0;
    while (attributes[2 * count]) ++count;
    if (count > kMaxAttributes) return parser.stop("damaged-document");
    parser.attributes_.resize(count);
    for (size_t i = 0; i < count; ++i) {
      parser.attributes_[i].name = name_of(parser.lookup_, attributes[2 * i]);
      parser.attributes_[i].value = attributes[2 * i + 1];
    }
    parser.events_->on_start(name_of(parser.lookup_, name), parser.attributes_, parser);
  }
  static void on_end(void* data, const XML_Char*) {
    XmlParser& parser = self(data);
    if (!parser.trouble_.empty()) return;
    --parser.depth_;
    parser.events_->on_end();
  }
  static void on_text(void* data, const XML_Char* text, int length) {
    if (self(data).trouble_.empty()) self(data).events_->on_text({text, static_cast<size_t>(length)});
  }
  static void on_namespace(void* data, const XML_Char* prefix, const XML_Char* uri) {
    self(data).bindings_.push_back({prefix ? prefix : "", uri ? uri : ""});
  }
  static void on_namespace_end(void* data, const XML_Char*) { self(data).bindings_.pop_back(); }
  static void on_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) { self(data).stop("xml-entity"); }
};

void XmlParser::stop(std::string_view reason) {
  if (trouble_.empty()) trouble_ = reason;
  XML_StopParser(static_cast<XML_Parser>(parser_), XML_FALSE);
}

std::string_view XmlParser::uri_of(std::string_view prefix) const {
  for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding)
    if (binding->prefix == prefix) return binding->uri;
  return {};
}

std::vector<const Namespace*> XmlParser::declared() const {
  std::vector<const Namespace*> known;
  for (const Binding& binding : bindings_)
    if (const Namespace* space = lookup_(binding.uri)) known.push_back(space);
  return known;
}

std::string_view XmlParser::parse(Bytes untrusted, XmlEvents& events) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> owner(XML_ParserCreateNS(nullptr, kSeparator), &XML_ParserFree);
  if (!owner) return "damaged-document";
  parser_ = owner.get();
  events_ = &events;
  trouble_ = {};
  depth_ = 0;
  bindings_.clear();
  XML_SetUserData(owner.get(), this);
  XML_SetElementHandler(owner.get(), &Adapter::on_start, &Adapter::on_end);
  XML_SetCharacterDataHandler(owner.get(), &Adapter::on_text);
  XML_SetNamespaceDeclHandler(owner.get(), &Adapter::on_namespace, &Adapter::on_namespace_end);
  XML_SetStartDoctypeDeclHandler(owner.get(), &Adapter::on_doctype);
  for (size_t at = 0; trouble_.empty();) {
    const Bytes chunk = slice(untrusted, at, kChunk);
    at += chunk.size();
    const bool last = at >= untrusted.size();
    if (XML_Parse(owner.get(), chunk.data(), static_cast<int>(chunk.size()), last) != XML_STATUS_OK) {
      if (trouble_.empty()) trouble_ = "damaged-document";
      break;
    }
    if (last) break;
  }
  parser_ = nullptr;
  return trouble_;
}

}  // namespace mugai::sanitize
