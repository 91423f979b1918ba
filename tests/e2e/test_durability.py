"""What the kernel is asked to do, and in which order: nobody hears 250 before the message, and then its name, are synced;
nothing leaves the spool before the next hop has answered. Looked at from outside, with strace."""
import pathlib
import re
import signal
import smtplib
import subprocess
import tempfile
import unittest

from mugai import Gateway, two_zones, wait_until
from postfix import free_port
from test_service import Sink

MESSAGES = 20


def completed_calls(trace):
    """(name, arguments) in the order in which the calls returned."""
    unfinished = {}
    for line in trace.splitlines():
        match = re.match(r"(\d+)\s+(.*)", line)
        if not match:
            continue
        pid, text = match.groups()
        if text.endswith("<unfinished ...>"):
            unfinished[pid] = text.removesuffix("<unfinished ...>")
            continue
        if resumed := re.match(r"<\.\.\. \w+ resumed>(.*)", text):
            text = unfinished.pop(pid, "") + resumed[1]
        if call := re.match(r"(\w+)\((.*)", text):
            yield call[1], call[2]


class Durability(unittest.TestCase):
    def test_250_only_after_the_message_and_its_name_are_synced(self):
        with tempfile.TemporaryDirectory(prefix="mugai-sync-") as temporary:
            base = pathlib.Path(temporary)
            internet, lgwan = free_port(), free_port()
            sink = Sink()
            gateway = Gateway(two_zones(base, internet, lgwan, f"smtp://127.0.0.1:{sink.port}"), base).start(internet)
            trace = base / "trace"
            tracer = subprocess.Popen(["strace", "-f", "-y", "-s", "200", "-o", trace, "-p", str(gateway.process.pid), "-e",
                                       "trace=fsync,fdatasync,rename,renameat2,unlink,write,writev,sendto,sendmsg,recvfrom,read,recvmsg"],
                                      stderr=subprocess.PIPE, text=True)
            tracer.stderr.readline()   # "attached"
            try:
                with smtplib.SMTP("127.0.0.1", internet) as client:
                    for number in range(MESSAGES):
                        client.sendmail("a@shop.example", ["b@lgwan.example"], f"Subject: {number}\r\n\r\nx\r\n")
                wait_until(lambda: len(sink.messages) == MESSAGES, 30, "delivery")
                wait_until(lambda: not gateway.queue(), 10, "an empty queue")
            finally:
                tracer.send_signal(signal.SIGINT)
                tracer.wait(10)
                tracer.stderr.close()
                gateway.stop()
                sink.close()
            synced, renamed, named, acknowledged, removed = set(), set(), set(), [], []
            stored_replies = 0
            for name, arguments in completed_calls(trace.read_text(errors="replace")):
                if name == "fdatasync" and (match := re.search(r"incoming/([0-9A-Z-]+)>", arguments)):
                    synced.add(match[1])
                elif name in ("rename", "renameat2") and (match := re.search(r'active/([0-9A-Z-]+)"', arguments)):
                    self.assertIn(match[1], synced, "renamed before its content was synced")
                    renamed.add(match[1])
                elif name == "fsync" and "spool/active>" in arguments:
                    named |= renamed
                elif match := re.search(r"250 2\.0\.0 Accepted as ([0-9A-Z-]+)", arguments) if name in ("write", "writev", "sendto", "sendmsg") else None:
                    if "socket" in arguments or "TCP" in arguments:
                        self.assertIn(match[1], named, "acknowledged before its name was synced")
                        acknowledged.append(match[1])
                elif name in ("read", "recvfrom", "recvmsg") and "250 2.0.0 stored" in arguments:
                    stored_replies += 1
                elif name == "unlink" and (match := re.search(r'active/([0-9A-Z-]+)"', arguments)):
                    removed.append(match[1])
                    self.assertLessEqual(len(removed), stored_replies, "removed before the next hop had answered")
            self.assertEqual(len(acknowledged), MESSAGES)
            self.assertEqual(sorted(removed), sorted(acknowledged))


if __name__ == "__main__":
    unittest.main()
