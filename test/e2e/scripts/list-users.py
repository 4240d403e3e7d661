import os
import requests

api_url = os.environ['API_URL']
token = os.environ['TOKEN']

r = requests.get(api_url + '/users',
    headers={
        'Authorization': f'token {token}',
    }
)

r.raise_for_status()
users = r.json()
print([user['name'] for user in users])
