"""`/attendance tokens`: the form for API tokens, to make a new one, or to end one that lives."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from slack_bolt.async_app import AsyncApp
from slackblocks import Block, ModalView, Option, StaticSelectMenu, UserSelectMenu

from bot import tokens
from bot.access import Role
from bot.errors import InvalidName, NotAnEmployee, NotReadable
from bot.services import Profile
from bot.slack.admin_blocks import WHICH, another_chosen, field, not_sent, remembered, typed, which
from bot.slack.blocks import Answer, context, plain
from bot.slack.listener import Ask, Edge, Outcome
from bot.tokens import LONGEST_NAME, Token
from bot.wording import Reader
from bot.wording import admin as wording
from storage.errors import UnknownToken, UnknownUser

FORM = "tokens"
LONGEST_EXPIRY = 20


class Action(StrEnum):
    """The menu."""

    CHOOSE = "choose_token"


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. `open_form` is reached through `/attendance tokens`."""
    app.action(Action.CHOOSE)(edge.action(choose))
    app.view(FORM)(edge.submission(submit, field_of))


async def open_form(ask: Ask) -> None:
    """A new token first; Slack gives a trigger 3 seconds."""
    living, known = await tokens.with_people(ask.services, ask.caller)
    await ask.open(form(living, known, None, ask.reader))


async def choose(ask: Ask) -> None:
    """Another one was chosen in the menu."""
    await ask.client.views_update(view_id=ask.view_id, view=(await _form_of(ask, ask.value)).to_dict())


async def _form_of(ask: Ask, token_id: str) -> ModalView:
    living, known = await tokens.with_people(ask.services, ask.caller)
    chosen = next((token for token in living if token.token_id == token_id), None)
    return form(living, known, chosen, ask.reader)


async def submit(ask: Ask) -> Outcome:
    """Makes a token, and shows its secret in the form's place to whoever sent it, once; or revokes the chosen one."""
    fields, token_id = ask.fields or {}, remembered(ask.metadata).get("token")
    living, _ = await tokens.with_people(ask.services, ask.caller)  # whoever may not learns no more than that
    if another := another_chosen(fields, token_id):
        return not_sent(await _form_of(ask, another))
    if token_id is None:
        expires = tokens.parse_expiry(fields.get("expires") or "")
        made = (fields.get("person") or "", Role(fields["role"]), fields.get("name"))
        return Answer(wording.token_created(await tokens.create(ask.services, ask.caller, *made, expires=expires)))
    chosen = next((token for token in living if token.token_id == token_id), None)
    if chosen is None:
        raise UnknownToken(str(token_id))
    await tokens.revoke(ask.services, ask.caller, chosen.token_id)
    return Answer(wording.token_revoked(chosen, ask.reader))


def field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """Where a refusal is shown. A token that is there has no fields."""
    if "person" not in fields:
        return WHICH
    match error:
        case NotAnEmployee() | UnknownUser():
            return "person"
        case NotReadable("expiry"):
            return "expires"
        case InvalidName():
            return "name"
    return WHICH


def form(living: Sequence[Token], known: Mapping[str, Profile], chosen: Token | None, reader: Reader) -> ModalView:
    """The form for a new token, or about one of those that live."""
    names = {token.token_id: wording.token_label(token, known[token.user_id].name) for token in living}
    key = chosen.token_id if chosen else None
    blocks: list[Block] = [which(wording.TOKENS, wording.NEW_TOKEN, names, key, Action.CHOOSE)]
    if chosen is None:
        blocks += _fields_of_a_new_one(reader)
    else:
        blocks.append(context(wording.about_token(chosen, reader)))
    return ModalView(
        title=wording.TOKENS,
        submit=wording.REVOKE if chosen else wording.CREATE,
        close=wording.CANCEL,
        callback_id=FORM,
        private_metadata=json.dumps({"token": key} if key else {}),
        blocks=blocks,
    )


def _fields_of_a_new_one(reader: Reader) -> list[Block]:
    person = UserSelectMenu("value", initial_user=reader.user_id)
    roles = [Option(plain(wording.TOKEN_ROLES[role], 75), role.value) for role in Role]
    menu = StaticSelectMenu("value", options=roles, initial_option=roles[0])
    name, expires = typed("value", None, LONGEST_NAME), typed("value", None, LONGEST_EXPIRY)
    return [
        field("person", wording.TOKEN_PERSON, person, hint=wording.TOKEN_PERSON_HINT),
        field("role", wording.TOKEN_ROLE, menu),
        field("name", wording.TOKEN_NAME, name, hint=wording.TOKEN_NAME_HINT, optional=True),
        field("expires", wording.TOKEN_EXPIRES, expires, hint=wording.TOKEN_EXPIRES_HINT, optional=True),
    ]
