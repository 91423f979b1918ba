"""Real mail servers on both sides: Postfix sends, Mugai rebuilds, Postfix receives."""
import email
import email.policy
import pathlib
import smtplib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "gateway/demo"))
import samples  # noqa: E402  (the demonstration's mails)

from mugai import Gateway, two_zones, wait_until  # noqa: E402
from postfix import Postfix, free_port  # noqa: E402


def parse(message):
    return email.message_from_bytes(message, policy=email.policy.default)


class ThroughRealServers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="mugai-e2e-")
        base = pathlib.Path(cls.temporary.name)
        internet, lgwan = free_port(), free_port()
        refuse = "smtpd_recipient_restrictions = check_recipient_access inline:{nobody@lgwan.example=REJECT}, permit"
        cls.receiver = Postfix(base / "receiver", [refuse], domain="lgwan.example").start()
        cls.outside = Postfix(base / "outside", domain="shop.example").start()
        cls.gateway = Gateway(two_zones(base / "mugai", internet, lgwan, f"smtp://127.0.0.1:{cls.receiver.port}",
                                        f"smtp://127.0.0.1:{cls.outside.port}"), base / "mugai").start(internet)
        cls.sender = Postfix(base / "sender", [f"relayhost = [127.0.0.1]:{internet}"]).start()
        cls.lgwan = lgwan
        cls.internet = internet

    @classmethod
    def tearDownClass(cls):
        for peer in (cls.sender, cls.gateway, cls.receiver, cls.outside):
            peer.stop()
        cls.temporary.cleanup()

    def send(self, message, recipients=("zeimu@lgwan.example",), sender="sender@shop.example", **options):
        with smtplib.SMTP("127.0.0.1", self.sender.port) as client:
            client.sendmail(sender, list(recipients), message, **options)

    def arrived(self, message_id, mailbox=None):
        def look():
            for raw in (mailbox or self.receiver).received():
                if message_id in raw.decode("latin-1"):
                    return raw
        return wait_until(look, 60, lambda: f"{message_id}; {self.gateway.log.read_text()[-3000:]}")

    def test_each_sample_arrives_readable_and_harmless(self):
        for number, (title, sample) in enumerate(samples.ALL):
            with self.subTest(title):
                message_id = f"<sample{number}@shop.example>"
                before = parse(sample)
                before.replace_header("Message-ID", message_id)
                self.send(before.as_bytes(policy=email.policy.SMTP))
                after = parse(self.arrived(message_id))
                self.assertEqual(after["subject"], before["subject"])
                self.assertEqual(after["from"].addresses[0].display_name, before["from"].addresses[0].display_name)
                body = after.get_body(preferencelist=("plain",))
                self.assertEqual(body.get_content_charset(), "utf-8")
                for part in after.walk():
                    self.assertNotIn(part.get_content_type(), ("text/html", "message/rfc822", "application/zip"))
                    self.assertFalse((part.get_filename() or "").endswith((".exe", ".docm", ".zip")))

    def test_what_is_held_is_named_and_listed(self):
        message_id = "<held@shop.example>"
        mail = samples.message("請求書")
        mail.replace_header("Message-ID", message_id)
        mail.set_content("本文\n")
        mail.add_attachment(b"MZ" + b"\0" * 100, maintype="application", subtype="octet-stream", filename="請求書.exe")
        self.send(mail.as_bytes(policy=email.policy.SMTP))
        after = parse(self.arrived(message_id))
        text = after.get_body(preferencelist=("plain",)).get_content()
        self.assertIn("請求書.exe", text)
        item = [row for row in self.gateway.quarantine() if row["name"] == "請求書.exe"][0]
        self.assertIn(item["id"], text)
        self.assertEqual(item["state"], "held")
        self.assertIn("executable", item["reasons"])
        self.assertEqual(item["recipients"], ["zeimu@lgwan.example"])
        self.assertEqual(item["subject"], "請求書")

    def test_outward_mail_passes_unchanged_with_one_received_field_more(self):
        body = "From: a@lgwan.example\r\nTo: b@shop.example\r\nMessage-ID: <out@lgwan.example>\r\nX-Kept: yes\r\n\r\nhello\r\n"
        with smtplib.SMTP("127.0.0.1", self.lgwan) as client:
            client.sendmail("a@lgwan.example", ["b@shop.example"], body)
        raw = self.arrived("<out@lgwan.example>", self.outside)
        self.assertIn(b"X-Kept: yes", raw)
        self.assertIn(b"hello", raw)
        self.assertIn(b"by gw.example with ESMTP id", raw)

    def test_a_recipient_that_no_flow_allows_is_refused(self):
        with smtplib.SMTP("127.0.0.1", self.internet) as client:
            client.ehlo()
            client.mail("x@shop.example")
            self.assertEqual(client.rcpt("y@elsewhere.example")[0], 550)

    def test_a_refusal_of_the_next_hop_becomes_a_dsn_to_the_sender(self):
        mail = samples.message("宛先不明", "sender@shop.example")
        mail.set_content("x\n")
        self.send(mail.as_bytes(policy=email.policy.SMTP), ["nobody@lgwan.example"])
        def look():
            for raw in self.outside.received():
                if b"message/delivery-status" in raw:
                    return raw
        report = parse(wait_until(look, 60, lambda: "a DSN; " + self.gateway.log.read_text()[-2000:]))
        self.assertEqual(report.get_content_type(), "multipart/report")
        status = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"][0]
        self.assertIn("nobody@lgwan.example", status.as_string())
        self.assertIn("Action: failed", status.as_string())

    def test_swaks_speaks_to_it(self):
        result = subprocess.run(["swaks", "--server", f"127.0.0.1:{self.internet}", "--from", "a@shop.example", "--to",
                                 "zeimu@lgwan.example", "--h-Message-Id", "<swaks@shop.example>"],
                                capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.arrived("<swaks@shop.example>")


if __name__ == "__main__":
    unittest.main()
