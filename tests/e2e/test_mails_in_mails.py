"""Mails in mails, calendars and contacts, judged by readers that are not ours: Python's email and zipfile, msgconvert for
.msg, ytnef for winmail.dat, icalendar and vobject for what leaves. And by mugai file --verify, which objects to nothing."""
import email
import email.policy
import json
import pathlib
import subprocess
import tempfile
import unittest
import zipfile

from mugai import BINARY

SEEDS = pathlib.Path(__file__).parents[2] / "fuzz/corpus"
SYSTEM_PYTHON = "/usr/bin/python3"   # the one that Debian's packages are for

READ_CALENDAR = """
import icalendar, json, sys
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
event = calendar.walk("VEVENT")[0]
print(json.dumps({"method": calendar.get("METHOD"), "summary": event.get("SUMMARY"), "start": event.decoded("DTSTART").isoformat(),
    "zone": event["DTSTART"].params.get("TZID"), "organizer": event.get("ORGANIZER"), "names": sorted(event.keys()),
    "alarms": len(event.walk("VALARM"))}))
"""
READ_CONTACTS = """
import json, sys, vobject
cards = vobject.readComponents(sys.stdin.buffer.read().decode("utf-8"))
print(json.dumps([{"family": c.n.value.family, "given": c.n.value.given, "version": c.version.value, "tel": c.tel.value,
                   "names": sorted(c.contents)} for c in cards]))
"""


def read_with(script, content):
    result = subprocess.run([SYSTEM_PYTHON, "-c", script], input=content, capture_output=True, check=False)
    if result.returncode != 0:
        raise AssertionError(result.stderr.decode())
    return json.loads(result.stdout)


def parsed(content):
    return email.message_from_bytes(content, policy=email.policy.default)


def text_of(message):
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def attachments_of(message):
    return {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}


class MailsInMails(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-mails-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def treat(self, content, name):
        """The one file that leaves for `content`, and the report."""
        source, out, report = self.folder / "in", self.folder / "out", self.folder / "report.json"
        out.mkdir(exist_ok=True)
        for old in out.iterdir():
            old.unlink()
        source.write_bytes(content)
        result = subprocess.run([BINARY, "file", source, "-o", out, "--name", name, "--report", report], capture_output=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        left = list(out.iterdir())
        self.assertEqual(len(left), 1)
        second_look = subprocess.run([BINARY, "file", "--verify", left[0]], capture_output=True)
        self.assertEqual(second_look.returncode, 0, second_look.stdout + second_look.stderr)
        return left[0].name, left[0].read_bytes(), json.loads(report.read_text())

    def treat_mail(self, content):
        result = subprocess.run([BINARY, "mail"], input=content, capture_output=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        return parsed(result.stdout)

    def test_an_outlook_message_says_what_msgconvert_finds_in_it(self):
        source = SEEDS / "outlook_msg/mail.msg"
        other = self.folder / "other.eml"
        subprocess.run(["msgconvert", "--outfile", other, source], check=True, capture_output=True)
        oracle = parsed(other.read_bytes())
        name, content, _ = self.treat(source.read_bytes(), "見積.msg")
        ours = parsed(content)
        self.assertEqual(name, "見積.eml")
        self.assertEqual(ours["Message-ID"], oracle["Message-Id"])
        self.assertEqual(ours["Date"].datetime, oracle["Date"].datetime)
        self.assertEqual(attachments_of(ours), attachments_of(oracle))
        self.assertEqual(ours["Subject"], "見積の件①")
        self.assertEqual(ours["From"].addresses[0].addr_spec, "yamada@example.jp")
        self.assertEqual(ours["From"].addresses[0].display_name, "山田 太郎")
        self.assertEqual(text_of(ours), "見積をお送りします。\n")

    def test_a_message_in_a_message_comes_out_with_its_files(self):
        _, content, report = self.treat((SEEDS / "outlook_msg/nested_rtf.msg").read_bytes(), "a.msg")
        ours = parsed(content)
        self.assertEqual(attachments_of(ours)["一覧.csv"], b"a,b\r\n")
        self.assertIn("見積をお送りします。", attachments_of(ours)["見積の件①.txt"].decode())
        self.assertTrue(text_of(ours).startswith("見積\n"))   # hidden as HTML in compressed RTF
        held = [item["name"] for item in report["items"] if item["action"] == "held"]
        self.assertEqual(held, ["ole"])

    def test_winmail_dat_gives_the_files_that_ytnef_finds(self):
        source = SEEDS / "tnef/mail.dat"
        subprocess.run(["ytnef", "-f", self.folder, source], check=True, capture_output=True)
        oracle = {path.name: path.read_bytes() for path in self.folder.iterdir() if path.suffix == ".CSV"}
        self.assertEqual(len(oracle), 1)
        mail = email.message.EmailMessage()
        mail["From"], mail["Subject"] = "a@example.jp", "x"
        mail.set_content("見積をお送りします。\n")
        mail.add_attachment(source.read_bytes(), maintype="application", subtype="ms-tnef", filename="winmail.dat")
        ours = self.treat_mail(mail.as_bytes())
        self.assertEqual(list(attachments_of(ours).values()), list(oracle.values()))
        self.assertEqual(list(attachments_of(ours)), ["一覧.csv"])
        self.assertEqual(text_of(ours).count("見積をお送りします"), 1)

    def invitation(self):
        mail = email.message.EmailMessage()
        mail["From"], mail["Subject"] = "a@example.jp", "定例会議"
        mail.set_content("ご案内です\n")
        mail.add_alternative("<p>ご案内です</p>", subtype="html")
        calendar = email.message.EmailMessage()
        calendar.set_content((SEEDS / "ics/invitation.ics").read_text(encoding="utf-8"), subtype="calendar")
        calendar.set_param("method", "REQUEST")
        mail.attach(calendar)
        return mail.as_bytes()

    def test_an_invitation_is_read_in_the_mail_and_stays_an_invitation(self):
        ours = self.treat_mail(self.invitation())
        parts = list(ours.iter_attachments())
        self.assertEqual([part.get_content_type() for part in parts], ["text/calendar"])
        self.assertEqual(parts[0].get_param("method"), "REQUEST")
        self.assertEqual(parts[0].get_filename(), "invite.ics")
        event = read_with(READ_CALENDAR, parts[0].get_payload(decode=True))
        self.assertEqual(event["method"], "REQUEST")
        self.assertEqual(event["summary"], "定例会議, 第1回")
        self.assertTrue(event["start"].startswith("2026-11-25T10:00:00"), event["start"])
        self.assertEqual(event["zone"], "Tokyo Standard Time")
        self.assertEqual(event["organizer"], "mailto:yamada@example.jp")
        self.assertEqual(event["alarms"], 1)
        self.assertNotIn("URL", event["names"])
        for words in ("ご案内です", "定例会議, 第1回", "2026-11-25 (水) 10:00 [Tokyo Standard Time]", "山田 <yamada@example.jp>"):
            self.assertIn(words, text_of(ours))

    def test_a_phones_calendar_becomes_one_of_today(self):
        _, content, _ = self.treat((SEEDS / "ics/vcal1.vcs").read_bytes(), "予定.vcs")
        self.assertEqual(read_with(READ_CALENDAR, content)["summary"], "定例会議")

    def test_a_phones_contact_becomes_one_of_today(self):
        _, content, _ = self.treat((SEEDS / "vcf/card21_sjis.vcf").read_bytes(), "a.vcf")
        card = read_with(READ_CONTACTS, content)[0]
        self.assertEqual((card["family"], card["given"], card["version"], card["tel"]), ("山田", "太郎", "3.0", "090"))
        self.assertIn("x-phonetic-last-name", card["names"])
        self.assertNotIn("sound", card["names"])

    def test_a_mailbox_becomes_a_zip_of_mails(self):
        box = b"".join(b"From a@example.jp Fri Nov 20 10:00:00 2026\nFrom: a@example.jp\nSubject: =?UTF-8?B?6KaL56mN?= %d\n"
                       b"Date: Fri, 20 Nov 2026 10:00:00 +0900\n\n>From me: mail %d\n\n" % (i, i) for i in (1, 2, 3))
        name, content, _ = self.treat(box, "inbox.mbox")
        self.assertEqual(name, "inbox.zip")
        (self.folder / "box.zip").write_bytes(content)
        with zipfile.ZipFile(self.folder / "box.zip") as archive:
            self.assertEqual(archive.namelist(), [f"00{i}_見積 {i}.eml" for i in (1, 2, 3)])
            second = parsed(archive.read("002_見積 2.eml"))
        self.assertEqual(text_of(second), "From me: mail 2\n")

    def test_all_that_leaves_stays_as_it_is(self):
        for folder in ("outlook_msg", "tnef", "ics", "vcf"):
            for seed in sorted((SEEDS / folder).iterdir()):
                with self.subTest(seed=seed.name):
                    name, content, _ = self.treat(seed.read_bytes(), seed.name)
                    again_name, again, report = self.treat(content, name)
                    self.assertEqual((again_name, again), (name, content))
                    self.assertNotEqual(report["verdict"], "held")


if __name__ == "__main__":
    unittest.main()
