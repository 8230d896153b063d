"""`/attendance tokens`: the API tokens that work, **Revoke**, and the form for a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot import wording
from bot.chat import lists
from bot.chat.routing import Ask, Feature
from bot.chat.views import ChoiceField, Confirm, Field, Form, Message, PersonField, Text, TextField
from bot.errors import InvalidName, NotReadable
from bot.people import tokens as api_tokens
from bot.people.tokens import LONGEST_NAME, Token
from bot.permissions import Role
from bot.wording.catalogue import _
from bot.wording.markup import code, mention, sentence

LONGEST_EXPIRY = 20

tokens = Feature("tokens")


@dataclass(frozen=True, slots=True)
class Filled:
    """A new token."""

    role: Role
    person: str = ""
    name: str | None = None
    expires: str = ""


@tokens.word("tokens", alone=True)
async def show(ask: Ask) -> Message:
    """`/attendance tokens`"""
    return await _page(ask, 0)


@tokens.action
async def turn_page(ask: Ask, start: int) -> Message:
    """**Previous** and **Next**."""
    return replace(await _page(ask, start), replaces=True)


@tokens.action
async def revoke(ask: Ask, token_id: str) -> Message:
    """**Revoke**, after its confirmation."""
    living, _known = await api_tokens.with_people(ask.services, ask.caller)
    await api_tokens.revoke(ask.services, ask.caller, token_id)
    name = next((token.name for token in living if token.token_id == token_id), None)
    if name:
        said = sentence(_("The token {name} is revoked: it is refused from now on."), name=name)
    else:
        said = sentence(_("The token is revoked: it is refused from now on."))
    return Message([Text(said)])


@tokens.action
async def new(ask: Ask) -> Form:
    """**New token…**"""
    await api_tokens.with_people(ask.services, ask.caller)
    roles: dict[str, str] = {
        Role.EMPLOYEE: _("an employee: the person’s own records"),
        Role.MANAGER: _("a manager: those of the person’s teams too"),
        Role.ADMIN: _("an admin: everyone’s, and the settings"),
    }
    speaks = _("What a program does with it, it does in this person’s name.")
    until = _("The last day, such as 2027-01-31, or a number of days, such as 90. Empty: until it is revoked.")
    use, example = _("What it is for"), _("Such as payroll.")
    body: list[Field] = [
        PersonField(name="person", label=_("Speaks for"), hint=speaks, chosen=[ask.caller.user_id]),
        ChoiceField(name="role", label=_("Reaches as far as"), options=roles, chosen=[Role.EMPLOYEE]),
        TextField(name="name", label=use, hint=example, required=False, longest=LONGEST_NAME),
        TextField(name="expires", label=_("Works until"), hint=until, required=False, longest=LONGEST_EXPIRY),
    ]
    return Form(_("API tokens"), _("Create"), _("Cancel"), create, body)


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    match error:
        case NotReadable("expiry"):
            return "expires"
        case InvalidName():
            return "name"
    return "person"


@tokens.form(_field_of)
async def create(ask: Ask, carried: None, filled: Filled) -> Message:
    """Makes the token, and shows its secret in the form's place to whoever sent it, once."""
    await api_tokens.with_people(ask.services, ask.caller)  # whoever may not learns no more than that
    expires = api_tokens.parse_expiry(filled.expires)
    secret = await api_tokens.create(ask.services, ask.caller, filled.person, filled.role, filled.name, expires=expires)
    said = _(
        "The new token:\n{secret}\nCopy it now: it is kept as a digest, and nobody can show it again. "
        "Whoever holds it can use it, so put it where only the program reads it."
    )
    return Message([Text(sentence(said, secret=code(secret)))])


async def _page(ask: Ask, start: int) -> Message:
    living, known = await api_tokens.with_people(ask.services, ask.caller)
    rows = []
    for token in living:
        asked = _("{name}, of {person} ({role}), is refused at once and for good.").format(
            name=_name(token), person=known[token.user_id].name, role=token.role
        )
        sure = Confirm(title=_("Revoke this token?"), question=asked, yes=_("Revoke"), no=_("Keep"))
        rows.append(Text(_row(token), revoke.button(_("Revoke"), token.token_id, style="danger", confirm=sure)))
    new_one = new.button(_("New token…"))
    return lists.page(_("API tokens"), rows, _("There are no API tokens yet."), new_one, turn_page, start)


def _row(token: Token) -> Markup:
    """Whose it is, since when, until when, and when it was used."""
    said = _("<b>{name}</b>\nSpeaks for {who} as {role}. Made on {day}.")
    made = sentence(said, name=_name(token), who=mention(token.user_id), role=token.role, day=_day(token.created_at))
    if token.expires_at:
        until = sentence(_("Works until {time}."), time=_utc(token.expires_at))
    else:
        until = sentence(_("Works until it is revoked."))
    if token.last_used_at:
        used = sentence(_("Last used about {time}."), time=_utc(token.last_used_at))
    else:
        used = sentence(_("Never used yet."))
    return Markup(" ").join([made, until, used])


def _name(token: Token) -> str:
    return token.name or token.token_id[-6:]


def _day(at: datetime) -> str:
    return wording.day(at.date())


def _utc(at: datetime) -> str:
    return f"{_day(at)}, {at:%H:%M} UTC"
