"""Lists of what admins change: a row with a button for each item, page by page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

from markupsafe import Markup

from bot.calendar.doubts import spelled
from bot.calendar.words import similar, words_of
from bot.chat.routing import Action, FormAction
from bot.chat.views import Button, Buttons, ChoiceField, Form, Heading, Message, Piece, Text
from bot.errors import ChangedMeanwhile, OutdatedButton
from bot.people.teams_and_offices import Office, Team
from bot.wording.catalogue import _
from bot.wording.markup import sentence

T = TypeVar("T", Office, Team)

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """Which item a form showed, and its state then."""

    key: str
    version: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was entered in the form that asks what to archive: the key of an item."""

    which: str


def page(title: str, rows: Sequence[Text], none: str, buttons: Sequence[Button], turn: Action, start: int) -> Message:
    """The rows from the `start`th on, or the last page if there are fewer now; `none` if there are none. `turn` carries
    the start of another page."""
    start = begin(start, len(rows))
    return one_page(title, rows[start : start + PAGE_SIZE], none, buttons, turn, start, len(rows))


def begin(start: int, total: int) -> int:
    """Where the page with the `start`th row begins, or the last page if there are fewer rows now."""
    return max(0, min(start, (total - 1) // PAGE_SIZE * PAGE_SIZE))


def one_page(
    title: str, rows: Sequence[Text], none: str, buttons: Sequence[Button], turn: Action, start: int, total: int
) -> Message:
    """The same for the rows of that page alone, of so many in total."""
    pieces: list[Piece] = [Heading(title), *(rows or [Text(sentence(none))])]
    turning = []
    if start > 0:
        turning.append(turn.button(_("Previous"), max(0, start - PAGE_SIZE)))
    if start + PAGE_SIZE < total:
        turning.append(turn.button(_("Next"), start + PAGE_SIZE))
    return Message([*pieces, Buttons([*buttons, *turning])])


def rows(things: Sequence[T], row: Callable[[T], Markup], change: Action, bring_back: Action) -> list[Text]:
    """The items in use with **Change…**, then the archived ones with **Bring back**."""
    living = [Text(row(thing), change.button(_("Change…"), key_of(thing))) for thing in in_use(things)]
    gone = [
        Text(row(thing), bring_back.button(_("Bring back"), key_of(thing))) for thing in things if thing.archived_at
    ]
    return living + gone


def archive_form(title: str, label: str, things: Sequence[T], said: str, archive: FormAction) -> Form:
    """Asks which of the items to archive, and says what that means."""
    which = ChoiceField(name="which", label=label, options={key_of(thing): thing.name for thing in things})
    return Form(title, _("Archive"), _("Cancel"), archive, [which, Text(sentence(said))])


def key_of(thing: Office | Team) -> str:
    """Identifies an item in a button: short, and not text that people typed."""
    return _digest(_name(thing))


def chosen(things: Sequence[T], key: str) -> T:
    """The thing with that key. Raises OutdatedButton."""
    for thing in things:
        if key_of(thing) == key:
            return thing
    raise OutdatedButton


def named(things: Sequence[T], name: str) -> tuple[T | None, list[str]]:
    """The item of that name or id, however it's spelled, rather one in use than an archived one; if none, up to two
    names that it may be a misspelling of."""
    by_form: dict[str, T] = {}
    for thing in sorted(things, key=lambda one: one.archived_at is None):
        for called in {thing.name, _name(thing)}:
            by_form[spelled(words_of(called))] = thing
    wanted = spelled(words_of(name))
    if found := by_form.get(wanted):
        return found, []
    names = {form: thing.name for form, thing in by_form.items()}
    beginnings = {" ".join(form.split()[: len(wanted.split())]): name for form, name in names.items()}
    likely = {**beginnings, **names}  # `berln` for Berlin Mitte
    return None, list(dict.fromkeys(likely[form] for form in similar(wanted, likely)))


def in_use(things: Sequence[T]) -> list[T]:
    """The items that aren't archived."""
    return [thing for thing in things if thing.archived_at is None]


def shown(thing: Office | Team, hidden: Sequence[str] = ()) -> Shown:
    """What the item's form carries. `hidden`: parts of the item that the form doesn't show and must keep."""
    return Shown(key_of(thing), _version(thing, hidden))


def as_shown(things: Sequence[T], before: Shown, hidden: Callable[[T], Sequence[str]] = lambda thing: ()) -> T:
    """The item that the form showed. Raises ChangedMeanwhile if it, or its hidden part, has changed since."""
    thing = chosen(things, before.key)
    if _version(thing, hidden(thing)) != before.version:
        raise ChangedMeanwhile(_name(thing))
    return thing


def _name(thing: Office | Team) -> str:
    return thing.name if isinstance(thing, Team) else thing.office_id


def _version(thing: Office | Team, hidden: Sequence[str]) -> str:
    facts = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(thing).items()}
    return _digest(repr((sorted(facts.items()), list(hidden))))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
