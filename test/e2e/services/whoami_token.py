"""Says who sent a token in a header: no pages, no sign-in."""

import json
import os
from urllib.parse import urlparse

from jupyterhub.services.auth import HubAuthenticated
from tornado.ioloop import IOLoop
from tornado.web import Application, RequestHandler, authenticated


class WhoAmI(HubAuthenticated, RequestHandler):
    @authenticated
    def get(self):
        user = self.current_user
        self.set_header("content-type", "application/json")
        self.write(
            json.dumps(
                {"name": user["name"], "groups": sorted(user.get("groups", [])), "scopes": sorted(user["scopes"])}
            )
        )


app = Application([(os.environ["JUPYTERHUB_SERVICE_PREFIX"] + r".*", WhoAmI)])
url = urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])
app.listen(url.port, url.hostname)
IOLoop.current().start()
