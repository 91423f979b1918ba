"""Documents of before 2007 through the real binary and its caged LibreOffice: they leave in today's format and say the same;
office documents as text and as pictures of their pages; drawings of Windows as PNG."""
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

from documents import Documents
from libreoffice import CSV, TEXT, LibreOffice
from mugai import two_zones
from needs import needs

try:
    import docx
    import openpyxl
except ImportError:
    docx = None

EXCEL_2003 = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="集計"><Table><Row><Cell><Data ss:Type="String">税額</Data></Cell><Cell><Data ss:Type="Number">120</Data></Cell></Row></Table></Worksheet>
</Workbook>"""


def words(text):
    return text.replace(",", " ").split()


def drawing(width, height):
    """An EMF of so many hundredths of a millimetre: one filled rectangle."""
    box = struct.pack("<4i", 0, 0, width // 26, height // 26)
    brush = struct.pack("<IIIIII", 39, 24, 1, 0, 0x000000C0, 0)
    records = [brush, struct.pack("<III", 37, 12, 1), struct.pack("<II", 43, 24) + box, struct.pack("<IIIII", 14, 20, 0, 16, 20)]
    header = struct.pack("<II", 1, 88) + box + struct.pack("<4i", 0, 0, width, height) + b" EMF" + struct.pack("<IIIHHIIIiiii", 0x10000, 88 + sum(map(len, records)),
             len(records) + 1, 2, 0, 0, 0, 0, 1024, 768, 270, 203)
    return header + b"".join(records)


@needs(docx and shutil.which("soffice"), "python3-docx, python3-openpyxl, libreoffice-writer-nogui, -calc-nogui, -impress-nogui")
class OldOffice(Documents, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-old-office-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.libreoffice = LibreOffice(cls.folder)
        document = docx.Document()
        document.add_heading("議案第①号 ㈱無害の件", 1)
        document.add_table(rows=1, cols=2).cell(0, 1).text = "右下"
        document.save(cls.folder / "gian.docx")
        book = openpyxl.Workbook()
        book.active.append(["項目", 10, "=B1*2"])
        book.save(cls.folder / "shukei.xlsx")

    def saved_as(self, name, extension):
        return self.libreoffice.converted(self.folder / name, extension, self.folder)[0]

    def treated_by(self, profile, path):
        config = self.folder / "mugai.toml"
        config.write_text(two_zones(self.folder, 2525, 2526, f"maildir:{self.folder}/lgwan") + f"[profile.it]\n{profile}\n")
        return self.rebuilt(path, "--config", config, "--profile", "it")

    def test_old_documents_leave_in_todays_format_and_say_the_same(self):
        for name, old, new, form in (("gian.docx", "doc", "docx", TEXT), ("shukei.xlsx", "xls", "xlsx", CSV)):
            with self.subTest(old):
                path = self.saved_as(name, old)
                result, item = self.rebuilt(path)
                self.assertEqual((result.suffix, item["action"], item["method"]), ("." + new, "converted", 3))
                self.assertIn("newer-format", item["reasons"])
                self.assertEqual(words(self.libreoffice.as_text(result, form)), words(self.libreoffice.as_text(path, form)))

    def test_the_xml_of_2003_is_a_workbook(self):
        path = self.folder / "zei.xls"
        path.write_text(EXCEL_2003, encoding="utf-8")
        result, item = self.rebuilt(path)
        self.assertEqual(result.suffix, ".xlsx")
        self.assertEqual([cell.value for cell in openpyxl.load_workbook(result).active[1]], ["税額", 120])

    def test_office_documents_come_as_text_and_as_pictures(self):
        text, item = self.treated_by('attachments = "text"', self.folder / "gian.docx")
        self.assertIn("議案第①号 ㈱無害の件", text.read_text(encoding="utf-8-sig"))
        self.assertEqual(item["method"], 1)
        pages, item = self.treated_by('attachments = "image"', self.folder / "gian.docx")
        self.assertEqual((pages.suffix, item["method"]), (".pdf", 2))
        self.assertEqual(subprocess.run(["pdftotext", str(pages), "-"], capture_output=True, text=True, check=True).stdout.strip(), "")
        images = subprocess.run(["pdfimages", "-list", str(pages)], capture_output=True, text=True, check=True).stdout
        self.assertEqual(len(images.strip().split("\n")), 3, images)   # two lines of head, one page
        flat, item = self.treated_by('attachments = "image"', self.saved_as("gian.docx", "fodt"))
        self.assertEqual((flat.suffix, item["method"]), (".pdf", 2))

    def test_a_drawing_of_windows_becomes_a_picture(self):
        path = self.folder / "zu.emf"
        path.write_bytes(drawing(6000, 3000))
        result, item = self.rebuilt(path)
        self.assertEqual((result.suffix, item["action"], item["reasons"]), (".png", "converted", ["drawing-to-picture"]))
        width, height = struct.unpack(">II", result.read_bytes()[16:24])
        self.assertAlmostEqual(width / height, 2, delta=0.02)
        self.assertGreater(width, 400)


if __name__ == "__main__":
    unittest.main()
