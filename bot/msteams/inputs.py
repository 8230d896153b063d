"""Draws the fields of forms as inputs of a card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from microsoft_teams.cards import (
    CardElement,
    Choice,
    ChoiceSetInput,
    ChoiceSetInputStyle,
    DateInput,
    QueryData,
    RichTextBlock,
    TextInput,
    TimeInput,
)

from bot.chat import views
from bot.msteams.text_runs import ERROR, SMALL, Names, lines, literal, on_one_line, shown
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import channel, code, cut, length, sentence

MOST_WITHOUT_SEARCH = 20  # options of a menu
LONGEST_OPTION = 75
EVERYBODY = "graph.microsoft.com/users"
TYPED_THERE = {"log_channel": "log here"}
"""What is typed in a channel to choose it, by the field's name: Teams has no field for channels."""


def field_with(field: views.Field, value: str, names: Names, error: str, most: int) -> list[CardElement]:
    """The field with this value, and below it what is wrong with that, and its hint. `most`: that many options at
    most."""
    if isinstance(field, views.ChannelField):
        return _channel(field, value, names, error)
    below = [literal(error, ERROR)] if error else []
    if field.hint:
        below.append(literal(field.hint, SMALL))
    if isinstance(field, views.ChoiceField) and (more := len(field.options) - most) > 0:
        said = ngettext("{count} more can't be shown here.", "{count} more can't be shown here.", more)
        below.append(literal(said.format(count=more), SMALL))
    return [_input(field, value, most), *map(_close, below)]


def held_by(field: views.Field) -> str:
    """What the field has when its form opens, as an input holds it."""
    match field:
        case views.TextField(value=text) | views.ChannelField(value=text):
            return shown(text)
        case views.ChoiceField(chosen=chosen) | views.PersonField(chosen=chosen):
            return ",".join(sorted(chosen))
        case views.DateField(value=day):
            return day.isoformat() if day else ""
        case views.TimeField(value=time):
            return f"{time:%H:%M}" if time else ""


def entered_in(field: views.Field, entries: Mapping[str, Any]) -> str:
    """What somebody entered in the field, as an input holds it."""
    match entries.get(field.name):
        case str(text):
            return _canonical(field, shown(text))
        case [*several]:
            return ",".join(one for one in several if isinstance(one, str))
        case _:
            return ""


def _canonical(field: views.Field, text: str) -> str:
    """As an input of that kind can hold it. Teams draws no card with another value."""
    try:
        match field:
            case views.DateField():
                return date.fromisoformat(text).isoformat()
            case views.TimeField():
                return f"{time.fromisoformat(text):%H:%M}"
    except ValueError:
        return ""
    return text


def _input(
    field: views.TextField | views.DateField | views.TimeField | views.PersonField | views.ChoiceField,
    value: str,
    most: int,
) -> CardElement:
    drawn: TextInput | DateInput | TimeInput | ChoiceSetInput
    match field:
        case views.TextField():
            longest = max(field.longest, length(value))
            drawn, missing = TextInput(max_length=longest, is_multiline=field.multiline), _("Fill this in.")
        case views.DateField():
            drawn, missing = DateInput(), _("Choose a day.")
        case views.TimeField():
            drawn, missing = TimeInput(), _("Choose a time.")
        case views.PersonField():
            everybody = QueryData(dataset=EVERYBODY)
            drawn, missing = ChoiceSetInput(choices=[], choices_data=everybody), _("Choose a person.")
        case views.ChoiceField():
            drawn, missing = _choices(field, value, most), _("Choose one.")
    drawn.id, drawn.label = field.name, field.label
    if isinstance(field, views.ChoiceField | views.PersonField):
        assert isinstance(drawn, ChoiceSetInput)
        drawn.is_multi_select = field.many
    if not isinstance(field, views.ChoiceField):
        drawn.value = value or None
    drawn.is_required, drawn.error_message = field.required, missing if field.required else None
    return drawn


def _choices(field: views.ChoiceField, value: str, most: int) -> ChoiceSetInput:
    """The first options, and what is chosen."""
    chosen = value.split(",") if field.many else [value]
    kept = [option for option in chosen if option in field.options]
    choices = [
        Choice(title=cut(on_one_line(label), LONGEST_OPTION), value=option)
        for place, (option, label) in enumerate(field.options.items())
        if place < most or option in kept
    ]
    style: ChoiceSetInputStyle = "compact"
    if field.expanded:
        style = "expanded"
    elif len(choices) > MOST_WITHOUT_SEARCH and not field.many:
        style = "filtered"
    return ChoiceSetInput(choices=choices, value=",".join(kept) or None, style=style, wrap=True)


def _channel(field: views.ChannelField, value: str, names: Names, error: str) -> list[CardElement]:
    """What is chosen now, with a tick that can be removed, and how another is chosen. Nothing for one that can't be
    chosen in Teams. The channel's name is beside the tick, because what belongs to a tick is read as Markdown."""
    typed = TYPED_THERE.get(field.name)
    if typed is None and not field.value:
        return []
    said = _("It's <b>{channel}</b>.")
    if typed:
        said = _("None yet. Add me to a channel, and type {command} there.")
        if field.value:
            said = _("It's <b>{channel}</b>. To choose another one, type {command} there.")
    told = sentence(said, channel=channel(field.value), command=code(typed or ""))
    below = [*([literal(error, ERROR)] if error else []), *lines(told, names, SMALL)]
    if not field.value:
        return [literal(field.label), *map(_close, below)]
    chosen = Choice(title=_("Post there"), value=field.value)
    kept = ChoiceSetInput(
        id=field.name,
        label=field.label,
        value=value or None,
        choices=[chosen],
        style="expanded",
        is_multi_select=True,
        wrap=True,
    )
    return [kept, *map(_close, below)]


def _close(below: RichTextBlock) -> RichTextBlock:
    below.spacing = "Small"
    return below
