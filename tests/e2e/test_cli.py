"""The command line as the contract says: exit status, report, whole output or none."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "gateway/demo"))
import samples  # noqa: E402

from mugai import BINARY  # noqa: E402

REPORT_KEYS = {"id", "profile", "verdict", "subject", "notes", "items"}
ITEM_KEYS = {"path", "name", "output_name", "declared", "detected", "action", "method", "reasons", "removed", "size_in",
             "size_out", "sha256_in", "sha256_out"}


class CommandLine(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-cli-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def run_mugai(self, *words, stdin=b"", binary=BINARY):
        return subprocess.run([binary, *map(str, words)], input=stdin, capture_output=True)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def test_mail_from_a_pipe_to_a_pipe_with_crlf_line_ends(self):
        result = self.run_mugai("mail", stdin=b"From: a@b.example\nSubject: hi\n\nhello\n")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"Subject: hi\r\n", result.stdout)
        self.assertNotIn(b"\n", result.stdout.replace(b"\r\n", b""))

    def test_mail_report_has_the_shape_of_the_contract(self):
        report = self.folder / "report.json"
        mail = self.file("in.eml", samples.invoice())
        result = self.run_mugai("mail", mail, "-o", self.folder / "out.eml", "--report", report)
        self.assertEqual(result.returncode, 0, result.stderr)
        parsed = json.loads(report.read_text())
        self.assertEqual(set(parsed), REPORT_KEYS)
        self.assertEqual(parsed["verdict"], "held")
        for item in parsed["items"]:
            self.assertEqual(set(item), ITEM_KEYS)
        held = [item for item in parsed["items"] if item["action"] == "held"]
        self.assertEqual([item["name"] for item in held], ["請求書_11月.docm"])
        self.assertIsNone(held[0]["method"])

    def test_a_file_is_rebuilt_under_its_new_name_in_a_folder(self):
        csv = self.file("明細.csv", "品名,金額\r\n=cmd|' /C calc'!A0,1\r\n".encode("cp932"))
        out = self.folder / "out"
        out.mkdir()
        result = self.run_mugai("file", csv, "-o", out)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(os.listdir(out), ["明細.csv"])
        rows = (out / "明細.csv").read_bytes().decode("cp932").splitlines()
        self.assertEqual(rows[0], "品名,金額")
        self.assertFalse(rows[1].startswith("="))

    def test_a_held_file_is_refused_with_status_3_and_nothing_is_written(self):
        program = self.file("setup.exe", b"MZ" + b"\0" * 500)
        result = self.run_mugai("file", program, "-o", self.folder / "out", "--report", self.folder / "report")
        self.assertEqual(result.returncode, 3)
        self.assertFalse((self.folder / "out").exists())
        self.assertIn("executable", json.loads((self.folder / "report").read_text())["items"][0]["reasons"])
        self.assertEqual(result.stderr.count(b"\n"), 1)

    def test_the_name_given_by_name_counts(self):
        text = self.file("plain", b"hello\n")
        self.assertEqual(self.run_mugai("file", text, "-o", self.folder / "o", "--name", "a.js").returncode, 3)

    def test_usage_and_configuration_errors_are_status_2(self):
        good = self.file("a.eml", b"x")
        for words in ([], ["nonsense"], ["mail", "--nonsense"], ["file", good], ["mail", good, "--profile", "nobody"],
                      ["serve"], ["config", "check", self.file("bad.toml", b"[node]\nhostnmae = 1\n")]):
            self.assertEqual(self.run_mugai(*words).returncode, 2, words)

    def test_a_configuration_error_names_line_column_and_the_nearest_key(self):
        result = self.run_mugai("config", "check", self.file("bad.toml", b"[node]\nhostnmae = \"x\"\n"))
        self.assertRegex(result.stderr.decode(), r"bad\.toml:2:1: .*hostname")

    def test_what_cannot_be_read_or_written_is_status_1_and_one_line(self):
        mail = self.file("a.eml", b"x")
        for words in (["mail", self.folder / "missing"], ["mail", mail, "-o", self.folder / "no/such/folder/x"],
                      ["mail", self.folder]):
            result = self.run_mugai(*words)
            self.assertEqual(result.returncode, 1, words)
            self.assertEqual(result.stderr.count(b"\n"), 1, result.stderr)

    def test_the_relay_profile_changes_nothing(self):
        result = self.run_mugai("mail", "--profile", "relay", stdin=b"From: a@b.example\r\nX-A: b\r\n\r\nhi\r\n")
        self.assertEqual(result.stdout, b"From: a@b.example\r\nX-A: b\r\n\r\nhi\r\n")

    def test_a_mail_over_the_size_limit_is_refused(self):
        config = self.file("c.toml", f"""[node]
hostname = "gw.example"
state = "{self.folder}"
[limits]
max_message = "64 KiB"
[[zone]]
name = "a"
listen = ["127.0.0.1:2525"]
domains = ["*"]
next_hop = "maildir:{self.folder}"
""".encode())
        mail = self.file("a.eml", b"From: a@b.example\r\n\r\n" + b"x" * 100_000)
        result = self.run_mugai("mail", mail, "--config", config, "-o", self.folder / "out")
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    unittest.main()
