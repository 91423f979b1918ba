"""The running gateway in bad weather: reload, TLS, full disks, lost workers, dead next hops, people at the queue."""
import email
import email.policy
import os
import pathlib
import signal
import smtplib
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "gateway/demo"))
import samples  # noqa: E402

from mugai import Gateway, two_zones, wait_until  # noqa: E402
from postfix import free_port  # noqa: E402
from sink import Sink  # noqa: E402

TEXT = "From: a@shop.example\r\nTo: b@lgwan.example\r\nSubject: {}\r\n\r\nhello\r\n"


class Service(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-service-")
        self.addCleanup(temporary.cleanup)
        self.base = pathlib.Path(temporary.name)
        self.internet, self.lgwan = free_port(), free_port()

    def start(self, next_hop, **options):
        self.gateway = Gateway(two_zones(self.base, self.internet, self.lgwan, next_hop, **options), self.base)
        self.addCleanup(self.gateway.stop)
        return self.gateway.start(self.internet)

    def send(self, subject="x", recipients=("b@lgwan.example",), sender="a@shop.example", content=None):
        with smtplib.SMTP("127.0.0.1", self.internet, timeout=60) as client:
            return client.sendmail(sender, list(recipients), content or TEXT.format(subject))

    def mails(self, folder):
        new = self.base / folder / "new"
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in (new.iterdir() if new.exists() else [])]

    def wait_for_mail(self, folder, condition=lambda mail: True, seconds=60):
        return wait_until(lambda: [mail for mail in self.mails(folder) if condition(mail)], seconds,
                          lambda: f"mail in {folder}: {self.gateway.log.read_text()[-3000:]}")[0]

    def reload(self, text, event):
        self.gateway.config.write_text(text)
        before = self.gateway.log.read_text().count(event)
        self.gateway.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.gateway.log.read_text().count(event) > before, 10, self.gateway.log.read_text)

    def test_reload_takes_a_good_file_refuses_a_broken_one_and_drops_no_connection(self):
        self.start(f"maildir:{self.base}/out")
        good = self.gateway.config.read_text()
        with smtplib.SMTP("127.0.0.1", self.internet) as client:
            client.ehlo()
            self.reload(good + '[profile.sanitize]\nsubject_tag = "[checked] "\n', "config.loaded")
            client.sendmail("a@shop.example", ["b@lgwan.example"], TEXT.format("one"))
            self.assertEqual(self.wait_for_mail("out")["subject"], "[checked] one")
            self.reload("[node]\nnonsense", "config.rejected")
            client.sendmail("a@shop.example", ["b@lgwan.example"], TEXT.format("two"))
        self.wait_for_mail("out", lambda mail: mail["subject"] == "[checked] two")

    def test_reload_opens_and_closes_listeners(self):
        self.start(f"maildir:{self.base}/out")
        other = free_port()
        text = self.gateway.config.read_text().replace(f"127.0.0.1:{self.internet}", f"127.0.0.1:{other}")
        self.reload(text, "config.loaded")
        wait_until(lambda: self.gateway.answers(other), 10, "the new listener")
        wait_until(lambda: not self.gateway.answers(self.internet), 10, "the old listener to close")

    def test_starttls_with_a_certificate_and_the_trace_says_so(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=gw.example", "-addext", "subjectAltName=DNS:gw.example", "-days", "2",
                        "-keyout", self.base / "key.pem", "-out", self.base / "cert.pem"], check=True, capture_output=True)
        tls = f'tls = {{ certificate = "{self.base}/cert.pem", key = "{self.base}/key.pem" }}'
        self.start(f"maildir:{self.base}/out", zone_extra=tls)
        context = ssl.create_default_context(cafile=self.base / "cert.pem")
        with smtplib.SMTP("127.0.0.1", self.internet) as client:
            client._host = "gw.example"
            client.starttls(context=context)
            client.sendmail("a@shop.example", ["b@lgwan.example"], TEXT.format("tls"))
        self.assertIn("with ESMTPS (TLSv1.3", self.wait_for_mail("out")["received"])

    def test_a_full_disk_is_452_and_an_unwritable_spool_is_451(self):
        self.start(f"maildir:{self.base}/out", extra='[queue]\nmin_free = "90 TiB"\n')
        with smtplib.SMTP("127.0.0.1", self.internet) as client:
            client.ehlo()
            self.assertEqual(client.mail("a@shop.example")[0], 452)
        self.gateway.stop()
        self.start(f"maildir:{self.base}/out")
        (self.base / "state/spool/incoming").rmdir()
        with self.assertRaises(smtplib.SMTPDataError) as refused:
            self.send()
        self.assertEqual(refused.exception.smtp_code, 451)
        (self.base / "state/spool/incoming").mkdir()
        self.send("works again")
        self.wait_for_mail("out", lambda mail: mail["subject"] == "works again")

    def workers(self):
        found = subprocess.run(["pgrep", "-P", str(self.gateway.process.pid)], capture_output=True, text=True).stdout.split()
        return [int(pid) for pid in found]

    def test_a_worker_that_dies_twice_costs_its_message_a_detour_and_nothing_else(self):
        self.start(f"maildir:{self.base}/out", extra="[workers]\ncount = 1\n")
        poison = samples.message("poison")
        poison.set_content("x\n")
        poison.add_attachment(b"\0\1\2" * 9_000_000, maintype="application", subtype="octet-stream", filename="big.bin")
        stop = threading.Event()

        def murderer():
            while not stop.is_set() and "message.held-whole" not in self.gateway.log.read_text():
                for pid in self.workers():
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass

        thread = threading.Thread(target=murderer)
        thread.start()
        try:
            self.send(content=poison.as_bytes(policy=email.policy.SMTP))
            notice = self.wait_for_mail("out")
        finally:
            stop.set()
            thread.join()
        self.assertIn("保管", notice["subject"])
        item = self.gateway.quarantine()[0]
        self.assertIn("worker-failed", item["reasons"])
        self.assertIn(item["id"], notice.get_body().get_content())
        self.send("ordinary")
        self.wait_for_mail("out", lambda mail: mail["subject"] == "ordinary")

    def test_a_worker_that_hangs_is_ended_at_its_deadline(self):
        self.start(f"maildir:{self.base}/out",
                   extra='[workers]\ncount = 1\n[limits]\nbase_deadline = "4s"\ndeadline_per_mib = "0s"\n')
        stop = threading.Event()

        def freezer():
            while not stop.is_set() and "message.held-whole" not in self.gateway.log.read_text():
                for pid in self.workers():
                    try:
                        os.kill(pid, signal.SIGSTOP)
                    except ProcessLookupError:
                        pass

        def all_frozen():
            states = [pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2] for pid in self.workers()]
            return states and set(states) == {"T"}

        thread = threading.Thread(target=freezer)
        thread.start()
        try:
            wait_until(all_frozen, 10, "frozen workers")
            self.send("frozen")
            notice = self.wait_for_mail("out")
        finally:
            stop.set()
            thread.join()
        for pid in self.workers():
            os.kill(pid, signal.SIGCONT)   # the last one may have been frozen too
        self.assertIn("time-out", self.gateway.quarantine()[0]["reasons"])
        self.assertNotIn("hello", notice.get_body().get_content())
        self.send("ordinary")
        self.wait_for_mail("out", lambda mail: mail["subject"] == "ordinary")

    def test_mail_for_a_dead_next_hop_waits_is_listed_and_goes_when_told(self):
        port = free_port()
        self.start(f"smtp://127.0.0.1:{port}")
        self.send("patience")
        entry = wait_until(lambda: [one for one in self.gateway.queue() if one["state"] == "deferred"], 20, "deferral")[0]
        self.assertEqual(entry["recipients"], ["b@lgwan.example"])
        self.assertEqual(entry["subject"], "patience")
        self.assertTrue(entry["last_reply"].startswith("4"))
        self.assertEqual(self.gateway.command("queue", "hold", entry["id"]).returncode, 0)
        self.assertEqual(self.gateway.queue()[0]["state"], "hold")
        sink = Sink(port)
        self.addCleanup(sink.close)
        self.assertEqual(self.gateway.command("queue", "retry", entry["id"]).returncode, 0)
        wait_until(lambda: sink.messages, 20, self.gateway.log.read_text)
        wait_until(lambda: self.gateway.queue() == [], 10, "an empty queue")

    def test_a_next_hop_that_hangs_does_not_hold_up_the_mail_of_others(self):
        silent = socket.create_server(("127.0.0.1", 0))   # takes connections and says nothing
        self.addCleanup(silent.close)
        self.start(f"smtp://127.0.0.1:{silent.getsockname()[1]}", extra='[queue]\nreply_timeout = "3s"\n')
        with smtplib.SMTP("127.0.0.1", self.internet) as client:
            for number in range(300):
                client.sendmail("a@shop.example", ["b@lgwan.example"], TEXT.format(number))
        with smtplib.SMTP("127.0.0.1", self.lgwan) as client:
            client.sendmail("b@lgwan.example", ["a@shop.example"], TEXT.format("the other way"))
        self.wait_for_mail("internet", lambda mail: mail["subject"] == "the other way", 10)

    def test_a_deleted_message_is_gone_and_an_unknown_id_is_an_error(self):
        self.start(f"smtp://127.0.0.1:{free_port()}")
        self.send("unwanted")
        entry = wait_until(lambda: [one for one in self.gateway.queue() if one["state"] == "deferred"], 20, "deferral")[0]
        self.assertEqual(self.gateway.command("queue", "show", entry["id"]).returncode, 0)
        self.assertEqual(self.gateway.command("queue", "delete", entry["id"]).returncode, 0)
        self.assertEqual(self.gateway.queue(), [])
        self.assertEqual(self.gateway.command("queue", "delete", entry["id"]).returncode, 1)
        self.assertEqual(self.gateway.command("queue", "retry", "../../etc").returncode, 2)

    def test_each_recipient_has_an_answer_of_their_own(self):
        sink = Sink(replies={"later": "451 4.2.0 later", "never": "550 5.1.1 nobody here"})
        self.addCleanup(sink.close)
        self.start(f"smtp://127.0.0.1:{sink.port}")
        self.send("three", ["now@lgwan.example", "later@lgwan.example", "never@lgwan.example"])
        entry = wait_until(lambda: [one for one in self.gateway.queue() if one["state"] == "deferred"], 20, "deferral")[0]
        self.assertEqual(entry["recipients"], ["later@lgwan.example"])
        self.assertEqual([one[0] for one in sink.messages], [["now"]])
        report = self.wait_for_mail("internet")
        self.assertIn("never@lgwan.example", report.as_string())
        self.assertNotIn("now@lgwan.example", report.as_string().split("Final-Recipient")[1])
        sink.replies.clear()
        self.gateway.command("queue", "retry", entry["id"])
        wait_until(lambda: len(sink.messages) == 2, 20, self.gateway.log.read_text)
        self.assertEqual(sink.messages[1][0], ["later"])

    def test_a_report_that_nobody_can_be_told_about_is_held_for_a_person(self):
        sink = Sink(replies={"never": "550 5.1.1 nobody here"})
        self.addCleanup(sink.close)
        self.start(f"smtp://127.0.0.1:{sink.port}")
        self.send("bounce", ["never@lgwan.example"], sender="")
        entry = wait_until(self.gateway.queue, 20, "the message in the queue")[0]
        wait_until(lambda: self.gateway.queue()[0]["state"] == "hold", 20, self.gateway.log.read_text)
        self.assertEqual(entry["sender"], "")
        self.assertEqual(self.mails("internet"), [])

    def test_mail_that_waited_too_long_is_given_back_to_its_sender(self):
        self.start(f"smtp://127.0.0.1:{free_port()}", extra='[queue]\nretry_first = "1s"\nretry_max = "1s"\nexpire_after = "1m"\n')
        self.send("too late")
        entry = wait_until(lambda: [one for one in self.gateway.queue() if one["state"] == "deferred"], 20, "deferral")[0]
        self.gateway.stop()
        # The clock is ours to turn: the message becomes two minutes older.
        path = self.base / "state/spool/deferred" / entry["id"]
        content = path.read_bytes()
        line = [one for one in content.split(b"\n") if one.startswith(b"Received-Ms: ")][0]
        path.write_bytes(content.replace(line, b"Received-Ms: %d" % (int(line.split()[1]) - 120_000)))
        self.gateway.start(self.internet)
        report = self.wait_for_mail("internet")
        self.assertIn("Action: failed", report.as_string())
        self.assertIn("4.4.7", report.as_string())
        wait_until(lambda: self.gateway.queue() == [], 10, "an empty queue")

    def test_a_sender_hears_once_of_a_delay(self):
        self.start(f"smtp://127.0.0.1:{free_port()}", extra='[queue]\nretry_first = "1s"\nretry_max = "1s"\nwarn_after = "1s"\n')
        self.send("slow")
        report = self.wait_for_mail("internet")
        self.assertIn("Action: delayed", report.as_string())
        time.sleep(3)
        self.assertEqual(len(self.mails("internet")), 1)

    def test_recipients_with_different_profiles_get_different_rebuilds(self):
        profile = '\n[[flow]]\nfrom = "internet"\nto = "lgwan"\nprofile = "strict"\nmatch = { recipients = ["strict@lgwan.example"] }\n'
        text = two_zones(self.base, self.internet, self.lgwan, f"maildir:{self.base}/out")
        head, tail = text.split("[[flow]]", 1)
        self.gateway = Gateway(head + profile + "[[flow]]" + tail + '[profile.strict]\nattachments = "drop"\n', self.base)
        self.addCleanup(self.gateway.stop)
        self.gateway.start(self.internet)
        mail = samples.message("two ways")
        mail.set_content("x\n")
        mail.add_attachment("one\n", filename="list.txt")
        self.send(recipients=["strict@lgwan.example", "b@lgwan.example"], content=mail.as_bytes(policy=email.policy.SMTP))
        wait_until(lambda: len(self.mails("out")) == 2, 20, self.gateway.log.read_text)
        by_recipient = {one["Delivered-To"]: [part.get_filename() for part in one.iter_attachments()] for one in self.mails("out")}
        self.assertEqual(by_recipient, {"strict@lgwan.example": [], "b@lgwan.example": ["list.txt"]})

    def test_a_success_report_is_sent_when_asked_for(self):
        self.start(f"maildir:{self.base}/out")
        with smtplib.SMTP("127.0.0.1", self.internet) as client:
            client.ehlo()
            client.mail("a@shop.example", ["RET=HDRS", "ENVID=QQ1"])
            client.rcpt("b@lgwan.example", ["NOTIFY=SUCCESS", "ORCPT=rfc822;b@lgwan.example"])
            client.data(TEXT.format("tell me"))
        report = self.wait_for_mail("internet").as_string()
        self.assertIn("Action: delivered", report)
        self.assertIn("Original-Envelope-Id: QQ1", report)

    def test_a_database_that_does_not_answer_delays_mail_and_loses_none(self):
        self.start(f"maildir:{self.base}/out", extra='[queue]\nretry_first = "1s"\nretry_max = "1s"\n')
        other = sqlite3.connect(self.base / "state/mugai.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self.send("database away")
        wait_until(lambda: "keep.failed" in self.gateway.log.read_text(), 30, self.gateway.log.read_text)
        self.assertEqual(self.mails("out"), [])
        other.execute("ROLLBACK")
        other.close()
        self.wait_for_mail("out", lambda mail: mail["subject"] == "database away")

    def test_a_second_gateway_on_the_same_state_does_not_start(self):
        self.start(f"maildir:{self.base}/out")
        second = subprocess.run([self.gateway.process.args[0], "serve", "--config", str(self.gateway.config)],
                                capture_output=True, text=True, timeout=20)
        self.assertEqual(second.returncode, 1)
        self.assertIn("another gateway", second.stderr)

    def test_smuggling_sequences_end_nothing(self):
        self.start(f"maildir:{self.base}/out")
        for end in (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n"):
            with socket.create_connection(("127.0.0.1", self.internet)) as peer, peer.makefile("rb") as lines:
                peer.sendall(b"EHLO x\r\nMAIL FROM:<a@shop.example>\r\nRCPT TO:<b@lgwan.example>\r\nDATA\r\n")
                while not lines.readline().startswith(b"354"):
                    pass
                peer.sendall(b"Subject: outer\r\n\r\nx" + end + b"MAIL FROM:<evil@shop.example>\r\nRCPT TO:<b@lgwan.example>\r\n"
                             b"DATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n")
                self.assertTrue(lines.readline().startswith(b"550 5.6.11"), end)
        self.assertEqual(self.mails("out"), [])


if __name__ == "__main__":
    unittest.main()
