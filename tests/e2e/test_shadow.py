"""A candidate profile in the shadow of the real one: shows what would have differed, and touches no mail."""
import pathlib
import tempfile
import time
import unittest

from browser import Browser, is_here
from mugai import wait_until
from needs import needs
from test_console import Site


@needs(is_here(), "chromium, chromium-driver")
class Shadow(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-shadow-")
        self.addCleanup(temporary.cleanup)
        self.site = Site(temporary.name, '[profile.candidate]\nattachments = "sanitize"\ntypes = { csv = "hold" }\n')
        self.addCleanup(self.site.gateway.stop)
        self.site.add_user("suzuki", "administrator")
        self.browser = Browser()
        self.addCleanup(self.browser.close)

    def delivered(self):
        folder = self.site.maildir / "new"
        return sorted(folder.iterdir()) if folder.exists() else []

    def acts(self):
        return [(one["actor"], one["action"]) for one in self.site.gateway.json("audit", "list") if one["action"].startswith("shadow.")]

    def compared(self, count):
        def enough():
            self.browser.open(self.site.url("/shadow"))
            return self.browser.text("#compared") == str(count)
        wait_until(enough, 40, lambda: f"{count} compared mails: " + self.browser.text() + self.site.gateway.log.read_text()[-2000:])

    def test_a_run_shows_what_would_have_differed_and_ends(self):
        site, browser = self.site, self.browser
        site.send("前の表", "before.csv", b"a,b\r\n1,2\r\n")
        wait_until(lambda: len(self.delivered()) == 1, 30, "a mail before the run")
        site.sign_in(browser, "suzuki")
        browser.open(site.url("/shadow"))
        browser.click("form[action='/shadow'] button.main")
        wait_until(lambda: browser.has("form[action='/shadow/1/stop']"), 10, lambda: "a run: " + browser.text())
        wait_until(lambda: "shadow.begin" in site.gateway.log.read_text(), 20, "the gateway to learn of it")

        site.send("表を送ります <script>document.title='owned'</script>", "table.csv", b"a,b\r\n1,2\r\n")
        site.send("文書だけ", "note.txt", b"hello\r\n")
        wait_until(lambda: len(self.delivered()) == 3, 30, "both mails")
        mails = b"".join(one.read_bytes() for one in self.delivered())
        self.assertIn(b"table.csv", mails)
        self.compared(2)
        self.assertEqual(browser.text("#different"), "1")
        self.assertIn("表を送ります", browser.text("main"))
        self.assertNotIn("文書だけ", browser.text("main"))
        self.assertNotEqual(browser.script("return document.title"), "owned")
        browser.script("for (const one of document.querySelectorAll('details')) one.open = true")
        self.assertIn("処理: 再構成 → 保留", browser.text("tbody details"))
        self.assertEqual(len(self.delivered()), 3)
        self.assertEqual(site.gateway.quarantine(), [])

        browser.open(site.url("/shadow?run=1&kind=action"))
        self.assertIn("表を送ります", browser.text("main"))
        browser.open(site.url("/shadow?run=1&kind=notes"))
        self.assertNotIn("表を送ります", browser.text("main"))
        browser.open(site.url("/shadow"))
        browser.click("a.open")
        wait_until(lambda: "/messages/" in browser.where(), 10, "tracking of the mail")

        browser.open(site.url("/shadow"))
        browser.click("form[action='/shadow/1/stop'] button")
        wait_until(lambda: "終了" in browser.text("#run h2"), 10, lambda: "the end: " + browser.text())
        wait_until(lambda: "shadow.end" in site.gateway.log.read_text(), 20, "the gateway to learn of that")
        site.send("後の表", "after.csv", b"a,b\r\n1,2\r\n")
        wait_until(lambda: len(self.delivered()) == 4, 30, "a mail after the run")
        time.sleep(1)
        self.compared(2)
        self.assertCountEqual(self.acts(), [("suzuki", "shadow.start"), ("suzuki", "shadow.stop")])

    def test_a_busy_gateway_drops_comparisons_and_no_mail(self):
        site, browser = self.site, self.browser
        site.sign_in(browser, "suzuki")
        browser.open(site.url("/shadow"))
        browser.click("form[action='/shadow'] button.main")
        wait_until(lambda: "shadow.begin" in site.gateway.log.read_text(), 20, "the gateway to learn of it")
        for number in range(60):
            site.send(f"多い {number}", "table.csv", b"a,b\r\n1,2\r\n")
        wait_until(lambda: len(self.delivered()) == 60, 60, "all of the mail")

        def accounted():
            browser.open(site.url("/shadow"))
            numbers = browser.script("return [...document.querySelectorAll('#run dd')].slice(-3).map(one => Number(one.innerText))")
            return numbers[0] + numbers[2] == 60 and numbers[0] == numbers[1]
        wait_until(accounted, 60, lambda: "each mail to be compared or counted: " + browser.text())


if __name__ == "__main__":
    unittest.main()
