"""The gateway under test: the binary of the build folder, a configuration and state of its own, free loopback ports."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

BINARY = os.environ.get("MUGAI_BINARY", str(pathlib.Path(__file__).parents[2] / "build/mugai"))


def wait_until(condition, seconds=30, what="condition"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain for: {what() if callable(what) else what}")


class Gateway:
    def __init__(self, config_text, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.config = self.directory / "mugai.toml"
        self.config.write_text(config_text)
        self.log = self.directory / "mugai.log"
        self.process = None

    def start(self, port=None):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([BINARY, "serve", "--config", str(self.config)], stderr=log)
        if port:
            wait_until(lambda: self.answers(port), 30, "the gateway to listen: " + self.log.read_text())
        return self

    def answers(self, port):
        if self.process.poll() is not None:
            raise AssertionError("the gateway ended: " + self.log.read_text())
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as peer:
                return peer.recv(100).startswith(b"220")
        except OSError:
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def command(self, *words):
        return subprocess.run([BINARY, *words, "--config", str(self.config)], capture_output=True, text=True)

    def json(self, *words):
        result = self.command(*words, "--json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def queue(self):
        return self.json("queue", "list")

    def quarantine(self):
        return self.json("quarantine", "list")


def two_zones(state, internet, lgwan, lgwan_next_hop, internet_next_hop="maildir:{state}/internet", extra="", zone_extra=""):
    """Internet to LGWAN through detox, LGWAN to Internet as plain relay."""
    internet_next_hop = internet_next_hop.format(state=state)
    return f"""
[node]
hostname = "gw.example"
state = "{state}/state"
{extra}
[[zone]]
name = "internet"
listen = ["127.0.0.1:{internet}"]
domains = ["*"]
next_hop = "{internet_next_hop}"
{zone_extra}
[[zone]]
name = "lgwan"
listen = ["127.0.0.1:{lgwan}"]
domains = ["lgwan.example"]
next_hop = "{lgwan_next_hop}"
[[flow]]
from = "internet"
to = "lgwan"
profile = "sanitize"
[[flow]]
from = "lgwan"
to = "internet"
profile = "relay"
"""
