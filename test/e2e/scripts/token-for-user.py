"""A service makes a short-lived token for a user, uses it, and takes it back."""

import os
import requests

api_url, user = os.environ["API_URL"], os.environ["USER_NAME"]
service = {"Authorization": f"token {os.environ['TOKEN']}"}

made = requests.post(
    f"{api_url}/users/{user}/tokens",
    headers=service,
    json={"note": "on behalf of", "expires_in": 300},
)
made.raise_for_status()
token = made.json()

own = {"Authorization": f"Bearer {token['token']}"}
me = requests.get(f"{api_url}/user", headers=own)
me.raise_for_status()
others = requests.get(f"{api_url}/users", headers=own)

listed = requests.get(f"{api_url}/users/{user}/tokens", headers=service).json()["api_tokens"]
(mine,) = [one for one in listed if one["id"] == token["id"]]
requests.delete(f"{api_url}/users/{user}/tokens/{token['id']}", headers=service).raise_for_status()
after = requests.get(f"{api_url}/user", headers=own)

print(me.json()["name"], others.status_code, mine["note"], after.status_code)
