"""Says who the visitor is, signed in with OAuth by the hub; and a WebSocket that says the same."""

import json
import os
from urllib.parse import urlparse

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado.ioloop import IOLoop
from tornado.web import Application, RequestHandler, authenticated
from tornado.websocket import WebSocketHandler


def shown(user):
    return {"name": user["name"], "groups": sorted(user.get("groups", [])), "scopes": sorted(user["scopes"])}


class WhoAmI(HubOAuthenticated, RequestHandler):
    @authenticated
    def get(self):
        self.set_header("content-type", "application/json")
        self.write(json.dumps(shown(self.current_user)))


class Anybody(HubOAuthenticated, RequestHandler):
    def get(self):
        user = self.current_user
        self.write(json.dumps({"name": user["name"] if user else None}))


class Echo(HubOAuthenticated, WebSocketHandler):
    @authenticated
    def get(self, *args, **kwargs):
        return super().get(*args, **kwargs)

    def open(self, *args):
        self.write_message(json.dumps(shown(self.current_user)))

    def on_message(self, message):
        self.write_message(message)


class Seen(RequestHandler):
    """What of a request arrives here."""

    def get(self):
        self.write(json.dumps({"headers": dict(self.request.headers.get_all()), "uri": self.request.uri}))


class Environment(RequestHandler):
    def get(self):
        names = [name for name in os.environ if name.startswith(("JUPYTERHUB_", "JPY_", "HUBGATE_", "GREETING"))]
        self.write(json.dumps({name: os.environ[name] for name in names}))


prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
app = Application(
    [
        (prefix + "seen", Seen),
        (prefix + "environment", Environment),
        (prefix + "anybody", Anybody),
        (prefix + "echo", Echo),
        (prefix + "oauth_callback", HubOAuthCallbackHandler),
        (prefix + r".*", WhoAmI),
    ],
    cookie_secret=os.urandom(32),
)
url = urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])
app.listen(url.port, url.hostname)
print("token is", os.environ["JUPYTERHUB_API_TOKEN"], flush=True)
IOLoop.current().start()
