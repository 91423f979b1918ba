"""Compares Mugai's results on a folder of samples with its EXPECT.jsonl. Invariants must hold for every mail (the run
fails when one does not); expectations are counted per set, because peers differ in what they make of broken mail."""
import collections
import concurrent.futures
import email
import email.policy
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(sys.argv[1])
BINARY = os.path.abspath(sys.argv[2])
MAIL_SETS = {"ja-test-mails": "*.eml", "ja-mail-iso-2022-jp": "*.eml", "sisimai": "*.eml", "stalwart-mail-parser": "*.eml",
             "mime4j-testmsgs": "*.msg", "enmime": "*.raw", "nodemailer-mailparser": "*.eml", "mikel-mail": "*.eml",
             "haraka-attachment": "*.eml", "regressions": "*.eml"}


def run(command, path, *more):
    with tempfile.TemporaryDirectory() as folder:
        out, report = os.path.join(folder, "out"), os.path.join(folder, "report")
        result = subprocess.run([BINARY, command, str(path), "-o", out, "--report", report, *more],
                                capture_output=True, timeout=120)
        data = pathlib.Path(out).read_bytes() if os.path.isfile(out) else None
        parsed = json.loads(pathlib.Path(report).read_text()) if os.path.exists(report) else None
        return result.returncode, data, parsed


def without_trace(message):
    message = re.sub(rb"\r\nMugai-[^\r]*", b"", b"\r\n" + message)
    return re.sub(rb"=_mugai_[0-9A-Z-]+", b"=_mugai_", message)


def texts_of(message):
    """Every text that the recipient can read, by Python's own parser."""
    out = []
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True) or b""
            out.append(payload.decode(part.get_content_charset() or "utf-8", "replace"))
    return "\n".join(out)


def broken_invariants(path):
    """What must hold for any mail whatever."""
    code, out, report = run("mail", path)
    if code != 0 or out is None:
        return [f"exit status {code}"], None, None
    wrong = []
    message = email.message_from_bytes(out, policy=email.policy.default)
    if any(part.defects for part in message.walk()):
        wrong.append("Python's parser finds defects")
    if max(out.partition(b"\r\n\r\n")[2], default=0) >= 128:
        wrong.append("8-bit bytes behind the header")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", out):
        wrong.append("bare CR or LF")
    parts = list(message.walk())
    if parts[0].is_multipart() and (parts[0].get_content_type() != "multipart/mixed" or any(p.is_multipart() for p in parts[1:])):
        wrong.append("not flat")
    if any(p.get_content_type() in ("text/html", "message/rfc822", "application/octet-stream") for p in parts):
        wrong.append("a type that must not leave")
    if not any(part.get_content_maintype() == "image" for part in parts):
        with tempfile.NamedTemporaryFile() as again:
            again.write(out)
            again.flush()
            if without_trace(run("mail", again.name)[1] or b"") != without_trace(out):
                wrong.append("not a fixed point")
    return wrong, message, report


def fold(text):
    return re.sub(r"\s+", "", text)


def check_mail(row, message, report):
    """(expectation, met) pairs."""
    if "subject" in row:
        yield "subject", fold(report["subject"]) == fold(row["subject"])
    if "text_contains" in row:
        text = fold(texts_of(message).replace("hxxp", "http").replace("[.]", "."))
        for one in row["text_contains"]:
            yield "text", fold(one) in text
    pieces = [item for item in report["items"] if not (item["action"] == "text" and not item["output_name"])]
    if "n_attachments" in row:
        yield "attachments", len(pieces) >= row["n_attachments"]
    for wanted in row.get("attachments", []):
        if wanted.get("name"):
            yield "name", any(fold(wanted["name"]) == fold(item["name"]) for item in pieces)
    text = fold(texts_of(message))
    for leaf in row.get("leaves", []):
        content = (FOLDER / row["set"] / leaf["leaf"]).read_bytes() if (FOLDER / row["set"] / leaf["leaf"]).exists() else None
        if content is None:
            continue
        found = hashlib.sha256(content).hexdigest() in {item["sha256_in"] for item in report["items"]}
        yield "leaf", found or fold(content.decode("utf-8", "replace"))[:200] in text


def check_file(row):
    path = FOLDER / row["file"]
    if "threat" in row:
        yield "threat held", run("file", path)[0] == 3
    if "text_words_file" in row and row["file"].endswith((".html", ".htm")):
        code, out, _ = run("file", path)
        words = set(re.findall(r"\w{3,}", (FOLDER / row["text_words_file"]).read_text(errors="replace")))
        have = set(re.findall(r"\w{3,}", (out or b"").decode("utf-8", "replace")))
        yield "words (95 %)", code == 0 and len(words & have) >= 0.95 * len(words)


def main():
    rows = [json.loads(line) for line in (FOLDER / "EXPECT.jsonl").read_text().splitlines()]
    by_file = collections.defaultdict(list)
    for row in rows:
        by_file[row["file"]].append(row)
    mails = sorted({path for name, pattern in MAIL_SETS.items() for path in (FOLDER / name).rglob(pattern)})
    counts, failures = collections.defaultdict(collections.Counter), []
    misses = []

    def one_mail(path):
        name = str(path.relative_to(FOLDER))
        wrong, message, report = broken_invariants(path)
        met = [] if message is None else [pair for row in by_file[name] for pair in check_mail(row, message, report)]
        return name, wrong, met

    def one_file(row):
        return row["file"], list(check_file(row))

    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for name, wrong, met in pool.map(one_mail, mails):
            group = counts[name.split("/")[0]]
            group["mails"] += 1
            group["invariants broken"] += bool(wrong)
            failures += [f"{name}: {one}" for one in wrong]
            for what, good in met:
                group[f"{what} expected"] += 1
                group[f"{what} met"] += good
                if not good:
                    misses.append(f"{name}: {what}")
        files = [row for row in rows if "threat" in row or "text_words_file" in row]
        for name, met in pool.map(one_file, files):
            group = counts[name.split("/")[0]]
            for what, good in met:
                group[f"{what} expected"] += 1
                group[f"{what} met"] += good
                if not good:
                    misses.append(f"{name}: {what}")

    for name, group in sorted(counts.items()):
        kinds = sorted({key.removesuffix(" expected") for key in group if key.endswith(" expected")})
        met = ", ".join(f"{kind} {group[kind + ' met']}/{group[kind + ' expected']}" for kind in kinds)
        mails = f"{group['mails']} mails, {group['invariants broken']} with broken invariants" if group["mails"] else ""
        print(f"{name}: " + "; ".join(part for part in (mails, met) if part))
    if os.environ.get("MUGAI_SAMPLES_VERBOSE"):
        print("\n".join(["", "expectations not met:"] + misses))
    if failures:
        print("\n".join(["", "invariants broken:"] + failures))
        sys.exit(1)


main()
