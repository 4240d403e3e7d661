"""A service that prints when it starts, keeps a child in a session of its own, and does what it is told."""

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlparse

subprocess.Popen(["sleep", "3600"])
subprocess.Popen(["sleep", "3601"], start_new_session=True)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.endswith("/crash"):
            os._exit(7)
        body = json.dumps(
            {"pid": os.getpid(), "token": os.environ["JUPYTERHUB_API_TOKEN"], "greeting": os.environ.get("GREETING")}
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


url = urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])
print("first line\nsecond line", flush=True)
print("to stderr", file=sys.stderr, flush=True)
ThreadingHTTPServer.allow_reuse_address = True
ThreadingHTTPServer((url.hostname, url.port), Handler).serve_forever()
