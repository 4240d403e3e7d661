"""Names of all users, a page at a time."""

import os
import requests

session = requests.Session()
session.headers["Authorization"] = f"token {os.environ['TOKEN']}"
session.headers["Accept"] = "application/jupyterhub-pagination+json"

names = []
pages = 0
url = os.environ["API_URL"] + "/users?limit=2"
while url:
    response = session.get(url)
    response.raise_for_status()
    page = response.json()
    names += [user["name"] for user in page["items"]]
    pages += 1
    info = page["_pagination"]
    url = info["next"]["url"] if info["next"] else None

assert len(names) == info["total"]
print(pages, names)
