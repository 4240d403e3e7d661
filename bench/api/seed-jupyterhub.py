"""Fills a new JupyterHub database as test/support/seed.ts fills hubgate's store.

usage: seed-jupyterhub.py DATABASE_URL USERS GROUPS
"""

import datetime
import sys

from jupyterhub import orm, roles

url, users, groups = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
db = orm.new_session_factory(url)()
for role in roles.get_default_roles():
    roles.create_role(db, role)
user_role = orm.Role.find(db, "user")
then = datetime.datetime(2026, 1, 1)
for n in range(users):
    user = orm.User(name=f"student-{n:06d}", created=then, last_activity=then)
    user.roles.append(user_role)
    db.add(user)
    db.add(orm.Spawner(name="", user=user, last_activity=then))
for n in range(groups):
    db.add(orm.Group(name=f"project-{n}"))
db.commit()
