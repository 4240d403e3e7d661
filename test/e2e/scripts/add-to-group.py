import os
import requests

api_url = os.environ['API_URL']
token = os.environ['TOKEN']
data = {'name': 'mygroup', 'users': ['user1', 'user2']}

r = requests.post(api_url + '/groups/formgrade-data301/users',
    headers={
        'Authorization': f'token {token}',
    },
    json=data,
)
r.raise_for_status()
r.json()
print(r.status_code, sorted(r.json()['users']))
