#include "sanitizers/rtf/words.h"

#include <algorithm>
#include <unordered_map>

namespace mugai::sanitize::rtf {

namespace {

// Words of one kind with the same bounds, blanks between them.
struct Row {
  uint32_t places;
  WordKind kind;
  int64_t least, most;
  std::string_view names;
};

constexpr WordKind kFlag = WordKind::flag, kToggle = WordKind::toggle, kValue = WordKind::value;
constexpr uint32_t kText = kFlow | kStyles | kLists | kNumbering | kMath;
constexpr int64_t kLength = 1'000'000;             // twips and the like, either way
constexpr int64_t kId = 2'147'483'647;             // either way
constexpr int64_t kIndex = 65'535;                 // colours, styles, code pages
constexpr int64_t kFont = 32'767;

constexpr Row kRows[] = {
    // Characters
    {kText, kToggle, 0, 1,
     "b i caps scaps outl shad strike striked embo impr v deleted revised webhidden spv ab ai acaps ascaps aoutl ashad astrike "
     "ul uld uldash uldashd uldashdd uldb ulhair ulhwave ulldash ulth ulthd ulthdash ulthdashd ulthdashdd ulthldash "
     "ululdbwave ulw ulwave aul auld auldb aulw"},
    {kText, kFlag, 0, 0,
     "plain super sub nosupersub ulnone aulnone ltrch rtlch loch hich dbch accnone accdot acccomma acccircle accunderdot noproof "
     "chbrdr chbgbdiag chbgcross chbgdcross chbgdkbdiag chbgdkcross chbgdkdcross chbgdkfdiag chbgdkhoriz chbgdkvert chbgfdiag "
     "chbghoriz chbgvert"},
    {kText, kValue, 0, kFont, "f af"},
    {kText, kValue, 0, kIndex, "cf cb acf highlight ulc chcfpat chcbpat chshdng lang langfe langnp langfenp alang cs revauth revauthdel"},
    {kText, kValue, 0, 4'000, "fs afs"},
    {kText, kValue, -kLength, kLength, "up dn aup adn expnd expndtw aexpnd kerning charscalex animtext fcs cgrid horzvert fittext twoinone"},
    {kText, kValue, -kId - 1, kId, "revdttm revdttmdel"},

    // Paragraphs
    {kText, kFlag, 0, 0,
     "pard ql qr qc qj qd qt faauto fahang facenter faroman favar fafixed ltrpar rtlpar pagebb sbys noline nowidctlpar widctlpar "
     "nocwrap nowwrap nooverflow adjustright nosnaplinegrid indmirror wraparound wraptight wrapthrough wrapdefault overlay nowrap "
     "intbl tqr tqc tqdec tql tldot tlmdot tlhyph tlul tlth tleq jclisttab abslock absnoovrlp phmrg phpg phcol pvmrg pvpg pvpara "
     "posxl posxc posxr posxi posxo posyt posyc posyb posyil posyin posyout frmtxlrtb frmtxtbrl frmtxbtlr frmtxlrtbv frmtxtbrlv "
     "txbxtwno txbxtwalways txbxtwfirstlast txbxtwfirst txbxtwlast "
     "brdrt brdrb brdrl brdrr brdrbtw brdrbar box brdrs brdrth brdrsh brdrdb brdrdot brdrdash brdrhair brdrdashsm brdrdashd "
     "brdrdashdd brdrdashdot brdrdashdotdot brdrinset brdrnone brdroutset brdrtriple brdrtnthsg brdrthtnsg brdrtnthtnsg brdrtnthmg "
     "brdrthtnmg brdrtnthtnmg brdrtnthlg brdrthtnlg brdrtnthtnlg brdrwavy brdrwavydb brdrdashdotstr brdremboss brdrengrave "
     "brdrframe brdrnil brdrtbl bgbdiag bgcross bgdcross bgdkbdiag bgdkcross bgdkdcross bgdkfdiag bgdkhoriz bgdkvert bgfdiag "
     "bghoriz bgvert"},
    {kText, kToggle, 0, 1, "keep keepn hyphpar aspalpha aspnum contextualspace sbauto saauto"},
    {kText, kValue, -kLength, kLength,
     "fi li ri lin rin cufi culi curi sb sa sl slmult lisb lisa qk tx tb posx posy posnegx posnegy absh absw dxfrtext dfrmtxtx "
     "dfrmtxty dropcapli dropcapt brdrw brsp brdrart shading"},
    {kText, kValue, 0, kIndex, "s brdrcf cfpat cbpat ls"},
    {kText, kValue, 0, 9, "outlinelevel ilvl level"},
    {kText, kValue, 0, 30, "itap"},

    // Sections
    {kFlow, kFlag, 0, 0,
     "sectd sbknone sbkcol sbkpage sbkeven sbkodd linebetcol linerestart lineppage linecont lndscpsxn titlepg pgnrestart pgncont "
     "pgndec pgnucrm pgnlcrm pgnucltr pgnlcltr pgnbidia pgnbidib pgnchosung pgncnum pgndbnum pgndbnumd pgndbnumk pgndbnumt "
     "pgndecd pgnganada pgngbnum pgngbnumd pgngbnumk pgngbnuml pgnzodiac pgnzodiacd pgnzodiacl pgnhnsc pgnhnsh pgnhnsm pgnhnsn "
     "pgnhnsp pgnid pgnhindia pgnhindib pgnhindic pgnhindid pgnthaia pgnthaib pgnthaic pgnvieta vertal vertalt vertalb vertalc "
     "vertalj ltrsect rtlsect sectdefaultcl sectspecifycl sectspecifyl sectspecifygen endnhere pgbrdrhead pgbrdrfoot pgbrdrt "
     "pgbrdrb pgbrdrl pgbrdrr pgbrdrsnap margmirsxn sftntj sftnbj sftnrstpg sftnrestart sftnrstcont saftnrestart saftnrstcont "
     "sftnnar sftnnalc sftnnauc sftnnrlc sftnnruc sftnnchi sftnnchosung sftnncnum sftnndbar sftnndbnum sftnndbnumd sftnndbnumk "
     "sftnndbnumt sftnnganada sftnngbnum sftnngbnumd sftnngbnumk sftnngbnuml sftnnzodiac sftnnzodiacd sftnnzodiacl saftnnar "
     "saftnnalc saftnnauc saftnnrlc saftnnruc saftnnchi saftnnchosung saftnncnum saftnndbar saftnndbnum saftnndbnumd saftnndbnumk "
     "saftnndbnumt saftnnganada saftnngbnum saftnngbnumd saftnngbnumk saftnngbnuml saftnnzodiac saftnnzodiacd saftnnzodiacl"},
    {kFlow, kToggle, 0, 1, "sectunlocked"},
    {kFlow, kValue, -kLength, kLength,
     "colsx colw colsr linex linemod linestarts pgwsxn pghsxn marglsxn margrsxn margtsxn margbsxn guttersxn headery footery pgnx "
     "pgny pgnhn pgnstarts sectexpand sectlinegrid stextflow pgbrdropt sftnstart saftnstart ds"},
    {kFlow, kValue, 0, 63, "cols colno"},

    // The document
    {kFlow, kFlag, 0, 0,
     "facingp margmirror landscape rtlgutter aenddoc aendnotes enddoc endnotes aftnbj aftntj ftnbj ftntj ftnrstpg ftnrestart "
     "ftnrstcont aftnrestart aftnrstcont ftnnar ftnnalc ftnnauc ftnnrlc ftnnruc ftnnchi ftnnchosung ftnncnum ftnndbar ftnndbnum "
     "ftnndbnumd ftnndbnumk ftnndbnumt ftnnganada ftnngbnum ftnngbnumd ftnngbnumk ftnngbnuml ftnnzodiac ftnnzodiacd ftnnzodiacl "
     "aftnnar aftnnalc aftnnauc aftnnrlc aftnnruc aftnnchi aftnnchosung aftnncnum aftnndbar aftnndbnum aftnndbnumd aftnndbnumk "
     "aftnndbnumt aftnnganada aftnngbnum aftnngbnumd aftnngbnumk aftnngbnuml aftnnzodiac aftnnzodiacd aftnnzodiacl fracwidth "
     "revisions revprot formprot annotprot formdisp formshade rtldoc ltrdoc horzdoc vertdoc jcompress jexpand lnongrid "
     "nolnhtadjtbl dghshow dgsnap dgmargin noxlattoyen expshrtn noultrlspc dntblnsbdb nospaceforul wrppunct asianbrkrule useltbaln "
     "alntblind lytcalctblwd lyttblrtgr lnbrkrule snaptogridincell allowfieldendsel nobrkwrptbl htmautsp splytwnine ftnlytwnine "
     "oldas bdbfhdr lytexcttp lytprtmet msmcap noextrasprl nogrowautofit nojkernpunct notabind notbrkcnstfrctbl notcvasp notvatxbx "
     "swpbdr truncatefontheight truncex transmf wraptrsp wpsp wpjst sprslnsp sprsspbf sprsbsp sprstsm sprstsp subfontbysize otblrul "
     "oldlinewrap nocolbal noindnmbrts afelev applybrkrules bdrrlswsix cachedcolbal cvmme felnbrelev hwelev indrlsweleven krnprsnet "
     "newtblstyruls nocxsptable usenormstyforlist utinl noafcnsttbl ulcyr spltpgpar sprslnsp toplinepunct lineppage "
     "brkfrm prcolbl bookfold bookfoldrev"},
    {kFlow, kToggle, 0, 1, "widowctrl hyphauto hyphcaps trackmoves trackformatting nouicompat viewnobound"},
    {kFlow, kValue, -kLength, kLength,
     "paperw paperh psz margl margr margt margb gutter pgnstart deftab hyphhotz hyphconsec ftnstart aftnstart linestart viewkind "
     "viewscale viewzk viewbksp dghorigin dgvorigin dghspace dgvspace dgvshow fet doctype bookfoldsheets"},
    {kFlow, kValue, 0, kFont, "deff adeff stshfdbch stshfloch stshfhich stshfbi"},
    {kFlow, kValue, 0, kIndex, "deflang deflangfe adeflang ansicpg"},

    // Tables
    {kText, kFlag, 0, 0,
     "trowd trql trqc trqr trhdr trkeep trkeepfollow ltrrow rtlrow taprtl tabsnoovrlp tphcol tphmrg tphpg tpvmrg tpvpara tpvpg "
     "tposxc tposxi tposxl tposxo tposxr tposyb tposyc tposyil tposyin tposyout tposyt lastrow trbrdrt trbrdrl trbrdrb trbrdrr "
     "trbrdrh trbrdrv trbgbdiag trbgcross trbgdcross trbgdkbdiag trbgdkcross trbgdkdcross trbgdkfdiag trbgdkhor trbgdkvert "
     "trbgfdiag trbghoriz trbgvert tcelld clmgf clmrg clvmgf clvmrg clvertalt clvertalc clvertalb cltxlrtb cltxtbrl cltxbtlr "
     "cltxlrtbv cltxtbrlv clbrdrt clbrdrl clbrdrb clbrdrr cldglu cldgll clshdrawnil clbgbdiag clbgcross clbgdcross clbgdkbdiag "
     "clbgdkcross clbgdkdcross clbgdkfdiag clbgdkhor clbgdkvert clbgfdiag clbghoriz clbgvert clFitText clNoWrap clhidemark clins "
     "cldel clmrgd clmrgdr clsplit clsplitr tbllkborder tbllkshading tbllkfont tbllkcolor tbllkbestfit tbllkhdrrows tbllklastrow "
     "tbllkhdrcols tbllklastcol tbllknorowband tbllknocolband "
     "tsrowd tsbrdrt tsbrdrl tsbrdrb tsbrdrr tsbrdrh tsbrdrv tsbrdrdgl tsbrdrdgr tsvertalt tsvertalc tsvertalb tsnowrap "
     "tscfirstrow tsclastrow tscfirstcol tsclastcol tscbandhorzodd tscbandhorzeven tscbandvertodd tscbandverteven tscnwcell "
     "tscnecell tscswcell tscsecell tsbgbdiag tsbgcross tsbgdcross tsbgdkbdiag tsbgdkcross tsbgdkdcross tsbgdkfdiag tsbgdkhor "
     "tsbgdkvert tsbgfdiag tsbghoriz tsbgvert"},
    {kText, kToggle, 0, 1, "trautofit"},
    {kText, kValue, -kLength, kLength,
     "cellx trgaph trleft trrh trpaddl trpaddt trpaddr trpaddb trpaddfl trpaddft trpaddfr trpaddfb trspdl trspdt trspdr trspdb "
     "trspdfl trspdft trspdfr trspdfb trftsWidth trwWidth trftsWidthB trwWidthB trftsWidthA trwWidthA trshdng trpat tposx tposy "
     "tposnegx tposnegy tdfrmtxtLeft tdfrmtxtRight tdfrmtxtTop tdfrmtxtBottom irow irowband tblind tblindtype clpadl clpadt clpadr "
     "clpadb clpadfl clpadft clpadfr clpadfb clspl clspt clspr clspb clspfl clspft clspfr clspfb clftsWidth clwWidth clshdng "
     "tscellwidth tscellwidthfts tscellpaddl tscellpaddt tscellpaddr tscellpaddb tscellpaddfl tscellpaddft tscellpaddfr "
     "tscellpaddfb tscellpct tscbandsh tscbandsv"},
    {kText, kValue, 0, kIndex, "trcfpat trcbpat clcfpat clcbpat clcfpatraw clcbpatraw clshdngraw tscellcfpat tscellcbpat ts yts"},

    // Characters that are drawn, and ends
    {kText, kFlag, 0, 0, "par sect page column line row nestrow cell nestcell tab softline softpage"},
    {kFlow, kValue, 0, 3, "lbr"},
    {kText, kFlag, 0, 0, "chdate chdpl chdpa chtime chpgn sectnum chftn chatn chftnsep chftnsepc"},
    {kFlow, kFlag, 0, 0, "ftnalt bxe ixe fldalt"},
    {kFlow, kValue, 0, kIndex, "xef tcf tcl"},
    {kFlow | kMath, kFlag, 0, 0, "mnor mlit"},
    {kFlow | kMath, kValue, 0, 10, "mscr msty"},

    // Tables in front of the text
    {kFonts, kFlag, 0, 0, "fnil froman fswiss fmodern fscript fdecor ftech fbidi flomajor fhimajor fdbmajor fbimajor flominor fhiminor fdbminor fbiminor"},
    {kFonts, kValue, 0, kFont, "f fcharset fprq"},
    {kFonts, kValue, 0, kIndex, "cpg"},
    {kColors, kValue, 0, 255, "red green blue ctint cshade"},
    {kColors, kFlag, 0, 0,
     "cmaindarkone cmainlightone cmaindarktwo cmainlighttwo caccentone caccenttwo caccentthree caccentfour caccentfive caccentsix "
     "chyperlink cfollowedhyperlink cbackgroundone ctextone cbackgroundtwo ctexttwo"},
    {kStyles, kFlag, 0, 0, "additive sautoupd shidden slocked spersonal scompose sreply"},
    {kStyles, kToggle, 0, 1, "ssemihidden sunhideused sqformat"},
    {kStyles, kValue, 0, kIndex, "sbasedon snext slink spriority ds ts"},

    // Lists
    {kLists, kFlag, 0, 0, "listhybrid lvltentative listoverrideformat"},
    {kLists, kToggle, 0, 1, "listoverridestartat"},
    {kLists, kValue, 0, 1, "listsimple listrestarthdn levelold levelprev levelprevspace levellegal levelnorestart levelpicturenosize"},
    {kLists, kValue, -kId - 1, kId, "listid listtemplateid liststyleid"},
    {kString, kValue, -kId - 1, kId, "leveltemplateid"},
    {kLists, kValue, 0, 255, "levelnfc levelnfcn levelpicture"},
    {kLists, kValue, 0, 2, "leveljc leveljcn levelfollow"},
    {kLists, kValue, -kLength, kLength, "levelstartat levelindent levelspace"},
    {kLists, kValue, 0, 9, "listoverridecount"},
    {kNumbering, kFlag, 0, 0,
     "pnlvlblt pnlvlbody pnlvlcont pnnumonce pnacross pnhang pncard pndec pnucltr pnucrm pnlcltr pnlcrm pnord pnordt pnbidia pnbidib "
     "pnaiu pnaiud pnaiueo pnaiueod pnchosung pncnum pndbnum pndbnumd pndbnumk pndbnuml pndbnumt pndecd pnganada pngbnum pngbnumd "
     "pngbnumk pngbnuml pnzodiac pnzodiacd pnzodiacl pnirohad pniroha pnul pnuld pnuldb pnulnone pnulw pnprev pnqc pnql pnqr pnrestart"},
    {kNumbering, kToggle, 0, 1, "pnb pni pncaps pnscaps pnstrike"},
    {kNumbering, kValue, 1, 11, "pnlvl"},
    {kNumbering, kValue, 0, kFont, "pnf pnfs pncf"},
    {kNumbering, kValue, -kLength, kLength, "pnindent pnsp pnstart"},

    // Shapes
    {kShape, kFlag, 0, 0, "shpbxpage shpbxmargin shpbxcolumn shpbxignore shpbypage shpbymargin shpbypara shpbyignore shplockanchor"},
    {kShape, kValue, 0, 1, "shpfhdr shpfblwtxt"},
    {kShape, kValue, -kId - 1, kId, "shpleft shptop shpright shpbottom shplid shpz"},
    {kShape, kValue, 0, 5, "shpwr shpwrk"},
    {kDrawing, kFlag, 0, 0,
     "dobxpage dobxmargin dobxcolumn dobypage dobymargin dobypara dolock dpline dprect dproundr dpellipse dparc dparcflipx dparcflipy "
     "dptxbx dptxlrtb dptxtbrl dptxbtlr dptxlrtbv dptxtbrlv dplinesolid dplinehollow dplinedash dplinedot dplinedado dplinedadodo "
     "dplinepal dpfillfgpal dpfillbgpal dpshadow dpaendsol dpaendhol dpastartsol dpastarthol"},
    {kDrawing, kValue, -kLength, kLength,
     "dodhgt dpx dpy dpxsize dpysize dpptx dppty dptxbxmar dplinegray dplinecor dplinecog dplinecob dplinew dpfillfggray dpfillfgcr "
     "dpfillfgcg dpfillfgcb dpfillbggray dpfillbgcr dpfillbgcg dpfillbgcb dpfillpat dpshadx dpshady dpaendw dpaendl dpastartw dpastartl"},

    // The rest
    {kInfo, kValue, 0, 9'999, "yr mo dy hr min sec"},
    {kForm, kValue, 0, kIndex, "fftype ffownhelp ffownstat ffprot ffsize fftypetxt ffrecalc ffhaslistbox ffmaxlen ffhps ffdefres ffres"},
};

const std::unordered_multimap<std::string_view, WordRule>& rules() {
  static const auto table = [] {
    std::unordered_multimap<std::string_view, WordRule> all;
    for (const Row& row : kRows)
      for (size_t at = 0; at < row.names.size();) {
        const size_t end = std::min(row.names.find(' ', at), row.names.size());
        const std::string_view name = row.names.substr(at, end - at);
        all.emplace(name, WordRule{name, row.kind, row.places, row.least, row.most});
        at = end + 1;
      }
    return all;
  }();
  return table;
}

}  // namespace

const WordRule* word_rule(std::string_view name, Place place) {
  const auto [first, last] = rules().equal_range(name);
  for (auto at = first; at != last; ++at)
    if (at->second.places & place) return &at->second;
  return nullptr;
}

}  // namespace mugai::sanitize::rtf
