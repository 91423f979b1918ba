"""Users from the shell: made, changed, imported and exported, with the record that this leaves, in a real gateway's state."""
import pathlib
import subprocess
import tempfile
import unittest

from mugai import BINARY, Gateway, two_zones
from postfix import free_port

PASSWORD = "four-words-of-nonsense"


class UsersFromTheShell(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="mugai-users-")
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        internet = free_port()
        cls.gateway = Gateway(two_zones(cls.folder, internet, free_port(), "maildir:/nonexistent"), cls.folder / "gateway").start(internet)
        cls.addClassCleanup(cls.gateway.stop)
        assert cls.command("add", "keeper", "--role", "administrator").returncode == 0

    @classmethod
    def command(cls, *words, stdin=""):
        return subprocess.run([BINARY, "user", *words, "--config", str(cls.gateway.config)], input=stdin, capture_output=True, text=True)

    def user(self, name):
        return self.gateway.json("user", "show", name)

    def test_the_generated_password_is_printed_once_and_must_be_changed(self):
        made = self.gateway.json("user", "add", "suzuki", "--role", "operator", "--display", "鈴木 花子", "--domain", "kaikei.example.jp")
        self.assertRegex(made["password"], r"^[a-z0-9]{5}(-[a-z0-9]{5}){3}$")
        found = self.user("Suzuki")
        self.assertEqual((found["display"], found["role"], found["domains"]), ("鈴木 花子", "operator", ["kaikei.example.jp"]))
        self.assertTrue(found["must_change_password"])
        self.assertNotIn(made["password"], str(found))
        record = self.gateway.json("audit", "list")
        self.assertNotIn(made["password"], str(record))
        self.assertIn(("user.add", "suzuki"), [(one["action"], one["object"]) for one in record])

    def test_a_password_comes_from_standard_input_and_must_be_good(self):
        self.assertEqual(self.command("add", "typed", "--password-file", "-", "--final", stdin=PASSWORD + "\n").returncode, 0)
        self.assertFalse(self.user("typed")["must_change_password"])
        weak = self.command("password", "typed", "--password-file", "-", stdin="short\n")
        self.assertEqual(weak.returncode, 2)
        self.assertIn("12", weak.stderr)
        self.assertEqual(self.command("add", "argv", "--password", PASSWORD).returncode, 2)

    def test_the_last_administrator_stays(self):
        for words in (("disable", "keeper"), ("change", "keeper", "--role", "auditor")):
            refused = self.command(*words)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("administrator", refused.stderr)
        self.assertFalse(self.user("keeper")["disabled"])

    def test_verbs_do_what_they_say(self):
        self.assertEqual(self.command("add", "verbs", "--directory").returncode, 0)
        self.assertFalse(self.user("verbs")["password"])
        for verb in ("disable", "unlock", "reset-totp"):
            self.assertEqual(self.command(verb, "verbs").returncode, 0, verb)
        self.assertTrue(self.user("verbs")["disabled"])
        self.assertEqual(self.command("enable", "verbs").returncode, 0)
        self.assertEqual(self.command("change", "verbs", "--role", "auditor", "--domain", "a.example.jp", "--language", "en").returncode, 0)
        found = self.user("verbs")
        self.assertEqual((found["disabled"], found["role"], found["domains"], found["language"]), (False, "auditor", ["a.example.jp"], "en"))
        self.assertEqual(self.command("change", "verbs", "--all-domains").returncode, 0)
        self.assertEqual(self.user("verbs")["domains"], [])
        self.assertEqual(self.command("disable", "nobody").returncode, 1)
        self.assertEqual(self.command("change", "verbs", "--role", "king").returncode, 2)

    def test_what_is_exported_can_be_imported(self):
        self.assertEqual(self.command("add", "formula", "--directory", "--display", "=1+1").returncode, 0)
        out = self.folder / "users.csv"
        self.assertEqual(self.command("export", "-o", str(out)).returncode, 0)
        text = out.read_text(encoding="utf-8")
        self.assertTrue(text.startswith("\ufeffname,display,role,domains,language,disabled"))
        self.assertIn('"\'=1+1"', text)
        self.assertEqual(self.gateway.json("user", "import", str(out)), [])

    def test_an_import_in_shift_jis_is_tried_and_then_done(self):
        file = self.folder / "april.csv"
        file.write_bytes("name,display,role\napril,異動 花子①,auditor\n".encode("cp932"))
        tried = self.gateway.json("user", "import", str(file), "--dry-run")
        self.assertEqual(tried, [{"name": "april", "what": "add"}])
        self.assertEqual(self.command("show", "april").returncode, 1)
        done = self.gateway.json("user", "import", str(file))
        self.assertEqual(len(done[0]["password"]), 23)
        self.assertEqual(self.user("april")["display"], "異動 花子①")
        file.write_text("name,role\nmay,auditor\njune,king\n")
        refused = self.command("import", str(file))
        self.assertEqual(refused.returncode, 3)
        self.assertIn("line 3", refused.stderr)
        self.assertEqual(self.command("show", "may").returncode, 1)

    def test_tokens_are_made_listed_and_revoked(self):
        made = self.gateway.json("user", "token", "add", "keeper", "--scope", "items.read", "--scope", "audit.read", "--label", "SIEM", "--days", "30")
        self.assertRegex(made["token"], r"^mugai_[A-Za-z0-9_-]{43}$")
        listed = [one for one in self.gateway.json("user", "token", "list", "keeper") if one["id"] == made["id"]]
        self.assertEqual((listed[0]["label"], listed[0]["scopes"], listed[0]["last_used"]), ("SIEM", ["items.read", "audit.read"], None))
        self.assertNotIn(made["token"], str(listed))
        self.assertEqual(self.command("token", "revoke", made["id"]).returncode, 0)
        self.assertEqual(self.command("token", "revoke", made["id"]).returncode, 1)
        self.assertEqual(self.command("token", "add", "keeper", "--scope", "users.change").returncode, 2)

    def test_no_password_is_in_the_log(self):
        self.assertNotIn(PASSWORD, self.gateway.log.read_text())


if __name__ == "__main__":
    unittest.main()
