"""How a document and what became of it compare, as other people's programs see both: LibreOffice, poppler, python-docx, openpyxl, oletools."""
import collections
import hashlib
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import unicodedata
import warnings

import numpy
from PIL import Image

from measure_pdf import similarity

PAGES = 10           # of a document, drawn and compared
BATCH = 12           # documents for one run of LibreOffice

# Where a document leaves open how a date looks and how large a page is, both sides should take the same: what Mugai's converter takes.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>ja-JP</value></prop></item>
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="DefaultLocale_CJK" oor:op="fuse"><value>ja-JP</value></prop></item>
</oor:items>
"""


class Office:
    """PDFs of documents, kept by name and content. An original and its result bear the same name, which their text may show."""

    def __init__(self, cache):
        self.cache = cache
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mugai-office-"))
        (self.folder / "profile/user").mkdir(parents=True)
        (self.folder / "profile/user/registrymodifications.xcu").write_text(PROFILE)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def place(self, path, name):
        return self.cache / f"{name}-{hashlib.sha256(path.read_bytes()).hexdigest()[:24]}{path.suffix.lower()}.pdf"

    def pdf(self, path, name):
        place = self.place(path, name)
        return place if place.exists() and place.stat().st_size else None

    def convert(self, named):
        """Pairs of path and name, each name once. An empty PDF remembers that there is none."""
        todo = [(self.place(path, name), path, name) for path, name in named]
        todo = [one for one in todo if not one[0].exists()]
        for at in range(0, len(todo), BATCH):
            batch = todo[at:at + BATCH]
            self.run(batch)
            for one in batch:
                if not one[0].exists():
                    self.run([one])   # what stood behind one that ended the program
                if not one[0].exists():
                    one[0].touch()

    def run(self, batch):
        inside, outside = self.folder / "in", self.folder / "out"
        for one in (inside, outside):
            shutil.rmtree(one, ignore_errors=True)
            one.mkdir()
        for _, path, name in batch:
            shutil.copy(path, inside / (name + path.suffix.lower()))
        offline = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
        program = [*offline, "soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{self.folder}/profile", "--convert-to", "pdf", "--outdir", outside]
        running = subprocess.Popen([*program, *sorted(inside.iterdir())], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            running.wait(60 + 10 * len(batch))
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        for place, _, name in batch:
            made = outside / f"{name}.pdf"
            if made.exists():
                shutil.move(made, place)


# Comparison

def words(pdf):
    text = subprocess.run(["pdftotext", "-enc", "UTF-8", pdf, "-"], capture_output=True).stdout.decode("utf-8", "replace")
    return collections.Counter(unicodedata.normalize("NFKC", text).split())


def kept(before, after):
    return sum((before & after).values()) / sum(before.values())


def characters(of_words):
    found = collections.Counter()
    for word, count in of_words.items():
        for character in word:
            found[character] += count
    return found


def page_count(pdf):
    found = re.search(rb"^Pages:\s+(\d+)", subprocess.run(["pdfinfo", pdf], capture_output=True).stdout, re.M)
    return int(found[1]) if found else 0


def drawn(pdf, folder):
    for old in folder.glob("p*.pgm"):
        old.unlink()
    subprocess.run(["pdftoppm", "-gray", "-r", "60", "-l", str(PAGES), pdf, folder / "p"], capture_output=True)
    return [numpy.asarray(Image.open(page), dtype=float) for page in sorted(folder.glob("p*.pgm"))]


def compare(before, after, folder):
    found = {}
    if before.read_bytes() == after.read_bytes():
        return {"text": 1.0, "characters": 1.0, "looks": 1.0}
    first, second = words(before), words(after)
    if first:
        found["text"] = kept(first, second)
        found["characters"] = kept(characters(first), characters(second))   # however a reader splits them into words
        found["missing"] = list((first - second).elements())[:12]
    found["pages"] = (page_count(before), page_count(after))
    pages = list(zip(drawn(before, folder), drawn(after, folder)))
    found["looks"] = statistics.fmean(similarity(one, other) for one, other in pages) if pages and found["pages"][0] == found["pages"][1] else 0.0
    return found


def opens(path):
    """By libraries that are strict about relationships and parts; None for types that they do not know."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.suffix == ".docx":
                import docx
                docx.Document(str(path))
            elif path.suffix == ".xlsx":
                import openpyxl
                openpyxl.load_workbook(str(path))
            else:
                return None
    except Exception as error:   # whatever it is, it does not open
        return f"{type(error).__name__}: {error}"[:80]
    return ""


def judged_by_oletools(path):
    try:
        from oletools import olevba
    except ImportError:
        return []
    parser = olevba.VBA_Parser(str(path))
    return ["olevba: macros"] if parser.detect_vba_macros() or parser.detect_xlm_macros() else []
