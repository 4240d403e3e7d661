"""Says who the visitor is by a token in a header, a query or a cookie that OAuth gave; with FastAPI."""

import os
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, status
from fastapi.responses import RedirectResponse
from fastapi.security import APIKeyCookie, APIKeyQuery, OAuth2AuthorizationCodeBearer

hub_api = os.environ["JUPYTERHUB_API_URL"]
prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
client_id = os.environ["JUPYTERHUB_CLIENT_ID"]
secret = os.environ["JUPYTERHUB_API_TOKEN"]
redirect_uri = os.environ["JUPYTERHUB_OAUTH_CALLBACK_URL"]
access = {"access:services", f"access:services!service={os.environ['JUPYTERHUB_SERVICE_NAME']}"}
authorize = os.environ.get("JUPYTERHUB_HOST", "") + os.environ["JUPYTERHUB_BASE_URL"] + "hub/api/oauth2/authorize"

by_query = APIKeyQuery(name="token", auto_error=False)
by_cookie = APIKeyCookie(name=client_id, auto_error=False)
by_header = OAuth2AuthorizationCodeBearer(authorizationUrl=authorize, tokenUrl="get_token", auto_error=False)


async def visitor(
    in_query: Annotated[str | None, Depends(by_query)],
    in_header: Annotated[str | None, Depends(by_header)],
    in_cookie: Annotated[str | None, Depends(by_cookie)],
) -> dict:
    token = in_query or in_header or in_cookie
    if token is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Must sign in with a token, cookie or header")
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{hub_api}/user", headers={"Authorization": f"Bearer {token}"})
    if answer.is_error:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "The hub does not know this token")
    user = answer.json()
    if not access.intersection(user["scopes"]):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "You may not use this service")
    return user


router = APIRouter(prefix=prefix.rstrip("/"))


@router.get("/me")
async def me(user: Annotated[dict, Depends(visitor)]) -> dict:
    return {"name": user["name"], "groups": sorted(user.get("groups", [])), "scopes": sorted(user["scopes"])}


@router.get("/login")
async def login():
    query = httpx.QueryParams(client_id=client_id, redirect_uri=redirect_uri, response_type="code")
    return RedirectResponse(f"{authorize}?{query}")


@router.get("/oauth_callback")
async def oauth_callback(request: Request, code: str):
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{hub_api}/oauth2/token",
            data={
                "client_id": client_id,
                "client_secret": secret,
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
            },
        )
    answer.raise_for_status()
    response = RedirectResponse(f"{prefix}me")
    response.set_cookie(client_id, answer.json()["access_token"], path=prefix, httponly=True)
    return response


app = FastAPI()
app.include_router(router)
