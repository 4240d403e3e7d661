"""A single-user server for both hubs: server.py GATES PORT PREFIX USER SERVER.

It answers every path with 200. By its name it fails at once ("fails"), waits before it listens
("slow"), or after it was told to end ("stuck"), until GATES/USER~SERVER exists.
"""

import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

gates, port, prefix, user, server = sys.argv[1:6]
name = f"{user}/{server}"
gate = os.path.join(gates, f"{user}~{server}")


def wait():
    """Until the gate opens; never longer than a minute."""
    end = time.monotonic() + 60
    while not os.path.exists(gate) and time.monotonic() < end:
        time.sleep(0.02)


def stop(*_):
    """Ends the server, a stuck one once it may."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if "stuck" in name:
        wait()
    os._exit(0)


class Everything(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


if "fails" in name:
    sys.exit("It fails, as its name says.")
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, stop if "slow" not in name else signal.SIG_DFL)
if "slow" in name:
    wait()
ThreadingHTTPServer(("127.0.0.1", int(port)), Everything).serve_forever()
