#include "sanitizers/text/html_elements.h"

#include <algorithm>
#include <iterator>

namespace mugai::sanitize {
namespace {

constexpr uint32_t kDiv = kBlockElement | kSpecialElement;
constexpr uint32_t kParagraph = kDiv | kSpacedElement;
constexpr uint32_t kCell = kSpecialElement | kBoundary;

// Sorted by name.
constexpr HtmlElement kElements[] = {
    {"a", kFormatting, ""},
    {"address", kDiv, ""},
    {"applet", kSpecialElement | kBoundary, "object"},
    {"area", kEmptyElement, ""},
    {"article", kDiv, ""},
    {"aside", kDiv, ""},
    {"audio", 0, "media"},
    {"b", kFormatting, ""},
    {"base", kEmptyElement, ""},
    {"big", kFormatting, ""},
    {"blockquote", kParagraph, ""},
    {"body", kSpecialElement, ""},
    {"br", kEmptyElement, ""},
    {"button", kSpecialElement | kBoundary | kControl, "form-control"},
    {"caption", kDiv | kBoundary, ""},
    {"center", kDiv, ""},
    {"code", kFormatting, ""},
    {"col", kEmptyElement, ""},
    {"datalist", kNeverShown | kControl, "form-control"},
    {"dd", kDiv, ""},
    {"details", kDiv, ""},
    {"dir", kDiv, ""},
    {"div", kDiv, ""},
    {"dl", kParagraph, ""},
    {"dt", kDiv, ""},
    {"em", kFormatting, ""},
    {"embed", kEmptyElement, "object"},
    {"fieldset", kDiv, ""},
    {"figcaption", kDiv, ""},
    {"figure", kDiv, ""},
    {"font", kFormatting, ""},
    {"footer", kDiv, ""},
    {"form", kDiv, "form"},
    {"frame", kEmptyElement, "iframe"},
    {"h1", kParagraph, ""},
    {"h2", kParagraph, ""},
    {"h3", kParagraph, ""},
    {"h4", kParagraph, ""},
    {"h5", kParagraph, ""},
    {"h6", kParagraph, ""},
    {"head", kSpecialElement, ""},
    {"header", kDiv, ""},
    {"hgroup", kDiv, ""},
    {"hr", kEmptyElement | kBlockElement, ""},
    {"html", kSpecialElement, ""},
    {"i", kFormatting, ""},
    {"iframe", 0, "iframe"},
    {"img", kEmptyElement, ""},
    {"input", kEmptyElement | kControl, "form-control"},
    {"li", kDiv, ""},
    {"link", kEmptyElement, ""},
    {"listing", kParagraph, ""},
    {"main", kDiv, ""},
    {"marquee", kSpecialElement | kBoundary, ""},
    {"menu", kDiv, ""},
    {"meta", kEmptyElement, ""},
    {"nav", kDiv, ""},
    {"nobr", kFormatting, ""},
    {"noembed", 0, ""},
    {"noframes", 0, ""},
    {"object", kSpecialElement | kBoundary, "object"},
    {"ol", kDiv, ""},
    {"optgroup", kControl, ""},
    {"option", kControl, ""},
    {"p", kParagraph, ""},
    {"param", kEmptyElement, ""},
    {"plaintext", kDiv, ""},
    {"pre", kParagraph, ""},
    {"rp", kNeverShown, ""},
    {"rt", 0, ""},
    {"ruby", 0, ""},
    {"s", kFormatting, ""},
    {"script", 0, "script"},
    {"section", kDiv, ""},
    {"select", kSpecialElement | kControl, "form-control"},
    {"small", kFormatting, ""},
    {"source", kEmptyElement, ""},
    {"strike", kFormatting, ""},
    {"strong", kFormatting, ""},
    {"style", 0, "style"},
    {"summary", kDiv, ""},
    {"svg", kNeverShown, "svg"},
    {"table", kSpecialElement | kBoundary, ""},
    {"tbody", kSpecialElement, ""},
    {"td", kCell, ""},
    {"template", kNeverShown | kSpecialElement | kBoundary, ""},
    {"textarea", kControl, "form-control"},
    {"tfoot", kSpecialElement, ""},
    {"th", kCell, ""},
    {"thead", kSpecialElement, ""},
    {"title", 0, ""},
    {"tr", kSpecialElement, ""},
    {"track", kEmptyElement, ""},
    {"tt", kFormatting, ""},
    {"u", kFormatting, ""},
    {"ul", kDiv, ""},
    {"video", 0, "media"},
    {"wbr", kEmptyElement, ""},
    {"xmp", kParagraph, ""},
};
static_assert(std::is_sorted(std::begin(kElements), std::end(kElements),
                             [](const HtmlElement& a, const HtmlElement& b) { return a.name < b.name; }));

}  // namespace

const HtmlElement* html_element(std::string_view name) {
  const auto* found = std::lower_bound(std::begin(kElements), std::end(kElements), name,
                                       [](const HtmlElement& e, std::string_view n) { return e.name < n; });
  return found != std::end(kElements) && found->name == name ? found : nullptr;
}

}  // namespace mugai::sanitize
