"""Starts a named server, prints how far it is, and asks it for its version."""

import json
import os
import requests

api_url = os.environ["API_URL"]
user, server = os.environ["USER_NAME"], os.environ["SERVER_NAME"]
session = requests.Session()
session.headers["Authorization"] = f"token {os.environ['TOKEN']}"

started = session.post(f"{api_url}/users/{user}/servers/{server}")
started.raise_for_status()
assert started.status_code in (201, 202), started.status_code

url = None
progress = session.get(f"{api_url}/users/{user}/servers/{server}/progress", stream=True)
progress.raise_for_status()
for line in progress.iter_lines():
    line = line.decode("utf8", "replace")
    if not line.startswith("data:"):
        continue
    event = json.loads(line.split(":", 1)[1])
    if event.get("ready"):
        url = event["url"]
    elif event.get("failed"):
        raise SystemExit(event["message"])
progress.close()

model = session.get(f"{api_url}/users/{user}").json()["servers"][server]
assert model["ready"] and model["url"] == url, model

made = session.post(
    f"{api_url}/users/{user}/tokens",
    json={"note": "one visit", "expires_in": 60, "scopes": [f"access:servers!server={user}/{server}"]},
)
made.raise_for_status()
visit = requests.get(
    api_url.removesuffix("/hub/api") + url + "api/status",
    headers={"Authorization": f"token {made.json()['token']}"},
)
visit.raise_for_status()
print(url, sorted(visit.json()))
