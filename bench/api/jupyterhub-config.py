"""A JupyterHub whose hub is measured alone: nothing is proxied, and nobody signs in."""

import os

from jupyterhub.proxy import Proxy


class NoProxy(Proxy):
    """Remembers the routes that it is given and does nothing with them."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._routes = {}

    async def start(self):
        pass

    async def stop(self):
        pass

    async def add_route(self, routespec, target, data):
        self._routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec):
        self._routes.pop(routespec, None)

    async def get_all_routes(self):
        return dict(self._routes)


c = get_config()  # noqa: F821
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {"root"}
c.JupyterHub.db_url = os.environ["BENCH_DB_URL"]
c.JupyterHub.hub_port = int(os.environ["BENCH_PORT"])
c.JupyterHub.bind_url = "http://127.0.0.1:" + os.environ["BENCH_PUBLIC_PORT"]
c.JupyterHub.api_page_max_limit = 100_000
c.JupyterHub.log_level = "WARN"
# Only makes root's token, which is then measured with: JupyterHub hashes those it makes itself
# once, and those of a configuration 16,384 times.
c.JupyterHub.services = [{"name": "bench", "api_token": os.environ["BENCH_TOKEN"]}]
c.JupyterHub.load_roles = [{"name": "admin", "users": ["root"], "services": ["bench"]}]
