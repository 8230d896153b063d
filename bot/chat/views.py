"""What a chat shows, in any chat. A door draws it in its own format and cuts it to its own limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

if TYPE_CHECKING:
    from bot.chat.routing import Action, FormAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """A question before something is removed, in plain text."""

    title: str
    question: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Button:
    """`carries` is the action's own dataclass: ids, days and numbers. Of typed text, only the comment that a question
    keeps until it is answered."""

    label: str
    action: Action
    carries: Any = None
    style: Literal["default", "primary", "danger"] = "default"
    confirm: Confirm | None = None
    only_for: Collection[str] | None = None
    """Who sees it, where a chat can hide it from others. Its action checks the presser anyway. None: everybody."""


@dataclass(frozen=True, slots=True)
class Menu:
    """What can be done with a row of a list, by label, in a `⋯` menu. All items carry the same, and none asks first."""

    actions: Mapping[str, Action]
    carries: Any

    @property
    def buttons(self) -> Sequence[Button]:
        """The same as buttons."""
        return [Button(label, action, self.carries) for label, action in self.actions.items()]

    def beside(self, button: Button) -> Menu:
        """Without what that button does too."""
        return replace(self, actions={label: one for label, one in self.actions.items() if label != button.label})


@dataclass(frozen=True, slots=True)
class Heading:
    """A title, in plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. With a button or a menu, it is a row of a list. With both, `menu` has all that can be done, for
    those to whom a chat can't show the button alone."""

    text: Markup
    button: Button | Menu | None = None
    menu: Menu | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    text: Markup


@dataclass(frozen=True, slots=True)
class Divider:
    """A line between two parts."""


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons in a row."""

    buttons: Sequence[Button]


@dataclass(frozen=True, slots=True)
class Number:
    """A cell that sorts by its value, and reads as `shown`."""

    value: float
    shown: str


Cell = str | Number | Button


@dataclass(frozen=True, slots=True)
class Table:
    """Plain text, numbers, and buttons that don't ask first. The title is for screen readers, which read it before the
    table. `otherwise`: the same in words, and as rows where a chat can't show the table."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    otherwise: Sequence[Text] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar for each name. `unit` is what the figures count, `axis` the title of the axis. The figures are also
    elsewhere in the message, in words."""

    title: str
    unit: str
    axis: str
    bars: Sequence[tuple[str, Number]]


Piece = Heading | Text | Note | Divider | Buttons | Table | Chart


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody sees.

    `replaces`: replaces the message whose button was pressed. `keep_end`: a chat that can't show all words keeps the
    last ones, not the first. `left_out`: what it says then, with `{count}`. After a form was sent, it closes and the
    message goes to the person. With `in_form`, the message replaces the form's content instead, and no chat keeps it.
    `goes_on`: what it shows isn't over, so if it replaces a message that is updated, later updates follow.
    """

    pieces: Sequence[Piece]
    replaces: bool = False
    goes_on: bool = False
    keep_end: bool = False
    left_out: str = ""
    in_form: bool = False


def joined(messages: Sequence[Message]) -> Message:
    """What several messages say, as one."""
    return Message([piece for message in messages for piece in message.pieces])


def for_everybody(message: Message) -> Message:
    """The same for a place that many read, in a chat that can't hide a button from some: everybody sees all of them,
    and their actions check who presses."""

    def shown(piece: Piece) -> Piece:
        if isinstance(piece, Text) and isinstance(piece.button, Button):
            return replace(piece, button=replace(piece.button, only_for=None))
        return piece

    return replace(message, pieces=[shown(piece) for piece in message.pieces])


@dataclass(frozen=True, slots=True)
class Files:
    """Files for one person, under a title."""

    title: str
    paths: Sequence[Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """A field of a form. An empty field isn't handed over."""

    name: str
    label: str
    hint: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField(_Field):
    """A text of at most `longest` characters."""

    value: str = ""
    longest: int
    multiline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField(_Field):
    """One of the options, or with `many` any of them. `options`: the value that is handed over, and its label.
    `expanded`: all are visible; for ten at most."""

    options: Mapping[str, str]
    chosen: Collection[str] = ()
    many: bool = False
    expanded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonField(_Field):
    """One person by id, or with `many` any number."""

    chosen: Collection[str] = ()
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelField(_Field):
    """A channel of this workspace by id. None that is shared with another workspace, which shouldn't see people's
    hours."""

    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateField(_Field):
    """A day, handed over as `2026-11-23`."""

    value: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeField(_Field):
    """A time of day, handed over as `09:02`."""

    value: time | None = None


Field = TextField | ChoiceField | PersonField | ChannelField | DateField | TimeField


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in. What it `carries` comes back with it, as with a button."""

    title: str
    submit: str
    cancel: str
    action: FormAction
    body: Sequence[Field | Text | Note]
    carries: Any = None
    answers_message: bool = False
    """Whether its answer replaces the message whose button opened it, as a button's answer would."""


Outcome = Message | Form | None
