"""What people do is on record, in SQLite and in PostgreSQL, and a change of the record shows."""
import csv
import io
import pathlib
import re
import smtplib
import sqlite3
import sys
import tempfile
import unittest

from mugai import Gateway, two_zones, wait_until
from postfix import free_port

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import with_postgresql  # noqa: E402

TEXT = b"From: a@shop.example\r\nTo: b@lgwan.example\r\nSubject: hi\r\n\r\nhello\r\n"


class Audit(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-audit-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def gateway(self, database=""):
        """With a mail in its queue that cannot be delivered."""
        internet = free_port()
        gateway = Gateway(two_zones(self.folder, internet, free_port(), f"smtp://127.0.0.1:{free_port()}", extra=database),
                          self.folder / "gateway").start(internet)
        self.addCleanup(gateway.stop)
        with smtplib.SMTP("127.0.0.1", internet) as client:
            client.sendmail("a@shop.example", ["b@lgwan.example"], TEXT)
        self.message = wait_until(gateway.queue)[0]["id"]
        wait_until(lambda: gateway.queue()[0]["state"] == "deferred")
        return gateway

    def act(self, gateway):
        for verb in ("hold", "delete"):
            self.assertEqual(gateway.command("queue", verb, self.message).returncode, 0)

    def check_records(self, gateway):
        records = gateway.json("audit", "list")
        self.assertEqual([(one["action"], one["object"]) for one in records],
                         [("queue.delete", self.message), ("queue.hold", self.message)])
        self.assertTrue(all(one["actor"] and one["source"] == "cli" for one in records))
        self.assertEqual(gateway.command("audit", "verify").returncode, 0)

    def test_acts_are_recorded_and_a_change_shows(self):
        gateway = self.gateway()
        self.act(gateway)
        self.check_records(gateway)
        gateway.stop()
        head = re.findall(r"audit\.head head=(\S+)", gateway.log.read_text())[-1]
        self.assertEqual(gateway.command("audit", "verify", "--head", head).returncode, 0)
        database = sqlite3.connect(self.folder / "state/mugai.db")
        database.execute("UPDATE audit SET actor = 'somebody else' WHERE seq = 1")
        database.commit()
        result = gateway.command("audit", "verify")
        self.assertEqual(result.returncode, 3)
        self.assertIn("record 1", result.stdout)
        database.execute("DELETE FROM audit")
        database.execute("UPDATE audit_head SET seq = 0, hash = ''")
        database.commit()
        self.assertEqual(gateway.command("audit", "verify").returncode, 0)
        self.assertEqual(gateway.command("audit", "verify", "--head", head).returncode, 3)

    def test_the_export_is_a_table_without_formulas(self):
        gateway = self.gateway()
        self.act(gateway)
        rows = list(csv.reader(io.StringIO(gateway.command("audit", "export").stdout.lstrip("\ufeff"))))
        self.assertEqual(rows[0][:5], ["seq", "at", "actor", "source", "action"])
        self.assertEqual([row[4] for row in rows[1:]], ["queue.hold", "queue.delete"])

    def test_what_cannot_be_recorded_is_not_done(self):
        gateway = self.gateway()
        gateway.stop()
        (self.folder / "state/mugai.db").unlink()
        self.assertEqual(gateway.command("queue", "delete", self.message).returncode, 1)
        self.assertEqual(len(list((self.folder / "state/spool").glob("*/" + self.message + "*"))), 1)

    def test_everything_works_on_postgresql(self):
        server = with_postgresql.Server()
        if not server.programs:
            self.skipTest("no PostgreSQL here")
        self.addCleanup(server.stop)
        gateway = self.gateway(f'database = "postgresql://{server.start()}/postgres"')
        self.act(gateway)
        self.check_records(gateway)
        self.assertFalse((self.folder / "state/mugai.db").exists())
        self.assertNotIn("test%only", gateway.log.read_text())


if __name__ == "__main__":
    unittest.main()
