"""What words may mean that are left over when everything else in a line is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import time

from bot import wording
from bot.calendar.clock_times import read_time
from bot.calendar.doubts import Doubt
from bot.calendar.worktime import on_day
from bot.chat.clock_readings import Reading, as_read
from bot.chat.did_you_mean import fits_a_button
from bot.chat.everyday_words import begins_soon
from bot.chat.help_text import on_clocking
from bot.chat.not_a_comment import instead_of_a_comment
from bot.chat.offered_readings import LONGEST_SHOWN, MOST_PEOPLE, offer
from bot.chat.possible_times import Span, both, span_of
from bot.chat.routing import Ask
from bot.chat.somebody_not_in import not_in
from bot.chat.typed_line import Typed
from bot.chat.views import Message
from bot.errors import NoSuchTime, NotATime, RepeatedTime
from bot.wording.catalogue import _
from bot.wording.markup import cut, mention, sentence
from bot.wording.refusal_parts import quoted
from bot.wording.typed_refusals import unread_time
from storage.errors import NotClockedIn

_IN_OR_OUT = re.compile(r"(?:in|out)\b", re.IGNORECASE)


async def which(ask: Ask, typed: Typed, *, leaves: bool) -> Message:
    """Asks which reading of the words that are left over is meant.

    Raises NotClockedIn, and InFuture or OutNotAfterIn where the time that is typed can't be meant.
    """
    read, said = typed.read, typed.read.comment or ""
    if not said.strip("?! "):
        return on_clocking(ask)
    if (theirs := read.for_them) and (theirs.until or (theirs.day not in (None, typed.today) and not leaves)):
        read = replace(read, likely_users=(), for_them=None)  # a whole record
        typed = replace(typed, read=read)
    span = await _own_span(ask, typed, leaves=leaves)
    heads = _heads(ask, typed, span, leaves=leaves)
    beside = said if len(said.split()) > 2 else ""
    found, not_in_now = await _for_others(ask, typed, replace(heads[0], at=None, wall_time=None, day=None))
    if not_in_now and not found:
        return await _nobody_in(ask, typed, not_in_now, [replace(head, comment=said) for head in heads])
    if Doubt.DAY not in read.doubts:
        day = None if leaves else typed.today
        times = span.those_within(dict.fromkeys(one for likely in read.likely_times for one in both(likely.time)))
        if read.likely_times and not (times or found) and _is_a_time(said):
            return _none_fits(ask, typed, span, heads[0])
        found += [replace(heads[0], wall_time=at, day=day, comment=beside) for at in times]
    if read.likely_ago and span.holds(ask.typed_at - read.likely_ago):
        found.append(replace(heads[0], at=ask.typed_at - read.likely_ago))
    if read.likely_office:
        found += [replace(head, office_id=read.likely_office, comment=beside) for head in heads]
    instead = await instead_of_a_comment(ask, typed, leaves=leaves)
    if instead.said and begins_soon(said):
        found += heads
    whole = _whole(ask, typed)
    found += [replace(head, comment=whole or said) for head in heads]
    asked = instead.said
    if Doubt.UNREAD_TIME in read.doubts and not (asked or read.likely_users or read.likely_office):
        asked = unread_time(cut(typed.words.strip(), LONGEST_SHOWN), ask.command("clockout" if leaves else "clockin"))
    return offer(ask, typed, found, whole or said, asked=asked, first=instead.buttons)


def _whole(ask: Ask, typed: Typed) -> str:
    """`In Ordnung`, where `in` may not be a command, if nothing after it is read. Empty for other lines."""
    read = typed.read
    is_read = read.at or read.ago or read.day or read.office_id or read.user_id
    return ask.sentence if read.doubts == {Doubt.SENTENCE} and not is_read and _IN_OR_OUT.match(ask.sentence) else ""


async def _nobody_in(ask: Ask, typed: Typed, refused: Sequence[NotClockedIn], own: Sequence[Reading]) -> Message:
    """Nobody whom the words name is clocked in. The typist may be, and may have meant a comment."""
    named = typed.read.for_them or typed.read
    try:
        await span_of(ask, typed.user_id, None, leaves=True)
    except NotClockedIn:
        own = ()
    label = _("Clock yourself out, with that as comment")
    other = [as_read.button(label, one) for one in own if fits_a_button(one.comment)]
    return await not_in(ask, refused, named.day or typed.today, named.at.time if named.at else None, other[:1])


async def _own_span(ask: Ask, typed: Typed, *, leaves: bool) -> Span:
    """Raises NotClockedIn, unless the words may be about somebody else."""
    if leaves:
        try:
            return await span_of(ask, typed.user_id, None, leaves=True)
        except NotClockedIn:
            if not typed.read.likely_users:
                raise
    return Span(typed.user_id, None, ask.typed_at, typed.zone)


def _heads(ask: Ask, typed: Typed, span: Span, *, leaves: bool) -> list[Reading]:
    """What was read before the words that are left over: one reading, or two of a time such as `5:30`."""
    read = typed.read
    head = Reading(leaves, typed.user_id, ask.typed_at, office_id=read.office_id)
    if read.ago:
        span.check(ask.typed_at - read.ago)
        return [replace(head, at=ask.typed_at - read.ago)]
    if read.at is None:
        return [head]
    if leaves and read.day:
        with suppress(NoSuchTime, RepeatedTime):  # which have sentences of their own
            span.check(on_day(read.day, read.at, typed.zone))
        return [replace(head, wall_time=read.at.time, day=read.day)]
    times = span.those_within(both(read.at.time) if read.is_vague else [read.at.time])
    if not times:
        span.check(read.at)
    day = None if leaves else read.day or typed.today
    return [replace(head, wall_time=at, day=day) for at in times or [read.at.time]]


def _is_a_time(words: str) -> bool:
    try:
        return bool(read_time(words))
    except NotATime:
        return False


def _none_fits(ask: Ask, typed: Typed, span: Span, head: Reading) -> Message:
    """Says why neither time that a number such as `5` can stand for is possible, and offers other readings. If it can
    stand for only one time, raises the refusal of that one."""
    words, times = typed.read.comment or "", dict[time, None]()
    for one in typed.read.likely_times:
        if len(both(one.time)) == 1:
            span.check(one)
        times.update(dict.fromkeys(both(one.time)))
    if span.came_at is None:
        asked = _("It's {now}, so {words} can't be {times} today. What do you mean?")
    elif ask.reader.is_you(span.user_id):
        asked = _("You've been clocked in {since} and it's {now}, so {words} can't be {times}. What do you mean?")
    else:
        asked = _("{who} has been clocked in {since} and it's {now}, so {words} can't be {times}. What do you mean?")
    question = sentence(
        asked,
        who=mention(span.user_id),
        since=span.came_at and wording.since_moment(span.came_at, span.zone, ask.reader),
        now=wording.clock(span.now, span.zone),
        words=quoted(words),
        times=_(" or ").join(map(wording.time_of_day, times)),
    )
    return offer(ask, typed, [head, replace(head, comment=words)], asked=question)


async def _for_others(ask: Ask, typed: Typed, head: Reading) -> tuple[list[Reading], list[NotClockedIn]]:
    """What is said for somebody else, at a time or now; and who of them can't leave, because they aren't in. Raises why
    the only one can't be meant at that time."""
    read = typed.read
    said = read.for_them or read
    day = said.day if said.day != typed.today else None
    comment = said.comment or "" if read.for_them else ""
    found: list[Reading] = []
    not_in_now: list[NotClockedIn] = []
    for user_id in read.likely_users[:MOST_PEOPLE]:
        try:
            span = await span_of(ask, user_id, said.office_id, leaves=head.leaves)
        except NotClockedIn as error:
            not_in_now.append(error)
            continue
        one = replace(head, user_id=user_id, day=day, office_id=said.office_id, comment=comment)
        if said.ago:
            found.append(replace(one, at=ask.typed_at - said.ago))
        elif said.at is None or day:
            found.append(replace(one, wall_time=said.at.time if said.at else None))
        else:
            times = both(said.at.time) if said.is_vague else [said.at.time]
            within = span.those_within(times)
            if head.leaves and not within and len(read.likely_users) == 1:
                span.check(said.at)
            found += [replace(one, wall_time=at) for at in within]
    return found, not_in_now
