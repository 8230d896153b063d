"""**New token to read…**: a token for an inspector, or a representative of the employees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from bot import wording
from bot.calendar.ranges import DateRange
from bot.chat.form_faults import Check
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, ChoiceField, DateField, Field, Form, Message, PersonField, Text, TextField
from bot.errors import InvalidReach
from bot.people import reading_tokens as core
from bot.people import tokens as api_tokens
from bot.people.audit_entries import UsedToken
from bot.people.reading_tokens import LONGEST_LIFE, LONGEST_REASON, NewReader
from bot.people.tokens import LONGEST_NAME, Token
from bot.permissions import ReadingRole
from bot.wording import Reader
from bot.wording import tokens as worded
from bot.wording.catalogue import _
from bot.wording.markup import code, mention, sentence

MOST_NAMED = 5

reading_tokens = Feature("reading_tokens")


class Whose(StrEnum):
    """Whose records a token reads."""

    CHOSEN = "chosen"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Filled:
    """A new token that only reads."""

    role: ReadingRole
    whose: Whose
    first: date
    last: date
    lives: str
    reason: str
    whom: Sequence[str] = ()
    name: str | None = None


def new_button() -> Button:
    """**New token to read…**"""
    return new.button(_("New token to read…"))


@reading_tokens.action
async def new(ask: Ask) -> Form:
    """The form. Last month is filled in."""
    await api_tokens.with_people(ask.services, ask.caller)
    end = ask.reader.today.replace(day=1) - timedelta(days=1)
    roles: dict[str, str] = {
        ReadingRole.INSPECTOR: _("Inspector: records, comments, findings, changes"),
        ReadingRole.REPRESENTATIVE: _("Representative: hours by name and office only"),
    }
    whose: dict[str, str] = {Whose.CHOSEN: _("The people chosen below"), Whose.EVERYONE: _("Everyone")}
    lives = {"1": _("1 day"), "7": _("1 week"), "14": _("2 weeks"), str(LONGEST_LIFE): _("30 days")}
    why = _("For example: labour inspectorate, visit on 3 Dec. It's kept in the audit trail.")
    body: list[Field] = [
        ChoiceField(name="role", label=_("For"), options=roles, chosen=[ReadingRole.INSPECTOR]),
        ChoiceField(name="whose", label=_("Whose records"), options=whose, chosen=[Whose.CHOSEN]),
        PersonField(name="whom", label=_("People"), required=False, many=True),
        DateField(name="first", label=_("First day it reads"), value=end.replace(day=1)),
        DateField(name="last", label=_("Last day it reads"), value=end),
        ChoiceField(name="lives", label=_("Works for"), options=lives, chosen=["7"]),
        TextField(name="reason", label=_("Reason"), hint=why, longest=LONGEST_REASON, multiline=True),
        TextField(name="name", label=_("Name"), hint=_("To recognise it by."), required=False, longest=LONGEST_NAME),
    ]
    return Form(_("New token to read"), _("Create"), _("Cancel"), create, body)


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """Whatever `create` could not check field by field."""
    return "whom"


@reading_tokens.form(_field_of)
async def create(ask: Ask, carried: None, filled: Filled) -> Message:
    """Makes the token, for which the admin answers, and shows its secret once, in the form's place."""
    await api_tokens.with_people(ask.services, ask.caller)  # people without the right learn no more than that
    everyone, days = filled.whose is Whose.EVERYONE, DateRange(filled.first, filled.last)
    check = Check()
    with check.at("whom"):
        core.check_people(None if everyone else filled.whom)
        if everyone and filled.whom:
            raise InvalidReach("both")
    with check.at("last"):
        core.check_days(days)
    with check.at("lives"):
        lives = int(filled.lives) if filled.lives.isdecimal() and len(filled.lives) < 4 else 0
        core.check_life(lives)
    with check.at("reason"):
        core.check_reason(filled.reason)
    with check.at("name"):
        api_tokens.checked_name(filled.name)
    check.done()
    people = None if everyone else filled.whom
    wanted = NewReader(filled.role, ask.caller.user_id, people, days, lives, filled.reason, filled.name)
    secret = await core.create(ask.services, ask.caller, wanted)
    said = _(
        "✅ <b>Token created.</b>\n{secret}\nCopy this token now. You won't see it again. People see in their change "
        "history when their records are read with it."
    )
    return Message([Text(sentence(said, secret=code(secret)))], in_form=True)


@dataclass(frozen=True, slots=True)
class Made:
    """A token that only reads, and its role."""

    token: UsedToken
    role: ReadingRole


@reading_tokens.notice(core.MADE)
async def made(ask: Ask, facts: Made) -> Message:
    """Somebody else made a token for which the reader answers."""
    return Message([Text(worded.made_to_read(facts.token, facts.role))])


def row_facts(token: Token, reader: Reader) -> Markup:
    """Whose records of which days it reads, for whom, and why. Empty for a token that doesn't only read."""
    if (reach := token.reach) is None:
        return Markup("")
    people = _("everyone") if reach.user_ids is None else _people(sorted(reach.user_ids))
    said = _("Reads records of {people}, {days} · for: {role} · {who} answers for it\nReason: {reason}")
    days = wording.days(reach.first, reach.last, reader)
    who = mention(token.user_id)
    return sentence(said, people=people, days=days, role=worded.access(token.role), who=who, reason=reach.reason)


def _people(user_ids: list[str]) -> Markup:
    named = Markup(", ").join(mention(user_id) for user_id in user_ids[:MOST_NAMED])
    if len(user_ids) <= MOST_NAMED:
        return named
    return sentence(_("{people} and {count} more"), people=named, count=len(user_ids) - MOST_NAMED)
