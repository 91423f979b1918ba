#include "sanitizers/rtf/shape_properties.h"

#include <charconv>
#include <unordered_map>

namespace mugai::sanitize::rtf {

namespace {

struct Row {
  PropertyKind kind;
  std::string_view names;
};

constexpr Row kRows[] = {
    {PropertyKind::number,
     "shapeType rotation fFlipH fFlipV fRelFlipH fRelFlipV relRotation posh posrelh posv posrelv fLayoutInCell fAllowOverlap "
     "fBehindDocument fHidden fPrint fEditedWrap fPseudoInline fIsBullet fUseShapeAnchor fOnDblClickNotify "
     "dxWrapDistLeft dxWrapDistRight dyWrapDistTop dyWrapDistBottom dhgt pctHoriz pctVert pctHorizPos pctVertPos sizerelh sizerelv "
     "lockPosition fLockPosition fLockAspectRatio fLockRotation fLockAgainstGrouping fLockCropping fLockVerticies fLockText "
     "fLockAdjustHandles fLockAgainstSelect fLockShapeType fPreferRelativeResize "
     "groupLeft groupTop groupRight groupBottom relLeft relTop relRight relBottom "
     "geoLeft geoTop geoRight geoBottom shapePath adjustValue adjust2Value adjust3Value adjust4Value adjust5Value adjust6Value "
     "adjust7Value adjust8Value adjust9Value adjust10Value fShadowOK f3DOK fLineOK fGtextOK fFillShadeShapeOK fFillOK "
     "fFilled fillType fillColor fillOpacity fillBackColor fillBackOpacity fillCrMod fillWidth fillHeight fillAngle fillFocus "
     "fillToLeft fillToTop fillToRight fillToBottom fillRectLeft fillRectTop fillRectRight fillRectBottom fillDztype fillShadePreset "
     "fillShadeType fillOriginX fillOriginY fillShapeOriginX fillShapeOriginY fillShape fFillShape fillUseRect fHitTestFill fNoFillHitTest "
     "fLine lineColor lineOpacity lineBackColor lineCrMod lineType lineFillWidth lineFillHeight lineWidth lineMiterLimit lineStyle "
     "lineDashing lineStartArrowhead lineEndArrowhead lineStartArrowWidth lineStartArrowLength lineEndArrowWidth lineEndArrowLength "
     "lineJoinStyle lineEndCapStyle fArrowheadsOK fHitTestLine lineFillShape fNoLineDrawDash "
     "fShadow shadowType shadowColor shadowHighlight shadowCrMod shadowOpacity shadowOffsetX shadowOffsetY shadowSecondOffsetX "
     "shadowSecondOffsetY shadowOriginX shadowOriginY fshadowObscured fshadowVisible "
     "dxTextLeft dyTextTop dxTextRight dyTextBottom WrapText anchorText txflTextFlow txdir cdirFont ccol fFitShapeToText fAutoTextMargin "
     "fRotateText fSelectText fFitTextToShape scaleText lTxid hspNext "
     "cropFromTop cropFromBottom cropFromLeft cropFromRight pictureContrast pictureBrightness pictureGamma pictureTransparent "
     "pictureGray pictureBiLevel pictureDblCrMod pictureFillCrMod fNoHitTestPicture "
     "gtextSize gtextAlign gtextSpacing fGtext gtextFVertical gtextFKern gtextFTight gtextFStretch gtextFShrinkFit gtextFBestFit "
     "gtextFNormalize gtextFDxMeasure gtextFBold gtextFItalic gtextFUnderline gtextFShadow gtextFSmallcaps gtextFStrikethrough "
     "gtextFReverseRows fHorizRule fStandardHR fNoshadeHR pctHR alignHR dxHeightHR dxWidthHR borderTopColor borderLeftColor "
     "borderBottomColor borderRightColor cxstyle bWMode fBackground fDeleteAttachedObject fInitiator shapeId"},
    {PropertyKind::array, "pVerticies pSegmentInfo pWrapPolygonVertices"},
    {PropertyKind::text, "wzName wzDescription gtextUNICODE gtextFont"},
    {PropertyKind::picture, "pib fillBlip"},
    {PropertyKind::link, "pihlShape hlink"},
    {PropertyKind::script, "scriptText wzScriptExtAttr scriptLang wzScriptLangAttr"},
};

bool is_integer(std::string_view text) {
  int64_t value = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && trouble == std::errc() && end == text.data() + text.size() && value >= INT32_MIN && value <= UINT32_MAX;
}

// A number, or two of them in parentheses.
bool is_element(std::string_view text) {
  if (!text.starts_with('(')) return is_integer(text);
  const size_t comma = text.find(',');
  return text.ends_with(')') && comma != text.npos && is_integer(text.substr(1, comma - 1)) && is_integer(text.substr(comma + 1, text.size() - comma - 2));
}

}  // namespace

PropertyKind property_kind(std::string_view name) {
  static const auto table = [] {
    std::unordered_map<std::string_view, PropertyKind> all;
    for (const Row& row : kRows)
      for (size_t at = 0; at < row.names.size();) {
        const size_t end = std::min(row.names.find(' ', at), row.names.size());
        all.emplace(row.names.substr(at, end - at), row.kind);
        at = end + 1;
      }
    return all;
  }();
  const auto found = table.find(name);
  return found == table.end() ? PropertyKind::none : found->second;
}

std::optional<std::string> property_number(std::string_view untrusted) {
  if (!is_integer(untrusted)) return std::nullopt;
  return std::string(untrusted);
}

// SIZE;COUNT;ELEMENT;ELEMENT...
std::optional<std::string> property_array(std::string_view untrusted) {
  constexpr size_t kMost = 65'535;
  std::string elements;
  size_t count = 0, parts = 0;
  bool pairs = false;
  for (size_t at = 0; at <= untrusted.size(); ++parts) {
    const size_t end = std::min(untrusted.find(';', at), untrusted.size());
    const std::string_view one = untrusted.substr(at, end - at);
    at = end + 1;
    if (parts < 2) continue;
    if (one.empty() && end == untrusted.size()) break;
    if (!is_element(one) || ++count > kMost) return std::nullopt;
    if (count == 1) pairs = one.starts_with('(');
    if (one.starts_with('(') != pairs) return std::nullopt;
    elements.append(";").append(one);
  }
  if (count == 0) return std::nullopt;
  return std::string(pairs ? "8;" : "2;") + std::to_string(count) + elements;
}

}  // namespace mugai::sanitize::rtf
