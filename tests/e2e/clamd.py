"""A real clamd with a signature base of our own: two made-up viruses, no network, no download."""
import pathlib
import shutil
import subprocess
import time

CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"
# What the signatures know. Harmless words that nobody writes by chance.
TEXT_VIRUS = b"MUGAI-TEST-VIRUS-6f1d2c (harmless)"
OTHER_VIRUS = b"MUGAI-OTHER-VIRUS-a90b11 (harmless)"


class Clamd:
    def __init__(self, directory, extra=""):
        self.directory = pathlib.Path(directory)
        base = self.directory / "base"
        base.mkdir(parents=True)
        (base / "own.ndb").write_text("".join(f"{name}:0:*:{text.hex()}\n" for name, text in (
            ("Mugai.Test.Text", TEXT_VIRUS), ("Mugai.Test.Other", OTHER_VIRUS))))
        self.socket = self.directory / "clamd.sock"
        config = self.directory / "clamd.conf"
        config.write_text(f"""Foreground yes
LocalSocket {self.socket}
DatabaseDirectory {base}
LogFile {self.directory}/clamd.log
TemporaryDirectory {self.directory}
AlertExceedsMax yes
{extra}
""")
        self.config = config
        self.process = None

    def start(self):
        self.process = subprocess.Popen([CLAMD, "-c", str(self.config)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.STDOUT)
        end = time.monotonic() + 30
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError("clamd did not start: " + (self.directory / "clamd.log").read_text())
            time.sleep(0.05)
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
