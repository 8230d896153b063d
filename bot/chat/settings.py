"""`/attendance settings`: the form for everything that admins set for the workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.chat.routing import Ask, Feature
from bot.chat.views import ChannelField, ChoiceField, Field, Form, Message, PersonField, Text, TextField
from bot.errors import NotFullMembers, NotReadable
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from bot.workspaces import workspace_settings
from bot.workspaces.workspace_settings import NO, YES, in_words
from storage.errors import UnknownUser

LONGEST_LINE = 100
MOST_ADMINS = 100  # so many fit in what the form carries

settings = Feature("settings")


@dataclass(frozen=True, slots=True)
class Before:
    """What the form showed: each setting in words, and who was appointed; None where they were too many."""

    words: Mapping[str, str]
    admins: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Filled:
    """Each setting by its name."""

    zone: str = ""
    working_hours: str = ""
    reminders: Sequence[str] = ()
    ask_after: str = ""
    weekly_summary: str = ""
    log_channel: str = ""
    anchor_channel: str = ""
    anchor_to_people: Sequence[str] = ()
    admins: Sequence[str] = ()


@settings.word("settings", alone=True)
async def show(ask: Ask) -> Form:
    """`/attendance settings`"""
    now = await workspace_settings.overview(ask.services, ask.caller)
    words = in_words(now)
    admins = sorted(now.appointed) if len(now.appointed) <= MOST_ADMINS else None
    return Form(_("Settings"), _("Save"), _("Cancel"), save, _fields(words, admins), Before(words, admins))


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    match error:
        case NotReadable("working hours"):
            return "working_hours"
        case NotReadable("hours"):
            return "ask_after"
        case NotReadable("weekly time"):
            return "weekly_summary"
        case NotFullMembers() | UnknownUser() if "admins" in fields:
            return "admins"
    return "zone"


@settings.form(_field_of)
async def save(ask: Ask, before: Before, filled: Filled) -> Message:
    """Changes what differs from what the form showed: what others changed meanwhile stays."""
    await workspace_settings.overview(ask.services, ask.caller)  # whoever may not learns no more than that
    sent = asdict(filled)
    chosen, shown = set(sent.pop("admins")), set(before.admins or ())
    words = {name: _in_words(value) for name, value in sent.items()}
    new = {name: text for name, text in words.items() if text != before.words.get(name, NO)}
    await workspace_settings.change(
        ask.services,
        ask.caller,
        zone=new.pop("zone", None),
        appointed=chosen - shown,
        dismissed=shown - chosen,
        **{name: workspace_settings.typed(name, text) for name, text in new.items()},
    )
    return Message([Text(sentence(_("The settings are saved.")))])


def _in_words(value: str | Sequence[str]) -> str:
    """As a setting is kept: the text, or whether the box was ticked."""
    if isinstance(value, str):
        return value.strip() or NO
    return YES if value else NO


def _fields(words: Mapping[str, str], admins: Sequence[str] | None) -> list[Field]:
    zone_hint = _("For people and days without a zone of their own. Such as Europe/Berlin or America/New_York.")
    hours_hint = _("For teams without hours of their own: mon-fri 09:00-17:00. Empty: nobody is expected.")
    ask_hint = _("Such as 10. Empty: only once it is a day, which is a clock-out that was forgotten.")
    summary_hint = _("A day and a time in their own zone, such as mon 09:00. Empty: none.")
    reminding = _("Remind people to clock in and out, by their working hours")
    sealing = _("Send everybody their week’s hours, with the seal of the records")
    fields = [
        TextField(name="zone", label=_("Time zone"), hint=zone_hint, value=words["zone"], longest=LONGEST_LINE),
        _line("working_hours", _("Working hours"), hours_hint, words),
        _tick("reminders", _("Reminders"), reminding, words),
        _line("ask_after", _("Ask “Still working?” after so many hours"), ask_hint, words),
        _line("weekly_summary", _("Weekly summary for managers"), summary_hint, words),
        _channel("log_channel", _("Channel for each clock-in and clock-out"), words),
        _channel("anchor_channel", _("Channel for the daily seal of the records"), words),
        _tick("anchor_to_people", _("Seal for everybody"), sealing, words),
    ]
    if admins is not None:
        hint = _("Slack’s admins and owners are admins here whatever is chosen.")
        label = _("Admins beside Slack’s own")
        fields.append(PersonField(name="admins", label=label, hint=hint, required=False, chosen=admins, many=True))
    return fields


def _line(name: str, label: str, hint: str, words: Mapping[str, str]) -> Field:
    return TextField(name=name, label=label, hint=hint, required=False, value=_shown(words[name]), longest=LONGEST_LINE)


def _tick(name: str, label: str, text: str, words: Mapping[str, str]) -> Field:
    return ChoiceField(
        name=name,
        label=label,
        required=False,
        options={YES: text},
        chosen=[YES] if words[name] == YES else [],
        many=True,
        expanded=True,
    )


def _channel(name: str, label: str, words: Mapping[str, str]) -> Field:
    hint = _("Invite me there first. Empty: nowhere.")
    return ChannelField(name=name, label=label, hint=hint, required=False, value=_shown(words[name]))


def _shown(text: str) -> str:
    return "" if text == NO else text
