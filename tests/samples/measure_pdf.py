#!/usr/bin/env python3
"""Prints the PDF tables of measured.md:  tests/samples/measure_pdf.py FOLDER...
Rebuilds every PDF below the folders with build/mugai, several of them hostile or broken, and compares with other people's programs: words by pdftotext, pages
by pdftoppm (structural similarity, the worst of the first six pages), soundness by qpdf, active names in the expanded result.
Needs qpdf, poppler-utils, python3-numpy and python3-pil."""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy
from PIL import Image

MUGAI = os.environ.get("MUGAI_BINARY", str(pathlib.Path(__file__).parents[2] / "build/mugai"))
ACTIVE = (b"/JavaScript", b"/JS", b"/AA", b"/OpenAction", b"/Launch", b"/SubmitForm", b"/ResetForm", b"/ImportData", b"/GoToR", b"/GoToE", b"/Thread", b"/Sound", b"/Movie",
          b"/Rendition", b"/RichMedia", b"/EmbeddedFile", b"/Filespec", b"/EF", b"/AcroForm", b"/XFA", b"/Collection", b"/Metadata", b"/JBIG2Decode", b"/JPXDecode")


def run(*words):
    try:
        return subprocess.run([str(word) for word in words], capture_output=True, timeout=120)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, -1, b"", b"time-out")


def words(path):
    done = run("pdftotext", "-enc", "UTF-8", path, "-")
    return collections.Counter(done.stdout.split()) if done.returncode == 0 else None


def pages(path, folder):
    for old in folder.glob("p*.pgm"):
        old.unlink()
    run("pdftoppm", "-gray", "-r", "50", "-l", "6", path, folder / "p")
    return [numpy.asarray(Image.open(page), dtype=float) for page in sorted(folder.glob("p*.pgm"))]


def means(picture, side=8):
    sums = numpy.cumsum(numpy.cumsum(numpy.pad(picture, ((1, 0), (1, 0))), 0), 1)
    return (sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]) / side ** 2


def similarity(a, b):
    if a.shape != b.shape:
        return 0.0
    if min(a.shape) < 8:
        return float(numpy.abs(a - b).max() < 8)
    mean_a, mean_b = means(a), means(b)
    var_a, var_b, both = means(a * a) - mean_a ** 2, means(b * b) - mean_b ** 2, means(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mean_a * mean_b + c1) * (2 * both + c2)) / ((mean_a ** 2 + mean_b ** 2 + c1) * (var_a + var_b + c2))).mean())


def look(path, folder):
    out, report = folder / "out.pdf", folder / "report.json"
    out.unlink(missing_ok=True)
    begin = time.monotonic()
    done = run(MUGAI, "file", path, "-o", out, "--report", report, "--name", "given.pdf")
    found = {"file": path.name, "seconds": time.monotonic() - begin}
    if done.returncode != 0:
        found["held"] = ",".join(json.loads(report.read_text())["items"][0]["reasons"]) if done.returncode == 3 else "error"
        return found
    found["ratio"] = out.stat().st_size / path.stat().st_size
    found["sound"] = run("qpdf", "--check", out).returncode == 0
    inside = run("qpdf", "--qdf", "--object-streams=disable", out, "-").stdout
    found["active"] = [name.decode() for name in ACTIVE if re.search(re.escape(name) + rb"(?![A-Za-z0-9+_-])", inside)]   # no /AAAAAB+Font
    before, after = words(path), words(out)
    if before and after is not None:
        found["text"] = sum((before & after).values()) / sum(before.values())
    first = pages(path, folder)
    second = pages(out, folder) if first else []
    if first:
        found["looks"] = min(map(similarity, first, second)) if len(first) == len(second) else 0.0
    return found


def share(values, least):
    return f"{sum(value >= least for value in values)} of {len(values)}" if values else "none"


def main(folders):
    files = sorted(path for folder in folders for path in pathlib.Path(folder).rglob("*") if path.suffix.lower() == ".pdf")
    with tempfile.TemporaryDirectory(prefix="mugai-pdf-") as folder:
        found = [look(path, pathlib.Path(folder)) for path in files]
    rebuilt = [one for one in found if "held" not in one]
    held = collections.Counter(one["held"] for one in found if "held" in one)
    print(f"files {len(found)}, rebuilt {len(rebuilt)}, held {dict(held)}")
    print("active names left in", sum(bool(one["active"]) for one in rebuilt), "of", len(rebuilt), "; qpdf --check passes for", sum(one["sound"] for one in rebuilt))
    print("words kept >= 99 %:", share([one["text"] for one in rebuilt if "text" in one], 0.99))
    print("pages alike >= 0.98:", share([one["looks"] for one in rebuilt if "looks" in one], 0.98))
    print("size ratio, median:", round(float(numpy.median([one["ratio"] for one in rebuilt])), 3))
    print("seconds for a file, whole process, median:", round(float(numpy.median([one["seconds"] for one in found])), 3))
    for one in rebuilt:
        if one["active"] or not one["sound"] or one.get("text", 1) < 0.99 or one.get("looks", 1) < 0.98:
            print("  ", one)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
