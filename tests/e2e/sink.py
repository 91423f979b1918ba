"""A next hop that answers as it is told."""
import socket
import threading


class Sink:
    """A next hop that answers as it is told: `replies` maps the local part of a recipient to the reply to RCPT."""

    def __init__(self, port=None, replies=None):
        self.replies, self.messages = replies or {}, []
        self.listener = socket.create_server(("127.0.0.1", port or 0), reuse_port=False)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    def talk(self, peer):
        with peer, peer.makefile("rb") as lines:
            say = lambda text: peer.sendall(text.encode() + b"\r\n")
            say("220 sink ESMTP")
            recipients = []
            for line in lines:
                verb = line.split()[0].upper() if line.split() else b""
                if verb == b"EHLO":
                    say("250-sink\r\n250 8BITMIME")
                elif verb == b"RCPT":
                    local = line.split(b"<")[1].split(b"@")[0].decode()
                    reply = self.replies.get(local, "250 2.1.5 ok")
                    if reply.startswith("2"):
                        recipients.append(local)
                    say(reply)
                elif verb == b"DATA":
                    say("354 go")
                    content = b""
                    for text in lines:
                        if text == b".\r\n":
                            break
                        content += text[1:] if text.startswith(b".") else text
                    self.messages.append((recipients, content))
                    recipients = []
                    say("250 2.0.0 stored")
                elif verb == b"QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 2.0.0 ok")

    def close(self):
        self.listener.close()
