"""Draws the forms of `bot.chat` as dialogs, and reads what comes back from them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from microsoft_teams.cards import AdaptiveCard, CardElement, SubmitAction

from bot.chat import views
from bot.msteams.buttons import CARRIES, LONGEST_LABEL
from bot.msteams.inputs import entered_in, field_with, held_by
from bot.msteams.sizes import ENVELOPE, LARGEST_MESSAGE, as_json, size_of
from bot.msteams.text_runs import SMALL, Names, lines
from bot.wording.markup import cut

FORM, OPENER, NONCE = "form", "opener", "nonce"
"""Keys of what a sent form hands over besides its entries and `CARRIES`: the name of its action; what opened it; and a
word that is another each time the form is shown, so that a form that is delivered twice has one effect."""
MANY, PEOPLE = "many", "people"
"""Of the same: which fields have several values, and which have people."""
OURS = frozenset({FORM, CARRIES, OPENER, NONCE, MANY, PEOPLE, "msteams"})
"""No field is called so."""
MOST_OPTIONS = 4096  # of a field; fewer where the dialog would be too large


def dialog(
    form: views.Form,
    names: Names,
    *,
    entries: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    opener: str = "",
) -> dict[str, Any]:
    """The form as the card of a dialog. `entries`: what the person had entered, as `entries_of` reads it; `errors`:
    what is wrong with it, by field; `opener`: what opened it, which comes back with it."""
    several = [one for one in form.body if isinstance(one, views.ChoiceField | views.PersonField)]
    sent = {
        FORM: form.action.name,
        CARRIES: form.action.pack(form.carries),
        OPENER: opener,
        NONCE: secrets.token_hex(8),
        MANY: [field.name for field in several if field.many],
        PEOPLE: [field.name for field in several if isinstance(field, views.PersonField)],
    }
    submit = SubmitAction(title=cut(form.submit, LONGEST_LABEL), style="positive", data=sent)
    most = MOST_OPTIONS
    while True:
        body = _body(form, names, entries, errors or {}, most)
        drawn = as_json(AdaptiveCard(version="1.5", body=body, actions=[submit]))
        if most == 1 or size_of(drawn) <= LARGEST_MESSAGE - ENVELOPE:
            return drawn
        most //= 2


def entries_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a sent form by field, as `Router.sent` takes them: None for an empty one, a list where there can
    be several. What no client sends stays as it is, for the form's handler to refuse."""
    many, people = (set(_texts(data.get(key))) for key in (MANY, PEOPLE))
    entered = {name: value for name, value in data.items() if name not in OURS}
    return {name: _entry(value, is_many=name in many, is_person=name in people) for name, value in entered.items()}


def _entry(value: object, *, is_many: bool, is_person: bool) -> object:
    if not isinstance(value, str):
        return value
    text = value.lower() if is_person else value
    if is_many:
        return [part.strip() for part in text.split(",") if part.strip()] or None
    return text or None


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _body(
    form: views.Form, names: Names, entries: Mapping[str, Any] | None, errors: Mapping[str, str], most: int
) -> Sequence[CardElement]:
    body: list[CardElement] = []
    for piece in form.body:
        match piece:
            case views.Text(text):
                body += lines(text, names)
            case views.Note(text):
                body += lines(text, names, SMALL)
            case _:
                value = held_by(piece) if entries is None else entered_in(piece, entries)
                body += field_with(piece, value, names, errors.get(piece.name, ""), most)
    return body
