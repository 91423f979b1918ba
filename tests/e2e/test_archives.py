"""Archives as other programs make them, and as other programs read what Mugai makes of them: Info-ZIP, 7-Zip, libarchive,
Python, gcab. A program that is not installed is an error: the list of packages names them all."""
import base64
import email
import email.policy
import io
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile
import time
import unicodedata
import unittest
import zipfile
import zlib

from mugai import BINARY

FILES = {
    "資料/一覧.csv": "品名,金額\r\n鉛筆,100\r\n".encode("cp932"),
    "資料/表紙 ①.txt": "表紙\n".encode(),
    "能力ソ.txt": b"plain\n",
    "sub/deeper/a.txt": b"hello " * 2000,
}
TIME = (2024, 2, 29, 12, 34, 56)


class Archives(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-archives-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.tree = self.folder / "tree"
        for name, content in FILES.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            stamp = time.mktime((*TIME, 0, 0, -1))
            os.utime(path, (stamp, stamp))
        (self.tree / "空").mkdir()

    def run_in_tree(self, *words, **more):
        return subprocess.run(list(words), cwd=self.tree, check=True, capture_output=True, **more)

    def treat(self, path, passwords=None):
        """(exit status, report, path of the output or None)"""
        out = self.folder / f"out{len(list(self.folder.glob('out*')))}"
        out.mkdir()
        report = self.folder / "report.json"
        words = [BINARY, "file", path, "-o", out, "--report", report]
        if passwords is not None:
            words += ["--passwords", "-"]
        done = subprocess.run(words, input="\n".join(passwords or []).encode(), capture_output=True, timeout=120)
        self.assertIn(done.returncode, (0, 3), done.stderr.decode())
        written = list(out.iterdir())
        self.assertEqual(len(written), 1 if done.returncode == 0 else 0)
        return done.returncode, json.loads(report.read_text()), written[0] if written else None

    def contents(self, path):
        with zipfile.ZipFile(path) as archive:
            self.assertIsNone(archive.testzip())
            return {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}

    def assert_comes_through(self, path, expected=None):
        status, report, out = self.treat(path)
        self.assertEqual((status, report["verdict"]), (0, "clean"), report)
        self.assertEqual(out.suffix, ".zip")
        self.assertEqual(self.contents(out), FILES if expected is None else expected)
        again, report, second = self.treat(out)
        self.assertEqual((again, report["verdict"]), (0, "clean"))
        self.assertEqual(second.read_bytes(), out.read_bytes(), "treating it again changes nothing")
        return out

    def zip_of(self, members, name="a.zip", method=zipfile.ZIP_DEFLATED):
        path = self.folder / name
        with zipfile.ZipFile(path, "w", method) as archive:
            for member, content in members.items():
                archive.writestr(zipfile.ZipInfo(member, TIME) if isinstance(member, str) else member, content, method)
        return path


class OfOtherPrograms(Archives):
    def test_zip_by_python_with_every_method(self):
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            with self.subTest(method):
                self.assert_comes_through(self.zip_of(FILES, f"{method}.zip", method))

    def test_zip_by_info_zip(self):
        self.run_in_tree("zip", "-q", "-r", "../a.zip", ".")
        out = self.assert_comes_through(self.folder / "a.zip")
        with zipfile.ZipFile(out) as archive:
            self.assertIn("空/", archive.namelist())
            self.assertEqual(archive.getinfo("能力ソ.txt").date_time, TIME)

    def test_zip_as_a_stream(self):
        with open(self.folder / "a.zip", "wb") as out:
            out.write(self.run_in_tree("zip", "-q", "-r", "-", ".").stdout)
        self.assert_comes_through(self.folder / "a.zip")

    def test_zip_by_7zip_with_every_method(self):
        for method in ("Copy", "Deflate", "BZip2", "LZMA", "PPMd"):
            with self.subTest(method):
                self.run_in_tree("7zz", "a", "-tzip", f"-mm={method}", f"../{method}.zip", ".")
                self.assert_comes_through(self.folder / f"{method}.zip")

    def test_a_method_that_nobody_here_reads_is_held(self):
        self.run_in_tree("7zz", "a", "-tzip", "-mm=Deflate64", "../a.zip", ".")
        status, report, _ = self.treat(self.folder / "a.zip")
        self.assertEqual(status, 0)
        self.assertEqual([item["name"] for item in report["items"] if "unsupported-compression" in item["reasons"]], ["sub/deeper/a.txt"])

    def test_zip_with_names_in_shift_jis(self):
        self.run_in_tree("bsdtar", "-cf", "../a.zip", "--format=zip", "--options=hdrcharset=CP932", *os.listdir(self.tree))
        self.assert_comes_through(self.folder / "a.zip")

    def test_zip_of_a_mac(self):
        self.assert_comes_through(self.zip_of({unicodedata.normalize("NFD", "が/パンダ.txt"): b"x\n"}), {"が/パンダ.txt": b"x\n"})

    def test_7z_with_every_method(self):
        for method in ("LZMA2", "LZMA", "PPMd", "BZip2", "Deflate", "Copy"):
            for solid in ("on", "off"):
                with self.subTest(method=method, solid=solid):
                    self.run_in_tree("7zz", "a", f"-m0={method}", f"-ms={solid}", f"../{method}-{solid}.7z", ".")
                    self.assert_comes_through(self.folder / f"{method}-{solid}.7z")

    def test_tar_in_every_dialect_and_packing(self):
        for dialect in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            for packing in ("", "gz", "bz2", "xz"):
                with self.subTest(dialect=dialect, packing=packing):
                    path = self.folder / f"{dialect}.tar{'.' + packing if packing else ''}"
                    with tarfile.open(path, f"w:{packing}", format=dialect) as archive:
                        for name in FILES:
                            archive.add(self.tree / name, name)
                    self.assert_comes_through(path)
        self.run_in_tree("bsdtar", "-cf", "../a.tar.zst", "--zstd", *os.listdir(self.tree))
        self.assert_comes_through(self.folder / "a.tar.zst")
        self.run_in_tree("bsdtar", "-cf", "../old.tar", "--format=v7", *os.listdir(self.tree))
        self.assert_comes_through(self.folder / "old.tar")

    def test_cpio(self):
        for dialect in ("newc", "odc"):
            with self.subTest(dialect):
                self.run_in_tree("bsdtar", "-cf", f"../{dialect}.cpio", f"--format={dialect}", *os.listdir(self.tree))
                self.assert_comes_through(self.folder / f"{dialect}.cpio")

    def test_cab(self):
        self.run_in_tree("gcab", "-c", "-z", "../a.cab", "能力ソ.txt", "sub/deeper/a.txt")
        _, report, out = self.treat(self.folder / "a.cab")
        self.assertEqual(self.contents(out), {name: FILES[name] for name in ("能力ソ.txt", "sub/deeper/a.txt")}, report)

    def test_lzh_of_every_level_and_method(self):
        # Made by jlha 0.1.6, which needs Java, of 300 lines "cover" in AbCd.txt.
        content = b"cover\n" * 300
        for level, method, packed in (
                (0, 5, "Hq8tbGg1LRcAAAAIBwAA6hZ1XSAACEFiQ2QudHh0PhYADzpsYa/0f0iIxkPAbcsB537YSSSbAAA="),
                (0, 7, "HrEtbGg3LRcAAAAIBwAA6hZ1XSAACEFiQ2QudHh0PhYADzpsYa/0f0iIxkPAbcsAed+2EkkmwAA="),
                (1, 6, "IbstbGg2LRwAAAAIBwAA6hZ1XSABCEFiQ2QudHh0PhYABQAAa4wAAAAPOmxhr/R/SIjGQ8BtywB537YSSSbAAA=="),
                (2, 5, "KgAtbGg1LRcAAAAIBwAAGQgBayACPhYABQAAqcgLAAFBYkNkLnR4dAAAAA86bGGv9H9IiMZDwG3LAed+2EkkmwAA")):
            with self.subTest(level=level, method=method):
                path = self.folder / f"{level}{method}.lzh"
                bytes_ = bytearray(base64.b64decode(packed))
                path.write_bytes(bytes_)
                self.assert_comes_through(path, {"AbCd.txt": content})
                if level == 0:   # the name as Windows would have written it, and the header's sum made right
                    bytes_ = bytearray(bytes_.replace(b"AbCd", "表紙".encode("cp932")))
                    bytes_[1] = sum(bytes_[2:2 + bytes_[0]]) & 0xff
                    path.write_bytes(bytes_)
                    self.assert_comes_through(path, {"表紙.txt": content})

    def test_single_packed_files(self):
        path = self.folder / "記録.txt"
        path.write_bytes("記録\n".encode())
        for words, suffix in ((["gzip", "-k"], ".gz"), (["bzip2", "-k"], ".bz2"), (["xz", "-k"], ".xz"), (["zstd", "-q", "-k"], ".zst")):
            with self.subTest(suffix):
                subprocess.run([*words, path], check=True)
                self.assert_comes_through(pathlib.Path(str(path) + suffix), {"記録.txt": "記録\n".encode()})

    def test_archives_in_archives(self):
        inner = self.zip_of(FILES, "内.zip")
        self.run_in_tree("7zz", "a", "../中.7z", str(inner))
        outer = self.zip_of({"中.7z": (self.folder / "中.7z").read_bytes(), "a.txt": b"a\n"})
        _, report, out = self.treat(outer)
        self.assertEqual(report["verdict"], "clean", report)
        found = self.contents(out)
        self.assertEqual(set(found), {"中.zip", "a.txt"})
        middle = self.contents(io.BytesIO(found["中.zip"]))
        self.assertEqual(self.contents(io.BytesIO(middle["内.zip"])), FILES)


class ForOtherPrograms(Archives):
    def test_every_reader_accepts_our_zip_and_finds_the_same(self):
        _, _, out = self.treat(self.zip_of(FILES))
        for words in (["unzip", "-tq"], ["7zz", "t", "-bd"], ["bsdtar", "-tf"]):
            with self.subTest(words[0]):
                done = subprocess.run([*words, out], capture_output=True)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertNotIn(b"arning", done.stdout + done.stderr)
        for words in (["bsdtar", "-xf", out, "-C"], ["7zz", "x", "-bd", out, "-o"], ["unzip", "-q", out, "-d"]):
            with self.subTest(words[0]):
                target = self.folder / f"by-{words[0]}"
                target.mkdir()
                last = [words[-1] + str(target)] if words[0] == "7zz" else [words[-1], target]
                done = subprocess.run([*words[:-1], *last], capture_output=True)
                self.assertEqual(done.returncode, 0, done.stderr)
                found = {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}
                self.assertEqual(found, FILES)

    def test_same_input_same_bytes(self):
        path = self.zip_of(FILES)
        self.assertEqual(self.treat(path)[2].read_bytes(), self.treat(path)[2].read_bytes())

    def test_what_is_packed_already_is_stored(self):
        noise = self.zip_of({"n.txt.gz": b"\x1f\x8b\x08" + os.urandom(100)})
        self.assertEqual(self.treat(noise)[0], 3)
        inner = self.zip_of({f"{i}.txt": os.urandom(400_000).hex().encode() for i in range(2)}, "inner.zip")
        _, _, out = self.treat(self.zip_of({"inner.zip": inner.read_bytes()}, "outer.zip"))
        with zipfile.ZipFile(out) as archive:
            self.assertEqual(archive.getinfo("inner.zip").compress_type, zipfile.ZIP_STORED)


class Encrypted(Archives):
    def lock(self, how, password):
        path = self.folder / f"{len(list(self.folder.iterdir()))}{'.7z' if how.startswith('7z') else '.zip'}"
        if how == "zip":
            self.run_in_tree("zip", "-q", "-r", "-P", password, path, ".")
        elif how.startswith("7z"):
            self.run_in_tree("7zz", "a", f"-p{password}", *(["-mhe=on"] if how == "7z-header" else []), path, ".")
        else:
            self.run_in_tree("7zz", "a", "-tzip", f"-mem={how}", f"-p{password}", path, ".")
        return path

    def test_without_a_password_they_are_locked_and_name_their_contents(self):
        for how in ("zip", "ZipCrypto", "AES128", "AES192", "AES256", "7z", "7z-header"):
            with self.subTest(how):
                status, report, _ = self.treat(self.lock(how, "secret"))
                item = report["items"][0]
                self.assertEqual((status, item["action"], item["reasons"][0]), (3, "locked", "encrypted"), report)
                names = [one["what"] for one in item["removed"]]
                self.assertEqual("member: sub/deeper/a.txt" in names, how != "7z-header", names)

    def test_the_right_password_opens_every_zip(self):
        for how in ("zip", "ZipCrypto", "AES128", "AES192", "AES256"):
            with self.subTest(how):
                path = self.lock(how, "secret")
                status, report, out = self.treat(path, ["wrong", "", "secret", "other"])
                self.assertEqual((status, report["verdict"]), (0, "clean"), report)
                self.assertEqual(self.contents(out), FILES)
                self.assertEqual(self.treat(path, ["wrong", "Secret"])[0], 3)

    def test_a_japanese_password_as_windows_encodes_it(self):
        for password in ("ひみつ".encode("cp932"), "ひみつ".encode()):
            path = self.folder / f"{len(password)}.zip"
            self.run_in_tree("zip", "-q", "-r", "-P", password, str(path), ".")
            self.assertEqual(self.contents(self.treat(path, ["ひみつ"])[2]), FILES)

    def test_members_without_a_password_come_through(self):
        path = self.folder / "a.zip"
        self.run_in_tree("zip", "-q", "-P", "one", path, "能力ソ.txt")
        self.run_in_tree("zip", "-q", path, "sub/deeper/a.txt")
        _, report, out = self.treat(path)
        self.assertEqual(list(self.contents(out)), ["sub/deeper/a.txt"])
        self.assertEqual([item["action"] for item in report["items"]], ["rebuilt", "locked", "rebuilt"])
        self.assertEqual(len(self.contents(self.treat(path, ["one"])[2])), 2)

    def test_each_member_may_have_its_own_password(self):
        path = self.folder / "a.zip"
        self.run_in_tree("zip", "-q", "-P", "one", path, "能力ソ.txt")
        self.run_in_tree("zip", "-q", "-P", "two", path, "sub/deeper/a.txt")
        self.assertEqual(len(self.contents(self.treat(path, ["two", "one"])[2])), 2)


class Hostile(Archives):
    def held(self, path, reason, seconds=20):
        start = time.monotonic()
        status, report, _ = self.treat(path)
        self.assertEqual(status, 3, report)
        self.assertIn(reason, report["items"][0]["reasons"], report["items"][:3])
        self.assertLess(time.monotonic() - start, seconds)
        return report

    def test_programs_are_held_however_they_are_packed(self):
        program = b"MZ\x90\x00" + bytes(60) + b"This program cannot be run in DOS mode"
        inner = self.zip_of({"請求書.pdf.exe": program, "a.txt": b"a\n"}, "inner.zip").read_bytes()
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w:xz") as archive:
            info = tarfile.TarInfo("inner.zip")
            info.size = len(inner)
            archive.addfile(info, io.BytesIO(inner))
        status, report, out = self.treat(self.zip_of({"deep.tar.xz": tar.getvalue(), "b.txt": b"b\n"}, "outer.zip"))
        self.assertEqual(status, 0)
        self.assertEqual([item["name"] for item in report["items"] if item["action"] == "held"], ["請求書.pdf.exe"])
        deepest = zipfile.ZipFile(io.BytesIO(zipfile.ZipFile(io.BytesIO(zipfile.ZipFile(out).read("deep.tar.zip"))).read("inner.zip")))
        self.assertEqual(deepest.namelist(), ["a.txt"])

    def test_volumes_are_named_as_such(self):
        (self.tree / "noise.bin").write_bytes(os.urandom(200_000))
        self.run_in_tree("7zz", "a", "-v64k", "../a.7z", ".")
        self.held(self.folder / "a.7z.001", "split-archive")
        self.assertEqual(self.treat(self.folder / "a.7z.002")[0], 3)
        self.run_in_tree("zip", "-q", "-r", "-s", "64k", "../b.zip", ".")
        self.held(self.folder / "b.zip", "split-archive")
        self.assertEqual(self.treat(self.folder / "b.z01")[0], 3)

    def test_ten_gigabytes_of_zeros(self):
        block = zlib.compressobj(9, zlib.DEFLATED, -15)
        million = block.compress(bytes(1 << 20)) + block.flush(zlib.Z_FULL_FLUSH)
        data = million * 10_240 + b"\x03\x00"
        header = zipfile.ZipInfo("zeros.txt")
        for size in (10_240 << 20 & 0xffffffff, 1000):   # told with a lie either way
            stored = self.folder / f"bomb{size}.zip"
            with zipfile.ZipFile(stored, "w") as archive:
                archive.writestr(header, data)
            bytes_ = bytearray(stored.read_bytes())
            central = bytes_.rfind(b"PK\x01\x02")
            for at in (4, 6):                            # the method and the size, in both headers
                bytes_[{4: 8, 6: central + 10}[at]:][:2] = b"\x08\x00"
            bytes_[8:10] = b"\x08\x00"
            bytes_[central + 10:central + 12] = b"\x08\x00"
            bytes_[22:26] = size.to_bytes(4, "little")
            bytes_[central + 24:central + 28] = size.to_bytes(4, "little")
            stored.write_bytes(bytes_)
            start = time.monotonic()
            status, report, _ = self.treat(stored)
            self.assertEqual(status, 3, report)
            self.assertLess(time.monotonic() - start, 20)
        gz = self.folder / "bomb.txt.gz"
        gz.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + data + bytes(8))
        self.held(gz, "expands-too-much", 40)

    def test_a_small_file_that_asks_for_a_gigabyte_of_memory(self):
        path = self.folder / "a.txt"
        path.write_bytes(b"hello\n")
        subprocess.run(["xz", "--lzma2=preset=6,dict=1GiB", path], check=True)
        self.held(self.folder / "a.txt.xz", "expands-too-much")

    def test_bombs_in_bombs(self):
        bomb = self.zip_of({"zeros.txt": bytes(50 << 20)}, "0.zip").read_bytes()
        for level in range(4):
            bomb = self.zip_of({f"{i}.zip": bomb for i in range(16)}, f"{level + 1}.zip").read_bytes()
        start = time.monotonic()
        status, _, _ = self.treat(self.folder / "4.zip")
        self.assertEqual(status, 3)
        self.assertLess(time.monotonic() - start, 60)

    def test_a_mail_says_what_stayed_in_the_archive(self):
        archive = self.zip_of({"資料/ok.txt": b"fine\n", "資料/bad.vbs": b"x"}, "資料.zip")
        message = email.message.EmailMessage()
        message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "t"
        message.set_content("hello\n")
        message.add_attachment(archive.read_bytes(), maintype="application", subtype="zip", filename="資料.zip")
        done = subprocess.run([BINARY, "mail"], input=message.as_bytes(), capture_output=True, check=True)
        rebuilt = email.message_from_bytes(done.stdout, policy=email.policy.default)
        text = rebuilt.get_body(preferencelist=("plain",)).get_content()
        self.assertIn("・資料.zip（ZIP 書庫）: 無害化して添付しました（サニタイズ）。中の 1 件はお届けしていません。", text)
        self.assertIn("・資料.zip の中の 資料/bad.vbs", text)
        attached = [part for part in rebuilt.iter_attachments()]
        self.assertEqual([part.get_filename() for part in attached], ["資料.zip"])
        self.assertEqual(zipfile.ZipFile(io.BytesIO(attached[0].get_content())).namelist(), ["資料/ok.txt"])


if __name__ == "__main__":
    unittest.main()
