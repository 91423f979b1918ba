#include "sanitizers/odf/config_items.h"

#include <algorithm>
#include <iterator>

namespace mugai::sanitize::odf {

namespace {

constexpr size_t kMaxName = 255;

// Of Writer's and Calc's layout, of their views, and of formulas (LibreOffice Math); sorted. Booleans and numbers.
constexpr std::string_view kItems[] = {
    "ActiveSplitRange", "AddExternalLeading", "AddFrameOffsets", "AddParaLineSpacingToTableCells", "AddParaSpacingToTableCells", "AddParaTableSpacing",
    "AddParaTableSpacingAtStart", "AddVerticalFrameOffsets", "AdjustTableLineHeightsToGridHeight", "AlignTabStopPosition", "Alignment",
    "AllowTextAfterFloatingTableBreak", "AnchoredTextOverflowLegacy", "ApplyParagraphMarkFormatToEmptyLineAtEndOfParagraph",
    "ApplyParagraphMarkFormatToNumbering", "ApplyTextAttrToEmptyLineAtEndOfParagraph", "AutoCalculate", "AutoFirstLineIndentDisregardLineSpace",
    "BackgroundParaOverDrawings", "BalanceSpacesAndIdeographicSpaces", "BaseFontHeight", "BottomMargin", "CharacterCompressionType",
    "ClipAsCharacterAnchoredWriterFlyFrames", "ClippedPictures", "CollapseEmptyCellPara", "ConsiderTextWrapOnObjPos", "ContinuousEndnotes",
    "CursorPositionX", "CursorPositionY", "DefaultTabStop", "DisableOffPagePositioning", "DoNotBreakWrappedTables", "DoNotCaptureDrawObjsOnPage",
    "DoNotJustifyLinesWithManualBreak", "DoNotMirrorRtlDrawObjs", "DoNotResetParaAttrsForNumFont", "DropCapPunctuation", "EmptyDbFieldHidesPara",
    "FloattableNomargins", "FootnoteInColumnToPageEnd", "ForceTopAlignmentInCellWithFloatingAnchor", "FrameAutowidthWithMorePara", "GreekCharStyle",
    "GutterAtTop", "HandoutsHorizontal", "HasColumnRowHeaders", "HasSheetTabs", "HeaderSpacingBelowLastPara", "HideUnreferenced", "HorizontalSplitMode",
    "HorizontalSplitPosition", "HyphenateURLs", "IgnoreFirstLineIndentInNumbering", "IgnoreHiddenCharsForLineCalculation",
    "IgnoreTabsAndBlanksForLineCalculation", "ImagePreferredDPI", "InvertBorderSpacing", "IsKernAsianPunctuation", "IsOutlineSymbolsSet",
    "IsScaleAllBrackets", "IsTextMode", "JustifyLinesWithShrinking", "LeftMargin", "MathBaselineAlignment", "MeasureUnit", "MinRowHeightInclBorder",
    "MirroredMarginsOnTextGrid", "MsWordCompGridMetrics", "MsWordCompMinLineHeightByFly", "MsWordCompTrailingBlanks", "MsWordUlTrailSpace",
    "NoClippingWithWrapPolygon", "NoGapAfterNoteNumber", "NoNumberingShowFollowBy", "OutlineLevelYieldsNumbering", "PageNumberFormat",
    "PageViewZoomValue", "PaintHellOverHeaderFooter", "ParagraphSummation", "PositionBottom", "PositionLeft", "PositionRight", "PositionTop",
    "PrinterIndependentLayout", "PropLineSpacingShrinksFirstLine", "ProtectBookmarks", "ProtectFields", "ProtectForm", "RightMargin", "ScaleDenominator",
    "ScaleNumerator", "ShowGrid", "ShowNotes", "ShowPageBreakPreview", "ShowPageBreaks", "ShowZeroValues", "SmallCapsPercentage66", "StylesNoDefault",
    "SubtractFlysAnchoredAtFlys", "SurroundTextWrapSmall", "SyntaxStringRef", "TabAtLeftIndentForParagraphsInList", "TabOverMargin", "TabOverSpacing",
    "TableRowKeep", "TabsRelativeToIndent", "TopMargin", "TreatSingleColumnBreakAsPageBreak", "UnbreakableNumberings", "UnxForceZeroExtLeading",
    "UseFormerLineSpacing", "UseFormerObjectPositioning", "UseFormerTextWrapping", "UseOldNumbering", "UseOldPrinterMetrics", "UseVariableWidthNBSP",
    "VerticalSplitMode", "VerticalSplitPosition", "WordLikeWrapForAsCharFlys", "WrapAsCharFlysLikeInOOXML", "ZoomType", "ZoomValue",
};

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 20 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

// Of LibreOffice Math: sizes, kinds and names of its fonts.
bool is_of_formulas(std::string_view name) {
  return name.starts_with("Font") || name.starts_with("CustomFont") || name.starts_with("Relative");
}

bool has_words(std::string_view name) { return name == "ViewId" || name == "ActiveTable" || name.starts_with("FontName") || name.starts_with("CustomFontName"); }

}  // namespace

bool is_config_set(std::string_view name) { return name == "ooo:view-settings" || name == "ooo:configuration-settings"; }

bool is_config_map(std::string_view name) { return name == "Views" || name == "Tables"; }

bool is_config_value(std::string_view name, std::string_view type, std::string_view text) {
  if (type == "string") return has_words(name) && text.size() <= kMaxName && text.find_first_of("\r\n\t:/\\") == text.npos;
  if (!std::binary_search(std::begin(kItems), std::end(kItems), name) && !(is_of_formulas(name) && !has_words(name))) return false;
  if (type == "boolean") return text == "true" || text == "false";
  return (type == "short" || type == "int" || type == "long" || type == "double") && is_number(text);
}

}  // namespace mugai::sanitize::odf
