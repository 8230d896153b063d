"""Draws the views of `bot.chat` as Slack's blocks, cut to Slack's limits (docs.slack.dev, Block Kit reference)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup
from slackblocks import (
    ActionsBlock,
    Block,
    ConfirmationDialogue,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    ModalView,
    PlainTextInput,
    SectionBlock,
    Text,
    TextType,
)
from slackblocks import Button as SlackButton

from bot.chat import views
from bot.chat.plain import as_lines
from bot.slack.blocks import FOR_WHO_SHARED_IT, LONGEST_FALLBACK, LONGEST_SECTION, Answer
from bot.wording.catalogue import ngettext
from bot.wording.markup import Style, cut, drawn, length

_USER_ID = re.compile(r"[UW][A-Z0-9]+", re.ASCII)
_CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]+", re.ASCII)


def escape(text: str) -> str:
    """Slack's three characters (docs.slack.dev, "Escaping text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _name(user_id: str) -> str:
    """Slack puts the person's name here; `cli:root`, and whatever else is not an id of Slack's, stays text."""
    return f"<@{user_id}>" if _USER_ID.fullmatch(user_id) else escape(user_id)


def _channel(channel_id: str) -> str:
    return f"<#{channel_id}>" if _CHANNEL_ID.fullmatch(channel_id) else escape(channel_id)


_MRKDWN = Style({"b": "*", "s": "~", "code": "`"}, escape, _name, _channel)


def mrkdwn(text: Markup, longest: int | None = None) -> str:
    """The text in Slack's markup."""
    return drawn(text, _MRKDWN, longest)


def answer(message: views.Message) -> Answer:
    """The message as blocks, with all of it in words for notifications and screen readers."""
    return Answer(_words(message), [block(piece) for piece in message.pieces], message.replaces)


def form(shown: views.Form) -> ModalView:
    """The form as a modal. A field's block id is its name; what the form carries is the modal's metadata."""
    return ModalView(
        title=cut(shown.title, 24),
        submit=cut(shown.submit, 24),
        close=cut(shown.cancel, 24),
        callback_id=shown.action.name,
        private_metadata=shown.action.pack(shown.carries),
        blocks=[_field(piece) if isinstance(piece, views.TextField) else block(piece) for piece in shown.body],
    )


def block(piece: views.Piece) -> Block:
    """One piece of a message."""
    match piece:
        case views.Heading(text):
            return HeaderBlock(cut(text, 150))
        case views.Text(text, pressed):
            said = Text(mrkdwn(text, LONGEST_SECTION), verbatim=True)
            return SectionBlock(said, accessory=button(pressed) if pressed else None)
        case views.Note(text):
            return ContextBlock([Text(mrkdwn(text, LONGEST_SECTION), verbatim=True)])
        case views.Divider():
            return DividerBlock()
        case views.Buttons(buttons):
            return ActionsBlock([button(one, place) for place, one in enumerate(buttons)])


def button(shown: views.Button, place: int = 0) -> SlackButton:
    """A button. Its action id ends with its place, for Slack takes each id once in a row."""
    return SlackButton(
        cut(shown.label, 75),
        action_id=f"{shown.action.name}#{place}",
        value=shown.action.pack(shown.carries),
        style=None if shown.style == "default" else shown.style,
        confirm=_confirm(shown.confirm) if shown.confirm else None,
    )


def _confirm(asked: views.Confirm) -> ConfirmationDialogue:
    title, question = _plain(asked.title, 100), _plain(asked.question, 300)
    return ConfirmationDialogue(title, question, _plain(asked.yes, 30), _plain(asked.no, 30), style="danger")


def _field(field: views.TextField) -> InputBlock:
    typed = PlainTextInput(
        "value", initial_value=field.value or None, multiline=field.multiline, max_length=field.longest
    )
    hint = _plain(field.hint, 2000) if field.hint else None
    return InputBlock(_plain(field.label, 2000), typed, block_id=field.name, hint=hint, optional=not field.required)


def _plain(text: str, longest: int) -> Text:
    return Text(cut(text, longest), TextType.PLAINTEXT)


def _words(message: views.Message) -> str:
    """As many whole lines as a notification takes, and how many it does not."""
    head, *rows = as_lines(message, mrkdwn)
    lines = rows
    left_out = 0
    while length("\n".join([head, *lines])) > LONGEST_FALLBACK - FOR_WHO_SHARED_IT and lines:
        left_out += 1
        lines = _kept(rows, left_out, keep_end=message.keep_end)
    return "\n".join([head, *lines])


def _kept(rows: Sequence[str], left_out: int, *, keep_end: bool) -> list[str]:
    more = ngettext(
        "{count} more is left out in these words.", "{count} more are left out in these words.", left_out
    ).format(count=left_out)
    return [more, *rows[left_out:]] if keep_end else [*rows[:-left_out], more]
