"""The virus scanner's hook, against a real clamd."""
import base64
import io
import json
import os
import pathlib
import smtplib
import socket
import subprocess
import tempfile
import threading
import unittest
import zipfile

from clamd import CLAMD, OTHER_VIRUS, TEXT_VIRUS, Clamd
from mugai import BINARY, Gateway, two_zones, wait_until
from needs import needs
from postfix import free_port


def mail(*attachments):
    parts = "".join(
        f"--x\r\nContent-Type: text/plain; name={name}\r\nContent-Disposition: attachment; filename={name}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(content).decode()}\r\n"
        for name, content in attachments)
    return (f"From: a@example.jp\r\nTo: b@lgwan.example\r\nSubject: scan\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
            f"--x\r\n\r\nhello\r\n{parts}--x--\r\n").encode()


@needs(os.path.exists(CLAMD), "clamav-daemon")
class Antivirus(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-av-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        os.chmod(self.folder, 0o755)

    def clamd(self, extra=""):
        clamd = Clamd(self.folder / "clamd", extra).start()
        self.addCleanup(clamd.stop)
        return f"unix:{clamd.socket}"

    def config(self, clamd, on_failure="hold", timeout="10s"):
        path = self.folder / "mugai.toml"
        path.write_text(f"""[node]
hostname = "gw.example"
state = "{self.folder}/state"
[antivirus]
clamd = "{clamd}"
on_failure = "{on_failure}"
timeout = "{timeout}"
[[zone]]
name = "internet"
listen = ["127.0.0.1:2525"]
domains = ["*"]
next_hop = "maildir:{self.folder}/out"
""")
        return path

    def treat(self, kind, content, config, name="a.eml"):
        source = self.folder / name
        source.write_bytes(content)
        result = subprocess.run([BINARY, kind, str(source), "-o", str(self.folder / "result"), "--report",
                                 str(self.folder / "report"), "--config", str(config)], capture_output=True)
        report = self.folder / "report"
        return result, json.loads(report.read_text()) if report.exists() else None

    def test_an_infected_attachment_is_held_and_the_rest_comes_through(self):
        content = mail(("good.txt", b"good"), ("bad.txt", b"x " + TEXT_VIRUS), ("worse.txt", b"y " + OTHER_VIRUS))
        result, report = self.treat("mail", content, self.config(self.clamd()))
        self.assertEqual(result.returncode, 0, result.stderr)
        by_name = {item["name"]: item for item in report["items"] if item["name"]}
        self.assertEqual(by_name["good.txt"]["action"], "rebuilt")
        for name, signature in (("bad.txt", "Mugai.Test.Text"), ("worse.txt", "Mugai.Test.Other")):
            self.assertEqual(by_name[name]["action"], "held")
            self.assertEqual(by_name[name]["reasons"], ["virus"])
            self.assertIn(signature, by_name[name]["removed"][0]["what"])
        out = (self.folder / "result").read_bytes()
        self.assertIn(b"good.txt", out)
        self.assertNotIn(base64.b64encode(b"x " + TEXT_VIRUS)[:20], out)

    def test_an_infected_member_is_held_and_the_archive_comes_without_it(self):
        inner, outer = io.BytesIO(), io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bad.txt", TEXT_VIRUS)
            archive.writestr("good.txt", "good")
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", inner.getvalue())
        result, report = self.treat("file", outer.getvalue(), self.config(self.clamd()), "a.zip")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual({item["name"]: item["reasons"] for item in report["items"] if item["action"] == "held"},
                         {"bad.txt": ["virus"]})
        with zipfile.ZipFile(self.folder / "result") as archive:
            with zipfile.ZipFile(io.BytesIO(archive.read("inner.zip"))) as found:
                self.assertEqual(found.namelist(), ["good.txt"])

    def test_an_infected_body_holds_the_whole_mail(self):
        content = b"From: a@example.jp\r\nSubject: s\r\n\r\n" + TEXT_VIRUS + b"\r\n"
        result, report = self.treat("mail", content, self.config(self.clamd()))
        self.assertEqual(result.returncode, 3)
        self.assertEqual(report["notes"], ["virus"])
        self.assertFalse((self.folder / "result").exists())

    def test_an_infected_file_is_held_and_a_clean_one_is_not(self):
        config = self.config(self.clamd())
        result, report = self.treat("file", b"a,b\n" + TEXT_VIRUS + b"\n", config, "a.csv")
        self.assertEqual(result.returncode, 3)
        self.assertEqual(report["items"][0]["reasons"], ["virus"])
        result, _ = self.treat("file", b"a,b\n", config, "b.csv")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_without_the_scanner_the_policy_decides(self):
        nobody = f"unix:{self.folder}/nobody.sock"
        result, report = self.treat("mail", mail(("a.txt", b"a")), self.config(nobody, "hold"))
        self.assertEqual((result.returncode, report["notes"]), (3, ["virus-scan-failed"]))
        result, _ = self.treat("mail", mail(("a.txt", b"a")), self.config(nobody, "deliver"))
        self.assertEqual(result.returncode, 0)
        result, _ = self.treat("mail", mail(("a.txt", b"a")), self.config(nobody, "defer"))
        self.assertEqual(result.returncode, 1)

    def test_what_is_over_the_scanners_limit_is_held(self):
        config = self.config(self.clamd("StreamMaxLength 1M"))
        big = b"".join(b"line %d\n" % i for i in range(200_000))
        result, report = self.treat("file", big, config, "big.txt")
        self.assertEqual(result.returncode, 3)
        self.assertEqual(report["items"][0]["reasons"], ["virus-scan-failed"])
        config = self.config(self.clamd_again("MaxFileSize 1M"))
        result, report = self.treat("file", big, config, "big.txt")
        self.assertEqual(result.returncode, 3, "clamd calls clean what it did not read")

    def clamd_again(self, extra):
        clamd = Clamd(self.folder / "clamd2", extra).start()
        self.addCleanup(clamd.stop)
        return f"unix:{clamd.socket}"

    def gateway(self, clamd, on_failure="hold"):
        internet, lgwan = free_port(), free_port()
        gateway = Gateway(two_zones(self.folder, internet, lgwan, f"maildir:{self.folder}/lgwan", extra=f"""
[antivirus]
clamd = "{clamd}"
on_failure = "{on_failure}"
[queue]
retry_first = "1s"
retry_max = "1s"
"""), self.folder / "gateway").start(internet)
        self.addCleanup(gateway.stop)
        return gateway, internet

    def send(self, port, content):
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("a@example.jp", ["b@lgwan.example"], content)

    def delivered(self):
        return [path.read_bytes() for path in (self.folder / "lgwan/new").glob("*")]

    def test_the_gateway_holds_what_is_infected_and_delivers_the_rest(self):
        gateway, port = self.gateway(self.clamd())
        self.send(port, mail(("good.txt", b"good"), ("bad.txt", TEXT_VIRUS)))
        message, = wait_until(self.delivered)
        self.assertIn(b"good.txt", message)
        item, = gateway.quarantine()
        self.assertEqual((item["name"], item["reasons"]), ("bad.txt", ["virus"]))
        self.assertIn("scan.found", gateway.log.read_text())
        self.send(port, b"Subject: body\r\n\r\n" + TEXT_VIRUS + b"\r\n")
        wait_until(lambda: len(self.delivered()) == 2)
        self.assertFalse(any(TEXT_VIRUS in one for one in self.delivered()))
        self.assertEqual(sorted(item["reasons"] for item in gateway.quarantine()), [["virus"], ["virus"]])

    def test_with_defer_mail_waits_until_the_scanner_is_back(self):
        clamd = Clamd(self.folder / "late")
        gateway, port = self.gateway(f"unix:{clamd.socket}", "defer")
        self.send(port, mail(("a.txt", b"a")))
        wait_until(lambda: "scan.failed" in gateway.log.read_text())
        self.assertEqual(self.delivered(), [])
        clamd.start()
        self.addCleanup(clamd.stop)
        self.assertEqual(len(wait_until(self.delivered)), 1)

    def test_a_scanner_that_never_answers_is_a_time_out_and_held(self):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        self.addCleanup(listener.close)
        taken = []
        threading.Thread(target=lambda: taken.append(listener.accept()), daemon=True).start()
        clamd = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        result, report = self.treat("file", b"text", self.config(clamd, timeout="1s"), "a.txt")
        self.assertEqual(result.returncode, 3)
        self.assertEqual(report["items"][0]["reasons"], ["virus-scan-failed"])


if __name__ == "__main__":
    unittest.main()
