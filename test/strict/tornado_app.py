"""An upstream on Tornado that tells which server it takes a request for.

Its argument is JSON, {"ada/gpu": port, ...}: all those servers in one process, each with a port of its
own. Routing is Tornado's: patterns on the path as received, and groups that it decodes.
"""

import asyncio
import json
import logging
import posixpath
import sys

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

PORTS = json.loads(sys.argv[1])


class Reading(RequestHandler):
    """Takes a path for the named server's when there is one, else for the user's default server's."""

    def get(self, user, name=None, rest=None):
        is_named = name is not None and f"{user}/{name}" in PORTS
        below = "/".join(part for part in (user, name, rest) if part)
        # As a handler of files would find one: its root, and the decoded argument below it.
        found = posixpath.normpath(posixpath.join("/user", below))
        self.tell(f"{user}/{name if is_named else ''}", found)

    def tell(self, server, found):
        at = self.application.settings["server"]
        root = "/user/" + at.rstrip("/")
        is_within = found is None or found == root or found.startswith(root + "/")
        self.set_header("X-Read-By", "tornado")
        seen = {"at": at, "server": server, "isWithin": is_within, "target": self.request.uri}
        self.finish(json.dumps(seen))

    def write_error(self, status_code, **kwargs):
        """What it cannot decode, and what no pattern is for, it takes for nobody's."""
        self.set_status(200)
        self.tell(None, None)


class BelowUser(Reading):
    def get(self, user, rest):
        super().get(user, None, rest)


ROUTES = [
    (r"/user/([^/]+)/([^/]+)(?:/(.*))?", Reading),
    (r"/user/([^/]+)/(.*)", BelowUser),
]


async def main():
    logging.disable(logging.CRITICAL)
    for server, port in PORTS.items():
        app = Application(ROUTES, server=server)
        HTTPServer(app).add_sockets(bind_sockets(port, "127.0.0.1"))
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
