"""A real Postfix of the test's own: its configuration, queue and log under one directory, one loopback port. Needs root,
as Postfix does."""
import os
import pathlib
import shutil
import socket
import subprocess
import time

MASTER = """\
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Postfix:
    """`settings` are lines of main.cf. With `domain` it takes mail for that domain into a Maildir."""

    def __init__(self, directory, settings=(), domain=None, port=None):
        self.directory = pathlib.Path(directory)
        self.port = port or free_port()
        self.mailboxes = self.directory / "mail"
        self.log = self.directory / "log"
        shutil.rmtree(self.directory, ignore_errors=True)
        for name in ("conf", "queue", "data", "mail"):
            (self.directory / name).mkdir(parents=True)
        # Postfix's own users must reach everything below.
        for folder in [self.directory, *self.directory.parents]:
            if str(folder).startswith("/tmp/"):
                folder.chmod(0o755)
        shutil.chown(self.directory / "data", "postfix")
        shutil.chown(self.mailboxes, "postfix")
        lines = [
            "compatibility_level = 3.6",
            f"queue_directory = {self.directory}/queue",
            f"data_directory = {self.directory}/data",
            "mail_owner = postfix",
            "setgid_group = postdrop",
            "myhostname = postfix.example",
            "mydestination =",
            "inet_interfaces = 127.0.0.1",
            "inet_protocols = ipv4",
            "mynetworks = 127.0.0.0/8",
            f"maillog_file = {self.log}",
            f"maillog_file_prefixes = {self.directory}",
            "smtputf8_enable = yes",
            "alias_maps =",
            "local_recipient_maps =",
            "smtp_host_lookup = native",
            "disable_dns_lookups = yes",
            "smtp_dns_support_level = disabled",
            "smtpd_client_connection_rate_limit = 0",
            "import_environment = MAIL_CONFIG TZ LANG=C",
            "message_size_limit = 204800000",
            "mailbox_size_limit = 0",
            "virtual_mailbox_limit = 0",
        ]
        if domain:
            uid = shutil._get_uid("postfix")
            lines += [
                f"virtual_mailbox_domains = {domain}",
                f"virtual_mailbox_base = {self.mailboxes}",
                "virtual_mailbox_maps = static:all/",
                f"virtual_uid_maps = static:{uid}",
                f"virtual_gid_maps = static:{uid}",
                f"virtual_minimum_uid = 1",
            ]
        lines += settings
        (self.directory / "conf/main.cf").write_text("\n".join(lines) + "\n")
        (self.directory / "conf/master.cf").write_text(MASTER.format(port=f"127.0.0.1:{self.port}"))

    def command(self, *words):
        return subprocess.run(["postfix", "-c", str(self.directory / "conf"), *words], capture_output=True, text=True)

    def start(self):
        started = self.command("start")
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as peer:
                    if peer.recv(100).startswith(b"220"):
                        return self
            except OSError:
                time.sleep(0.1)
        log = self.log.read_text() if self.log.exists() else ""
        raise RuntimeError(f"Postfix did not start: {started.stderr}{log}")

    def stop(self):
        self.command("abort")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def queue_is_empty(self):
        queue = self.directory / "queue"
        return not any(path.is_file() for name in ("incoming", "active", "deferred", "maildrop")
                       for path in (queue / name).rglob("*"))

    def received(self):
        """The messages in the Maildir, as bytes."""
        return [path.read_bytes() for path in sorted(self.mailboxes.rglob("new/*"))]
