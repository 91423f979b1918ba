"""The API of a running gateway, asked as a program asks it: tokens from the command line, real mail, real delivery."""
import email.message
import json
import pathlib
import smtplib
import tempfile
import unittest
import urllib.error
import urllib.request

from mugai import Gateway, two_zones, wait_until
from postfix import free_port


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.smtp, lgwan, cls.port = free_port(), free_port(), free_port()
        cls.maildir = pathlib.Path(cls.folder.name) / "lgwan"
        config = two_zones(cls.folder.name, cls.smtp, lgwan, f"maildir:{cls.maildir}")
        cls.gateway = Gateway(config + f'[console]\nlisten = "127.0.0.1:{cls.port}"\n', cls.folder.name)
        cls.gateway.start(cls.smtp)
        cls.addClassCleanup(cls.gateway.stop)
        cls.made("user", "add", "suzuki", "--role", "administrator")
        cls.made("user", "add", "sato", "--role", "approver", "--domain", "other.example")
        cls.all = cls.token("suzuki", "items.read", "messages.read", "queue.read", "audit.read", "metrics.read", "simulate.run",
                            "release.sanitized", "items.deny")
        cls.narrow = cls.token("suzuki", "messages.read")
        cls.elsewhere = cls.token("sato", "items.read", "messages.read", "release.sanitized")
        cls.send("請求書の送付")
        cls.item = wait_until(cls.gateway.quarantine, 30, "a held item")[0]["id"]

    @classmethod
    def made(cls, *words):
        result = cls.gateway.command(*words)
        assert result.returncode == 0, result.stderr
        return result.stdout

    @classmethod
    def token(cls, user, *scopes):
        words = [word for scope in scopes for word in ("--scope", scope)]
        return json.loads(cls.made("user", "token", "add", user, "--label", "test", *words, "--json"))["token"]

    @classmethod
    def send(cls, subject):
        mail = email.message.EmailMessage()
        mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "a@shop.example", "zeimu@lgwan.example", subject, "<42@shop.example>"
        mail.set_content("本文です。")
        mail.add_attachment(b"MZ\x90\x00" + b"\0" * 200, maintype="application", subtype="octet-stream", filename="道具.exe")
        with smtplib.SMTP("127.0.0.1", cls.smtp) as client:
            client.send_message(mail)

    def ask(self, path, body=None, token=None, type_="application/json"):
        headers = {"Authorization": f"Bearer {self.all if token is None else token}", "Content-Type": type_}
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def get(self, path, token=None):
        status, text = self.ask(path, token=token)
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def test_a_mail_is_found_by_its_message_id_and_words(self):
        for query in ("message_id=%3C42@shop.example%3E", "words=%E8%AB%8B%E6%B1%82%E6%9B%B8", "recipient=zeimu@lgwan.example"):
            found = self.get("/messages?" + query)["items"]
            self.assertEqual([mail["message_id"] for mail in found], ["42@shop.example"], query)
        mail = self.get("/messages/" + found[0]["id"])
        self.assertEqual(mail["held"][0]["name"], "道具.exe")
        wait_until(lambda: self.get("/messages/" + found[0]["id"])["replies"], 30, "the next hop's answer")

    def test_an_order_to_release_is_carried_out_once(self):
        first = self.ask(f"/quarantine/{self.item}/release", {"reason": "必要です"})
        self.assertEqual(first[0], 202, first)
        second = self.ask(f"/quarantine/{self.item}/release", {})
        self.assertIn(second[0], (202, 409), second)
        wait_until(lambda: self.get(f"/quarantine/{self.item}")["state"] != "releasing", 30, "the end of the release")
        actions = [(one["action"], one["actor"]) for one in self.get("/audit")["items"]]
        self.assertIn(("quarantine.release", "suzuki"), actions)

    def test_tokens_open_only_what_they_are_for(self):
        self.assertEqual(self.ask("/quarantine", token="mugai_guess")[0], 401)
        self.assertEqual(self.ask("/quarantine", token=self.narrow)[0], 403)
        self.assertEqual(self.ask(f"/quarantine/{self.item}", token=self.elsewhere)[0], 404)
        self.assertEqual(self.ask(f"/quarantine/{self.item}/deny", {"reason": "x"}, token=self.elsewhere)[0], 403)
        self.assertEqual(self.get("/messages", token=self.elsewhere)["items"], [])

    def test_a_mail_is_tried_and_nothing_is_sent(self):
        before = len(self.get("/messages")["items"])
        status, text = self.ask("/simulate", b"From: a@b.example\r\nSubject: try\r\n\r\nx\r\n", type_="message/rfc822")
        self.assertEqual((status, json.loads(text)["subject"]), (200, "try"), text)
        status, text = self.ask("/simulate?kind=file&name=a.exe", b"MZ\x90\x00" + b"\0" * 200, type_="application/octet-stream")
        self.assertEqual((status, json.loads(text)["verdict"]), (200, "held"), text)
        self.assertEqual(len(self.get("/messages")["items"]), before)

    def test_figures_health_queue_and_the_document(self):
        self.assertIn('mugai_mails_total{verdict="held"}', self.ask("/metrics")[1])
        self.assertEqual(json.loads(self.ask("/health", token="")[1]), {"status": "ok"})
        self.assertIn("items", self.get("/queue"))
        self.assertEqual(self.get("/openapi.json")["openapi"], "3.1.0")

    def test_the_evidence_of_a_month(self):
        wait_until(lambda: self.get("/messages")["items"], 30, "a tracked mail")
        month = self.get("/messages")["items"][0]["received"][:7]
        out = pathlib.Path(self.folder.name) / "evidence"
        files = self.made("audit", "report", "--month", month, "-o", str(out)).split()
        self.assertIn("無害化の証跡", pathlib.Path(files[0]).read_text())
        self.made("audit", "report", "--month", month, "-o", str(out), "--format", "csv")
        self.assertIn("internet", (out / f"evidence-{month}-flows.csv").read_text())


if __name__ == "__main__":
    unittest.main()
