"""Stops the servers that were not used for some time, and prints them."""

import os
from datetime import datetime, timedelta, timezone
from dateutil.parser import parse
import requests

api_url = os.environ["API_URL"]
limit = timedelta(seconds=float(os.environ["IDLE_SECONDS"]))
session = requests.Session()
session.headers["Authorization"] = f"token {os.environ['TOKEN']}"

response = session.get(api_url + "/users", params={"state": "ready"})
response.raise_for_status()
now = datetime.now(timezone.utc)
culled = []
for user in response.json():
    for name, server in user["servers"].items():
        used = server["last_activity"] or server["started"]
        if server["pending"] or not server["ready"] or now - parse(used) < limit:
            continue
        path = f"/users/{user['name']}/servers/{name}" if name else f"/users/{user['name']}/server"
        stopped = session.delete(api_url + path)
        stopped.raise_for_status()
        assert stopped.status_code in (202, 204), stopped.status_code
        culled.append(f"{user['name']}/{name}")
print(culled)
