"""What was held is released by people: to everybody once, or not at all, whatever happens in between."""
import email
import email.policy
import json
import pathlib
import smtplib
import subprocess
import sys
import tempfile
import time
import unittest
from email.message import EmailMessage

from clamd import TEXT_VIRUS, Clamd
from mugai import BINARY, Gateway, two_zones, wait_until
from needs import needs
from postfix import free_port
from sink import Sink

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import with_postgresql  # noqa: E402

SCRIPT = "WScript.Echo 1\r\n' 日本語のコメント\r\n".encode()


class Release(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-release-")
        self.addCleanup(temporary.cleanup)
        self.base = pathlib.Path(temporary.name)
        self.internet = free_port()
        self.sink = Sink()
        self.addCleanup(self.sink.close)

    def start(self, change=lambda text: text, **options):
        text = two_zones(self.base, self.internet, free_port(), f"smtp://127.0.0.1:{self.sink.port}", **options)
        self.gateway = Gateway(change(text), self.base)
        self.addCleanup(self.gateway.stop)
        return self.gateway.start(self.internet)

    def send(self, name="設定.vbs", content=SCRIPT, recipients=("b@lgwan.example",), subject="見積の件①"):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "a@shop.example", recipients[0], subject
        mail["Message-ID"] = "<first@shop.example>"
        mail.set_content("本文です。\n")
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        with smtplib.SMTP("127.0.0.1", self.internet, timeout=60) as client:
            client.sendmail("a@shop.example", list(recipients), mail.as_bytes(policy=email.policy.SMTP))
        wait_until(lambda: self.sink.messages, 30, self.gateway.log.read_text)
        wait_until(lambda: not self.gateway.queue(), 30, self.gateway.log.read_text)
        return self.gateway.quarantine()[0]["id"]

    def item(self, item):
        return self.gateway.json("quarantine", "show", item)

    def release(self, item, *words):
        return self.gateway.command("quarantine", "release", item, *words)

    def original(self, item):
        return self.release(item, "--original", "--checked", "--reason", "税務システムの設定ファイル、送信元に確認済")

    def wait_for(self, item, state):
        return wait_until(lambda: (row := self.item(item))["state"] == state and row, 30,
                          lambda: f"{state}: {self.item(item)} {self.gateway.log.read_text()[-3000:]}")

    def released_mails(self):
        mails = [email.message_from_bytes(content, policy=email.policy.default) for _, content in self.sink.messages]
        return [mail for mail in mails if mail["Mugai-Result"] and mail["Mugai-Result"].startswith("released")]

    def test_an_original_arrives_once_by_our_own_writer_and_is_named(self):
        self.start()
        item = self.send()
        self.assertEqual(self.original(item).returncode, 0)
        row = self.wait_for(item, "released")
        self.assertTrue(row["replies"][0]["reply"].startswith("250"))
        self.assertEqual(self.original(item).returncode, 3, "a second click")
        mail, = self.released_mails()
        self.assertEqual(mail.defects, [])
        self.assertIn("見積の件①", mail["Subject"])
        self.assertEqual(mail["In-Reply-To"], "<first@shop.example>", "it is read in the thread of its mail")
        self.assertEqual(mail["From"].addresses[0].addr_spec, "a@shop.example")
        attachment, = mail.iter_attachments()
        self.assertEqual((attachment.get_filename(), attachment.get_content()), ("設定.vbs", SCRIPT))
        self.assertIn(item, mail.get_body().get_content())
        actions = [one["action"] for one in self.gateway.json("audit", "list")]
        self.assertEqual(actions, ["quarantine.released", "quarantine.release"])
        self.assertEqual(self.gateway.command("audit", "verify").returncode, 0)

    def test_an_original_wants_a_look_and_a_reason(self):
        self.start()
        item = self.send()
        self.assertEqual(self.release(item, "--original", "--reason", "x").returncode, 3)
        self.assertEqual(self.release(item, "--original", "--checked").returncode, 3)
        self.assertEqual(self.item(item)["state"], "held")
        self.assertEqual(self.gateway.json("audit", "list"), [])

    def test_two_at_once_make_one_delivery(self):
        self.start()
        item = self.send()
        words = [BINARY, "quarantine", "release", item, "--original", "--checked", "--reason", "x", "--config",
                 str(self.gateway.config)]
        clicks = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(6)]
        self.assertEqual(sorted(one.wait() for one in clicks), [0, 3, 3, 3, 3, 3])
        self.wait_for(item, "released")
        self.assertEqual(len(self.released_mails()), 1)

    def test_a_refusal_is_shown_and_a_new_release_goes_to_those_who_lack_it(self):
        self.start()
        item = self.send(recipients=("b@lgwan.example", "c@lgwan.example"))
        self.sink.replies["c"] = "550 5.2.2 full"
        self.original(item)
        row = self.wait_for(item, "held")
        self.assertIn("full", row["last_answer"])
        self.sink.replies.clear()
        self.original(item)
        self.wait_for(item, "released")
        wait_until(lambda: not self.gateway.queue(), 10)
        released = [recipients for recipients, content in self.sink.messages if b"Mugai-Result: released" in content]
        self.assertEqual(released, [["b"], ["c"]])

    def test_its_mail_deleted_while_the_gateway_is_stopped_holds_it_again(self):
        self.start()
        item = self.send()
        self.sink.replies["b"] = "450 4.2.1 later"
        self.original(item)
        wait_until(lambda: any(one["state"] == "deferred" for one in self.gateway.queue()), 30, self.gateway.log.read_text)
        self.gateway.stop()
        self.assertEqual(self.gateway.command("queue", "delete", f"{item}-R1").returncode, 0)
        row = self.item(item)
        self.assertEqual((row["state"], row["last_answer"]), ("held", "its mail was deleted from the queue"))
        self.sink.replies.clear()
        self.gateway.start(self.internet)
        time.sleep(3)
        self.assertEqual(self.released_mails(), [])
        self.original(item)
        self.wait_for(item, "released")

    def test_a_temporary_refusal_keeps_it_releasing_until_it_is_taken(self):
        self.start()
        item = self.send()
        self.sink.replies["b"] = "451 4.3.2 later"
        self.original(item)
        wait_until(lambda: [row for row in self.gateway.queue() if row["state"] == "deferred"], 30)
        self.assertEqual(self.item(item)["state"], "releasing")
        self.sink.replies.clear()
        self.gateway.command("queue", "retry", self.gateway.queue()[0]["id"])
        self.wait_for(item, "released")
        self.assertEqual(len(self.released_mails()), 1)

    def test_a_crash_loses_no_order_and_doubles_none(self):
        self.start()
        item = self.send()
        for wait in (0.0, 0.02, 0.1):
            self.gateway.stop()
            self.assertEqual(self.original(item).returncode, 0 if wait == 0.0 else 3)
            self.gateway.start(self.internet)
            time.sleep(wait)
            self.gateway.kill()
        self.gateway.start(self.internet)
        self.wait_for(item, "released")
        wait_until(lambda: not self.gateway.queue(), 30)
        self.assertEqual(len(self.released_mails()), 1)

    def test_deleted_from_the_queue_it_is_held_again(self):
        self.start()
        item = self.send()
        self.sink.replies["b"] = "451 4.3.2 later"
        self.original(item)
        message = wait_until(lambda: [row for row in self.gateway.queue() if row["state"] == "deferred"], 30)[0]["id"]
        self.assertEqual(self.gateway.command("queue", "delete", message).returncode, 0)
        self.assertIn("deleted", self.wait_for(item, "held")["last_answer"])

    def test_again_by_another_profile_after_a_change_of_policy(self):
        policy = '[profile.sanitize]\ntypes = {{ csv = "hold" }}\n[profile.open]\n'.format()
        self.start(lambda text: text + policy)
        item = self.send(name="名簿.csv", content="番号,氏名\r\n1,山田\r\n".encode("cp932"))
        self.assertEqual(self.release(item).returncode, 0)
        self.assertIn("held again", self.wait_for(item, "held")["last_answer"])
        self.assertEqual(self.release(item, "--profile", "relay").returncode, 3)
        self.assertEqual(self.release(item, "--profile", "open").returncode, 0)
        self.wait_for(item, "released")
        attachment, = self.released_mails()[0].iter_attachments()
        self.assertEqual(attachment.get_filename(), "名簿.csv")
        self.assertIn("山田", attachment.get_payload(decode=True).decode("cp932"))

    def test_again_with_a_password(self):
        self.start()
        folder = self.base / "zip"
        folder.mkdir()
        (folder / "memo.txt").write_text("会議の記録\n")
        subprocess.run(["7zz", "a", "-phimitsu-1", "-mem=AES256", "memo.zip", "memo.txt"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        self.send(name="memo.zip", content=(folder / "memo.zip").read_bytes())
        item = [row for row in self.gateway.quarantine() if row["name"] == "memo.zip"][0]["id"]
        secret = self.base / "secret"
        secret.write_text("wrong\nhimitsu-1\n")
        self.assertEqual(self.release(item, "--passwords", str(secret)).returncode, 0)
        self.wait_for(item, "released")
        attachment, = self.released_mails()[0].iter_attachments()
        self.assertEqual(attachment.get_filename(), "memo.zip")
        self.assertNotIn("himitsu-1", self.gateway.log.read_text() + json.dumps(self.gateway.json("audit", "list"), ensure_ascii=False))

    def test_a_whole_mail_goes_through_the_pipeline_again(self):
        self.start(lambda text: text + '[profile.sanitize]\nmax_output = "64 KiB"\n[profile.large]\n')
        item = self.send(name="a.txt", content=b"x" * 200_000)
        self.assertEqual(self.release(item, "--profile", "large").returncode, 0)
        self.wait_for(item, "released")
        mail = [email.message_from_bytes(content, policy=email.policy.default) for _, content in self.sink.messages][-1]
        self.assertEqual([one.get_filename() for one in mail.iter_attachments()], ["a.txt"])
        self.assertEqual(mail["Message-ID"], "<first@shop.example>")

    def test_nothing_is_released_where_no_flow_leads_any_more(self):
        policy = '[profile.sanitize]\ntypes = { csv = "hold" }\n[profile.open]\n'
        self.start(lambda text: text + policy)
        item = self.send(name="a.csv", content=b"1,2\r\n")
        self.gateway.stop()
        text = self.gateway.config.read_text()
        self.gateway.config.write_text(text.replace('to = "lgwan"\nprofile = "sanitize"', 'to = "lgwan"\nprofile = "sanitize"\nmatch = { recipients = ["boss@lgwan.example"] }'))
        self.gateway.start(self.internet)
        self.assertEqual(self.release(item, "--profile", "open").returncode, 0)
        self.assertIn("no flow", self.wait_for(item, "held")["last_answer"])
        self.assertEqual(self.released_mails(), [])

    def test_a_virus_is_not_released_even_so(self):
        with Clamd(self.base / "clamd") as clamd:
            self.start(lambda text: text + f'[antivirus]\nclamd = "unix:{clamd.socket}"\n')
            item = self.send(content=TEXT_VIRUS + SCRIPT)
            self.original(item)
            self.assertIn("virus", self.wait_for(item, "held")["last_answer"])
            self.assertEqual(self.released_mails(), [])

    def test_a_flow_may_want_two_persons(self):
        self.start(lambda text: text.replace('profile = "sanitize"', 'profile = "sanitize"\ntwo_person = true'))
        item = self.send()
        self.original(item)
        self.assertEqual(self.item(item)["state"], "approved")
        self.assertEqual(self.original(item).returncode, 3, "the same person twice")
        self.assertEqual(self.released_mails(), [])

    def test_denied_and_deleted_with_a_reason(self):
        self.start()
        item = self.send()
        vault = self.base / "state/vault"
        self.assertEqual(self.gateway.command("quarantine", "deny", item).returncode, 3)
        self.assertEqual(self.gateway.command("quarantine", "deny", item, "--reason", "不審な送信元").returncode, 0)
        self.assertEqual(self.item(item)["state"], "denied")
        self.assertTrue((vault / item).exists())
        self.assertEqual(self.gateway.command("quarantine", "delete", item, "--reason", "不要").returncode, 0)
        wait_until(lambda: not (vault / item).exists() and not (vault / item.rsplit("-", 1)[0]).exists(), 10)
        self.assertEqual(self.item(item)["state"], "deleted")
        self.assertEqual(self.original(item).returncode, 3)

    @needs(with_postgresql.Server().programs, "postgresql")
    def test_of_two_gateways_the_living_one_takes_over_and_the_dead_one_sends_nothing_when_it_is_back(self):
        server = with_postgresql.Server()
        address = server.start()
        self.addCleanup(server.stop)
        shared = f'database = "postgresql://{address}/postgres"\n'

        def vault(text):
            return text + f'[vault]\ndirectory = "{self.base}/shared-vault"\n'

        self.start(vault, extra=shared)
        item = self.send()
        self.sink.replies["b"] = "451 4.3.2 later"
        self.original(item)
        wait_until(lambda: [row for row in self.gateway.queue() if row["state"] == "deferred"], 30)
        self.gateway.kill()
        self.sink.replies.clear()
        subprocess.run([server.programs / "psql", f"postgresql://{address}/postgres", "-qc",
                        "UPDATE quarantine SET claimed_until_ms = 1"], check=True)   # as if it had been dead for long
        port = free_port()
        text = two_zones(self.base, port, free_port(), f"smtp://127.0.0.1:{self.sink.port}", extra=shared)
        other = Gateway(vault(text.replace("gw.example", "gw2.example").replace("/state", "/state2")), self.base / "second")
        self.addCleanup(other.stop)
        other.start(port)
        self.wait_for(item, "released")
        self.gateway.start(self.internet)
        message = self.gateway.queue()[0]["id"]
        self.gateway.command("queue", "retry", message)
        wait_until(lambda: not self.gateway.queue(), 30, self.gateway.log.read_text)
        self.assertEqual(len(self.released_mails()), 1)
        self.assertIn("release.void", self.gateway.log.read_text())


if __name__ == "__main__":
    unittest.main()
