"""JupyterHub, set up from the JSON file in $CONFORMANCE_SETTING."""

import asyncio
import json
import os
import sys
from datetime import datetime, timezone

from jupyterhub.proxy import Proxy
from jupyterhub.spawner import SimpleLocalProcessSpawner

with open(os.environ["CONFORMANCE_SETTING"], encoding="utf-8") as file:
    setting = json.load(file)
shared = setting["shared"]


class RoutesInMemory(Proxy):
    """Keeps the routes and forwards nothing: the hub is spoken to directly."""

    should_start = False
    routes = {}

    async def add_route(self, routespec, target, data):
        added = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
        data = {**data, "last_activity": added}  # as JupyterHub's own proxy does
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)

    async def get_all_routes(self):
        return self.routes


class TinyServers(SimpleLocalProcessSpawner):
    """Runs the same small server as hubgate's spawner."""

    async def start(self):
        """A process that ends at once is noticed, not only when it did not answer for long."""
        url = await super().start()
        if "fails" in self.name:
            while await self.poll() is None:
                await asyncio.sleep(0.05)
            raise RuntimeError("The server exited.")
        return url

    def get_args(self):
        prefix = self.server.base_url
        return [setting["gates"], str(self.port), prefix, self.user.name, self.name]


c.JupyterHub.bind_url = "http://127.0.0.1:1"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{setting['port']}"
c.JupyterHub.proxy_class = RoutesInMemory
c.JupyterHub.spawner_class = TinyServers
c.TinyServers.cmd = [sys.executable, setting["server"]]
c.TinyServers.home_dir_template = setting["homes"] + "/{username}"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = shared["authenticator"]["password"]
c.Authenticator.admin_users = set(shared["admin_users"])
c.Authenticator.allowed_users = set(shared["allowed_users"])
c.Authenticator.allow_all = shared["allow_all"]
for key in (
    "api_tokens",
    "load_groups",
    "load_roles",
    "custom_scopes",
    "services",
    "named_server_limit_per_user",
    "concurrent_spawn_limit",
    "active_server_limit",
):
    setattr(c.JupyterHub, key, shared[key])
c.JupyterHub.allow_named_servers = True
c.JupyterHub.tornado_settings = {
    "slow_spawn_timeout": shared["slow_spawn_timeout"],
    "slow_stop_timeout": shared["slow_spawn_timeout"],
}
