"""Draws the forms of `bot.chat` as Slack's modals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slackblocks import (
    CheckboxGroup,
    ConversationFilter,
    ConversationSelectMenu,
    DatePicker,
    Element,
    InputBlock,
    ModalView,
    Option,
    OptionGroup,
    PlainTextInput,
    RadioButtonGroup,
    StaticMultiSelectMenu,
    StaticSelectMenu,
    TimePicker,
    UserMultiSelectMenu,
    UserSelectMenu,
)

from bot.chat import views
from bot.slack.render import block, plain_text
from bot.wording.markup import cut, length

LONGEST_INPUT = 3000
MOST_OPTIONS = 100  # of a menu, and of a group in one (docs.slack.dev, Block Kit reference)


def form(shown: views.Form, opened_from: str = "") -> ModalView:
    """The form as a modal. A field's block id is its name; what the form carries is the modal's metadata, with the
    message that it answers in a line of its own."""
    carried = shown.action.pack(shown.carries)
    return ModalView(
        title=cut(shown.title, 24),
        submit=cut(shown.submit, 24),
        close=cut(shown.cancel, 24),
        callback_id=shown.action.name,
        private_metadata=f"{carried}\n{opened_from}" if opened_from and shown.answers_message else carried,
        blocks=[block(piece) if isinstance(piece, views.Text | views.Note) else _field(piece) for piece in shown.body],
    )


def _field(field: views.Field) -> InputBlock:
    hint = plain_text(field.hint, 2000) if field.hint else None
    label, is_optional = plain_text(field.label, 2000), not field.required
    return InputBlock(label, _element(field), block_id=field.name, hint=hint, optional=is_optional)


def _element(field: views.Field) -> Element:
    match field:
        case views.TextField():
            return _text_input(field)
        case views.ChoiceField(expanded=True):
            return _expanded(field)
        case views.ChoiceField():
            return _menu(field)
        case views.PersonField(chosen=chosen, many=True):
            return UserMultiSelectMenu("value", initial_users=sorted(chosen) or None)
        case views.PersonField(chosen=chosen):
            return UserSelectMenu("value", initial_user=next(iter(chosen), None))
        case views.ChannelField(value=channel_id):
            inside = ConversationFilter(
                ["public", "private"], exclude_external_shared_channels=True, exclude_bot_users=True
            )
            return ConversationSelectMenu("value", initial_conversation=channel_id or None, filter=inside)
        case views.DateField(value=day):
            return DatePicker("value", initial_date=day.isoformat() if day else None)
        case views.TimeField(value=time):
            return TimePicker("value", initial_time=f"{time:%H:%M}" if time else None)


def _text_input(field: views.TextField) -> PlainTextInput:
    """What is in the field can be sent again unchanged: Slack counts UTF-16 units, so it can be longer than the field's
    own limit."""
    value = cut(field.value, LONGEST_INPUT)
    most = max(field.longest, length(value))
    return PlainTextInput("value", initial_value=value or None, multiline=field.multiline, max_length=most)


def _expanded(field: views.ChoiceField) -> CheckboxGroup | RadioButtonGroup:
    options, chosen = _options(field)
    if field.many:
        return CheckboxGroup("value", options, initial_options=chosen or None)
    return RadioButtonGroup("value", options, initial_option=next(iter(chosen), None))


def _menu(field: views.ChoiceField) -> StaticMultiSelectMenu | StaticSelectMenu:
    """More options than Slack allows in a row are in groups. The builder refuses initial options in groups, although
    Slack allows them, so they are set afterwards."""
    options, chosen = _options(field)
    rows: dict[str, Any] = {"options": options}
    if len(options) > MOST_OPTIONS:
        rows = {"options": None, "option_groups": _in_groups(options)}
    if field.many:
        several = StaticMultiSelectMenu("value", **rows)
        several.initial_options = [*chosen] or None
        return several
    menu = StaticSelectMenu("value", **rows)
    menu.initial_option = next(iter(chosen), None)
    return menu


def _options(field: views.ChoiceField) -> tuple[list[Option], list[Option]]:
    """All options, and the chosen ones."""
    options = [Option(plain_text(text, 75), value) for value, text in field.options.items()]
    return options, [option for option in options if option.value in field.chosen]


def _in_groups(options: Sequence[Option]) -> list[OptionGroup]:
    parts = [options[start : start + MOST_OPTIONS] for start in range(0, len(options), MOST_OPTIONS)]
    return [OptionGroup(plain_text(_from_to(part), 75), list(part)) for part in parts]


def _from_to(part: Sequence[Option]) -> str:
    first, last = (cut(option.text.text, 30) for option in (part[0], part[-1]))
    return f"{first} – {last}"
