"""OpenDocument files through the real binary, in its cage, judged by LibreOffice: it makes them, opens what comes out, and reads
the same text in it; what was put in to run or to fetch is gone."""
import pathlib
import re
import shutil
import tempfile
import unittest
import zipfile

from documents import Documents
from libreoffice import CSV, TEXT, LibreOffice
from needs import needs

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = "".join(f' xmlns:{prefix}="{OASIS}{word}:1.0"' for prefix, word in (
    ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
    ("presentation", "presentation"), ("script", "script"))) + f' xmlns:of="{OASIS}of:1.2" xmlns:xlink="http://www.w3.org/1999/xlink"'


def flat(kind, body, before=""):
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document{SPACES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.{kind}">'
            f"{before}<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>")


LETTER = flat("text", '<text:h text:outline-level="1">議案第①号 ㈱無害の件</text:h><text:p>本文<text:span>です</text:span><text:tab/>右<text:note text:note-class="footnote">'
                      "<text:note-citation>1</text:note-citation><text:note-body><text:p>脚注</text:p></text:note-body></text:note></text:p>"
                      "<text:list><text:list-item><text:p>箇条</text:p></text:list-item></text:list><table:table><table:table-column table:number-columns-repeated=\"2\"/>"
                      "<table:table-row><table:table-cell><text:p>左</text:p></table:table-cell><table:table-cell><text:p>右下</text:p></table:table-cell></table:table-row></table:table>"
                      '<text:p><text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>かんじ</text:ruby-text></text:ruby></text:p>')
BOOK = flat("spreadsheet", '<table:table table:name="集計"><table:table-row><table:table-cell office:value-type="string"><text:p>項目</text:p></table:table-cell>'
                           '<table:table-cell office:value-type="float" office:value="20"/><table:table-cell table:formula="of:=SUM([.B1:.B1])*1.5" office:value-type="float" office:value="30"/>'
                           '</table:table-row></table:table><table:table table:name="二枚目"><table:table-row><table:table-cell table:formula="of:=[$集計.C1]+1" office:value-type="float"'
                           ' office:value="31"/></table:table-row></table:table>')
SHOW = flat("presentation", '<draw:page draw:name="表紙"><draw:frame svg:x="1cm" svg:y="1cm" svg:width="20cm" svg:height="3cm"><draw:text-box><text:p>説明会の資料</text:p></draw:text-box>'
                            '</draw:frame></draw:page><draw:page draw:name="次"><draw:frame svg:x="1cm" svg:y="1cm" svg:width="20cm" svg:height="3cm"><draw:text-box><text:p>二枚目</text:p>'
                            "</draw:text-box></draw:frame></draw:page>")


@needs(shutil.which("soffice") and shutil.which("pdftotext"), "libreoffice-writer-nogui, -calc-nogui, -impress-nogui, poppler-utils")
class OpenDocument(Documents, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-odf-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.libreoffice = LibreOffice(cls.folder)
        cls.made = {}
        for name, content, kind in (("gian", LETTER, "odt"), ("shukei", BOOK, "ods"), ("shiryo", SHOW, "odp")):
            source = cls.folder / f"{name}.f{kind}"
            source.write_text(content, encoding="utf-8")
            cls.made[kind] = cls.libreoffice.converted(source, kind, cls.folder)[0]

    def as_text(self, path):
        return self.libreoffice.as_text(path, {"t": TEXT, "s": CSV, "p": "pdf"}[path.suffix[-1]])

    def test_libreoffice_reads_the_same_before_and_after(self):
        for kind, words in (("odt", ["議案第①号 ㈱無害の件", "右下", "漢字"]), ("ods", ["項目,20,30", "31"]), ("odp", ["説明会の資料", "二枚目"])):
            with self.subTest(kind):
                result, item = self.rebuilt(self.made[kind])
                self.assertEqual((item["action"], item["method"], result.suffix), ("rebuilt", 3, f".{kind}"))
                text = self.as_text(result)
                self.assertEqual(text, self.as_text(self.made[kind]))
                for word in words:
                    self.assertIn(word, text)

    def test_a_flat_document_stays_flat_and_says_the_same(self):
        for kind, source in (("odt", "gian"), ("ods", "shukei"), ("odp", "shiryo")):
            with self.subTest(kind):
                path = self.folder / f"{source}.f{kind}"
                result, _ = self.rebuilt(path)
                self.assertEqual(result.suffix, f".f{kind}")
                self.assertEqual(self.as_text(result), self.as_text(path))

    def test_what_runs_and_what_fetches_leaves_no_byte_behind(self):
        path = self.folder / "hostile.odt"
        with zipfile.ZipFile(self.made["odt"]) as source, zipfile.ZipFile(path, "w") as target:
            for entry in source.infolist():
                content = source.read(entry)
                if entry.filename == "content.xml":
                    content = content.replace(b"<office:scripts/>", b'<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load"'
                                                                    b' xlink:href="vnd.sun.star.script:Standard.Module1.Evil?language=Basic&amp;location=document"/></office:event-listeners></office:scripts>')
                    content = re.sub(rb"(<office:text[^>]*>)", rb'\1<text:section text:name="s"><text:section-source xlink:href="http://evil.example/a.odt"/><text:p>EvilText</text:p></text:section>'
                                                               rb'<text:p><draw:frame svg:width="1cm" svg:height="1cm"><draw:image xlink:href="http://evil.example/a.png"/></draw:frame></text:p>', content, count=1)
                target.writestr(entry, content)
            target.writestr("Basic/Standard/Module1.xml", "Sub Evil")
        self.assertIn(b"vnd.sun.star", zipfile.ZipFile(path).read("content.xml"))
        result, item = self.rebuilt(path)
        with zipfile.ZipFile(result) as package:
            for name in package.namelist():
                self.assertNotRegex(package.read(name).decode("utf-8", "replace"), r"evil\.example|vnd\.sun\.star|Sub Evil")
        self.assertIn({"what": "macro", "count": 2}, item["removed"])
        self.assertIn("EvilText", self.as_text(result))

    def test_what_came_out_goes_through_again_unchanged_and_passes_the_second_look(self):
        for path in self.made.values():
            self.assert_stays(self.rebuilt(path)[0])


if __name__ == "__main__":
    unittest.main()
