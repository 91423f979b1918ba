#include "sanitizers/pdf/schema.h"

namespace mugai::sanitize::pdf {

namespace {

using enum Shape;

// Contents, Annots and the inherited ones are written by pages.cpp.
constexpr Key kPage[] = {
    {"/Type", name}, {"/MediaBox", numbers}, {"/CropBox", numbers}, {"/BleedBox", numbers}, {"/TrimBox", numbers}, {"/ArtBox", numbers},
    {"/Rotate", integer},   {"/UserUnit", number}, {"/Group", group},      {"/Dur", number},      {"/Trans", transition},
    {"/StructParents", integer}, {"/Tabs", name},
};
constexpr Key kResources[] = {
    {"/ExtGState", ext_gstates}, {"/ColorSpace", color_spaces}, {"/Pattern", patterns}, {"/Shading", shadings},
    {"/XObject", xobjects},      {"/Font", fonts},              {"/Properties", property_lists}, {"/ProcSet", names},
};
// Transfer functions, halftones and the like (TR, HT, BG, UCR) belong to a printing press, not to a reader.
constexpr Key kExtGState[] = {
    {"/Type", name},     {"/LW", number},  {"/LC", integer}, {"/LJ", integer}, {"/ML", number}, {"/D", nested_numbers},
    {"/RI", name},       {"/OP", boolean}, {"/op", boolean}, {"/OPM", integer}, {"/Font", font_and_size}, {"/FL", number},
    {"/SM", number},     {"/SA", boolean}, {"/BM", name_or_names}, {"/SMask", soft_mask}, {"/CA", number}, {"/ca", number},
    {"/AIS", boolean},   {"/TK", boolean}, {"/UseBlackPtComp", name},
};
constexpr Key kSoftMask[] = {{"/Type", name}, {"/S", name}, {"/G", form}, {"/BC", numbers}, {"/TR", smask_function}};
constexpr Key kGroup[] = {{"/Type", name}, {"/S", name}, {"/CS", color_space}, {"/I", boolean}, {"/K", boolean}};
constexpr Key kTransition[] = {
    {"/Type", name}, {"/S", name}, {"/D", number}, {"/Dm", name}, {"/M", name}, {"/Di", integer}, {"/SS", number}, {"/B", boolean},
};
constexpr Key kSimpleFont[] = {
    {"/Type", name},       {"/Subtype", name},     {"/Name", name},      {"/BaseFont", name},     {"/FirstChar", integer},
    {"/LastChar", integer}, {"/Widths", numbers},  {"/FontDescriptor", font_descriptor}, {"/Encoding", encoding},
    {"/ToUnicode", cmap_stream},
};
constexpr Key kType3Font[] = {
    {"/Type", name},        {"/Subtype", name},     {"/Name", name},       {"/FontBBox", numbers},  {"/FontMatrix", numbers},
    {"/CharProcs", glyphs}, {"/Encoding", encoding}, {"/FirstChar", integer}, {"/LastChar", integer}, {"/Widths", numbers},
    {"/FontDescriptor", font_descriptor}, {"/Resources", resources}, {"/ToUnicode", cmap_stream},
};
constexpr Key kCompositeFont[] = {
    {"/Type", name}, {"/Subtype", name}, {"/BaseFont", name}, {"/Encoding", cmap}, {"/DescendantFonts", cid_fonts}, {"/ToUnicode", cmap_stream},
};
constexpr Key kCidFont[] = {
    {"/Type", name}, {"/Subtype", name}, {"/BaseFont", name}, {"/CIDSystemInfo", cid_system}, {"/FontDescriptor", font_descriptor},
    {"/DW", number}, {"/W", nested_numbers}, {"/DW2", numbers}, {"/W2", nested_numbers}, {"/CIDToGIDMap", cid_to_gid},
};
constexpr Key kCidSystem[] = {{"/Registry", string}, {"/Ordering", string}, {"/Supplement", integer}};
// CIDSet only helps those who cut fonts.
constexpr Key kFontDescriptor[] = {
    {"/Type", name},        {"/FontName", name},   {"/FontFamily", string}, {"/FontStretch", name},  {"/FontWeight", number},
    {"/Flags", integer},    {"/FontBBox", numbers}, {"/ItalicAngle", number}, {"/Ascent", number},   {"/Descent", number},
    {"/Leading", number},   {"/CapHeight", number}, {"/XHeight", number},    {"/StemV", number},     {"/StemH", number},
    {"/AvgWidth", number},  {"/MaxWidth", number},  {"/MissingWidth", number}, {"/FontFile", type1_file},
    {"/FontFile2", truetype_file}, {"/FontFile3", descriptor_file}, {"/CharSet", string}, {"/Style", font_style}, {"/Lang", name},
};
constexpr Key kFontStyle[] = {{"/Panose", string}};
constexpr Key kEncoding[] = {{"/Type", name}, {"/BaseEncoding", name}, {"/Differences", name_or_integers}};
constexpr Key kTilingPattern[] = {
    {"/Type", name},   {"/PatternType", integer}, {"/PaintType", integer}, {"/TilingType", integer}, {"/BBox", numbers},
    {"/XStep", number}, {"/YStep", number},       {"/Resources", resources}, {"/Matrix", numbers},
};
constexpr Key kShadingPattern[] = {
    {"/Type", name}, {"/PatternType", integer}, {"/Shading", shading}, {"/Matrix", numbers}, {"/ExtGState", ext_gstate},
};
constexpr Key kShading[] = {
    {"/ShadingType", integer}, {"/ColorSpace", color_space}, {"/Background", numbers}, {"/BBox", numbers}, {"/AntiAlias", boolean},
    {"/Function", functions},  {"/Domain", numbers},  {"/Matrix", numbers},  {"/Coords", numbers},  {"/Extend", booleans},
    {"/BitsPerCoordinate", integer}, {"/BitsPerComponent", integer}, {"/BitsPerFlag", integer}, {"/Decode", numbers}, {"/VerticesPerRow", integer},
};
constexpr Key kSampled[] = {
    {"/FunctionType", integer}, {"/Domain", numbers}, {"/Range", numbers}, {"/Size", numbers}, {"/BitsPerSample", integer},
    {"/Order", integer},        {"/Encode", numbers}, {"/Decode", numbers},
};
constexpr Key kExponential[] = {
    {"/FunctionType", integer}, {"/Domain", numbers}, {"/Range", numbers}, {"/C0", numbers}, {"/C1", numbers}, {"/N", number},
};
// Functions is written by colors.cpp, which bounds how deep they stand in each other.
constexpr Key kStitching[] = {{"/FunctionType", integer}, {"/Domain", numbers}, {"/Range", numbers}, {"/Bounds", numbers}, {"/Encode", numbers}};
constexpr Key kCalculator[] = {{"/FunctionType", integer}, {"/Domain", numbers}, {"/Range", numbers}};
constexpr Key kCalibrated[] = {{"/WhitePoint", numbers}, {"/BlackPoint", numbers}, {"/Gamma", number_or_numbers}, {"/Matrix", numbers}, {"/Range", numbers}};
constexpr Key kIcc[] = {{"/N", integer}, {"/Range", numbers}};
constexpr Key kGroupOfContent[] = {{"/Type", name}, {"/Name", string}, {"/Intent", name_or_names}};
constexpr Key kMembership[] = {{"/Type", name}, {"/OCGs", optional_groups}, {"/P", name}};
constexpr Key kPropertyList[] = {
    {"/MCID", integer}, {"/ActualText", string}, {"/Alt", string}, {"/E", string}, {"/Lang", string}, {"/Type", name}, {"/Subtype", name},
    {"/BBox", numbers}, {"/Attached", names},
};
constexpr Key kBorderStyle[] = {{"/Type", name}, {"/W", number}, {"/S", name}, {"/D", numbers}};
constexpr Key kForm[] = {
    {"/Type", name},  {"/Subtype", name}, {"/FormType", integer}, {"/BBox", numbers}, {"/Matrix", numbers}, {"/Resources", resources},
    {"/Group", group}, {"/StructParent", integer}, {"/StructParents", integer}, {"/OC", optional_content}, {"/Name", name},
};
// Alternates, OPI and everything that names a file are not here. Filters are written by pictures.cpp.
constexpr Key kPicture[] = {
    {"/Type", name},  {"/Subtype", name}, {"/Width", integer}, {"/Height", integer}, {"/ColorSpace", color_space},
    {"/BitsPerComponent", integer}, {"/Intent", name}, {"/ImageMask", boolean}, {"/Mask", mask}, {"/Decode", numbers},
    {"/Interpolate", boolean}, {"/SMask", picture}, {"/StructParent", integer}, {"/OC", optional_content}, {"/Matte", numbers},
    {"/Name", name},
};
// One that was drawn by another program: what described its samples describes them no more.
constexpr Key kDrawnPicture[] = {
    {"/Type", name}, {"/Subtype", name}, {"/Width", integer}, {"/Height", integer}, {"/Intent", name}, {"/Interpolate", boolean},
    {"/SMask", picture}, {"/StructParent", integer}, {"/OC", optional_content}, {"/Matte", numbers}, {"/Name", name},
};
constexpr Key kCMapStream[] = {{"/Type", name}, {"/CMapName", name}, {"/CIDSystemInfo", cid_system}, {"/WMode", integer}, {"/UseCMap", name}};
constexpr Key kCompactFile[] = {{"/Subtype", name}};

}  // namespace

std::span<const Key> keys_of(Shape shape) {
  switch (shape) {
    case page: return kPage;
    case resources: return kResources;
    case ext_gstate: return kExtGState;
    case soft_mask_dictionary: return kSoftMask;
    case group: return kGroup;
    case transition: return kTransition;
    case simple_font: return kSimpleFont;
    case type3_font: return kType3Font;
    case composite_font: return kCompositeFont;
    case cid_font: return kCidFont;
    case cid_system: return kCidSystem;
    case font_descriptor: return kFontDescriptor;
    case font_style: return kFontStyle;
    case encoding_dictionary: return kEncoding;
    case shading_pattern: return kShadingPattern;
    case shading_dictionary:
    case shading_mesh: return kShading;
    case exponential_function: return kExponential;
    case stitching_function: return kStitching;
    case calibrated: return kCalibrated;
    case group_of_content: return kGroupOfContent;
    case membership: return kMembership;
    case property_list: return kPropertyList;
    case border_style: return kBorderStyle;
    case form: return kForm;
    case picture: return kPicture;
    case drawn_picture: return kDrawnPicture;
    case tiling_pattern: return kTilingPattern;
    case sampled_function: return kSampled;
    case calculator_function: return kCalculator;
    case icc_profile: return kIcc;
    case cmap_stream: return kCMapStream;
    case compact_file: return kCompactFile;
    default: return {};
  }
}

Shape element_of(Shape map) {
  switch (map) {
    case ext_gstates: return ext_gstate;
    case color_spaces: return color_space;
    case patterns: return pattern;
    case shadings: return shading;
    case xobjects: return xobject;
    case fonts: return font;
    case property_lists: return properties;
    case glyphs: return glyph;
    default: return nothing;
  }
}

bool is_dictionary(Shape shape) { return shape >= page && shape <= border_style; }
bool is_stream(Shape shape) { return shape >= form; }

}  // namespace mugai::sanitize::pdf
