"""Each configuration of config/examples, moved to loopback addresses, with mail sent along and across its flows."""
import email
import email.policy
import pathlib
import re
import smtplib
import subprocess
import tempfile
import unittest

from mugai import Gateway, wait_until
from postfix import free_port

EXAMPLES = pathlib.Path(__file__).parents[2] / "config/examples"
MAIL = ("From: a@sender.example\r\nTo: b@receiver.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        "<p>see <a href='http://x.example/'>this</a></p>\r\n--b\r\nContent-Type: text/plain; name=list.txt\r\n"
        "Content-Disposition: attachment; filename=list.txt\r\n\r\none\r\n--b--\r\n")


def loopback(address):
    """A real address as one of 127.0.0.0/8 that keeps its place in its network."""
    a, b, c, d = address.split(".")
    if address == "0.0.0.0":
        return "127.0.0.1"
    return {"10": f"127.{b}.{c}.{d}", "172": f"127.2{b}.{c}.{d}"}.get(a, f"127.{int(b) % 100 + 100}.{c}.{d}")


class Network:
    """An example running on loopback. Next hops are Maildirs named after the zones."""

    def __init__(self, name, base):
        self.base = pathlib.Path(base)
        text = (EXAMPLES / f"{name}.toml").read_text()
        self.ports = {}
        zone = None
        lines = []
        for line in text.splitlines():
            if match := re.match(r'name\s*=\s*"([^"]+)"', line):
                zone = match[1]
            line = re.sub(r'next_hop\s*=\s*"[^"]*"', f'next_hop = "maildir:{self.base}/{zone}"', line)
            line = re.sub(r'"[^"]*/var/lib/mugai"', f'"{self.base}/state"', line)
            line = re.sub(r'"/etc/mugai/tls/([^"]+)"', rf'"{self.base}/\1"', line)
            line = re.sub(r"(?<![\d.])(?!127\.)(\d+\.\d+\.\d+\.\d+)", lambda m: loopback(m[1]), line)
            line = re.sub(r'"(127[\d.]+):(\d+)"', self.port_for, line) if "listen" in line else line
            lines.append(re.sub(r'min_free\s*=\s*"[^"]*"', 'min_free = "1 MiB"', line))
        self.make_certificate()
        self.gateway = Gateway("\n".join(lines), self.base)

    def port_for(self, match):
        key = f"{match[1]}:{match[2]}"
        self.ports.setdefault(key, free_port())
        return f'"{match[1]}:{self.ports[key]}"'

    def make_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=gw", "-days", "2", "-keyout", self.base / "gw.key", "-out", self.base / "gw.pem"],
                       check=True, capture_output=True)
        (self.base / "lgwan-ca.pem").write_text((self.base / "gw.pem").read_text())

    def __enter__(self):
        self.gateway.start()
        def listening():
            if self.gateway.process.poll() is not None:
                raise AssertionError(self.gateway.log.read_text())
            return self.gateway.log.read_text().count("listener.open") == len(self.ports)
        wait_until(listening, 30, lambda: self.gateway.log.read_text())
        return self

    def __exit__(self, *_):
        self.gateway.stop()

    def send(self, listener, recipient, subject="x", source="127.0.0.1", sender="a@sender.example", proxy=None):
        """The reply code to RCPT when refused there, 250 when the message was accepted."""
        host, _ = listener.split(":")
        client = smtplib.SMTP(timeout=20, source_address=(source, 0))
        if proxy:
            plain = client._get_socket
            def with_header(host, port, timeout):
                sock = plain(host, port, timeout)
                sock.sendall(f"PROXY TCP4 {proxy} {host} 40000 25\r\n".encode())
                return sock
            client._get_socket = with_header
        code, _ = client.connect(host, self.ports[listener])
        if code != 220:
            client.close()
            return code
        with client:
            client.ehlo("client.example")
            client.mail(sender)
            code, _ = client.rcpt(recipient)
            return client.data(MAIL.format(subject=subject))[0] if code == 250 else code

    def arrived(self, zone, subject):
        def look():
            for path in (self.base / zone / "new").glob("*"):
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if subject in message["subject"]:
                    return message
        return wait_until(look, 30, lambda: f"{subject} in {zone}: {self.gateway.log.read_text()[-2000:]}")


def is_rebuilt(message):
    return message["Mugai-Result"] is not None and b"<p>" not in message.as_bytes()


class Examples(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="mugai-net-")
        self.addCleanup(self.temporary.cleanup)

    def network(self, name):
        return Network(name, self.temporary.name)

    def test_two_zones_closed_lets_nothing_through_either_way(self):
        with self.network("two-zones-closed") as net:
            self.assertEqual(net.send("127.0.0.1:25", "x@mynumber.city.example.lg.jp"), 550)
            self.assertEqual(net.send("127.216.0.5:25", "x@anywhere.example", source="127.216.0.9"), 550)
            self.assertEqual(net.send("127.216.0.5:25", "x@anywhere.example", source="127.99.0.9"), 554)

    def test_three_zones_detoxes_inward_relays_outward_and_closes_the_third(self):
        with self.network("three-zones") as net:
            inside, kaikei = "zeimu@city.example.lg.jp", "kaikei@city.example.lg.jp"
            self.assertEqual(net.send("127.0.0.1:25", inside, "inward"), 250)
            message = net.arrived("lgwan", "inward")
            self.assertTrue(is_rebuilt(message))
            self.assertTrue(message["subject"].startswith("[無害化済] "))
            self.assertEqual([part.get_filename() for part in message.iter_attachments()], ["list.txt"])
            self.assertEqual(net.send("127.0.0.1:25", kaikei, "dropped"), 250)
            self.assertEqual(list(net.arrived("lgwan", "dropped").iter_attachments()), [])
            self.assertEqual(net.send("127.1.0.5:25", "x@anywhere.example", "outward", "127.1.0.77"), 250)
            self.assertFalse(is_rebuilt(net.arrived("internet", "outward")))
            self.assertEqual(net.send("127.0.0.1:25", "x@mynumber.city.example.lg.jp"), 550)
            self.assertEqual(net.send("127.1.0.5:25", "x@mynumber.city.example.lg.jp", source="127.1.0.77"), 550)
            self.assertEqual(net.send("127.216.0.5:25", "x@anywhere.example", source="127.216.0.9"), 550)

    def test_a_small_body_detoxes_inward_with_the_notice_on_top_and_keeps_every_original(self):
        with self.network("small-body") as net:
            self.assertEqual(net.send("127.100.2.10:25", "desk@clinic.example.jp", "inward"), 250)
            text = net.arrived("records", "inward").get_body().get_content()
            self.assertTrue(text.startswith("----"), text)
            self.assertNotIn("x.example", text)
            kept = [path for path in (net.base / "state/vault").iterdir() if path.name != "key"]
            self.assertEqual(len(kept), 1)
            self.assertEqual(net.send("127.168.10.5:25", "x@anywhere.example", "outward", "127.168.10.7"), 250)
            self.assertFalse(is_rebuilt(net.arrived("internet", "outward")))

    def test_a_shared_gateway_gives_each_body_its_profile_and_keeps_bodies_apart(self):
        with self.network("shared-gateway") as net:
            front, behind = "127.0.0.5:25", "127.0.1.5:25"
            north, south = "a@city.north.example.lg.jp", "b@town.south.example.lg.jp"
            proxy = {"source": "127.0.0.2", "proxy": "203.0.113.7"}
            self.assertEqual(net.send(front, north, "to north", **proxy), 250)
            message = net.arrived("north-city", "to north")
            self.assertTrue(message["subject"].startswith("[無害化済]"))
            self.assertIn("203.0.113.7", message["received"])
            self.assertEqual(net.send(front, south, "to south", **proxy), 250)
            message = net.arrived("south-town", "to south")
            self.assertEqual(message["subject"], "to south")
            self.assertNotIn("x.example", message.get_body().get_content())
            self.assertEqual(net.send(behind, "x@anywhere.example", "outward", "127.11.0.9"), 250)
            self.assertFalse(is_rebuilt(net.arrived("internet", "outward")))
            self.assertEqual(net.send(behind, south, source="127.11.0.9"), 550)
            self.assertEqual(net.send(behind, "x@anywhere.example", source="127.13.0.9"), 554)

    def test_a_content_filter_behind_postfix_gives_mail_back_rebuilt(self):
        with self.network("postfix-content-filter") as net:
            self.assertEqual(net.send("127.0.0.1:10025", "x@city.example.lg.jp", "filtered"), 250)
            self.assertTrue(is_rebuilt(net.arrived("inside", "filtered")))
            self.assertEqual(net.send("127.0.0.1:10025", "x@anywhere.example"), 550)


if __name__ == "__main__":
    unittest.main()
