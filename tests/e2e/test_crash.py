"""kill -9 at random moments under load: every message that was acknowledged arrives."""
import collections
import pathlib
import random
import smtplib
import tempfile
import threading
import time
import unittest

from mugai import Gateway, two_zones, wait_until
from postfix import free_port


class KillNine(unittest.TestCase):
    ROUNDS = 6
    SENDERS = 4

    def test_no_acknowledged_message_is_lost(self):
        with tempfile.TemporaryDirectory(prefix="mugai-crash-") as temporary:
            base = pathlib.Path(temporary)
            internet, lgwan = free_port(), free_port()
            gateway = Gateway(two_zones(base, internet, lgwan, f"maildir:{base}/out"), base).start(internet)
            acknowledged, stop = [], threading.Event()

            def send(worker):
                number = 0
                while not stop.is_set():
                    try:
                        with smtplib.SMTP("127.0.0.1", internet, timeout=5) as client:
                            while not stop.is_set():
                                token = f"token-{worker}-{number}-end"
                                number += 1
                                client.sendmail("a@shop.example", ["b@lgwan.example"],
                                                f"From: a@shop.example\r\nSubject: {token}\r\n\r\n{token}\r\n")
                                acknowledged.append(token)
                    except (OSError, smtplib.SMTPException):
                        time.sleep(0.02)

            senders = [threading.Thread(target=send, args=(worker,)) for worker in range(self.SENDERS)]
            for sender in senders:
                sender.start()
            dice = random.Random(20261120)
            for _ in range(self.ROUNDS):
                time.sleep(dice.uniform(0.2, 0.8))
                gateway.kill()
                gateway.start(internet)
            time.sleep(0.3)
            stop.set()
            for sender in senders:
                sender.join()
            wait_until(lambda: not gateway.queue(), 60, "the queue to drain")
            gateway.stop()
            seen = collections.Counter()
            for path in (base / "out/new").iterdir():
                for line in path.read_text().splitlines():
                    if line.startswith("Subject: token-"):
                        seen[line.removeprefix("Subject: ")] += 1
            lost = [token for token in acknowledged if token not in seen]
            print(f"\n{len(acknowledged)} acknowledged, {len(seen)} arrived, "
                  f"{sum(seen.values()) - len(seen)} twice, {len(lost)} lost in {self.ROUNDS} kills")
            self.assertGreater(len(acknowledged), 50)
            self.assertEqual(lost, [])


if __name__ == "__main__":
    unittest.main()
