#include "sanitizers/rtf/destinations.h"

#include <unordered_map>

namespace mugai::sanitize::rtf {

namespace {

using enum Treatment;

constexpr bool kStar = true, kPlain = false;
constexpr uint32_t kStory = kFlow | kMath;

constexpr Destination kDestinations[] = {
    // In front of the text
    {"fonttbl", group, kFlow, kFonts, kPlain},
    {"panose", text, kFonts, kString, kStar},
    {"falt", text, kFonts, kString, kStar},
    {"fname", text, kFonts, kString, kStar},
    {"colortbl", group, kFlow, kColors, kPlain},
    {"stylesheet", group, kFlow, kStyles, kPlain},
    {"defchp", group, kFlow, kFlow, kStar},
    {"defpap", group, kFlow, kFlow, kStar},
    {"revtbl", group, kFlow, kNames, kStar},
    {"listtable", group, kFlow, kLists, kStar},
    {"list", group, kLists, kLists, kPlain},
    {"listlevel", group, kLists, kLists, kPlain},
    {"leveltext", level_text, kLists, kString, kPlain},
    {"levelnumbers", level_numbers, kLists, kLists, kPlain},
    {"listname", text, kLists, kString, kPlain},
    {"liststylename", text, kLists, kString, kStar},
    {"listpicture", group, kLists, kFlow, kStar},
    {"listoverridetable", group, kFlow, kLists, kStar},
    {"listoverride", group, kLists, kLists, kPlain},
    {"lfolevel", group, kLists, kLists, kPlain},
    {"info", group, kFlow, kInfo, kPlain},
    {"title", text, kInfo, kString, kPlain},
    {"creatim", group, kInfo, kInfo, kPlain},
    {"revtim", group, kInfo, kInfo, kPlain},
    {"fchars", text, kFlow, kString, kStar},
    {"lchars", text, kFlow, kString, kStar},
    {"background", group, kFlow, kFlow, kStar},

    // Stories beside the text
    {"header", group, kFlow, kFlow, kPlain},
    {"headerl", group, kFlow, kFlow, kPlain},
    {"headerr", group, kFlow, kFlow, kPlain},
    {"headerf", group, kFlow, kFlow, kPlain},
    {"footer", group, kFlow, kFlow, kPlain},
    {"footerl", group, kFlow, kFlow, kPlain},
    {"footerr", group, kFlow, kFlow, kPlain},
    {"footerf", group, kFlow, kFlow, kPlain},
    {"footnote", group, kFlow, kFlow, kPlain},
    {"ftnsep", group, kFlow, kFlow, kStar},
    {"ftnsepc", group, kFlow, kFlow, kStar},
    {"ftncn", group, kFlow, kFlow, kStar},
    {"aftnsep", group, kFlow, kFlow, kStar},
    {"aftnsepc", group, kFlow, kFlow, kStar},
    {"aftncn", group, kFlow, kFlow, kStar},
    {"annotation", group, kFlow, kFlow, kStar},
    {"atnid", text, kFlow, kString, kStar},
    {"atnauthor", text, kFlow, kString, kStar},
    {"atntime", text, kFlow, kString, kStar},
    {"atndate", text, kFlow, kString, kStar},
    {"atnref", text, kFlow, kString, kStar},
    {"atnparent", text, kFlow, kString, kStar},
    {"atrfstart", text, kFlow, kString, kStar},
    {"atrfend", text, kFlow, kString, kStar},

    // In the text
    {"bkmkstart", text, kStory, kString, kStar},
    {"bkmkend", text, kStory, kString, kStar},
    {"listtext", group, kFlow, kFlow, kPlain},
    {"pntext", group, kFlow, kFlow, kPlain},
    {"pn", group, kFlow | kStyles, kNumbering, kStar},
    {"pnseclvl", group, kFlow, kNumbering, kStar, 9},
    {"pntxta", group, kNumbering, kNumbering, kPlain},
    {"pntxtb", group, kNumbering, kNumbering, kPlain},
    {"nesttableprops", group, kFlow, kFlow, kStar},
    {"xe", group, kFlow, kFlow, kPlain},
    {"tc", group, kFlow, kFlow, kPlain},
    {"tcn", group, kFlow, kFlow, kPlain},
    {"txe", group, kFlow, kFlow, kPlain},
    {"rxe", group, kFlow, kFlow, kStar},
    {"upr", alternatives, kStory | kInfo | kString, kFlow, kPlain},
    {"field", field, kStory, kField, kPlain},
    {"fldinst", instruction, kField, kFlow, kStar},
    {"fldrslt", result, kField, kFlow, kPlain},
    {"formfield", group, kFlow, kForm, kStar},
    {"ffname", text, kForm, kString, kStar},
    {"ffdeftext", text, kForm, kString, kStar},
    {"ffformat", text, kForm, kString, kStar},
    {"ffhelptext", text, kForm, kString, kStar},
    {"ffstattext", text, kForm, kString, kStar},
    {"ffl", text, kForm, kString, kStar},

    // Pictures and shapes
    {"shppict", group, kFlow, kFlow, kStar},
    {"pict", picture, kStory | kValue, kPicture, kPlain},
    {"picprop", group, kPicture, kShape, kStar},
    {"shp", group, kStory | kShape, kShape, kPlain},
    {"shpgrp", group, kStory | kShape, kShape, kPlain},
    {"shpinst", group, kShape, kShape, kStar},
    {"shptxt", group, kShape, kFlow, kPlain},
    {"sp", property, kShape, kShape, kPlain},
    {"sn", property_name, kShape, kString, kPlain},
    {"sv", property_value, kShape, kString, kPlain},
    {"hl", bare, kLink, kLink, kStar},
    {"hlsrc", bare, kLink, kLink, kPlain},
    {"hlloc", drop},
    {"hlfr", drop},
    {"do", group, kFlow, kDrawing, kStar},
    {"dptxbxtext", group, kDrawing, kFlow, kPlain},

    // Mathematics
    {"mmath", group, kFlow, kMath, kPlain},
    {"moMathPara", group, kStory, kMath, kStar},
    {"moMath", group, kStory, kMath, kStar},

    // What goes. An object shows its last picture.
    {"object", object, kStory, kObject, kPlain},
    {"result", bare, kObject, kFlow, kPlain},
    {"objdata", drop, 0, kFlow, kStar, -1, "object"},
    {"objclass", drop},
    {"objname", drop},
    {"objalias", drop},
    {"objsect", drop},
    {"objtime", drop},
    {"oleclsid", drop},
    {"template", drop, 0, kFlow, kStar, -1, "remote-template"},
    {"filetbl", drop, 0, kFlow, kStar, -1, "external-reference"},
    {"nextfile", drop, 0, kFlow, kStar, -1, "external-reference"},
    {"hlinkbase", drop, 0, kFlow, kStar, -1, "external-reference"},
    {"mailmerge", drop, 0, kFlow, kStar, -1, "data-connection"},
    {"datastore", drop, 0, kFlow, kStar, -1, "custom-data"},
    {"docvar", drop, 0, kFlow, kStar, -1, "custom-data"},
    {"xmlopen", drop, 0, kFlow, kStar, -1, "custom-data"},
    {"fontemb", drop, 0, kFonts, kStar, -1, "embedded-font"},
    {"ffentrymcr", drop, 0, kForm, kStar, -1, "macro"},
    {"ffexitmcr", drop, 0, kForm, kStar, -1, "macro"},
    {"author", drop, 0, kInfo, kPlain, -1, "metadata"},
    {"operator", drop, 0, kInfo, kPlain, -1, "metadata"},
    {"manager", drop, 0, kInfo, kPlain, -1, "metadata"},
    {"company", drop, 0, kInfo, kPlain, -1, "metadata"},
    {"category", drop, 0, kInfo, kPlain, -1, "metadata"},
    {"subject", drop, 0, kInfo, kPlain, -1, "metadata"},
    {"keywords", drop, 0, kInfo, kPlain, -1, "metadata"},
    {"comment", drop, 0, kInfo, kPlain, -1, "metadata"},
    {"doccomm", drop, 0, kInfo, kPlain, -1, "metadata"},
    {"userprops", drop, 0, kFlow, kStar, -1, "metadata"},
    {"printim", drop},
    {"buptim", drop},
    // Programs write these for themselves, or say the same again for programs that are older.
    {"nonshppict", drop},
    {"shprslt", drop},
    {"nonesttables", drop},
    {"ud", drop},
    {"atnicn", drop},
    {"blipuid", drop},
    {"colorschememapping", drop},
    {"datafield", drop},
    {"defshp", drop},
    {"ebcend", drop},
    {"ebcstart", drop},
    {"expandedcolortbl", drop},
    {"factoidname", drop},
    {"fldtype", drop},
    {"fontfile", drop},
    {"generator", drop},
    {"gridtbl", drop},
    {"htmltag", drop},
    {"keycode", drop},
    {"latentstyles", drop},
    {"lsdlockedexcept", drop},
    {"mhtmltag", drop},
    {"mmathPict", drop},
    {"mmathPr", drop},
    {"mvfmf", drop},
    {"mvfml", drop},
    {"mvtof", drop},
    {"mvtol", drop},
    {"oldcprops", drop},
    {"oldpprops", drop},
    {"oldsprops", drop},
    {"oldtprops", drop},
    {"password", drop},
    {"passwordhash", drop},
    {"pgdsctbl", drop},
    {"pgptbl", drop},
    {"protend", drop},
    {"protstart", drop},
    {"protusertbl", drop},
    {"rsidtbl", drop},
    {"svb", drop},
    {"themedata", drop},
    {"wgrffmtfilter", drop},
    {"writereservation", drop},
    {"writereservhash", drop},
    {"xmlattr", drop},
    {"xmlattrname", drop},
    {"xmlattrvalue", drop},
    {"xmlname", drop},
    {"xmlnstbl", drop},
};

// Elements of mathematics, each a group in a group of them (ECMA-376 Part 1 §22.1 under other names).
constexpr std::string_view kMathElements[] = {
    "macc", "maccPr", "mbar", "mbarPr", "mborderBox", "mborderBoxPr", "mbox", "mboxPr", "mctrlPr", "md", "mdPr", "mdeg", "mden", "me",
    "meqArr", "meqArrPr", "mf", "mfPr", "mfName", "mfunc", "mfuncPr", "mgroupChr", "mgroupChrPr", "mlim", "mlimLow", "mlimLowPr",
    "mlimUpp", "mlimUppPr", "mm", "mmPr", "mmc", "mmcPr", "mmcs", "mmr", "mnary", "mnaryPr", "mnum", "mphant", "mphantPr", "mr", "mrPr",
    "mrad", "mradPr", "moMathParaPr", "msPre", "msPrePr", "msSub", "msSubPr", "msSubSup", "msSubSupPr", "msSup", "msSupPr", "msub", "msup"};
constexpr std::string_view kMathValues[] = {
    "maln", "malnScr", "margPr", "margSz", "mbaseJc", "mbegChr", "mbrk", "mcGp", "mcGpRule", "mchr", "mcount", "mcSp", "mdegHide",
    "mdiff", "mdispDef", "mendChr", "mgrow", "mhideBot", "mhideLeft", "mhideRight", "mhideTop", "mjc", "mlimLoc", "mmaxDist", "mmcJc",
    "mnoBreak", "mobjDist", "mopEmu", "mplcHide", "mpos", "mrSp", "mrSpRule", "msepChr", "mshow", "mshp", "mstrikeBLTR", "mstrikeH",
    "mstrikeTLBR", "mstrikeV", "msubHide", "msupHide", "mtransp", "mtype", "mvertJc", "mzeroAsc", "mzeroDesc", "mzeroWid"};

const std::unordered_map<std::string_view, Destination>& table() {
  static const auto all = [] {
    std::unordered_map<std::string_view, Destination> map;
    for (const Destination& one : kDestinations) map.emplace(one.name, one);
    for (const std::string_view name : kMathElements) map.emplace(name, Destination{name, group, kMath, kMath, kPlain, -1, {}});
    for (const std::string_view name : kMathValues) map.emplace(name, Destination{name, Treatment::text, kMath, kString, kPlain, -1, {}});
    return map;
  }();
  return all;
}

}  // namespace

const Destination* destination(std::string_view name) {
  const auto found = table().find(name);
  return found == table().end() ? nullptr : &found->second;
}

}  // namespace mugai::sanitize::rtf
