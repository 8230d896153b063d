"""`/attendance tokens`: the API tokens that work, **Revoke**, and the form for a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot import wording
from bot.chat import lists
from bot.chat.form_faults import Check
from bot.chat.reading_tokens import new_button, row_facts
from bot.chat.routing import Ask, Feature
from bot.chat.views import ChoiceField, Confirm, Field, Form, Message, PersonField, Text, TextField
from bot.errors import RoleBeyondPerson
from bot.people import admins
from bot.people import tokens as api_tokens
from bot.people.audit_entries import UsedToken
from bot.people.tokens import LONGEST_NAME, Token
from bot.permissions import Role
from bot.wording import Reader
from bot.wording import tokens as worded
from bot.wording.catalogue import _
from bot.wording.markup import code, mention, sentence
from storage.errors import UnknownToken

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
    """**Revoke**, after its confirmation. Pressed again, it says that this is done."""
    known = {token.token_id: _name(token) for token in await api_tokens.all_of(ask.services, ask.caller)}
    said = _("✅ <b>Token {name} revoked.</b> Programs that use it are refused from now on.")
    try:
        await api_tokens.revoke(ask.services, ask.caller, token_id)
    except UnknownToken:
        if token_id not in known:
            raise
        said = _("Token {name} is already revoked.")
    return Message([Text(sentence(said, name=known[token_id]))])


@tokens.action
async def new(ask: Ask) -> Form:
    """**New token…**"""
    await api_tokens.with_people(ask.services, ask.caller)
    roles: dict[str, str] = {
        Role.EMPLOYEE: _("Employee: the person's own records"),
        Role.MANAGER: _("Manager: their team's records too"),
        Role.ADMIN: _("Admin: everyone's records, and settings"),
    }
    acts_as = _("Everything a program does with this token is done in this person's name.")
    until = _("A date, for example 2027-01-31, or a number of days, for example 90. Leave empty for no end date.")
    body: list[Field] = [
        PersonField(name="person", label=_("Acts as"), hint=acts_as, chosen=[ask.caller.user_id]),
        ChoiceField(name="role", label=_("Access"), options=roles, chosen=[Role.EMPLOYEE]),
        TextField(name="name", label=_("Name"), hint=_("For example payroll."), required=False, longest=LONGEST_NAME),
        TextField(name="expires", label=_("Works until"), hint=until, required=False, longest=LONGEST_EXPIRY),
    ]
    return Form(_("New API token"), _("Create"), _("Cancel"), create, body)


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """Whatever `create` could not check field by field."""
    return "role" if isinstance(error, RoleBeyondPerson) else "person"


@tokens.form(_field_of)
async def create(ask: Ask, carried: None, filled: Filled) -> Message:
    """Makes the token, and shows its secret once, in the form's place. No chat keeps it."""
    await api_tokens.with_people(ask.services, ask.caller)  # people without the right learn no more than that
    check, expires = Check(), None
    with check.at("person"):
        await admins.check_full_members(ask.services, ask.caller, [filled.person])
    with check.at("name"):
        api_tokens.checked_name(filled.name)
    with check.at("expires"):
        expires = await api_tokens.readable_expiry(ask.services, ask.caller, filled.expires)
    check.done()
    secret = await api_tokens.create(ask.services, ask.caller, filled.person, filled.role, filled.name, expires=expires)
    said = _(
        "✅ <b>Token created.</b>\n{secret}\nCopy this token now. You won't see it again. Treat it like a password."
    )
    return Message([Text(sentence(said, secret=code(secret)))], in_form=True)


@dataclass(frozen=True, slots=True)
class Made:
    """A token, and how far it reaches."""

    token: UsedToken
    role: Role


@tokens.notice(api_tokens.MADE)
async def made(ask: Ask, facts: Made) -> Message:
    """Somebody else made a token in the reader's name."""
    return Message([Text(worded.made_in_your_name(facts.token, facts.role))])


@dataclass(frozen=True, slots=True)
class Used:
    """A token that a program changed something with."""

    token: UsedToken


@tokens.notice(api_tokens.USED)
async def used(ask: Ask, facts: Used) -> Message:
    """A program did something in the reader's name."""
    return Message([Text(worded.used_in_your_name(facts.token))])


async def _page(ask: Ask, start: int) -> Message:
    living, known = await api_tokens.with_people(ask.services, ask.caller)
    rows = []
    for token in living:
        said = _("Programs that use {name} (acts as {person}) will be refused at once. You can't undo this.")
        if token.reach:
            said = _("Reading with {name} will be refused at once. You can't undo this.")
        asked = said.format(name=_name(token), person=known[token.user_id].name)
        sure = Confirm(title=_("Revoke this token?"), question=asked, yes=_("Revoke"), no=_("Keep"))
        rows.append(
            Text(_row(token, ask.reader), revoke.button(_("Revoke"), token.token_id, style="danger", confirm=sure))
        )
    buttons = [new.button(_("New token…")), new_button()]
    return lists.page(_("API tokens"), rows, _("There are no active API tokens."), buttons, turn_page, start)


def _row(token: Token, reader: Reader) -> Markup:
    """Whom it acts as, since when, until when, and when it was used."""
    day = _day(token.created_at, reader)
    if token.reach:
        head = sentence("<b>{name}</b>", name=_name(token)) + "\n" + row_facts(token, reader) + "\n"
        facts = [head + sentence(_("Created {day}"), day=day)]
    else:
        said = _("<b>{name}</b>\nActs as {who} · access: {role} · created {day}")
        facts = [sentence(said, name=_name(token), who=mention(token.user_id), role=worded.access(token.role), day=day)]
    if token.created_by:
        facts.append(worded.made_by(token.created_by))
    if token.expires_at:
        facts.append(sentence(_("works until {time}"), time=_utc(token.expires_at, reader)))
    if token.last_used_at:
        facts.append(sentence(_("last used about {time}"), time=_utc(token.last_used_at, reader)))
    else:
        facts.append(sentence(_("never used")))
    return Markup(" · ").join(facts)


def _name(token: Token) -> str:
    return worded.name_of(token.token_id, token.name)


def _day(at: datetime, reader: Reader) -> str:
    return wording.day(at.date(), reader)


def _utc(at: datetime, reader: Reader) -> str:
    return _("{day}, {time} UTC").format(day=_day(at, reader), time=wording.time_of_day(at.time()))
