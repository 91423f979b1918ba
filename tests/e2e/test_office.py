"""Office documents through the real binary, in its cage, judged by other people's programs: python-docx and openpyxl open what
comes out and find what they had put in; LibreOffice reads the same text before and after."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import zipfile

from libreoffice import CSV, TEXT, LibreOffice
from mugai import BINARY
from needs import needs

try:
    import docx
    import openpyxl
    import openpyxl.chart
    import openpyxl.comments
except ImportError:
    docx = None


@needs(docx and shutil.which("soffice"), "python3-docx, python3-openpyxl, libreoffice-writer-nogui, -calc-nogui, -impress-nogui")
class Office(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-office-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.as_text = LibreOffice(cls.folder).as_text

    def rebuilt(self, path, status=0):
        out, report = self.folder / "out" / path.stem, self.folder / "report"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        done = subprocess.run([BINARY, "file", str(path), "-o", str(out), "--report", str(report)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, status, f"{path.name}: {done.stdout}{done.stderr}{report.read_text()}")
        item = json.loads(report.read_text())["items"][0]
        return (next(out.iterdir()) if status == 0 else None), item

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
            result, _ = self.rebuilt(path)
            first = result.read_bytes()
            copy = self.folder / f"again-{path.name}"
            copy.write_bytes(first)
            again, item = self.rebuilt(copy)
            self.assertEqual((again.read_bytes(), item["removed"]), (first, []))
            look = subprocess.run([BINARY, "file", str(copy), "--verify"], capture_output=True, text=True, check=False)
            self.assertEqual(look.returncode, 0, look.stdout)


if __name__ == "__main__":
    unittest.main()
