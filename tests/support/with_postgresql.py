#!/usr/bin/env python3
"""with_postgresql.py COMMAND...: runs COMMAND beside a PostgreSQL server of its own, on a free loopback port, which is gone
afterwards. MUGAI_TEST_POSTGRESQL is "user:password@host:port". Without PostgreSQL's programs the command runs without it."""
import glob
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PASSWORD = "test%only"


class Server:
    def __init__(self):
        folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        self.programs = pathlib.Path(folders[-1]) if folders else None
        self.process = None

    def start(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="mugai-pg-"))
        # It refuses to run as root.
        self.user = pwd.getpwnam("postgres").pw_name if os.getuid() == 0 else None
        if self.user:
            shutil.chown(self.directory, self.user)
        secret = self.directory / "secret"
        secret.write_text(PASSWORD)
        os.chmod(secret, 0o644)
        data = self.directory / "data"
        self.run("initdb", "-D", data, "-U", "mugai", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--locale=C",
                 "--no-sync")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", data, "-p", str(self.port), "-h", "127.0.0.1", "-k", "", "-F"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=self.user, cwd=self.directory)
        end = time.monotonic() + 30
        while subprocess.run([self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit("PostgreSQL did not start")
            time.sleep(0.05)
        return f"mugai:{PASSWORD.replace('%', '%25')}@127.0.0.1:{self.port}"

    def run(self, program, *words):
        subprocess.run([self.programs / program, *map(str, words)], check=True, stdout=subprocess.DEVNULL, user=self.user,
                       cwd=self.directory)

    def stop(self):
        if self.process:
            self.process.send_signal(2)   # fast: clients are sent away
            self.process.wait(30)
            shutil.rmtree(self.directory, ignore_errors=True)


def main():
    server = Server()
    environment = dict(os.environ)
    try:
        if server.programs:
            environment["MUGAI_TEST_POSTGRESQL"] = server.start()
        return subprocess.run(sys.argv[1:], env=environment).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
