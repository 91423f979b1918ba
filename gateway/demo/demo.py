"""Sends the sample mails through a running gateway and shows each before and after."""
import argparse
import email
import email.policy
import os
import smtplib
import subprocess
import sys
import time

import samples


def outline(message, indent=""):
    """The parts of a message, one a line."""
    lines = []
    for part in message.walk():
        if part.is_multipart():
            lines.append(f"{indent}{part.get_content_type()}")
            continue
        data = part.get_payload(decode=True) or b""
        name = part.get_filename()
        lines.append(f"{indent}  {part.get_content_type()}, {len(data)} bytes" + (f", {name}" if name else ""))
    return "\n".join(lines)


def connect(port, seconds):
    end = time.monotonic() + seconds
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=30)
        except OSError:
            if time.monotonic() > end:
                sys.exit("demo: the gateway does not answer; its log says why")
            time.sleep(0.1)


def wait_for_new(maildir, known, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = [name for name in os.listdir(maildir) if name not in known] if os.path.isdir(maildir) else []
        if found:
            return found[0]
        time.sleep(0.05)
    sys.exit("demo: the mail did not arrive")


def main():
    options = argparse.ArgumentParser()
    for name in ("--port", "--maildir", "--config", "--mugai"):
        options.add_argument(name, required=True)
    options = options.parse_args()
    new = os.path.join(options.maildir, "new")
    known = set()
    connect(int(options.port), 30).quit()
    for number, (title, sample) in enumerate(samples.ALL, 1):
        client = connect(int(options.port), 10)
        # SMTP's line ends are CRLF; the gateway refuses anything else.
        client.sendmail("sender@shop.example", ["zeimu@lgwan.example"], sample.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        client.quit()
        name = wait_for_new(new, known, 60)
        known.add(name)
        with open(os.path.join(new, name), "rb") as file:
            after = email.message_from_binary_file(file, policy=email.policy.default)
        before = email.message_from_bytes(sample, policy=email.policy.default)
        print(f"\n=== {number}. {title} ===\n--- before ---\nSubject: {before['subject']}\n{outline(before)}")
        print(f"--- after ---\nSubject: {after['subject']}\n{outline(after)}\n")
        body = after.get_body(preferencelist=("plain",))
        print("\n".join("  | " + line for line in body.get_content().splitlines()))
    print("\n=== what was held ===", flush=True)
    subprocess.run([options.mugai, "quarantine", "list", "--config", options.config], check=True)


main()
