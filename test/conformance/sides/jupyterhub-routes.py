"""Prints the routes below /api that the installed JupyterHub has, and their methods, as JSON."""

import json

from jupyterhub import apihandlers, handlers

METHODS = ("get", "head", "post", "put", "patch", "delete")


def methods(handler):
    """Those that JupyterHub's own classes define, not the framework's refusals."""
    ours = [one for one in handler.__mro__ if one.__module__.startswith("jupyterhub")]
    return [name.upper() for name in METHODS if any(name in vars(one) for one in ours)]


found = apihandlers.default_handlers + handlers.default_handlers
routes = [
    {"pattern": pattern.removesuffix("$"), "methods": methods(handler)}
    for pattern, handler in found
    if pattern.startswith("/api")
]
print(json.dumps(routes))
