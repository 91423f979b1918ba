#!/usr/bin/python3
"""Prints the office table of measured.md:

    /usr/bin/python3 tests/samples/measure_office.py FOLDER [MUGAI] [--cache FOLDER] [--part N/M] [--only WORDS]

Treats every office document below the folder with `mugai file` and compares with other people's programs: LibreOffice makes a PDF of original and result
(kept from the network), pdftotext tells their words, pdftoppm draws their pages, python-docx and openpyxl open the result, office_scan looks for what acts.
Files that EXPECT.jsonl or their names say are broken, locked or hostile on purpose have rows of their own. --cache keeps PDFs and treatments between runs, --part 1/2 takes
every second file. Needs soffice, poppler-utils, python3-numpy, python3-pil, python3-docx, python3-openpyxl; asks oletools where it is there."""
import argparse
import collections
import hashlib
import json
import math
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import office_scan
from office_judge import Office, compare, judged_by_oletools, opens

SUFFIXES = ("doc dot docx docm dotx dotm xls xlt xlsx xlsm xltx xltm xlsb ppt pps pot pptx pptm potx potm ppsx ppsm odt ott ods ots odp otp odg fodt fods fodp "
            "rtf xml").split()
FAMILIES = {"docm": "docx", "dotx": "docx", "dotm": "docx", "xlsm": "xlsx", "xltx": "xlsx", "xltm": "xlsx", "pptm": "pptx", "potx": "pptx", "potm": "pptx", "ppsx": "pptx",
            "ppsm": "pptx", "ott": "odt", "fodt": "odt", "ots": "ods", "fods": "ods", "otp": "odp", "fodp": "odp", "dot": "doc", "xlt": "xls", "pps": "ppt", "pot": "ppt"}
ON_PURPOSE = re.compile(r"crash|fuzz|poc|bomb|encrypt|password|protected|corrupt|broken|truncated|invalid|dde|macro|malicious", re.I)


def on_purpose(folder):
    """The files of which EXPECT.jsonl says that they are not honest documents."""
    listed = folder / "EXPECT.jsonl"
    rows = map(json.loads, listed.read_text().splitlines()) if listed.exists() else ()
    return {row["file"] for row in rows if row.keys() & {"threat", "peer_refuses", "password"} or "crash" in row.get("note", "")}


def documents(folder):
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower()[1:] not in SUFFIXES or not path.is_file():
            continue
        if path.suffix.lower() == ".xml" and b"<?mso-application" not in path.read_bytes()[:4096]:
            continue
        yield path


# Treatment: how long, how much memory

def memory_below(pid):
    """KiB of a process and all that it started; shared pages in proportion."""
    total, todo = 0, [pid]
    while todo:
        one = todo.pop()
        try:
            total += int(re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{one}/smaps_rollup").read_text(), re.M)[1])
            for thread in os.listdir(f"/proc/{one}/task"):
                todo += map(int, pathlib.Path(f"/proc/{one}/task/{thread}/children").read_text().split())
        except (OSError, TypeError, ValueError):
            pass   # gone meanwhile
    return total


def treat(mugai, path, folder):
    report = folder / "report.json"
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    begin, most = time.monotonic(), 0
    running = subprocess.Popen([mugai, "file", path, "-o", out, "--report", report], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while running.poll() is None:
        most = max(most, memory_below(running.pid))
        time.sleep(0.04)
    found = {"seconds": time.monotonic() - begin, "mebibytes": most / 1024, "code": running.returncode}
    if running.returncode in (0, 3):
        item = json.loads(report.read_text())["items"][0]
        found |= {"type": item["detected"], "action": item["action"], "reasons": item["reasons"], "removed": {one["what"]: one["count"] for one in item["removed"]}}
    if running.returncode == 0:
        found["result"] = next(out.iterdir())
    return found


def treated(mugai, path, name, office):
    """Remembered beside the PDFs, so that a run that ended early goes on where it was; a new program begins anew."""
    record = office.cache / "results" / f"{name}.json"
    if record.exists():
        found = json.loads(record.read_text())
        if found["mugai"] == os.stat(mugai).st_mtime_ns:
            return found | ({"result": pathlib.Path(found["result"])} if "result" in found else {})
    found = treat(mugai, path, office.folder / "treat") | {"name": name, "mugai": os.stat(mugai).st_mtime_ns}
    record.parent.mkdir(exist_ok=True)
    if "result" in found:
        found["result"] = pathlib.Path(shutil.move(found["result"], record.with_suffix(found["result"].suffix)))
    record.write_text(json.dumps(found, default=str))
    return found


def measure(folder, mugai, cache, part, only):
    hostile = on_purpose(folder)
    files = [path for path in documents(folder) if re.search(only, str(path))][part[0] - 1::part[1]]
    office = Office(cache)
    found = []
    try:
        for path in files:
            name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
            one = {"path": path, "file": str(path.relative_to(folder))} | treated(mugai, path, name, office)
            one["hostile"] = one["file"] in hostile or bool(ON_PURPOSE.search(path.name))
            found.append(one)
            print(len(found), len(files), one["file"], end="\x1b[K\r", file=sys.stderr, flush=True)
        for which in ("path", "result"):
            office.convert([(one[which], one["name"]) for one in found if "result" in one])
        for one in found:
            if "result" not in one:
                continue
            one["ratio"] = one["result"].stat().st_size / max(1, one["path"].stat().st_size)
            one["left in"] = office_scan.scan(one["result"]) + judged_by_oletools(one["result"])
            one["library"] = opens(one["result"])
            before, after = office.pdf(one["path"], one["name"]), office.pdf(one["result"], one["name"])
            one["original opens"], one["opens"] = before is not None, after is not None
            if before and after:
                one |= compare(before, after, office.folder)
    finally:
        office.close()
    return found


# Tables

def family(one):
    kind = one.get("type") or "?"
    return FAMILIES.get(kind, kind)


def share(values, least):
    return f"{sum(value >= least for value in values)} of {len(values)}" if values else "–"


def row(name, all_of):
    left = [one for one in all_of if "result" in one]
    seconds = sorted(one["seconds"] for one in all_of)
    libraries = [one["library"] == "" for one in left if one["library"] is not None]
    ratio = f"{statistics.median(one['ratio'] for one in left):.2f}" if left else "–"
    rebuilt, locked = sum(one["action"] == "rebuilt" for one in left), sum(one.get("action") == "locked" for one in all_of)
    cells = [name, len(all_of), rebuilt, len(left) - rebuilt, len(all_of) - len(left) - locked, locked, sum(bool(one["left in"]) for one in left),
             share([one["opens"] for one in left if one["original opens"]], 1), share(libraries, 1),
             share([one["text"] for one in left if "text" in one], 0.99), share([one["characters"] for one in left if "characters" in one], 0.99),
             share([one["looks"] for one in left if "looks" in one], 0.98), ratio,
             f"{statistics.median(seconds):.2f}", f"{seconds[math.ceil(0.95 * len(seconds)) - 1]:.2f}", f"{max(one['mebibytes'] for one in all_of):.0f}"]
    return "| " + " | ".join(map(str, cells)) + " |"


def table(found):
    kinds = sorted({family(one) for one in found})
    head = ("type", "files", "rebuilt", "converted", "held", "locked", "dangerous left", "LibreOffice opens", "libraries open",
            "words ≥ 99 %", "characters ≥ 99 %", "look alike", "out/in, median", "s, median", "s, 95 %", "MiB, most")
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for kind in kinds:
        print(row(kind, [one for one in found if family(one) == kind]))
    print(row("all", found))


def complaints(one):
    if "result" not in one:
        return [",".join(one.get("reasons", ["error"]))]
    why = [f"left in: {one['left in']}"] if one["left in"] else []
    if one["library"]:
        why.append(f"does not open: {one['library']}")
    if one["original opens"] and not one["opens"]:
        why.append("LibreOffice does not open the result")
    if one.get("text", 1) < 0.99:
        why.append(f"words {one['text']:.3f}, characters {one['characters']:.3f}, without {one['missing']}")
    if one.get("looks", 1) < 0.98:
        why.append(f"looks {one['looks']:.3f}, pages {one['pages']}")
    return why


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("mugai", nargs="?", default=str(pathlib.Path(__file__).resolve().parents[2] / "build/mugai"))
    options.add_argument("--cache", type=pathlib.Path)
    options.add_argument("--part", default="1/1")
    options.add_argument("--only", default="")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mugai-measure-") as temporary:
        cache = given.cache or pathlib.Path(temporary)
        cache.mkdir(parents=True, exist_ok=True)
        found = measure(given.folder, given.mugai, cache, tuple(map(int, given.part.split("/"))), given.only)
        for title, hostile in (("documents", False), ("broken, locked or hostile on purpose", True)):
            some = [one for one in found if one["hostile"] == hostile]
            if some:
                print(f"\n## {title}")
                table(some)
                held = collections.Counter(",".join(one.get("reasons", ["error"])) for one in some if "result" not in one)
                print("held:", ", ".join(f"{reason} {count}" for reason, count in held.most_common()) or "none")
        print("\n## fall short")
        for one in found:
            for why in complaints(one):
                print(f"- {one['file']}{' (on purpose)' if one['hostile'] else ''}: {why}; removed {one.get('removed', {})}")


if __name__ == "__main__":
    main()
