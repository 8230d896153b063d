"""What a change to a paid break did, in words."""

from __future__ import annotations

from markupsafe import Markup

from bot.attendance.break_history import BreakChange, Did
from bot.wording.breaks import kind_note
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence


def done(change: BreakChange) -> Markup:
    """`@Ana ended the break (coffee)`, `@Ada added a break for @Ana (coffee)`"""
    one = change.one
    said = _own(change.did) if change.actor == one.user_id else _others(change.did)
    return sentence(said, who=mention(change.actor), whom=mention(one.user_id), kind=kind_note(one.kind))


def as_verb(did: Did) -> str:
    """To follow a name."""
    return {
        Did.STARTED: _("started a break"),
        Did.ADDED: _("added a break"),
        Did.ENDED: _("ended the break"),
        Did.REMOVED: _("removed the break"),
        Did.OPENED_AGAIN: _("opened the break again"),
        Did.MOVED: _("moved the break to the new record"),
    }[did]


def _own(did: Did) -> str:
    return {
        Did.STARTED: _("{who} started a break{kind}"),
        Did.ADDED: _("{who} added a break{kind}"),
        Did.ENDED: _("{who} ended the break{kind}"),
        Did.REMOVED: _("{who} removed the break{kind}"),
        Did.OPENED_AGAIN: _("{who} opened the break again{kind}"),
        Did.MOVED: _("{who} moved the break to the new record{kind}"),
    }[did]


def _others(did: Did) -> str:
    return {
        Did.STARTED: _("{who} started a break for {whom}{kind}"),
        Did.ADDED: _("{who} added a break for {whom}{kind}"),
        Did.ENDED: _("{who} ended {whom}'s break{kind}"),
        Did.REMOVED: _("{who} removed {whom}'s break{kind}"),
        Did.OPENED_AGAIN: _("{who} opened {whom}'s break again{kind}"),
        Did.MOVED: _("{who} moved {whom}'s break to the new record{kind}"),
    }[did]
