#include "sanitizers/formats/xml_check.h"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize {
namespace {

constexpr uint32_t kMaxDepth = 500;
constexpr char kSeparator = '\n';   // between namespace and local name; no URI has it

class Look {
 public:
  explicit Look(std::string_view text)
      : text_(text), parser_(XML_ParserCreateNS("UTF-8", kSeparator), &XML_ParserFree) {}

  XmlLook run() {
    if (!parser_ || text_.size() > static_cast<size_t>(INT32_MAX)) return std::move(look_);
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &Look::on_start, &Look::on_end);
    XML_SetNamespaceDeclHandler(parser_.get(), &Look::on_namespace, nullptr);
    XML_SetProcessingInstructionHandler(parser_.get(), &Look::on_instruction);
    XML_SetDoctypeDeclHandler(parser_.get(), &Look::on_doctype, &Look::on_doctype_end);
    look_.well_formed = XML_Parse(parser_.get(), text_.data(), static_cast<int>(text_.size()), XML_TRUE) == XML_STATUS_OK;
    return std::move(look_);
  }

 private:
  static Look& self(void* data) { return *static_cast<Look*>(data); }
  size_t here() const { return static_cast<size_t>(std::max<XML_Index>(XML_GetCurrentByteIndex(parser_.get()), 0)); }
  size_t length() const { return static_cast<size_t>(std::max(XML_GetCurrentByteCount(parser_.get()), 0)); }

  void stop(std::string_view obstacle) {
    look_.obstacle = obstacle;
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  // A name without a namespace runs nowhere; but what says "html" or "script" means to.
  static void on_start(void* data, const XML_Char* name, const XML_Char**) {
    Look& look = self(data);
    if (++look.depth_ > kMaxDepth) return look.stop("xml-too-deep");
    std::string_view local = name;
    local.remove_prefix(std::min(local.rfind(kSeparator) + 1, local.size()));
    for (const std::string_view active : {"html", "script", "svg", "iframe"})
      if (equals_ignoring_case(local, active)) return look.stop("active-xml");
  }
  static void on_end(void* data, const XML_Char*) { --self(data).depth_; }

  static void on_namespace(void* data, const XML_Char*, const XML_Char* uri) {
    const std::string_view name = uri ? uri : "";
    for (const std::string_view active : {"w3.org/1999/xhtml", "w3.org/2000/svg", "w3.org/1999/XSL", "w3.org/2001/XInclude",
                                          "w3.org/1999/xlink/handler", "mozilla.org/keymaster"})
      if (name.find(active) != name.npos) self(data).stop("active-xml");
  }

  static void on_instruction(void* data, const XML_Char* target, const XML_Char*) {
    Look& look = self(data);
    const bool style = std::string_view(target) == "xml-stylesheet";
    look.look_.cuts.push_back({look.here(), look.here() + look.length(), style ? "stylesheet" : "xml-instruction"});
  }

  static void on_doctype(void* data, const XML_Char*, const XML_Char* system_id, const XML_Char* public_id, int has_subset) {
    Look& look = self(data);
    if (system_id || public_id || has_subset) return look.stop("xml-entity");
    look.doctype_ = look.text_.rfind("<!DOCTYPE", look.here());
  }
  static void on_doctype_end(void* data) {
    Look& look = self(data);
    if (look.doctype_ == std::string_view::npos) return look.stop("xml-entity");
    look.look_.cuts.push_back({look.doctype_, look.here() + look.length(), "document-type"});
  }

  std::string_view text_;
  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser_;
  XmlLook look_;
  uint32_t depth_ = 0;
  size_t doctype_ = std::string_view::npos;
};

}  // namespace

XmlLook look_at_xml(std::string_view utf8) { return Look(utf8).run(); }

}  // namespace mugai::sanitize
