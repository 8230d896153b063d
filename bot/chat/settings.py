"""`/attendance settings`: the form for everything that admins set for the workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.calendar.worktime import zone_of_place
from bot.chat.form_faults import Check
from bot.chat.place_fields import check_place, place_fields
from bot.chat.routing import Ask, Feature
from bot.chat.views import ChannelField, ChoiceField, Field, Form, Message, PersonField, Text, TextField
from bot.people import admins
from bot.wording.catalogue import _
from bot.wording.languages import code_of, offered
from bot.wording.markup import sentence
from bot.workspaces import workspace_settings
from bot.workspaces.workspace_settings import ENGLISH, NO, YES, in_words

LONGEST_LINE, LONGEST_KINDS, LONGEST_AGREEMENTS = 100, 1000, 3000
PLACE = ("country", "region")
MOST_ADMINS = 100  # as many fit into what the form carries

settings = Feature("settings")


@dataclass(frozen=True, slots=True)
class Before:
    """What the form showed: each setting as text, and the appointed admins, or None if they were too many."""

    words: Mapping[str, str]
    admins: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Filled:
    """Each setting by its name."""

    zone: str = ""
    country: str = ""
    region: str = ""
    agreements: str = ""
    break_kinds: str = ""
    corrections: str = ""
    ask_for_older_than_days: str = ""
    signature_period: str = ""
    ask_to_sign: Sequence[str] = ()
    working_hours: str = ""
    reminders: Sequence[str] = ()
    ask_after: str = ""
    weekly_summary: str = ""
    log_channel: str = ""
    log_comments: Sequence[str] = ()
    anchor_channel: str = ""
    anchor_to_people: Sequence[str] = ()
    language: str = ""
    translated_csv: Sequence[str] = ()
    admins: Sequence[str] = ()


@settings.word("settings", alone=True)
async def show(ask: Ask) -> Form:
    """`/attendance settings`"""
    now = await workspace_settings.overview(ask.services, ask.caller)
    words = in_words(now)
    appointed = sorted(now.appointed) if len(now.appointed) <= MOST_ADMINS else None
    return Form(_("Settings"), _("Save"), _("Cancel"), save, _fields(words, appointed), Before(words, appointed))


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """A refusal that no field check finds."""
    return "zone"


@settings.form(_field_of)
async def save(ask: Ask, before: Before, filled: Filled) -> Message:
    """Changes the settings that differ from what the form showed. What others changed meanwhile stays."""
    await workspace_settings.overview(ask.services, ask.caller)  # people without the right learn no more than that
    sent = asdict(filled)
    chosen, shown = set(sent.pop("admins")), set(before.admins or ())
    place = {name: sent.pop(name).strip() or None for name in PLACE}
    words = {name: _in_words(value) for name, value in sent.items()}
    new = {name: text for name, text in words.items() if text != before.words.get(name, NO)}
    zone, changes, check = new.pop("zone", None), dict[str, object](), Check()
    with check.at("zone"):
        zone = zone and zone_of_place(filled.zone.strip()).key
    if place != {name: _shown(before.words.get(name, NO)) or None for name in PLACE}:
        check_place(check, **place)
        changes.update(place)
    for name, text in new.items():
        with check.at(name):
            changes[name] = workspace_settings.typed(name, text)
    with check.at("admins"):
        await admins.check_full_members(ask.services, ask.caller, chosen - shown)
    check.done()
    await workspace_settings.change(
        ask.services, ask.caller, zone=zone, appointed=chosen - shown, dismissed=shown - chosen, **changes
    )
    return Message([Text(sentence(_("✅ <b>Settings saved.</b>")))])


def _in_words(value: str | Sequence[str]) -> str:
    """A setting as it is stored: the text, or whether the box was ticked."""
    if isinstance(value, str):
        return value.strip() or NO
    return YES if value else NO


def _fields(words: Mapping[str, str], appointed: Sequence[str] | None) -> list[Field]:
    zone_hint = _("For people and days without a time zone of their own. For example Europe/Berlin.")
    country_hint = _("For offices without their own. For example Germany or DE. Leave empty for no public holidays.")
    hours_hint = _("For teams without their own. For example mon-fri 09:00-17:00. Leave empty for no working hours.")
    period_hint = _("What people sign and managers approve: week, two weeks or month.")
    ask_hint = _("For example 10. Leave empty to ask only after 24 hours.")
    summary_hint = _("A day and a time, in each manager's time zone. For example mon 09:00. Leave empty for none.")
    reminding = _("Remind people to clock in and out, by their working hours")
    sealing = _("Send everyone their week's hours, with the seal of the records")
    fields = [
        TextField(name="zone", label=_("Time zone"), hint=zone_hint, value=words["zone"], longest=LONGEST_LINE),
        _language(words),
        _tick("translated_csv", _("CSV files"), _("Headings in the language of the person who exports"), words),
        *place_fields(_shown(words["country"]), _shown(words["region"]), country_hint),
        _agreements(words),
        _break_kinds(words),
        *_corrections(words),
        _line("signature_period", _("Period to sign"), period_hint, words),
        _tick("ask_to_sign", _("Signatures"), _("Ask people to sign each period when it's over"), words),
        _line("working_hours", _("Working hours"), hours_hint, words),
        _tick("reminders", _("Reminders"), reminding, words),
        _line("ask_after", _('Ask "Still working?" after how many hours'), ask_hint, words),
        _line("weekly_summary", _("Weekly summary for managers"), summary_hint, words),
        _channel("log_channel", _("Channel for each clock-in and clock-out"), words),
        _tick("log_comments", _("Comments"), _("Show comments in that channel"), words),
        _channel("anchor_channel", _("Channel for the daily seal of the records"), words),
        _tick("anchor_to_people", _("Weekly seal"), sealing, words),
    ]
    if appointed is not None:
        hint = _("Slack's workspace admins and owners are always admins here.")
        label = _("More admins")
        fields.append(PersonField(name="admins", label=label, hint=hint, required=False, chosen=appointed, many=True))
    return fields


def _language(words: Mapping[str, str]) -> Field:
    return ChoiceField(
        name="language",
        label=_("Language"),
        hint=_("For the log channel, and for people whose chat doesn't say theirs."),
        options={NO if code == ENGLISH else code: name for code, name in offered().items()},
        chosen=[code_of(words["language"]) or NO],
    )


def _agreements(words: Mapping[str, str]) -> Field:
    hint = _(
        "Where a collective or works agreement sets another number than the law: a line for each, with the rule, the "
        'minutes and what allows it. For example daily_rest 600 "TV X §4".'
    )
    return TextField(
        name="agreements",
        label=_("Agreements on working time"),
        hint=hint,
        required=False,
        value=_shown(words["agreements"]),
        longest=LONGEST_AGREEMENTS,
        multiline=True,
    )


def _break_kinds(words: Mapping[str, str]) -> Field:
    hint = _(
        'Each with paid or unpaid, and the minutes after which I ask "Back?". For example lunch unpaid 30, coffee paid '
        "15: coffee is working time, up to 15 minutes. Leave empty for break and lunch, both unpaid."
    )
    return TextField(
        name="break_kinds",
        label=_("Kinds of breaks"),
        hint=hint,
        required=False,
        value=_shown(words["break_kinds"]),
        longest=LONGEST_KINDS,
    )


def _corrections(words: Mapping[str, str]) -> list[Field]:
    ways = {
        "direct": _("Managers change records, and the person is told"),
        "request": _("The same, and people ask before they add older records"),
        "both": _("Both sides agree to each change"),
    }
    hint = _("People always ask for changes to their own records, and a manager answers.")
    label = _("Who agrees to changes of records")
    days = _("Only where they ask for older ones. For example 7. Leave empty for no limit.")
    return [
        ChoiceField(
            name="corrections", label=label, hint=hint, options=ways, chosen=[words["corrections"]], expanded=True
        ),
        _line("ask_for_older_than_days", _("After how many days people ask before they add"), days, words),
    ]


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
    hint = _("Invite me to the channel first. Leave empty for none.")
    return ChannelField(name=name, label=label, hint=hint, required=False, value=_shown(words[name]))


def _shown(text: str) -> str:
    return "" if text == NO else text
