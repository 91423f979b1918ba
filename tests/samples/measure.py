"""Measures what Mugai makes of a folder of files, and prints the tables of gateway/docs/*/measured.md:

    /usr/bin/python3 tests/samples/measure.py FOLDER... [--binary build/mugai] [--language ja] [--json FILE]

Per type: how many left and how, wrong identifications (by the extension, where it says one type), bytes out for bytes in,
milliseconds, peak memory; for pictures also how alike they are (SSIM of the lightness, judged by Pillow). Needs
python3-pil, python3-numpy and, for pictures that Pillow cannot read, imagemagick. For people, not for ctest."""
import argparse
import collections
import concurrent.futures
import io
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy
from PIL import Image, ImageCms, ImageFile, ImageOps

Image.MAX_IMAGE_PIXELS = None
PICTURES = ("png", "jpeg", "gif", "webp", "tiff", "bmp", "ico", "heic", "avif", "svg")
# Extensions that leave no doubt, and what may be detected for them. A wrong identification is anything else.
TYPES = {
    "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp", "tif": "tiff camera-raw", "tiff": "tiff", "bmp": "bmp", "ico": "ico",
    "heic": "heic", "avif": "avif", "svg": "svg", "pdf": "pdf", "zip": "zip", "7z": "7z", "rar": "rar", "lzh": "lzh", "gz": "gz", "bz2": "bz2",
    "xz": "xz", "zst": "zst", "tar": "tar", "cab": "cab", "arj": "arj", "docx": "docx encrypted-office", "xlsx": "xlsx encrypted-office",
    "pptx": "pptx encrypted-office", "docm": "docm", "xlsm": "xlsm", "pptm": "pptm", "xlsb": "xlsb encrypted-office", "doc": "doc encrypted-office",
    "xls": "xls encrypted-office", "ppt": "ppt encrypted-office", "rtf": "rtf", "odt": "odt", "ods": "ods", "odp": "odp", "eml": "eml mbox", "csv": "csv",
    "json": "json", "html": "html", "xml": "xml", "exe": "exe", "macho": "macho", "class": "class", "jar": "jar", "swf": "swf", "chm": "chm",
    "mp3": "mp3", "m4a": "m4a", "mov": "mov", "mp4": "mp4", "ogg": "ogg", "flac": "flac", "wav": "wav", "jtd": "jtd", "dwg": "dwg", "dxf": "dxf dxb",
    "vsd": "vsd", "pub": "pub", "mdb": "mdb", "dbf": "dbf", "one": "onenote", "epub": "epub", "hwp": "hwp", "psd": "psd", "emf": "emf", "wmf": "wmf",
    "ics": "ics", "vcf": "vcf", "msg": "msg eml", "reg": "reg", "bat": "script-bat", "js": "script-js", "rpm": "package",
}
WORDS = {
    "en": ("type", "files", "left", "converted", "held", "locked", "misnamed", "out/in, median", "SSIM, median", "SSIM, least", "ms, median", "ms, most",
           "MiB, most"),
    "ja": ("種類", "件数", "再構成", "変換", "保管", "鍵付き", "誤判定", "出力/入力 (中央値)", "SSIM (中央値)", "SSIM (最小)", "ms (中央値)", "ms (最大)",
           "MiB (最大)"),
}
# Types of which nothing left stand in one row.
OTHERS = {"en": "{} types that are held", "ja": "保管する種類 ({} 種)"}


def files_below(folders):
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and "LICENSE" not in str(path) and path.name != "SOURCES.md":
                yield path


# A process is charged with the memory of the one that started it, which must therefore be a small one.
LAUNCHER = """
import os, sys, time
start = time.monotonic()
child = os.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), time.monotonic() - start, usage.ru_maxrss)
"""


def treat(binary, path):
    with tempfile.TemporaryDirectory() as folder:
        out, report = os.path.join(folder, "out"), os.path.join(folder, "report")
        said = subprocess.run([sys.executable, "-S", "-E", "-c", LAUNCHER, binary, "file", str(path), "-o", out, "--report", report],
                              capture_output=True, text=True, check=True).stdout
        status, seconds, kib = said.splitlines()[-1].split()
        row = {"file": str(path), "ms": float(seconds) * 1000, "mib": int(kib) / 1024, "status": int(status)}
        items = json.loads(pathlib.Path(report).read_text())["items"] if os.path.exists(report) else []
        item = items[0] if items else {}
        row |= {name: item.get(name) for name in ("detected", "action", "reasons", "removed", "size_in", "size_out")}
        if os.path.isfile(out) and item.get("detected") in PICTURES:
            row["ssim"] = ssim(path, pathlib.Path(out))
        return row


def frames(path):
    """Every frame as lightness on white, upright and in sRGB."""
    try:
        with Image.open(path) as picture:
            count = min(getattr(picture, "n_frames", 1), 8) if picture.format not in ("ICO", "PNG") else 1
            if picture.format in ("ICO", "ICNS"):
                picture.load()
            found = []
            for number in range(count):
                picture.seek(number)
                found.append(flat(picture))
            return [] if any(one is None for one in found) else found
    except Exception:
        made = subprocess.run(["convert", f"{path}[0]", "-auto-orient", "png:-"], capture_output=True, check=False)
        if made.returncode != 0 or not made.stdout:
            return []
        return [flat(Image.open(io.BytesIO(made.stdout)))]


def flat(picture):
    # Pillow turns a TIFF by itself.
    turned = picture.copy() if picture.format == "TIFF" else ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    if turned.mode in ("I;16", "I;16B", "I"):
        turned = Image.fromarray((numpy.asarray(turned).astype("int64") >> 8).clip(0, 255).astype("uint8"))
    if turned.mode in ("P", "LA", "PA", "RGBA", "1") or "transparency" in picture.info:
        turned = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", turned.size, "white"), turned).convert("RGB")
    elif turned.mode == "CMYK" and not profile:
        return None   # without a profile nobody knows the colours
    if profile and turned.mode in ("RGB", "CMYK"):
        try:
            turned = ImageCms.profileToProfile(turned, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB")
        except Exception:
            pass
    side = 4_000   # of a larger one a part is enough
    return numpy.asarray(turned.crop((0, 0, min(side, turned.width), min(side, turned.height))).convert("RGB").convert("L")).astype("float64")


def box(values, side):
    total = numpy.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    return (total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]) / side ** 2


def ssim_of(a, b):
    """Wang et al. 2004, with a square window of eight."""
    side = min(8, *a.shape)
    mean_a, mean_b = box(a, side), box(b, side)
    var_a, var_b = box(a * a, side) - mean_a ** 2, box(b * b, side) - mean_b ** 2
    cov = box(a * b, side) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mean_a * mean_b + c1) * (2 * cov + c2)) / ((mean_a ** 2 + mean_b ** 2 + c1) * (var_a + var_b + c2))).mean())


def ssim(before, after):
    a, b = frames(before), frames(after)
    if not a or not b:
        return None
    if len(a) != len(b) and min(len(a), len(b)) > 1:
        return 0.0
    return min(ssim_of(x, y) if x.shape == y.shape else 0.0 for x, y in zip(a, b))


def is_misnamed(row):
    wanted = TYPES.get(pathlib.Path(row["file"]).suffix.lower()[1:])
    return wanted is not None and row["detected"] not in wanted.split()


def number(values, form, pick=statistics.median):
    values = [value for value in values if value is not None]
    return format(pick(values), form) if values else "–"


def table(rows, language):
    yield "| " + " | ".join(WORDS[language]) + " |"
    yield "|" + "---|" * len(WORDS[language])
    groups = collections.defaultdict(list)
    left = {row["detected"] for row in rows if row["size_out"]}
    for row in rows:
        groups[row["detected"] if row["detected"] in left else OTHERS[language]].append(row)
    kinds = {row["detected"] for row in rows} - left
    for kind, group in sorted(groups.items(), key=lambda pair: (pair[0] not in left, pair[0])):
        kind = kind.format(len(kinds))
        actions = collections.Counter(row["action"] for row in group)
        ratio = [row["size_out"] / row["size_in"] for row in group if row["size_out"] and row["size_in"]]
        likeness = [row.get("ssim") for row in group]
        cells = [kind, len(group), actions["rebuilt"] + actions["text"], actions["converted"] + actions["image"], actions["held"] + actions["removed"],
                 actions["locked"], sum(map(is_misnamed, group)), number(ratio, ".2f"), number(likeness, ".4f"), number(likeness, ".4f", min),
                 number([row["ms"] for row in group], ".0f"), number([row["ms"] for row in group], ".0f", max),
                 number([row["mib"] for row in group], ".0f", max)]
        yield "| " + " | ".join(map(str, cells)) + " |"


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folders", nargs="+")
    words.add_argument("--binary", default="build/mugai")
    words.add_argument("--language", choices=sorted(WORDS), default="en")
    words.add_argument("--json", help="one line a file, for looking closer")
    words.add_argument("--jobs", type=int, default=1, help="more are faster, but then the times mean less")
    given = words.parse_args()
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        rows = list(pool.map(lambda path: treat(given.binary, path), files_below(given.folders)))
    if given.json:
        pathlib.Path(given.json).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    print("\n".join(table(rows, given.language)))
    odd = [row for row in rows if row["status"] not in (0, 3)]
    print(f"\n{len(rows)} files; {len(odd)} ended otherwise than with a result or a refusal" + "".join(f"\n  {row['status']} {row['file']}" for row in odd))
    for row in rows:
        if is_misnamed(row):
            print(f"  misnamed: {row['file']}: {row['detected']}")


main()
