"""What independent readers find in our output: Python's email package and OpenSSL, for Japanese as it really comes, and
for signed and encrypted mail."""
import email
import email.policy
import json
import pathlib
import subprocess
import tempfile
import unittest

from mugai import BINARY


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="mugai-readers-")
        cls.folder = pathlib.Path(cls.temporary.name)
        for name in ("signer", "other"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-utf8", "-days", "2",
                            "-subj", "/CN=山田太郎/emailAddress=taro@example.lg.jp",
                            "-keyout", cls.folder / f"{name}.key", "-out", cls.folder / f"{name}.pem"],
                           check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def rebuild(self, message):
        report = self.folder / "report.json"
        done = subprocess.run([BINARY, "mail", "--report", report], input=message, capture_output=True, check=True)
        return email.message_from_bytes(done.stdout, policy=email.policy.default), json.loads(report.read_text()), done.stdout

    def text(self, message):
        return message.get_body(preferencelist=("plain",)).get_content().replace("\r\n", "\n")

    def test_japanese_bodies_in_every_dress(self):
        words = "御中 ①㈱髙橋 ﾃｽﾄ～－"
        jis = b"\x1b$B8fCf\x1b(B \x1b$B-!-j|b66\x1b(B \x1b(I\x43\x3d\x44\x1b(B\x1b$B!A!]\x1b(B"
        dresses = {
            "cp932 declared": (b"Content-Type: text/plain; charset=Shift_JIS", words.encode("cp932")),
            "cp932 undeclared": (b"X: y", words.encode("cp932")),
            "cp932 declared as ascii": (b"Content-Type: text/plain; charset=us-ascii", words.encode("cp932")),
            "utf-8 declared as iso-2022-jp": (b"Content-Type: text/plain; charset=iso-2022-jp", words.encode()),
            "iso-2022-jp with NEC row 13 and half width": (b"Content-Type: text/plain; charset=ISO-2022-JP", jis),
            "iso-2022-jp without a charset": (b"X: y", jis),
            "windows-31j": (b"Content-Type: text/plain; charset=windows-31j", words.encode("cp932")),
            "utf-16": (b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64",
                       __import__("base64").b64encode(words.encode("utf-16"))),
        }
        for name, (header, body) in dresses.items():
            with self.subTest(name):
                message, _, _ = self.rebuild(b"From: a@b.example\r\n" + header + b"\r\n\r\n" + body + b"\r\n")
                self.assertEqual(self.text(message).splitlines()[0].replace("−", "－").replace("〜", "～"), words)

    def test_japanese_subjects_in_every_dress(self):
        dresses = {
            "raw cp932": "請求書①".encode("cp932"),
            "raw euc-jp": "請求書の送付について".encode("euc-jp"),
            "raw utf-8": "請求書①".encode(),
            "raw iso-2022-jp": "請求書の送付について".encode("iso2022_jp"),
            "two words, one character": b"=?UTF-8?B?6KuL5rGC5pu4?=\r\n =?UTF-8?B?4g==?= =?UTF-8?B?kaA=?=",
            "padded words": b"=?ISO-2022-JP?B?GyRCRnwbKEI=?= =?ISO-2022-JP?B?GyRCS1wbKEI=?=",
        }
        wanted = {"raw euc-jp": "請求書の送付について", "raw iso-2022-jp": "請求書の送付について", "padded words": "日本"}
        for name, raw in dresses.items():
            with self.subTest(name):
                message, report, _ = self.rebuild(b"From: a@b.example\r\nSubject: " + raw + b"\r\n\r\nx\r\n")
                self.assertEqual(message["subject"], wanted.get(name, "請求書①"))
                self.assertEqual(report["subject"], message["subject"])

    def test_names_leave_in_both_forms_whatever_form_they_came_in(self):
        name = "会計①表.txt"
        b64 = lambda text: __import__("base64").b64encode(text).decode()
        forms = [f'Content-Disposition: attachment; filename="=?UTF-8?B?{b64(name.encode())}?="'.encode(),
                 b"Content-Disposition: attachment; filename*=UTF-8''%E4%BC%9A%E8%A8%88%E2%91%A0%E8%A1%A8.txt",
                 b"Content-Disposition: attachment;\r\n filename*0*=UTF-8''%E4%BC%9A%E8%A8%88;\r\n filename*1*=%E2%91%A0%E8%A1%A8;\r\n filename*2=.txt",
                 b'Content-Disposition: attachment; filename="' + name.encode("cp932") + b'"',
                 f'Content-Disposition: attachment\r\nContent-Type: text/plain; name="=?Shift_JIS?B?{b64(name.encode("cp932"))}?="'.encode(),
                 f"Content-Disposition: attachment; filename*=UTF-8''=?UTF-8?B?{b64(name.encode())}?=".encode()]
        for form in forms:
            with self.subTest(form):
                message, _, raw = self.rebuild(b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n"
                                               b"--b\r\n" + form + b"\r\n\r\ncontent\r\n--b--\r\n")
                self.assertEqual([part.get_filename() for part in message.iter_attachments()], [name])
                self.assertIn(b"filename*", raw)
                self.assertIn(b'name="=?UTF-8?B?', raw)

    def sign(self, *options):
        content = self.folder / "content"
        content.write_bytes("Content-Type: text/plain; charset=utf-8\r\n\r\n署名した本文\r\n".encode())
        return subprocess.run(["openssl", "cms", "-sign", "-binary", "-in", content, "-signer", self.folder / "signer.pem", "-inkey",
                               self.folder / "signer.key", "-from", "taro@example.lg.jp", "-subject", "signed", *options],
                              check=True, capture_output=True).stdout

    def test_a_detached_signature_is_checked_named_and_gone(self):
        message, report, raw = self.rebuild(self.sign())
        self.assertIn("署名した本文", self.text(message))
        self.assertIn("山田太郎 <taro@example.lg.jp>", self.text(message))
        self.assertIn("内容は変わっていませんでした", self.text(message))
        self.assertNotIn(b"pkcs7", raw)
        self.assertEqual(list(message.iter_attachments()), [])

    def test_a_changed_signed_mail_is_called_so(self):
        message, _, _ = self.rebuild(self.sign().replace("署名した".encode(), "改竄した".encode()))
        self.assertIn("署名と内容が一致しません", self.text(message))

    def test_an_opaque_signed_mail_is_opened(self):
        message, _, _ = self.rebuild(self.sign("-nodetach"))
        self.assertIn("署名した本文", self.text(message))
        self.assertIn("内容は変わっていませんでした", self.text(message))

    def test_an_encrypted_mail_is_held(self):
        content = self.folder / "content"
        content.write_bytes(b"Content-Type: text/plain\r\n\r\nsecret\r\n")
        mail = subprocess.run(["openssl", "cms", "-encrypt", "-in", content, "-subject", "secret", self.folder / "other.pem"],
                              check=True, capture_output=True).stdout
        message, report, _ = self.rebuild(mail)
        self.assertEqual(report["verdict"], "held")
        self.assertIn("encrypted-mail", report["items"][0]["reasons"])
        self.assertIn("暗号化されたメール", self.text(message))


if __name__ == "__main__":
    unittest.main()
