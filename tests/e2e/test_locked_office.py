"""Office documents under a password through the real binary, in its cage. LibreOffice locks them; msoffcrypto-tool opens them
as well, and what it finds must give the same result as the locked file. What is locked again both of them open."""
import pathlib
import shutil
import tempfile
import unittest

from documents import Documents
from libreoffice import CSV, TEXT, LibreOffice
from mugai import two_zones
from needs import needs

try:
    import docx
    import msoffcrypto
    import openpyxl
except ImportError:
    msoffcrypto = None

PASSWORD = "秘密Pass①"
PROFILES = """
[profile.sanitize]
encrypted_documents = "encrypt"
[profile.text]
attachments = "text"
encrypted_documents = "encrypt"
"""


@needs(msoffcrypto and shutil.which("soffice"), "python3-docx, python3-openpyxl, python3-msoffcrypto-tool, libreoffice-writer-nogui, -calc-nogui")
class LockedOffice(Documents, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-locked-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.libreoffice = LibreOffice(cls.folder)
        document = docx.Document()
        document.add_paragraph("議案第①号 ㈱無害の件")
        document.save(cls.folder / "gian.docx")
        book = openpyxl.Workbook()
        for row in range(1, 2_000):
            book.active.append([f"項目{row}", row, f"=B{row}*2"])
        book.save(cls.folder / "shukei.xlsx")

    def locked(self, source, extension):
        target = self.folder / f"locked{extension}"
        if not target.exists():
            self.libreoffice.lock(self.folder / source, target, PASSWORD)
        return target

    def opened(self, path, passwords, profile=None):
        words = ["--passwords", "-"]
        if profile:
            config = self.folder / "mugai.toml"
            config.write_text(two_zones(self.folder, 2525, 2526, f"maildir:{self.folder}/lgwan") + PROFILES)
            words += ["--config", config, "--profile", profile]
        return self.treated(path, *words, given="\n".join(passwords))

    def unlocked_by_others(self, path, verify=False):
        plain = self.folder / f"plain-{path.name}"
        with open(path, "rb") as source, open(plain, "wb") as target:
            file = msoffcrypto.OfficeFile(source)
            file.load_key(password=PASSWORD, verify_password=verify)
            file.decrypt(target, verify_integrity=verify)
        return plain

    def test_the_password_opens_and_what_leaves_has_none(self):
        for source, extension, form in (("gian.docx", ".docx", TEXT), ("shukei.xlsx", ".xlsx", CSV)):
            path = self.locked(source, extension)
            result, items = self.opened(path, ["wrong", PASSWORD])
            self.assertEqual((items[0]["detected"], items[0]["action"], items[0]["method"]), ("encrypted-office", "converted", 3), items)
            self.assertEqual(items[0]["removed"], [{"what": "password-protection", "count": 1}])
            self.assertEqual((items[1]["path"], items[1]["detected"], items[1]["action"]), ("1/1", extension[1:], "rebuilt"))
            self.assertEqual(result.name, path.name)
            self.assertEqual(result.read_bytes(), self.opened(self.unlocked_by_others(path), [])[0].read_bytes())
            self.assertEqual(self.libreoffice.as_text(result, form), self.libreoffice.as_text(self.folder / source, form))

    def test_by_policy_what_leaves_has_the_same(self):
        for source, extension, form in (("gian.docx", ".docx", TEXT), ("shukei.xlsx", ".xlsx", CSV)):
            path = self.locked(source, extension)
            result, items = self.opened(path, ["wrong", PASSWORD], "sanitize")
            self.assertEqual((items[0]["detected"], items[0]["action"], items[0]["method"], items[0]["reasons"], items[0]["removed"]),
                             ("encrypted-office", "rebuilt", 3, ["encrypted-again"], []), items)
            self.assertEqual(result.name, path.name)
            again = self.folder / f"again{extension}"
            shutil.copy(result, again)
            plain = self.unlocked_by_others(again, verify=True).read_bytes()
            self.assertEqual(plain, self.opened(path, [PASSWORD])[0].read_bytes())
            self.assertEqual(self.libreoffice.locked_as_text(again, form, PASSWORD), self.libreoffice.as_text(self.folder / source, form))
            self.assertIsNone(self.opened(again, ["wrong"], "sanitize")[0])
            twice, _ = self.opened(again, [PASSWORD], "sanitize")
            self.assertNotEqual(twice.read_bytes(), again.read_bytes())
            self.assertEqual(self.unlocked_by_others(twice, verify=True).read_bytes(), plain)

    def test_what_leaves_as_text_has_none(self):
        result, items = self.opened(self.locked("gian.docx", ".docx"), [PASSWORD], "text")
        self.assertEqual((items[0]["action"], items[0]["removed"]), ("text", [{"what": "password-protection", "count": 1}]), items)
        self.assertIn("議案第①号", result.read_text(encoding="utf-8"))

    def test_without_the_password_it_waits(self):
        for passwords in ([], ["wrong", PASSWORD + "x"]):
            result, items = self.opened(self.locked("gian.docx", ".docx"), passwords)
            self.assertIsNone(result)
            self.assertEqual([(item["action"], item["reasons"]) for item in items], [("locked", ["encrypted"])])

    def test_documents_of_before_2007_are_recognised(self):
        for source, extension in (("gian.docx", ".doc"), ("shukei.xlsx", ".xls")):
            result, items = self.opened(self.locked(source, extension), [PASSWORD])
            self.assertIsNone(result)
            self.assertEqual([(item["detected"], item["action"], item["reasons"]) for item in items], [(extension[1:], "locked", ["encrypted"])])


if __name__ == "__main__":
    unittest.main()
