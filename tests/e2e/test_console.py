"""The console in a real browser: signing in, finding, looking, releasing by two persons; and those who try to get around it."""
import base64
import email.header
import hashlib
import hmac
import http.client
import os
import pathlib
import re
import smtplib
import socket
import ssl
import struct
import subprocess
import tempfile
import time
import unittest
import urllib.parse

import pdf
from browser import Browser, is_here
from mugai import BINARY, Gateway, two_zones, wait_until
from needs import needs
from postfix import free_port

PASSWORD = "correct horse battery 42"
SCRIPT = "<script>document.title='owned'</script>"
BREAKOUT = "\"'><img src=x onerror=\"document.title='owned'\">"


def totp(secret, at=None):
    key = base64.b32decode(re.sub(r"[^A-Z2-7]", "", secret.upper()) + "=" * (-len(re.sub(r"[^A-Z2-7]", "", secret.upper())) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((time.time() if at is None else at) // 30)), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7fffffff) % 1_000_000:06d}"


def encoded(text):
    return email.header.Header(text, "utf-8", maxlinelen=None).encode().replace("\n", "")


def mail(subject, name, content, recipient, body="本文です。"):
    return (f"From: {encoded('差出人 ' + SCRIPT)} <sender@shop.example>\r\nTo: {recipient}\r\nSubject: {encoded(subject)}\r\n"
            f"Message-ID: <{hashlib.sha1(subject.encode()).hexdigest()}@shop.example>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(body.encode()).decode()}\r\n"
            f"--x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{encoded(name)}\"\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(content).decode()}\r\n--x--\r\n").encode()


class Site:
    """A gateway with a console, some users and some held mail."""

    def __init__(self, folder, extra=""):
        self.folder = pathlib.Path(folder)
        self.smtp, lgwan, self.port = free_port(), free_port(), free_port()
        self.maildir = self.folder / "lgwan"
        config = two_zones(self.folder, self.smtp, lgwan, f"maildir:{self.maildir}")
        config = config.replace('profile = "sanitize"', 'profile = "looked-at"\ntwo_person = true', 1)
        config += '[profile.looked-at]\ntypes = { pdf = "hold" }\n'
        self.gateway = Gateway(config + f'[console]\nlisten = "127.0.0.1:{self.port}"\n{extra}', self.folder)
        self.gateway.start(self.smtp)
        self.secrets, self.used = {}, {}   # by name

    def add_user(self, name, role, *more):
        done = subprocess.run([BINARY, "user", "add", name, "--role", role, "--password-file", "-", "--final", *more,
                               "--config", str(self.gateway.config)], input=PASSWORD + "\n", capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def send(self, subject, name, content=b"MZ\x90\x00" + b"\0" * 200, recipient="zeimu@lgwan.example", body="本文です。"):
        with smtplib.SMTP("127.0.0.1", self.smtp) as client:
            client.sendmail("sender@shop.example", [recipient], mail(subject, name, content, recipient, body))

    def wait_for_items(self, count):
        wait_until(lambda: len(self.gateway.quarantine()) >= count, 30, f"{count} held items")
        return self.gateway.quarantine()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def sign_in(self, browser, name):
        """Also enrols, the first time. A code is good once: wait for the next one when this was used."""
        browser.open(self.url("/sign-in"))
        browser.type("[name=name]", name)
        browser.type("[name=password]", PASSWORD)
        browser.click("button.main")
        wait_until(lambda: browser.has("form[action='/sign-in/enrol'], form[action='/sign-in/code']"), 20, lambda: "the second step: " + browser.text())
        if browser.has("#secret"):
            self.secrets[name] = browser.text("#secret")
            self.used[name] = totp(self.secrets[name])
            browser.type("[name=code]", self.used[name])
            browser.click("button.main")
            wait_until(lambda: browser.has("a.main"), 20, lambda: "the recovery codes: " + browser.text())
            browser.click("a.main")
        else:
            wait_until(lambda: totp(self.secrets[name]) != self.used[name], 40, "the next code")
            self.used[name] = totp(self.secrets[name])
            browser.type("[name=code]", self.used[name])
            browser.click("button.main")
        wait_until(lambda: browser.has("header.bar"), 10, lambda: "a session: " + browser.text())

    def request(self, method, path, body=None, headers=None, host=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or f"127.0.0.1:{self.port}")
        data = urllib.parse.urlencode(body).encode() if isinstance(body, dict) else body
        for key, value in (headers or {}).items():
            connection.putheader(key, value)
        if data is not None:
            if isinstance(body, dict):
                connection.putheader("Content-Type", "application/x-www-form-urlencoded")
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer, text


@needs(is_here(), "chromium, chromium-driver")
class Console(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-console-")
        cls.addClassCleanup(temporary.cleanup)
        cls.site = Site(temporary.name)
        cls.addClassCleanup(cls.site.gateway.stop)
        cls.site.add_user("suzuki", "administrator")
        cls.site.add_user("tanaka", "administrator")
        cls.site.add_user("kaikei", "approver", "--domain", "kaikei@lgwan.example")
        cls.site.add_user("kansa", "auditor")
        cls.site.send("請求書 " + SCRIPT + BREAKOUT, "請求書" + SCRIPT + BREAKOUT + ".exe")
        cls.site.send("反転 \u202egnp.exe", "\u202egnp.exe")
        cls.site.send("会計だけ", "kaikei.exe", recipient="kaikei@lgwan.example")
        cls.site.send("改ざんのない議事録", "議事録.pdf", pdf.pages([pdf.line("議事録 一頁"), pdf.line("page two")]), recipient="somu@lgwan.example")
        cls.items = cls.site.wait_for_items(4)

    def setUp(self):
        self.browser = Browser()
        self.addCleanup(self.browser.close)

    def item(self, words):
        return next(item["id"] for item in self.items if words in item["subject"])

    def cookie_header(self):
        return "; ".join(f"{one['name']}={one['value']}" for one in self.browser.cookies())

    def wait_for(self, selector, words):
        wait_until(lambda: self.browser.has(selector) and words in self.browser.text(selector), 20,
                   lambda: f"{words} in {selector}: " + self.browser.text())

    def csrf(self):
        return self.browser.script("return document.querySelector('[name=csrf]').value")

    def test_two_persons_find_look_and_release(self):
        site, browser = self.site, self.browser
        site.sign_in(browser, "suzuki")
        browser.open(site.url("/quarantine"))
        browser.press(["/"])
        browser.type("[data-search]", "請求書")
        browser.click(".search button.main")
        wait_until(lambda: browser.script("return document.querySelectorAll('tbody tr').length") == 1, 10, "the one item that fits")
        browser.script("document.activeElement.blur()")
        browser.press(["j", "\ue007"])
        wait_until(lambda: "/quarantine/" in browser.where(), 10, "the item's page")
        item = self.item("請求書")
        self.assertTrue(browser.where().endswith(item))
        browser.open(site.url(f"/quarantine/{item}"))
        browser.script("for (const one of document.querySelectorAll('details')) one.open = true")
        original = f"form[action='/quarantine/{item}/release']:has([value=original])"
        browser.type(original + " textarea", "課長と確認済み " + SCRIPT)
        browser.click(original + " button")
        self.wait_for(".box.bad", "内容を目で確認")
        browser.script("for (const one of document.querySelectorAll('details')) one.open = true")
        browser.click(original + " [name=checked]")
        browser.click(original + " button")
        self.wait_for(".box.good", "1 人目")
        browser.script("for (const one of document.querySelectorAll('details')) one.open = true")
        browser.click(original + " [name=checked]")
        browser.type(original + " textarea", "もう一度")
        browser.click(original + " button")
        self.wait_for(".box.bad", "別の人")
        browser.click("header form[action='/sign-out'] button")
        wait_until(lambda: browser.has("[name=password]"), 10, "the way out")

        before = set(os.listdir(site.maildir / "new"))
        site.sign_in(browser, "tanaka")
        browser.open(site.url(f"/quarantine/{item}"))
        self.assertIn("課長と確認済み", browser.text(".said"))
        browser.script("for (const one of document.querySelectorAll('details')) one.open = true")
        browser.click(original + " [name=checked]")
        browser.type(original + " textarea", "確認しました")
        browser.click(original + " button")
        wait_until(lambda: set(os.listdir(site.maildir / "new")) - before, 30, "the released mail")

        def released():
            browser.open(site.url(f"/quarantine/{item}"))
            return "解放済み" in browser.text("h1")
        wait_until(released, 30, "the item to be released")
        acts = [(one["actor"], one["action"]) for one in site.gateway.json("audit", "list") if one["object"] == item]
        self.assertIn("suzuki", [actor for actor, _ in acts])
        self.assertIn("tanaka", [actor for actor, _ in acts])
        self.assertNotEqual(browser.script("return document.title"), "owned")

    def test_pages_of_a_document_are_looked_at_as_pictures(self):
        site, browser = self.site, self.browser
        site.sign_in(browser, "tanaka")
        item = self.item("議事録")
        browser.open(site.url(f"/quarantine/{item}"))
        browser.click("a.button[href$='/preview']")
        self.wait_for(".paging", "1 / 2")
        drawn = "const image = document.querySelector('img.shown'); return image && image.complete && image.naturalWidth"
        wait_until(lambda: browser.script(drawn), 20, "the first page")
        self.assertGreater(browser.script(drawn), 800)
        browser.click("a[rel=next]")
        self.wait_for(".paging", "2 / 2")
        wait_until(lambda: browser.script(drawn), 20, "the second page")
        browser.click("a[href$='as=text']")
        self.wait_for("pre.shown", "--- 1 / 2 ---")
        self.assertTrue(browser.text("pre.shown").startswith("--- 1"), browser.text("pre.shown"))
        answer, _ = site.request("GET", f"/quarantine/{item}/picture?page=3", headers={"Cookie": self.cookie_header()})
        self.assertEqual(answer.status, 404)
        looks = [one["detail"] for one in site.gateway.json("audit", "list") if one["object"] == item and one["action"] == "quarantine.preview"]
        self.assertIn("page 2", looks)

    def test_nothing_that_a_mail_says_becomes_markup(self):
        site, browser = self.site, self.browser
        site.sign_in(browser, "kansa") if "kansa" in site.secrets else self.sign_in_plainly("kansa")
        message = self.item("請求書").rsplit("-", 1)[0]
        for path in ("/quarantine?state=all", f"/quarantine/{self.item('請求書')}", "/messages", f"/messages/{message}", "/audit",
                     "/quarantine?" + urllib.parse.urlencode({"words": SCRIPT + BREAKOUT, "sender": BREAKOUT, "from": BREAKOUT})):
            browser.open(site.url(path))
            self.assertNotIn("owned", browser.script("return document.title"), path)
            self.assertEqual(browser.script("return document.querySelectorAll('script:not([src]), img[src=x], [onerror]').length"), 0, path)
        browser.open(site.url("/quarantine?state=all"))
        self.assertIn(SCRIPT, browser.text("main"))
        self.assertIn("[U+202E]", browser.text("main"))
        self.assertNotIn("\u202e", browser.source())

    def sign_in_plainly(self, name):
        """Somebody who needs no second factor."""
        self.browser.open(self.site.url("/sign-in"))
        self.browser.type("[name=name]", name)
        self.browser.type("[name=password]", PASSWORD)
        self.browser.click("button.main")
        wait_until(lambda: self.browser.has("header.bar"), 10, lambda: "a session: " + self.browser.text())

    def test_a_department_sees_only_its_own(self):
        site, browser = self.site, self.browser
        site.sign_in(browser, "kaikei")
        browser.open(site.url("/quarantine?state=all"))
        self.assertEqual(browser.script("return document.querySelectorAll('tbody tr').length"), 1)
        theirs = self.item("請求書")
        browser.open(site.url(f"/quarantine/{theirs}"))
        unknown = browser.text("main")
        browser.open(site.url("/quarantine/no-such-item"))
        self.assertEqual(unknown, browser.text("main"))
        for path in (f"/quarantine/{theirs}/preview", f"/messages/{theirs.rsplit('-', 1)[0]}", "/users", "/audit", "/queue", "/settings"):
            answer, text = site.request("GET", path, headers={"Cookie": self.cookie_header()})
            self.assertIn(answer.status, (403, 404), path)
            self.assertNotIn("請求書", text)
        browser.open(site.url("/"))
        answer, _ = site.request("POST", f"/quarantine/{theirs}/deny", {"csrf": self.csrf(), "reason": "x"},
                                 {"Cookie": self.cookie_header(), "Sec-Fetch-Site": "same-origin"})
        self.assertEqual(answer.status, 404)

    def test_a_form_from_elsewhere_does_nothing(self):
        site, browser = self.site, self.browser
        self.sign_in_plainly("kansa")
        cookie, token = self.cookie_header(), self.csrf()
        for form, headers in (({}, {}), ({"csrf": "x"}, {}), ({"csrf": token}, {"Sec-Fetch-Site": "cross-site"}),
                              ({"csrf": token}, {"Sec-Fetch-Site": "same-site"}), ({"csrf": token}, {"Origin": "https://evil.example"})):
            answer, _ = site.request("POST", "/language", form | {"language": "en"}, {"Cookie": cookie} | headers)
            self.assertEqual(answer.status, 403, (form, headers))
        answer, _ = site.request("POST", "/language", {"csrf": token, "language": "ja"}, {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
        self.assertEqual(answer.status, 303)

    def test_a_session_that_was_planted_is_not_the_one_that_signs_in(self):
        site, browser = self.site, self.browser
        browser.open(site.url("/sign-in"))
        before = self.cookie_header()
        self.sign_in_plainly("kansa")
        after = self.cookie_header()
        self.assertNotEqual(before, after)
        answer, _ = site.request("GET", "/", headers={"Cookie": before})
        self.assertEqual(answer.status, 303)
        cookie = browser.cookies()[0]
        self.assertTrue(cookie["httpOnly"])
        self.assertEqual(cookie["sameSite"], "Strict")
        browser.click("header form[action='/sign-out'] button")
        wait_until(lambda: browser.has("[name=password]"), 10, "the way out")
        answer, _ = site.request("GET", "/", headers={"Cookie": after})
        self.assertEqual(answer.status, 303)

    def test_paths_hosts_and_sizes_are_bounded(self):
        site = self.site
        for path in ("/assets/x/../../../etc/passwd", "/assets/x/..%2f..%2fetc%2fpasswd", "/%2e%2e/etc/passwd", "/assets/%00/x", "/a%0d%0aX:y"):
            answer, text = site.request("GET", path)
            self.assertIn(answer.status, (400, 404), path)
            self.assertNotIn("root:", text)
        answer, _ = site.request("GET", "/sign-in", host="evil.example")
        self.assertEqual(answer.status, 421)
        answer, _ = site.request("POST", "/sign-in", b"a=" + b"x" * 400_000, {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status, 413)
        answer, _ = site.request("DELETE", "/sign-in")
        self.assertEqual(answer.status, 405)
        answer, text = site.request("HEAD", "/sign-in")
        self.assertEqual((answer.status, text), (200, ""))
        answer, _ = site.request("GET", "/")
        self.assertEqual((answer.status, answer.getheader("Location")), (303, "/sign-in"))
        self.assertIn("default-src 'none'", answer.getheader("Content-Security-Policy"))
        self.assertEqual(answer.getheader("Cache-Control"), "no-store")

    def test_many_at_once_are_answered_one_by_one(self):
        site, browser = self.site, self.browser
        for number in range(2):
            site.send(f"一括 {number}", f"bulk{number}.exe")
        wait_until(lambda: sum("一括" in item["subject"] for item in site.gateway.quarantine()) == 2, 30, "two more items")
        site.sign_in(browser, "suzuki")
        browser.open(site.url("/quarantine?words=%E4%B8%80%E6%8B%AC"))
        browser.click("[data-all]")
        browser.type(".bulk [name=reason]", "業務に不要")
        browser.click(".bulk [value=deny]")
        self.wait_for("main", "2 件を処理しました")
        states = {item["state"] for item in site.gateway.quarantine() if "一括" in item["subject"]}
        self.assertTrue(states <= {"denied"}, states)

    def test_nobody_without_a_session_is_heard_out(self):
        site = self.site
        for path, status in (("/try", b"303"), ("/api/v1/simulate", b"401")):
            with socket.create_connection(("127.0.0.1", site.port), 5) as nobody:
                nobody.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nContent-Type: text/plain\r\n"
                               "Content-Length: 60000000\r\n\r\n".encode())
                self.assertEqual(nobody.recv(12)[9:12], status, path)

    def test_drips_keep_nobody_out(self):
        drippers = [socket.create_connection(("127.0.0.1", self.site.port)) for _ in range(60)]
        for one in drippers:
            one.sendall(b"GET / HT")
        started = time.monotonic()
        answer, _ = self.site.request("GET", "/sign-in")
        self.assertLess(time.monotonic() - started, 2)
        self.assertEqual(answer.status, 200)
        for one in drippers:
            one.close()

    def test_an_upload_is_tried_and_shown(self):
        site, browser = self.site, self.browser
        site.sign_in(browser, "suzuki")
        upload = site.folder / "upload.eml"
        upload.write_bytes(mail("試し " + SCRIPT, "x.exe", b"MZ\x90\x00" + b"\0" * 200, "a@lgwan.example", "試しの本文 " + SCRIPT))
        before = len(site.gateway.quarantine())
        browser.open(site.url("/try"))
        browser.upload("[type=file]", upload)
        browser.click("[name=kind][value=mail]")
        browser.click("button.main")
        self.wait_for("pre.shown", "試しの本文 " + SCRIPT)
        self.assertNotEqual(browser.script("return document.title"), "owned")
        self.assertEqual(len(site.gateway.quarantine()), before)


class Encrypted(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-console-tls-")
        self.addCleanup(temporary.cleanup)
        folder = pathlib.Path(temporary.name)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem",
                        "-out", folder / "certificate.pem"], check=True, capture_output=True)
        self.certificate = folder / "certificate.pem"
        self.site = Site(folder, f'certificate = "{folder}/certificate.pem"\nkey = "{folder}/key.pem"\n')
        self.addCleanup(self.site.gateway.stop)

    def ask(self, context):
        connection = http.client.HTTPSConnection("127.0.0.1", self.site.port, timeout=10, context=context)
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def test_pages_come_over_tls_whoever_dawdles(self):
        dawdlers = [socket.create_connection(("127.0.0.1", self.site.port)) for _ in range(100)]
        context = ssl.create_default_context(cafile=self.certificate)
        started = time.monotonic()
        answer = self.ask(context)
        self.assertLess(time.monotonic() - started, 5)
        for one in dawdlers:
            one.close()
        self.assertEqual(answer.status, 200)
        self.assertIn("max-age", answer.getheader("Strict-Transport-Security"))
        self.assertRegex(answer.getheader("Set-Cookie"), r"^__Host-mugai=.*; Path=/; HttpOnly; SameSite=Strict; Secure$")

    def test_old_tls_and_no_tls_are_refused(self):
        context = ssl.create_default_context(cafile=self.certificate)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises(ssl.SSLError):
            self.ask(context)
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.site.request("GET", "/sign-in")


if __name__ == "__main__":
    unittest.main()
