"""Office documents through the real binary, in its cage, judged by other people's programs: python-docx and openpyxl open what
comes out and find what they had put in; LibreOffice reads the same text before and after."""
import pathlib
import shutil
import tempfile
import unittest
import zipfile

from documents import Documents
from libreoffice import CSV, TEXT, LibreOffice
from needs import needs

try:
    import docx
    import openpyxl
    import openpyxl.chart
    import openpyxl.comments
except ImportError:
    docx = None


@needs(docx and shutil.which("soffice"), "python3-docx, python3-openpyxl, libreoffice-writer-nogui, -calc-nogui, -impress-nogui")
class Office(Documents, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-office-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.libreoffice = LibreOffice(cls.folder)
        cls.as_text = cls.libreoffice.as_text

    def made_document(self):
        document = docx.Document()
        document.add_heading("議案第①号 ㈱無害の件", 1)
        document.add_paragraph("本文は太字と").add_run("斜体").italic = True
        document.add_paragraph("箇条", style="List Bullet")
        table = document.add_table(rows=2, cols=2)
        table.cell(1, 1).text = "右下"
        document.sections[0].header.paragraphs[0].text = "秘密でない"
        document.core_properties.author = "山田"
        path = self.folder / "gian.docx"
        document.save(path)
        return path

    def made_workbook(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "集計"
        for row in range(1, 6):
            sheet.append([f"項目{row}", row * 10, f"=B{row}*1.1"])
        sheet["A1"].comment = openpyxl.comments.Comment("確認済", "係")
        sheet["B9"] = "=SUM(B1:B5)"
        chart = openpyxl.chart.BarChart()
        chart.add_data(openpyxl.chart.Reference(sheet, min_col=2, min_row=1, max_row=5))
        sheet.add_chart(chart, "E2")
        book.create_sheet("隠し").sheet_state = "veryHidden"
        path = self.folder / "shukei.xlsx"
        book.save(path)
        return path

    def test_a_word_document_says_the_same_to_other_readers(self):
        path = self.made_document()
        result, item = self.rebuilt(path)
        self.assertEqual((item["action"], item["method"]), ("rebuilt", 3))
        before, after = docx.Document(path), docx.Document(result)
        self.assertEqual([p.text for p in before.paragraphs], [p.text for p in after.paragraphs])
        self.assertEqual([p.style.name for p in before.paragraphs], [p.style.name for p in after.paragraphs])
        self.assertEqual(after.tables[0].cell(1, 1).text, "右下")
        self.assertEqual(after.sections[0].header.paragraphs[0].text, "秘密でない")
        self.assertEqual(after.core_properties.author, "")
        self.assertEqual(self.as_text(path, TEXT), self.as_text(result, TEXT))

    def test_a_workbook_calculates_the_same_in_other_readers(self):
        path = self.made_workbook()
        result, _ = self.rebuilt(path)
        before, after = openpyxl.load_workbook(path), openpyxl.load_workbook(result)
        self.assertEqual(before.sheetnames, after.sheetnames)
        cells = [[[cell.value for cell in row] for row in book["集計"].iter_rows()] for book in (before, after)]
        self.assertEqual(cells[0], cells[1])
        self.assertEqual(after["集計"]["A1"].comment.text, "確認済")
        self.assertEqual(after["隠し"].sheet_state, "veryHidden")
        self.assertEqual(len(after["集計"]._charts), 1)
        self.assertEqual(self.as_text(path, CSV), self.as_text(result, CSV))

    def test_a_macro_leaves_no_byte_behind(self):
        path = self.folder / "macro.docm"
        with zipfile.ZipFile(self.made_document()) as source, zipfile.ZipFile(path, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                if name == "[Content_Types].xml":
                    content = content.replace(b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                                              b"application/vnd.ms-word.document.macroEnabled.main+xml")
                    content = content.replace(b"</Types>", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>')
                if name == "word/_rels/document.xml.rels":
                    content = content.replace(b"</Relationships>", b'<Relationship Id="rIdM" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"'
                                                                   b' Target="vbaProject.bin"/></Relationships>')
                target.writestr(name, content)
            target.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 AutoOpen")
        result, item = self.rebuilt(path)
        self.assertEqual(result.name, "macro.docx")
        self.assertIn({"what": "macro", "count": 1}, item["removed"])
        with zipfile.ZipFile(result) as package:
            self.assertFalse([name for name in package.namelist() if "vba" in name or b"AutoOpen" in package.read(name)])
        self.assertIn("議案第①号", docx.Document(result).paragraphs[0].text)

    def test_what_came_out_goes_through_again_unchanged_and_passes_the_second_look(self):
        for path in (self.made_document(), self.made_workbook()):
            self.assert_stays(self.rebuilt(path)[0])

    def made_rich_text(self, name="gian.rtf", data=r"{\*\objclass Package}{\*\objdata 0105{\*\x 0000}02000000 0800000065 76696c2e657865}"):
        """As Word in Japan writes it: bytes in code page 932, characters in Unicode with bytes for old readers, an object with a picture of it."""
        def sjis(text):
            return "".join(f"\\'{byte:02x}" for byte in text.encode("cp932"))
        source = (r"{\rtf1\ansi\ansicpg932\uc2\deff0{\fonttbl{\f0\fmodern\fcharset128 " + sjis("ＭＳ 明朝") + r";}{\f1\froman\fcharset0 Times New Roman;}}"
                  r"{\info{\author Yamada}}\pard\plain\f0 " + sjis("議案第①号　㈱無害の件") + r"\par \u12487\'83\'66\u12540\'81\'5b\u12479\'83\'5e\par "
                  r"{\field{\*\fldinst DDEAUTO cmd.exe}{\fldrslt " + sjis("結果") + r"}}\par {\loch\f1 caf\'e9}\par "
                  r"\trowd\cellx3000\cellx6000\intbl " + sjis("左") + r"\cell " + sjis("右") + r"\cell\row\pard "
                  r"{\object\objemb" + data + r"{\result{\pard " + sjis("図の代わり") + r"\par}}}end\par}")
        path = self.folder / name
        path.write_text(source, encoding="ascii")
        return path

    def test_rich_text_says_the_same_to_other_readers_and_loses_its_objects(self):
        path = self.made_rich_text()
        result, item = self.rebuilt(path)
        self.assertEqual({one["what"]: one["count"] for one in item["removed"]}, {"object": 1, "field-code": 1, "metadata": 1})
        for gone in (b"obj", b"DDE", b"Yamada", b"6576696c"):
            self.assertNotIn(gone, result.read_bytes())
        text = self.as_text(result, TEXT)
        self.assertEqual(text, self.as_text(self.made_rich_text("emptied.rtf", data=""), TEXT))   # LibreOffice stops at such data
        for kept in ("議案第①号　㈱無害の件", "データ", "結果", "café", "左", "右", "図の代わり", "end"):
            self.assertIn(kept, text)

    def test_a_document_that_another_program_saved_as_rich_text_says_the_same(self):
        with tempfile.TemporaryDirectory(dir=self.folder) as out:
            path = self.libreoffice.converted(self.made_document(), "rtf", pathlib.Path(out))[0]
            result, _ = self.rebuilt(path)
            self.assertEqual(self.as_text(result, TEXT), self.as_text(path, TEXT))

    def test_rich_text_that_is_called_doc_is_named_for_what_it_is(self):
        result, item = self.rebuilt(self.made_rich_text("gian.doc"))
        self.assertEqual((result.name, item["detected"]), ("gian.rtf", "rtf"))
        self.assert_stays(result)


if __name__ == "__main__":
    unittest.main()
