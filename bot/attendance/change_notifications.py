"""Shows a change to somebody's records elsewhere: to themselves, on Home tabs, in the log channel, in the bot's own
questions, and by calls to other programs.

Queued in the transaction of the change, and sent by the outbox.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from bot.attendance import program_notices
from bot.people.audit_entries import Action, UsedToken
from bot.people.tokens import tell_of_use
from bot.permissions import Caller
from bot.runtime.budgets import Rate
from bot.runtime.outbox_sender import Merged
from bot.runtime.services import Services
from bot.webhooks import calls
from bot.webhooks.calls import BreakEvent
from storage import log_posts, outbox, pairs, prompts
from storage.breaks import LONGEST_AWAY, Break
from storage.database import Transaction
from storage.pairs import Pair
from storage.subscribers import Audience

MOST_IN_POST = 40  # Slack takes 50 blocks in a message
MOST_IN_MESSAGE = 10  # more would be too long to read


class Kind(StrEnum):
    """Kinds of messages in the outbox that a door draws itself."""

    TEXT = "text"
    HOME = "home"
    HOMES = "homes"
    """The tabs of everybody who sees who is in."""
    LOG_POST = "log-post"
    LOG_UPDATE = "log-update"
    PROMPT_UPDATE = "prompt-update/1"
    """An update of a question that the bot asked on its own."""
    STILL_WORKING = "still-working"
    REMIND_IN = "remind-in"
    BACK = "back/1"
    """Whether they are back from a break."""
    FORGOTTEN = "forgotten"
    """To a manager, about a team member."""
    WEEKLY_SUMMARY = "report"
    """To a manager, about the past days."""


SENT_LAST = frozenset({Kind.HOME, Kind.HOMES, Kind.LOG_POST, Kind.LOG_UPDATE})
"""What nobody waits for: a message to a person is sent before all of these."""


class Changed(StrEnum):
    """Kinds of notices about what somebody else did to a person's record, each with the version of its facts."""

    CLOCKED_IN = "clocked-in/1"
    CLOCKED_OUT = "clocked-out/1"
    ADDED = "record-added/1"
    ADDED_MANY = "records-added/1"
    CHANGED = "record-changed/1"
    CHANGE_UNDONE = "change-undone/1"
    DELETED = "record-deleted/1"
    RESTORED = "record-restored/1"
    CLOCK_IN_UNDONE = "clock-in-undone/1"
    CLOCK_OUT_UNDONE = "clock-out-undone/1"
    BREAK_ADDED = "break-added/1"
    BREAK_STARTED = "break-started/1"
    BACK = "back-from-break/1"
    BREAK_UNDONE = "break-undone/1"


MERGED: Mapping[str, Merged] = {
    Kind.HOME: Merged("home", 1000),
    Kind.HOMES: Merged("homes", 1000),
    Kind.LOG_POST: Merged("log-post", MOST_IN_POST),
    Kind.LOG_UPDATE: Merged("log-update", 1000),
    Kind.FORGOTTEN: Merged("missing-clock-outs", MOST_IN_MESSAGE),
    **dict.fromkeys((*Changed, program_notices.MORE), Merged("changes", MOST_IN_MESSAGE)),
}
"""What is sent as one: of a tab or a post, only the newest drawing; in the log channel, what waited is one post; and
a person gets one message about all changes to records within a minute."""
TOLD_AT_ONCE = Rate(timedelta(minutes=1))
"""What follows within a minute of the first message is in the second."""

_ACTIONS = {
    Changed.CLOCKED_IN: Action.CLOCK_IN,
    Changed.CLOCKED_OUT: Action.CLOCK_OUT,
    Changed.ADDED: Action.CREATE,
    Changed.ADDED_MANY: Action.CREATE,
    Changed.CHANGED: Action.CHANGE,
    Changed.CHANGE_UNDONE: Action.RESTORE,
    Changed.DELETED: Action.DELETE,
    Changed.RESTORED: Action.RESTORE,
    Changed.CLOCK_IN_UNDONE: Action.DELETE,
    Changed.CLOCK_OUT_UNDONE: Action.DELETE,
    Changed.BREAK_ADDED: Action.DELETE,
    Changed.BREAK_STARTED: Action.CLOCK_OUT,
    Changed.BACK: Action.CLOCK_IN,
    Changed.BREAK_UNDONE: Action.DELETE,
}


def notify_person(tx: Transaction, caller: Caller, pair: Pair, kind: Changed, on: Break | None = None) -> None:
    """Tells the person, unless they did it: themselves, or with a token that they made. Tells those in whose name a
    program did it as well. To be called before the change is audited. `on`: the break that it is about."""
    if pair.user_id != caller.user_id:
        tell_of_use(tx, caller)
    if not did_it(pair.user_id, caller):
        facts = {"pair": _sent(pair)} | ({} if on is None else {"on": _break_facts(on)})
        _notify(tx, caller, pair.user_id, kind, facts, is_of_now=_is_of_now(tx, pair, kind, on))


def notify_person_of_replacement(
    tx: Transaction, caller: Caller, kind: Changed, before: Pair, pair: Pair, why: str | None
) -> None:
    """The same of a record that took the place of another one, and the reason."""
    if pair.user_id != caller.user_id:
        tell_of_use(tx, caller)
    if not did_it(pair.user_id, caller):
        facts = {"pair": _sent(pair), "before": _sent(before), "why": why}
        _notify(tx, caller, pair.user_id, kind, facts)


def _sent(pair: Pair) -> dict[str, object]:
    """What is sent to others leaves out addresses."""
    return pairs.to_audit_fields(pair) | dict.fromkeys(("in_ip", "out_ip", "out_comment"))


def _break_facts(on: Break) -> dict[str, Any]:
    return {"kind": on.kind, "is_paid": on.is_paid, "at": on.at, "ended_at": on.ended_at, "zone": on.zone}


def notify_people(tx: Transaction, caller: Caller, added: Sequence[Pair]) -> None:
    """Tells each person of all the records that were added for them at once."""
    for user_id, theirs in groupby(sorted(added, key=_whose), key=_whose):
        if len(found := list(theirs)) == 1:
            notify_person(tx, caller, found[0], Changed.ADDED)
            continue
        if user_id != caller.user_id:
            tell_of_use(tx, caller)
        if not did_it(user_id, caller):
            days = [str(pair.work_date) for pair in found]
            facts = {"count": len(found), "first": min(days), "last": max(days)}
            _notify(tx, caller, user_id, Changed.ADDED_MANY, facts)


def _notify(
    tx: Transaction, caller: Caller, user_id: str, kind: Changed, what: dict[str, Any], *, is_of_now: bool = False
) -> None:
    facts = _by(caller) | what
    if caller.token is None:
        outbox.add(tx.connection, caller.workspace_id, user_id, kind, tx.now, facts=facts)
    elif is_of_now:
        program_notices.notify_of_clocking(tx, caller, caller.token, user_id, kind, facts)
    else:
        program_notices.notify_of_others(tx, caller, caller.token, user_id, kind, _ACTIONS[kind], facts)


def _is_of_now(tx: Transaction, pair: Pair, kind: Changed, on: Break | None) -> bool:
    """Whether they were clocked in or out, or their break began or ended, at the time at which that was entered."""
    if on is not None:
        at = {Changed.BREAK_STARTED: on.at, Changed.BACK: on.ended_at}.get(kind)
        return at is not None and tx.now - at <= pairs.LATER
    half = {Changed.CLOCKED_IN: pair.clock_in, Changed.CLOCKED_OUT: pair.clock_out}.get(kind)
    return half is not None and half.recorded_at - half.at <= pairs.LATER


def did_it(user_id: str, caller: Caller) -> bool:
    """Whether that person does it: themselves, or with a token that they made."""
    return caller.user_id == user_id and (caller.token is None or caller.token.created_by == user_id)


def _by(caller: Caller) -> dict[str, Any]:
    token = UsedToken.of(caller.token).told() if caller.token else None
    return {"by": caller.user_id, "token": token}


def _whose(pair: Pair) -> str:
    return pair.user_id


def notify_of_change(
    tx: Transaction, caller: Caller, action: Action, pair: Pair, concerned: Audience, *, replaces: str | None = None
) -> None:
    """Shows the change to everybody it concerns. `replaces`: the clock-in that this pair replaces. Its post and
    questions move to the pair."""
    _redraw_homes(tx, caller, pair, concerned)
    calls.tell(tx, concerned.webhooks, action, pair)
    event_id = pair.clock_in.id
    if replaces is not None:
        log_posts.move(tx.connection, pair.workspace_id, replaces, event_id)
        prompts.move(tx.connection, pair.workspace_id, replaces, event_id)
    is_new = action in (Action.CLOCK_IN, Action.CREATE) and replaces is None
    _log(tx, action, pair, _log_channel(concerned), is_new=is_new)
    day = day_of(pair.user_id, str(pair.work_date))
    match action:
        case Action.CLOCK_IN if is_new:
            questions = {day} & concerned.asked_about
        case Action.CLOCK_OUT:
            questions = {event_id} & concerned.asked_about
        case Action.CREATE:
            questions = {day} & concerned.asked_about
        case Action.START_BREAK | Action.END_BREAK | Action.REMOVE_BREAK | Action.END_DAY:
            questions = {event_id} & concerned.asked_about
        case _:
            questions = {event_id, day}
    for about in sorted(questions):
        update_prompts(tx, pair.workspace_id, about)


def notify_of_replacement(tx: Transaction, caller: Caller, before: Pair, pair: Pair, concerned: Audience) -> None:
    """Shows to everybody it concerns that `pair` took the place of `before`. Its posts and questions move."""
    _redraw_homes(tx, caller, pair, concerned)
    calls.tell_of_replacement(tx, concerned.webhooks, before, pair)
    for old, new in zip(before.halves, pair.halves, strict=False):
        log_posts.move(tx.connection, pair.workspace_id, old.id, new.id)
    prompts.move(tx.connection, pair.workspace_id, before.clock_in.id, pair.clock_in.id)
    _log(tx, Action.CHANGE, pair, _log_channel(concerned), is_new=False)
    days = {day_of(pair.user_id, str(one.work_date)) for one in (before, pair)}
    for about in sorted({pair.clock_in.id, *days}):
        update_prompts(tx, pair.workspace_id, about)


def notify_of_break(tx: Transaction, what: BreakEvent, on: Break, concerned: Audience) -> None:
    """Tells programs of a break, and updates the question whether somebody is back."""
    calls.tell_of_break(tx, concerned.webhooks, what, on)
    if what is not BreakEvent.STARTED:
        update_prompts(tx, on.pair.workspace_id, on.id)
    elif not on.is_paid:
        _redraw_homes_once_over(tx, on)


def notify_of_additions(
    tx: Transaction, caller: Caller, added: Sequence[Pair], audiences: Mapping[str, Audience]
) -> None:
    """Shows records that were added together to everybody they concern, with few statements. `audiences`: of each
    person, by user id."""
    for user_id, theirs in groupby(sorted(added, key=_whose), key=_whose):
        found, concerned = list(theirs), audiences[user_id]
        _redraw_homes(tx, caller, found[0], concerned)
        days = {day_of(user_id, str(pair.work_date)) for pair in found}
        for about in sorted(days & concerned.asked_about):
            update_prompts(tx, caller.workspace_id, about)
    concerned = audiences[added[0].user_id]  # channel and webhooks are the workspace's
    calls.tell_all(tx, concerned.webhooks, [(Action.CREATE, pair) for pair in added])
    if channel := _log_channel(concerned):
        posts = [_log_post(pair) for pair in added]
        outbox.add_all(tx.connection, caller.workspace_id, channel, Kind.LOG_POST, tx.now, posts)


def day_of(user_id: str, day: str) -> str:
    """A person's day (ISO), as the subject of a question."""
    return f"{user_id} {day}"


def back_question(break_id: str) -> str:
    """The key of the question whether somebody is back, which is asked once."""
    return f"back {break_id}"


def ask_back_again(tx: Transaction, pair: Pair, before_id: str, break_id: str) -> None:
    """Asks whether somebody is back from the break that took the place of another one: at the same time, or with the
    question that was sent before."""
    here = (tx.connection, pair.workspace_id)
    prompts.move(*here, before_id, break_id)
    update_prompts(tx, pair.workspace_id, break_id)
    if due_at := outbox.due_later(*here, back_question(before_id), tx.now):
        facts, key = {"break_id": break_id}, back_question(break_id)
        outbox.add(*here, pair.user_id, Kind.BACK, tx.now, due_at=due_at, key=key, facts=facts)


def update_prompts(tx: Transaction, workspace_id: str, about: str) -> None:
    """Updates the questions about that subject."""
    for prompt in prompts.about(tx.connection, workspace_id, about):
        if prompt.channel == prompts.UNPOSTED:
            continue
        facts = {"about": about, "message_id": prompt.message_id}
        outbox.add(tx.connection, workspace_id, prompt.recipient, Kind.PROMPT_UPDATE, tx.now, facts=facts)


async def redraw_home(services: Services, workspace_id: str, user_id: str) -> None:
    """Redraws the person's Home tab."""
    await services.database.write(lambda tx: redraw_home_in(tx, workspace_id, user_id))


def redraw_home_in(tx: Transaction, workspace_id: str, user_id: str) -> None:
    """The same, in a transaction that is under way."""
    outbox.add(tx.connection, workspace_id, user_id, Kind.HOME, tx.now)


def _redraw_homes(tx: Transaction, caller: Caller, pair: Pair, concerned: Audience) -> None:
    """Redraws managers' tabs at most once a minute, because at nine o'clock everybody clocks in. A tab on which the
    person pressed a button isn't drawn here: a second drawing could replace the answer to the press."""
    if concerned.own and not (caller.at_home and caller.user_id == pair.user_id):
        redraw_home_in(tx, pair.workspace_id, pair.user_id)
    if concerned.others:
        minute = tx.now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        key = f"homes {minute:%Y-%m-%dT%H:%M}"
        outbox.add(tx.connection, pair.workspace_id, "homes", Kind.HOMES, tx.now, due_at=minute, key=key)


def _redraw_homes_once_over(tx: Transaction, on: Break) -> None:
    """Redraws managers' tabs when the break is over although nobody ended it. Once for all of a minute."""
    since = (on.at + LONGEST_AWAY).replace(second=0, microsecond=0)
    if since > tx.now:
        key, facts = f"homes after {since:%Y-%m-%dT%H:%M}", {"breaks_over_since": since}
        due_at = since + timedelta(minutes=1)
        outbox.add(
            tx.connection, on.pair.workspace_id, "homes", Kind.HOMES, tx.now, due_at=due_at, key=key, facts=facts
        )


def _log(tx: Transaction, action: Action, pair: Pair, channel: str | None, *, is_new: bool) -> None:
    """Keeps each shift in one post, and updates it. A clock-out or a restored record without a post gets one, because
    its clock-in may be older than the channel. The key keeps a post that still waits from being queued twice."""
    if not is_new:
        deleted_or_back = action in (Action.DELETE, Action.RESTORE, Action.CHANGE)
        if not (channel or deleted_or_back):
            return
        event_ids = [half.id for half in pair.halves] if deleted_or_back else [pair.clock_in.id]
        if update_posts(tx, pair.workspace_id, event_ids) or action is Action.DELETE:
            return
    if channel:
        key, facts = _log_post(pair)
        outbox.add(tx.connection, pair.workspace_id, channel, Kind.LOG_POST, tx.now, key=key, facts=facts)


def _log_post(pair: Pair) -> tuple[str, dict[str, str]]:
    """Key and facts."""
    return f"log {pair.clock_in.id}", {"event_id": pair.clock_in.id}


def _log_channel(concerned: Audience) -> str | None:
    return None if concerned.log_channel == "no" else concerned.log_channel


def update_posts(tx: Transaction, workspace_id: str, event_ids: Collection[str]) -> bool:
    """Updates the posts of these events. Returns whether there are any."""
    posts = {post: event_id for event_id, post in log_posts.find(tx.connection, workspace_id, event_ids).items()}
    for post, event_id in posts.items():
        facts = {"event_id": event_id}
        outbox.add(tx.connection, workspace_id, f"log {post.posted_ts}", Kind.LOG_UPDATE, tx.now, facts=facts)
    return bool(posts)
