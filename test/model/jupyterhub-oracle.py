"""Answers questions about scopes with the real JupyterHub: JSON on stdin, JSON on stdout."""

import json
import sys
import warnings

from jupyterhub import orm, roles, scopes, slugs

warnings.simplefilter("ignore")
asked = json.load(sys.stdin)
session = orm.new_session_factory("sqlite:///:memory:")()

standard = {name: entry.get("subscopes", []) for name, entry in scopes.scope_definitions.items()}
scopes.define_custom_scopes(asked["custom"])

groups = {name: orm.Group(name=name) for name in asked["groups"]}
users = {}
for name in asked["users"]:
    member_of = [groups[group] for group in asked["memberships"].get(name, [])]
    users[name] = orm.User(name=name, groups=member_of)
services = {name: orm.Service(name=name) for name in asked["services"]}
session.add_all([*groups.values(), *users.values(), *services.values()])
session.commit()


def expand(raw, owner):
    known = users if owner["kind"] == "user" else services
    return scopes.expand_scopes(raw, known[owner["name"]])


def fault(raw):
    try:
        scopes._check_scopes_exist([raw], who_for="token")
    except scopes.ScopeNotFound as error:
        return error.args[0]
    return None


def case(given):
    a = expand(given["a"], given["ownerA"])
    b = expand(given["b"], given["ownerB"])
    both = scopes._intersect_expanded_scopes(a, b, session)
    return {
        "a": sorted(a),
        "both": sorted(both),
        "has": [scopes.has_scope(scope, a, db=session) for scope in given["ask"]],
    }


json.dump(
    {
        "scopes": standard,
        "roles": {role["name"]: role["scopes"] for role in roles.get_default_roles()},
        "self": sorted(expand(["self"], {"kind": "user", "name": "ada"})),
        "cases": [case(given) for given in asked["cases"]],
        "faults": [fault(raw) for raw in asked["faults"]],
        "serverNames": [bool(slugs.is_valid_safe_slug(name)) for name in asked["serverNames"]],
        "displayNames": [
            bool(slugs.is_valid_display_name(slugs.normalise_unicode(name)))
            for name in asked["displayNames"]
        ],
    },
    sys.stdout,
)
