"""Installing a bot: Slack's consent page, its code, and rotating tokens.

Slack's way: https://docs.slack.dev/authentication/installing-with-oauth
"""

import html
import secrets
from urllib.parse import urlencode

from aiohttp import web

from bot.practice import payloads
from bot.practice.model import Json, Refused
from bot.practice.people import BOT
from bot.practice.webapi import METHODS, WORKSPACE
from bot.practice.workspace import Workspace

TOKEN_SECONDS = 12 * 3600  # a rotating token's life


def add_routes(app: web.Application) -> None:
    """Adds the consent page and its two answers."""
    app.router.add_get("/oauth/v2/authorize", _ask)
    app.router.add_get("/oauth/v2/decide", _decide)


async def _ask(request: web.Request) -> web.Response:
    """Everyone who opens the page installs as Ada, the admin."""
    workspace, query = request.app[WORKSPACE], request.query
    if query.get("client_id") != workspace.client_id:
        return web.Response(status=400, text="invalid_client_id")
    asked = {key: query.get(key, "") for key in ("state", "scope", "redirect_uri")}
    allow, cancel = (urlencode({**asked, "allow": answer}) for answer in ("yes", "no"))
    wanted = "".join(f"<li>{html.escape(scope)}" for scope in asked["scope"].split(",") if scope)
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Install Attendance</title>'
        f"<h1>Attendance asks to be installed in {html.escape(payloads.TEAM_NAME)}</h1><p>It may:</p><ul>{wanted}</ul>"
        f'<p><a href="/oauth/v2/decide?{allow}">Allow</a> <a href="/oauth/v2/decide?{cancel}">Cancel</a></p>'
    )
    headers = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
    return web.Response(text=body, content_type="text/html", headers=headers)


async def _decide(request: web.Request) -> web.Response:
    workspace, query = request.app[WORKSPACE], request.query
    back = query.get("redirect_uri") or workspace.redirect_url
    answer = {"error": "access_denied"}
    if query.get("allow") == "yes":
        code = secrets.token_hex(8)
        workspace.codes[code] = query.get("scope", "")
        answer = {"code": code}
    return web.Response(
        status=302, headers={"Location": f"{back}?{urlencode({**answer, 'state': query.get('state', '')})}"}
    )


def access(workspace: Workspace, arguments: Json) -> Json:
    """Exchanges a code or a refresh token for a bot token. Each works once, and ends the previous token."""
    known = (workspace, *workspace.neighbours)
    if (arguments.get("client_id"), arguments.get("client_secret")) != (workspace.client_id, workspace.client_secret):
        raise Refused("bad_client_secret")
    if arguments.get("grant_type") == "refresh_token":
        token = arguments.get("refresh_token")
        workspace = _one_of([one for one in known if token and one.refresh_token == token], "invalid_refresh_token")
    else:
        code = str(arguments.get("code"))
        workspace = _one_of([one for one in known if code in one.codes], "invalid_code")
        workspace.scopes = workspace.codes.pop(code)
    whole = workspace.in_whole_organisation
    workspace.bot_token = f"xoxb-{whole or workspace.team_id}-{secrets.token_hex(8)}"
    for other in workspace.organisation if whole else ():
        other.bot_token, other.scopes = workspace.bot_token, workspace.scopes
    answer: Json = {
        "access_token": workspace.bot_token,
        "token_type": "bot",
        "scope": workspace.scopes,
        "bot_user_id": BOT.id,
        "app_id": payloads.APP_ID,
        "team": None if whole else {"id": workspace.team_id, "name": payloads.TEAM_NAME},
        "enterprise": {"id": whole, "name": payloads.ORGANISATION} if whole else None,
        "authed_user": {"id": "U0ADA"},
        "is_enterprise_install": workspace.whole_organisation,
    }
    if workspace.rotates_tokens:
        workspace.refresh_token = f"xoxe-{secrets.token_hex(8)}"
        answer |= {"refresh_token": workspace.refresh_token, "expires_in": TOKEN_SECONDS}
    workspace.changed()
    return answer


def _one_of(found: list[Workspace], refusal: str) -> Workspace:
    if not found:
        raise Refused(refusal)
    return found[0]


METHODS["oauth.v2.access"] = access
