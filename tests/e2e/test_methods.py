"""Methods text and image through the real binary, as root and as a user without rights, judged by other people's programs:
pdftotext finds the same words, the pages look the same, qpdf and pdfimages see a document of pictures and nothing else."""
import email
import email.policy
import io
import json
import os
import pathlib
import re
import shutil
import smtplib
import subprocess
import tempfile
import time
import unittest
import zipfile

import pdf
from mugai import BINARY, Gateway, two_zones, wait_until
from needs import needs
from postfix import free_port
from similar import similarity

TOOLS = ("pdftotext", "pdftoppm", "pdfimages", "pdffonts", "pdfinfo", "qpdf")
PROFILES = """
[profile.text]
attachments = "text"
[profile.image]
attachments = "image"
[profile.searchable]
attachments = "image"
image_text_layer = true
[profile.narrow]
types = { pdf = "image", zip = "text" }
image_dpi = 72
[profile.small]
attachments = "image"
max_output = "200 KiB"
"""
# Nobody's, so that the converter's cage is made without any right.
AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def run(*words, check=True, text=True):
    return subprocess.run([str(word) for word in words], capture_output=True, text=text, check=check)


@needs(all(map(shutil.which, TOOLS)), ", ".join(TOOLS))
class Methods(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-methods-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.folder.chmod(0o755)
        self.configure("")

    def configure(self, limits):
        self.config = self.folder / "mugai.toml"
        self.config.write_text(two_zones(self.folder, 2525, 2526, f"maildir:{self.folder}/lgwan") + PROFILES + limits)

    def treat(self, content, profile, name="a.pdf", status=0, command="file", before=()):
        """What came out, and the first item of the report."""
        source, out, report = self.folder / name, self.folder / "result", self.folder / "reports/report"
        report.parent.mkdir(exist_ok=True)
        report.parent.chmod(0o777)
        source.write_bytes(content)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        out.chmod(0o777)
        report.unlink(missing_ok=True)
        target = out if command == "file" else out / "mail"
        done = run(*before, BINARY, command, source, "-o", target, "--config", self.config, "--profile", profile, "--report", report, check=False)
        said = report.read_text() if report.exists() else ""
        self.assertEqual(done.returncode, status, f"{done.stdout}{done.stderr}{said}")
        items = json.loads(said)["items"]
        return (next(out.iterdir()) if status == 0 else None), items if command == "mail" else items[0]

    def users(self):
        return [(), AS_NOBODY] if os.geteuid() == 0 and shutil.which("setpriv") else [()]

    def assert_pictures_only(self, path, count):
        self.assertIn("No syntax or stream encoding errors", run("qpdf", "--check", path).stdout)
        self.assertEqual(len(run("pdfimages", "-list", path).stdout.splitlines()) - 2, count)
        objects = json.loads(run("qpdf", "--json", path).stdout)
        active = re.findall(r'"/(JS|JavaScript|AA|OpenAction|Launch|URI|EmbeddedFile|Annots|AcroForm|Names|XFA|Filespec)"', json.dumps(objects))
        self.assertEqual(active, [])

    def assert_looks_the_same(self, before, after):
        for path, name in ((before, "before"), (after, "after")):
            run("pdftoppm", "-r", "100", "-cropbox", "-gray", path, self.folder / name)
        ones, others = sorted(self.folder.glob("before*.pgm")), sorted(self.folder.glob("after*.pgm"))
        self.assertEqual(len(ones), len(others))
        for one, other in zip(ones, others):
            self.assertGreaterEqual(similarity(one, other), 0.98, other.name)
        for path in ones + others:
            path.unlink()

    # Text

    def test_text_is_that_of_pdftotext_with_marks(self):
        document = pdf.pages([pdf.line("Minutes of the first meeting") + pdf.line("令和八年度の予算書", y=600), pdf.line("議事録", y=500)])
        for before in self.users():
            path, item = self.treat(document, "text", before=before)
            self.assertEqual((path.name, item["method"], item["action"]), ("a.txt", 1, "text"))
            written = path.read_text(encoding="utf-8-sig")
            self.assertEqual(re.findall(r"^---.*---$", written, flags=re.M), ["--- 1 / 2 ---", "--- 2 / 2 ---"])
            words = re.sub(r"^--- \d+ / \d+ ---$", "", written, flags=re.M).split()
            self.assertEqual(words, run("pdftotext", "-enc", "UTF-8", self.folder / "a.pdf", "-").stdout.split())
            self.assertIn("令和八年度の予算書", words)

    def test_a_scan_has_no_text(self):
        _, item = self.treat(pdf.scan(), "text", status=3)
        self.assertEqual(item["reasons"], ["no-text-in-document"])

    def test_a_page_without_text_is_counted(self):
        _, item = self.treat(pdf.pages([pdf.line("one"), b""]), "text")
        self.assertIn({"what": "page-without-text", "count": 1}, item["removed"])

    # Image

    def test_pages_become_pictures_of_the_same_size(self):
        document = pdf.pages([b"1 0 0 rg 100 100 200 200 re f 0 g\n" + pdf.line("Budget 2026", size=30), pdf.line("議事録 第一回", y=400, size=40)])
        for before in self.users():
            path, item = self.treat(document, "image", before=before)
            self.assertEqual((path.name, item["method"], item["action"], item["detected"]), ("a.pdf", 2, "image", "pdf"))
            self.assert_pictures_only(path, 2)
            self.assertIn("595 x 842 pts", run("pdfinfo", path).stdout)
            self.assertEqual(run("pdftotext", path, "-").stdout.strip(), "")
            self.assertEqual(len(run("pdffonts", path).stdout.splitlines()), 2)
            self.assert_looks_the_same(self.folder / "a.pdf", path)

    def test_turned_and_cut_pages_are_what_was_seen(self):
        for keys, size in ((b"/MediaBox[0 0 595 842]/CropBox[50 300 450 800]/Rotate 90", "500 x 400"), (b"/MediaBox[0 0 595 842]/Rotate 180", "595 x 842"),
                           (b"/MediaBox[-100 -100 400.5 900.25]", "500.5 x 1000.25"), (b"/MediaBox[0 0 200 3000]", "200 x 3000"), (b"/MediaBox[0 0 595 842]/UserUnit 2", "1190 x 1684")):
            path, _ = self.treat(pdf.pages([pdf.line("Which way is up", y=720, size=20) + pdf.line("予算", y=500, x=100)], keys=keys), "image")
            self.assertIn(size + " pts", run("pdfinfo", path).stdout)
            if b"UserUnit" not in keys:   # of which poppler knows nothing
                self.assert_looks_the_same(self.folder / "a.pdf", path)

    def test_what_has_no_colour_is_grey_and_a_scan_stays_legible(self):
        path, _ = self.treat(pdf.scan(), "image")
        self.assertIn(" gray ", run("pdfimages", "-list", path).stdout)
        self.assert_looks_the_same(self.folder / "a.pdf", path)

    def test_searchable_when_the_policy_says_so(self):
        words = ["Budget", "令和八年度予算書", "𠮷野家", "(a<b)"]
        content = b"".join(pdf.line(word, y=700 - 60 * i, size=18) for i, word in enumerate(words))
        path, _ = self.treat(pdf.pages([content]), "searchable")
        self.assert_pictures_only(path, 1)
        self.assertEqual(run("pdftotext", path, "-").stdout.split(), words)
        self.assert_looks_the_same(self.folder / "a.pdf", path)
        # A reader that selects a word marks the place where it is seen.
        boxes = lambda file: [[float(value) for value in re.findall(r'"([\d.]+)"', row)] for row in
                              re.findall(r"<word [^>]*>", run("pdftotext", "-bbox", file, "-").stdout)]
        for one, other in zip(boxes(self.folder / "a.pdf"), boxes(path)):
            for a, b in zip(one, other):
                self.assertAlmostEqual(a, b, delta=5)

    def test_too_large_is_drawn_again_with_fewer_dots(self):
        noise = pdf.stream(bytes((i * i * 2654435761 >> 13) & 0xFF for i in range(400 * 560)),
                           b"/Type/XObject/Subtype/Image/Width 400/Height 560/ColorSpace/DeviceGray/BitsPerComponent 8")
        document = pdf.pages([b"q 595 0 0 842 0 0 cm/I Do Q"] * 2, resources=b"/XObject<</I 7 0 R>>", more=[noise])
        path, item = self.treat(document, "image")
        whole = path.stat().st_size
        self.config.write_text(self.config.read_text().replace("200 KiB", f"{int(whole / 0.6 / 1024 * 0.7)} KiB"))
        path, item = self.treat(document, "small")
        self.assertEqual(item["reasons"], ["lower-resolution"])
        self.assertLess(path.stat().st_size, whole * 0.7)
        self.assertIn("595 x 842 pts", run("pdfinfo", path).stdout)

    def test_invisible_text_on_an_empty_page_is_an_error(self):
        _, item = self.treat(pdf.pages([b"3 Tr " + pdf.line("hidden")]), "image", status=3)
        self.assertEqual(item["reasons"], ["blank-page"])

    # Both

    def test_what_cannot_be_read_is_held(self):
        for content in (pdf.pages([pdf.line("x")])[:300], b"%PDF-1.7\n" + b"junk " * 500):
            for profile in ("text", "image"):
                _, item = self.treat(content, profile, status=3)
                self.assertIn(item["reasons"], (["damaged-pdf"], ["converter-failed"]))

    def test_a_slow_document_costs_its_time_and_is_held(self):
        self.configure('[limits]\nmax_deadline = "12s"\nbase_deadline = "12s"\n')
        begin = time.monotonic()
        _, item = self.treat(pdf.slow(6), "image", status=3)
        self.assertEqual(item["reasons"], ["converter-timeout"])
        self.assertLess(time.monotonic() - begin, 11)

    def test_a_worker_that_converts_may_take_longer_than_its_size_is_worth(self):
        self.configure('[limits]\nbase_deadline = "1s"\ndeadline_per_mib = "0s"\nmax_deadline = "2m"\n')
        begin = time.monotonic()
        self.treat(pdf.slow(2, 20), "image")
        self.assertGreater(time.monotonic() - begin, 1.2, "too quick to prove anything: make it slower")

    def test_members_of_archives_are_asked_one_by_one(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("m/minutes.pdf", pdf.pages([pdf.line("minutes")]))
            archive.writestr("m/note.txt", "plain\n")
            archive.writestr("m/photo.ppm", b"P6 1 1 255\nabc")
        path, _ = self.treat(packed.getvalue(), "text", name="a.zip")
        with zipfile.ZipFile(path) as archive:
            self.assertEqual(archive.namelist(), ["m/minutes.txt", "m/note.txt"])
            self.assertIn(b"minutes", archive.read("m/minutes.txt"))
        # Only the ZIP is narrowed: so is all that is inside of it, but for what has a narrower rule of its own.
        path, _ = self.treat(packed.getvalue(), "narrow", name="a.zip")
        with zipfile.ZipFile(path) as archive:
            self.assertEqual(archive.namelist(), ["m/minutes.pdf", "m/note.txt"])
            minutes = self.folder / "minutes.pdf"
            minutes.write_bytes(archive.read("m/minutes.pdf"))
        self.assert_pictures_only(minutes, 1)

    @staticmethod
    def mail_with(document):
        mail = email.message.EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = "a@b.example", "c@lgwan.example", "議事録"
        mail.set_content("see attachment\n")
        mail.add_attachment(document, maintype="application", subtype="pdf", filename="議事録.pdf")
        return mail

    def test_in_a_mail(self):
        path, items = self.treat(self.mail_with(pdf.pages([pdf.line("議事録")])).as_bytes(), "text", name="mail.eml", command="mail")
        got = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        attachment = next(got.iter_attachments())
        self.assertEqual(attachment.get_filename(), "議事録.txt")
        self.assertIn("議事録", attachment.get_content())
        self.assertEqual([item["method"] for item in items if item["name"]], [1])

    def delivered(self, document, limits):
        """The mail that the service delivers, its profile being "image"."""
        port = free_port()
        text = two_zones(self.folder, port, free_port(), f"maildir:{self.folder}/lgwan").replace('profile = "sanitize"', 'profile = "image"')
        gateway = Gateway(text + PROFILES + limits, self.folder / "service").start(port)
        self.addCleanup(gateway.stop)
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.send_message(self.mail_with(document))
        arrived = self.folder / "lgwan/new"
        path = wait_until(lambda: arrived.is_dir() and next(arrived.iterdir(), None), 100, lambda: gateway.log.read_text())
        self.assertNotIn("worker.lost", gateway.log.read_text())
        self.assertNotIn("converter.missing", gateway.log.read_text())
        return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)

    def test_the_service_waits_for_a_worker_that_converts(self):
        mail = self.delivered(pdf.slow(2, 20), '[limits]\nbase_deadline = "1s"\ndeadline_per_mib = "0s"\nmax_deadline = "2m"\n')
        self.assertEqual([part.get_filename() for part in mail.iter_attachments()], ["議事録.pdf"])

    def test_the_service_delivers_a_mail_without_what_takes_too_long(self):
        mail = self.delivered(pdf.slow(6), '[limits]\nbase_deadline = "12s"\nmax_deadline = "12s"\n')
        self.assertEqual(list(mail.iter_attachments()), [])
        self.assertIn("文書の変換に時間がかかりすぎました", mail.get_content())


if __name__ == "__main__":
    unittest.main()
