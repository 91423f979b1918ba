"""PDF documents through the real binary, in its cage, judged by other people's programs: qpdf finds no mistake and nothing that
acts, pdftotext the same words, pdftoppm the same pages."""
import base64
import email
import email.policy
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import pdf
from mugai import BINARY
from needs import needs
from similar import similarity

TOOLS = ("qpdf", "pdftotext", "pdftoppm", "openssl", "convert", "tiffcp")
ACTIVE = ("JavaScript", "/JS", "/AA", "/OpenAction", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Sound", "/Movie", "/RichMedia", "/EmbeddedFile",
          "/Filespec", "/EF", "/AcroForm", "/XFA", "/Metadata", "/PieceInfo", "/Info ", "/JBIG2", "/JPX", "/URI")


def run(*words, check=True, **more):
    return subprocess.run([str(word) for word in words], capture_output=True, check=check, **more)


def jbig2_of(g4, width, height):
    """An embedded JBIG2 stream (ITU-T T.88): a page and one region that is coded as T.6."""
    def segment(number, kind, data):
        return number.to_bytes(4, "big") + bytes([kind, 0, 1]) + len(data).to_bytes(4, "big") + data
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return segment(0, 48, size + bytes(9 + 2)) + segment(1, 38, size + bytes(8) + b"\0" + b"\1" + g4)


@needs(all(map(shutil.which, TOOLS)), ", ".join(TOOLS))
class Documents(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-pdf-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def rebuilt(self, content, *options, status=0):
        """Path of what came out, and its item of the report."""
        given, out, report = self.folder / "given.pdf", self.folder / "out", self.folder / "report.json"
        given.write_bytes(content)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        done = run(BINARY, "file", given, "-o", out, "--report", report, *options, check=False)
        self.assertEqual(done.returncode, status, done.stderr + report.read_bytes())
        item = json.loads(report.read_text())["items"][0]
        if status != 0:
            return None, item
        result = out / item["output_name"]
        run("qpdf", "--check", result)
        inside = run("qpdf", "--qdf", "--object-streams=disable", result, "-").stdout.decode("latin-1")
        for name in ACTIVE:
            self.assertNotIn(name, inside)
        verified = run(BINARY, "file", "--verify", result, check=False)
        self.assertEqual(verified.returncode, 0, verified.stdout)
        return result, item

    def words(self, path):
        return run("pdftotext", "-enc", "UTF-8", path, "-").stdout.decode().split()

    def assert_looks_the_same(self, before, after, least=0.98):
        for name, path in (("a", before), ("b", after)):
            run("pdftoppm", "-gray", "-r", "60", path, self.folder / name)
        pages = sorted(self.folder.glob("a-*.pgm"))
        self.assertTrue(pages)
        for page in pages:
            self.assertGreater(similarity(page, page.with_name("b" + page.name[1:])), least, page.name)
            page.unlink()

    def test_text_and_looks_stay(self):
        given = pdf.pages([pdf.line("請求書 ①㈱髙 ABC") + b"0.5 0.7 0.9 rg 100 100 200 300 re f", pdf.line("second page") + b"1 0 0 RG 5 w 72 72 m 300 400 l S"],
                          keys=b"/MediaBox[0 0 595 842]/Rotate 90/CropBox[20 20 575 822]")
        result, item = self.rebuilt(given)
        self.assertEqual((item["action"], item["method"]), ("rebuilt", 3))
        self.assertEqual(self.words(result), self.words(self.folder / "given.pdf"))
        self.assertIn("①㈱髙", "".join(self.words(result)))
        self.assert_looks_the_same(self.folder / "given.pdf", result)

    def test_a_filled_in_japanese_form_stays_legible(self):
        field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(n)/V<FEFF5C717530592A90CE>/DA(/F 18 Tf 0 g)/Rect[72 600 400 640]>>"
        given = pdf.pages([pdf.line("name:")], keys=b"/MediaBox[0 0 595 842]/Annots[7 0 R]", more=[field])
        given = given.replace(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Catalog/Pages 2 0 R/AcroForm<</NeedAppearances true/Fields[7 0 R]>>>>")
        result, item = self.rebuilt(given)
        self.assertIn({"what": "form-field", "count": 1}, item["removed"])
        self.assertIn("山田太郎", "".join(self.words(result)))
        run("pdftoppm", "-gray", "-r", "60", "-x", "60", "-y", "165", "-W", "280", "-H", "40", result, self.folder / "field")
        self.assertGreater(len(set(next(self.folder.glob("field*.pgm")).read_bytes()[20:])), 10, "nothing is drawn there")

    def test_pictures_that_others_decode(self):
        bits, width, height = self.folder / "bits.tif", 64, 48
        run("convert", "-size", f"{width}x{height}", "xc:white", "-fill", "black", "-draw", "circle 30,24 30,8", "-monochrome", "-compress", "Group4", "-define",
            "tiff:rows-per-strip=48", bits)
        info = run("tiffdump", bits).stdout.decode()
        offset, count = (int(re.search(name + r" \(\d+\) \w+ \(\d+\) 1<(\d+)>", info)[1]) for name in ("StripOffsets", "StripByteCounts"))
        picture = pdf.stream(jbig2_of(bits.read_bytes()[offset:offset + count], width, height),
                             b"/Type/XObject/Subtype/Image/Width 64/Height 48/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode")
        fax = pdf.stream(bits.read_bytes()[offset:offset + count],
                         b"/Type/XObject/Subtype/Image/Width 64/Height 48/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 64>>")
        photo = self.folder / "photo.jp2"
        run("convert", "-seed", "3", "-size", "80x60", "plasma:tan-steelblue", photo)
        other = pdf.stream(photo.read_bytes(), b"/Type/XObject/Subtype/Image/Width 80/Height 60/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/JPXDecode")
        given = pdf.pages([b"q 320 0 0 240 100 500 cm/I Do Q q 320 0 0 240 100 250 cm/K Do Q q 160 0 0 120 100 100 cm/L Do Q"],
                          resources=b"/XObject<</I 7 0 R/K 8 0 R/L 9 0 R>>", more=[picture, other, fax])
        result, _ = self.rebuilt(given)
        self.assert_looks_the_same(self.folder / "given.pdf", result)
        inside = run("qpdf", "--qdf", result, "-").stdout
        self.assertEqual(inside.count(b"/CCITTFaxDecode"), 2)

    def test_the_signer_is_named(self):
        key, certificate = self.folder / "k.pem", self.folder / "c.pem"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "30", "-utf8", "-subj", "/CN=山田太郎")
        signature = run("openssl", "cms", "-sign", "-binary", "-signer", certificate, "-inkey", key, "-outform", "DER", input=b"what was signed").stdout
        field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/Rect[0 0 0 0]/V<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 1 2 3]/Contents<%s>>>>>" % (
            signature.hex().encode() + b"0" * 64)
        mail = self.folder / "mail.eml"
        given = pdf.pages([pdf.line("signed")], keys=b"/MediaBox[0 0 595 842]/Annots[7 0 R]", more=[field])
        _, item = self.rebuilt(given)
        self.assertIn({"what": "signed-by: 山田太郎", "count": 1}, item["removed"])
        mail.write_bytes(b"From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                         b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(given).replace(b"\n", b"\r\n") +
                         b"--b--\r\n")
        out = run(BINARY, "mail", mail, "-o", "-").stdout
        body = email.message_from_bytes(out, policy=email.policy.default).get_body().get_content()
        self.assertIn("署名者: 山田太郎（証明書の信頼は未確認）", body)

    def test_passwords(self):
        plain, locked, passwords = self.folder / "plain.pdf", self.folder / "locked.pdf", self.folder / "passwords"
        plain.write_bytes(pdf.pages([pdf.line("secret")]))
        for bits in ("40", "128", "256"):
            weak = ("--allow-weak-crypto",) if bits != "256" else ()
            run("qpdf", *weak, "--encrypt", "user", "owner", bits, "--", plain, locked)
            _, item = self.rebuilt(locked.read_bytes(), status=3)
            self.assertEqual((item["action"], item["reasons"]), ("locked", ["encrypted"]))
            passwords.write_text("wrong\nuser\n")
            result, _ = self.rebuilt(locked.read_bytes(), "--passwords", passwords)
            self.assertEqual(self.words(result), ["secret"])


if __name__ == "__main__":
    unittest.main()
