"""One reader of GET /v1/events, by hand: what arrives is kept."""
import re
import socket
import threading

from tap import until


class Stream:
    """One reader, by hand: what arrives is kept with when it did."""
    def __init__(self, base, query="", headers=(), reads=True, small=False):
        host = base.removeprefix("http://")
        address, port = host.split(":")
        self.s = socket.socket()
        if small:
            self.s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.s.settimeout(60)
        self.s.connect((address, int(port)))
        self.s.sendall((f"GET /v1/events{query} HTTP/1.1\r\nHost: {host}\r\n" + "".join(f"{h}\r\n" for h in headers) + "\r\n").encode())
        self.text, self.ended = b"", False
        if reads:
            threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            while data := self.s.recv(65536):
                self.text += data
        except OSError:
            pass
        self.ended = True

    def status(self):
        return until(lambda: b"\r\n\r\n" in self.text and int(self.text.split()[1]))

    def events(self):
        return [(m[1].decode(), int(m[0])) for m in re.findall(rb"id: (\d+)\nevent: (\w+)\ndata: \d+\n\n", self.text)]

    def close(self):
        self.s.close() if self.ended else self.s.shutdown(socket.SHUT_RDWR)
