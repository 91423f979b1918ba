"""Recipients learn what happened to their mail, and ask for it by a link that is theirs alone."""
import email
import email.policy
import pathlib
import re
import smtplib
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from email.message import EmailMessage

from mugai import Gateway, two_zones, wait_until
from postfix import free_port
from sink import Sink

PUBLIC = "https://mugai.city.example"


class Recipients(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-recipients-")
        self.addCleanup(temporary.cleanup)
        base = pathlib.Path(temporary.name)
        self.internet, self.web = free_port(), free_port()
        self.sink = Sink()
        self.addCleanup(self.sink.close)
        text = two_zones(base, self.internet, free_port(), f"smtp://127.0.0.1:{self.sink.port}")
        self.gateway = Gateway(text + f'[console]\nlisten = "127.0.0.1:{self.web}"\npublic_url = "{PUBLIC}"\n'
                               'behind_proxy = true\n', base)
        self.addCleanup(self.gateway.stop)
        self.gateway.start(self.internet)

    def send(self, recipients=("b@lgwan.example", "c@lgwan.example"), subject="<script>alert(1)</script> 見積", name='"><img src=x>.vbs'):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "a@shop.example", recipients[0], subject
        mail.set_content("本文です。\n")
        mail.add_attachment(b"WScript.Echo 1\r\n", maintype="application", subtype="octet-stream", filename=name)
        mail.add_attachment("メモ\n".encode(), maintype="text", subtype="plain", filename="memo.txt")
        before = len(self.sink.messages)
        with smtplib.SMTP("127.0.0.1", self.internet, timeout=60) as client:
            client.sendmail("a@shop.example", list(recipients), mail.as_bytes(policy=email.policy.SMTP))
        wait_until(lambda: len(self.sink.messages) >= before + len(recipients), 30, self.gateway.log.read_text)
        wait_until(lambda: not self.gateway.queue(), 30)
        return {to[0]: email.message_from_bytes(content, policy=email.policy.default)
                for to, content in self.sink.messages[before:]}

    def link(self, mail):
        return re.search(re.escape(PUBLIC) + r"(/r/\S+)", mail.get_body().get_content()).group(1)

    def open(self, path, form=None, headers=None):
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.web}{path}", data, {"Host": "mugai.city.example", **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def state(self, item):
        return self.gateway.json("quarantine", "show", item)

    def test_each_recipient_has_a_link_of_their_own_and_the_same_attachments(self):
        mails = self.send()
        self.assertEqual(set(mails), {"b", "c"})
        links = {to: self.link(mail) for to, mail in mails.items()}
        self.assertNotEqual(links["b"], links["c"])
        for mail in mails.values():
            self.assertEqual(mail.defects, [])
            self.assertEqual([one.get_filename() for one in mail.iter_attachments()], ["memo.txt"])
            self.assertEqual(mail.get_body().get_content().count(PUBLIC), 2, "in Japanese and in English")
        item = self.gateway.quarantine()[0]["id"]
        status, page = self.open(links["b"])
        self.assertEqual(status, 200)
        self.assertIn(item, page)
        self.assertIn("b@lgwan.example", page)
        self.assertNotIn("c@lgwan.example", page)
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("<img src=x", page)

    def test_asking_is_recorded_with_who_and_why_and_happens_once(self):
        mails = self.send()
        link, item = self.link(mails["b"]), self.gateway.quarantine()[0]["id"]
        self.assertEqual(self.open(link, {"item": item, "reason": ""})[0], 400)
        status, page = self.open(link, {"item": item, "reason": "契約に必要です"})
        self.assertEqual(status, 200)
        self.assertIn("依頼を受け付けました", page)
        row = self.state(item)
        self.assertEqual((row["state"], row["request"]["by"], row["request"]["reason"]),
                         ("requested", "b@lgwan.example", "契約に必要です"))
        self.assertEqual(self.open(link, {"item": item, "reason": "もう一度"})[0], 409)
        record = self.gateway.json("audit", "list")[0]
        self.assertEqual((record["action"], record["actor"], record["source"][:5]),
                         ("quarantine.request", "b@lgwan.example", "link "))
        self.gateway.command("quarantine", "deny", item, "--reason", "差出人に確認できません")
        self.assertIn("差出人に確認できません", self.open(self.link(mails["c"]))[1])

    def test_a_link_opens_nothing_else(self):
        first, second = self.send(("b@lgwan.example",))["b"], self.send(("c@lgwan.example",))["c"]
        other = [row for row in self.gateway.quarantine() if "c@lgwan.example" in row["recipients"]][0]["id"]
        self.assertNotIn(other, self.open(self.link(first))[1])
        self.assertEqual(self.open(self.link(first), {"item": other, "reason": "x"})[0], 404)
        self.assertEqual(self.state(other)["state"], "held")
        link = self.link(second)
        for forged in (link[:-1] + ("A" if link[-1] != "A" else "B"), link.replace("/r/", "/r/X"), "/r/x.1.2.3", "/r/" + "a" * 2000):
            self.assertEqual(self.open(forged)[0], 404, forged)
        head, seconds, recipient, signature = link.split(".")
        self.assertEqual(self.open(f"{head}.{int(seconds) + 1}.{recipient}.{signature}")[0], 404, "a longer life")
        self.assertEqual(self.open(f"{head}.{seconds}.{'a@lgwan.example'.encode().hex()}.{signature}")[0], 404)
        self.assertEqual(self.open(link, {"item": other, "reason": "x"}, {"Sec-Fetch-Site": "cross-site"})[0], 403)

    def test_once_a_day_each_is_told_what_is_held_for_them_and_may_stop_that(self):
        self.gateway.stop()
        # Far enough ahead for a start and a mail on a busy machine.
        at = time.localtime(time.time() + (60 if time.localtime().tm_sec <= 20 else 120))
        self.gateway.config.write_text(self.gateway.config.read_text() + f'digest = "{at.tm_hour:02}:{at.tm_min:02}"\n')
        self.gateway.start(self.internet)
        self.send()
        before = len(self.sink.messages)
        wait_until(lambda: len(self.sink.messages) == before + 2, 180, self.gateway.log.read_text)
        mails = {to[0]: email.message_from_bytes(content, policy=email.policy.default)
                 for to, content in self.sink.messages[before:]}
        self.assertEqual(set(mails), {"b", "c"})
        body = mails["b"].get_body().get_content()
        self.assertIn(self.gateway.quarantine()[0]["id"], body)
        self.assertEqual(self.open(self.link(mails["b"]))[0], 200)
        switch = re.search(re.escape(PUBLIC) + r"(/digest/\S+)", body).group(1)
        self.assertIn("お知らせを送っています", self.open(switch)[1])
        self.assertIn("お知らせを止めています", self.open(switch, {"wanted": "0"})[1])
        self.assertEqual(self.open(switch.replace(b"b@".hex(), b"c@".hex()))[0], 404)

    def test_who_guesses_is_shut_out_for_a_while(self):
        for _ in range(20):
            self.open("/r/no.1.2.3")
        self.assertEqual(self.open("/r/no.1.2.3")[0], 429)
        self.assertIn("link.guessing", self.gateway.log.read_text())


if __name__ == "__main__":
    unittest.main()
