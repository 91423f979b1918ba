"""Finding what is held at the command line: the console's search, page by page."""
import json
import tempfile
import unittest

from test_console import Site


class QuarantineList(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-list-")
        cls.addClassCleanup(temporary.cleanup)
        cls.site = Site(temporary.name)
        cls.addClassCleanup(cls.site.gateway.stop)
        for number in range(5):
            cls.site.send(f"請求書 {number}", f"seikyu{number}.exe")
        cls.site.send("会計の表", "hyou.exe", recipient="kaikei@lgwan.example")
        cls.site.wait_for_items(6)

    def found(self, *words):
        return [item["subject"] for item in self.site.gateway.json("quarantine", "list", *words)]

    def test_finds_as_the_console_does(self):
        self.assertEqual(len(self.found()), 6)
        self.assertEqual(self.found("--recipient", "kaikei@lgwan.example"), ["会計の表"])
        self.assertEqual(len(self.found("--sender", "@shop.example")), 6)
        self.assertEqual(len(self.found("--subject", "請求書")), 5)
        self.assertEqual(self.found("--name", "hyou.exe"), ["会計の表"])
        self.assertEqual(self.found("--words", "会計"), ["会計の表"])
        self.assertEqual(len(self.found("--since", "2020-01-01", "--until", "2099-01-01")), 6)
        self.assertEqual(self.found("--until", "2020-01-01"), [])
        self.assertEqual(self.found("--state", "released"), [])
        reason = self.site.gateway.quarantine()[0]["reasons"][0]
        self.assertEqual(len(self.found("--reason", reason)), 6)
        self.assertEqual(self.found("--reason", "no-such-reason"), [])

    def test_goes_page_by_page(self):
        seen, cursor = [], None
        for _ in range(3):
            result = self.site.gateway.command("quarantine", "list", "--subject", "請求書", "--limit", "2", "--json", *(["--cursor", cursor] if cursor else []))
            self.assertEqual(result.returncode, 0, result.stderr)
            seen += [item["subject"] for item in json.loads(result.stdout)]
            cursor = result.stderr.split("--cursor ")[1].strip() if "--cursor " in result.stderr else None
        self.assertIsNone(cursor)
        self.assertEqual(sorted(seen), [f"請求書 {number}" for number in range(5)])

    def test_keeps_the_shape_and_says_what_is_wrong(self):
        for item in self.site.gateway.quarantine():
            self.assertLessEqual({"id", "state", "sender", "recipients", "subject", "since", "name", "reasons", "sha256", "kept"}, item.keys())
        text = self.site.gateway.command("quarantine", "list", "--name", "hyou.exe").stdout
        self.assertRegex(text, r"^\S+-2  held  \S+  <sender@shop.example>  hyou\.exe  \[\S+\]\n$")
        for words in (["--since", "yesterday"], ["--state", "lost"], ["--cursor", "x"]):
            self.assertEqual(self.site.gateway.command("quarantine", "list", *words).returncode, 2, words)


if __name__ == "__main__":
    unittest.main()
