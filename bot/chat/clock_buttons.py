"""The buttons that clock in and out, start and end breaks, and undo. Their answers show them again, so what they do is
declared elsewhere: in `clocking`, `breaks` and `undoing`."""

from __future__ import annotations

from dataclasses import dataclass

from bot import wording
from bot.attendance.undo import may_undo
from bot.chat.routing import Feature
from bot.chat.views import Button
from bot.reports.status import Status
from bot.wording import Reader
from bot.wording.catalogue import _
from storage.breaks import Break
from storage.pairs import Pair, PairEvent

clocking = Feature("clocking")
breaks = Feature("breaks")


@dataclass(frozen=True, slots=True)
class ClockIn:
    """Whose open clock-in a button or form is about, and which one. It ends no other."""

    user_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What **Undo** takes back: the clock-in or clock-out of that id."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose break a button is about, and which one. It ends no other."""

    user_id: str
    break_id: str


press_clock_in = clocking.button("press_clock_in")
press_clock_out = clocking.button("press_clock_out", ClockIn)
undo = clocking.button("undo", Entry)
press_start = breaks.button("press_start", ClockIn)
press_back = breaks.button("press_back", Shown)
press_done = breaks.button("press_done", Shown)
undo_paid = breaks.button("undo_paid", Shown)


def clock_in_button() -> Button:
    """Clocks in the person who pressed."""
    return press_clock_in.button(_("Clock in"), style="primary")


def clock_out_button(pair: Pair) -> Button:
    """Ends this clock-in."""
    return press_clock_out.button(_("Clock out"), shown(pair))


def start_break_button(pair: Pair) -> Button:
    """Starts a break of the first kind in this open record."""
    return press_start.button(_("Start a break"), shown(pair))


def back_button(on: Break, reader: Reader, *, is_likeliest: bool = False) -> Button:
    """Ends this break now."""
    label = _("Back") if reader.is_you(on.user_id) else _("They're back")
    return press_back.button(label, Shown(on.user_id, on.id), style="primary" if is_likeliest else "default")


def break_buttons(on: Break, reader: Reader) -> list[Button]:
    """What ends this break: **Back** or **I'm done for today**; of somebody else's, **They're back** and so on."""
    done = _("I'm done for today") if reader.is_you(on.user_id) else _("They're done for today")
    return [back_button(on, reader, is_likeliest=True), press_done.button(done, Shown(on.user_id, on.id))]


def left_button(on: Break, reader: Reader) -> Button:
    """**I left at 12:02**: the day ended when the break began."""
    label = _("I left at {time}") if reader.is_you(on.user_id) else _("They left at {time}")
    return press_done.button(label.format(time=wording.clock(on.at, on.zone)), Shown(on.user_id, on.id))


def next_buttons(now: Status, reader: Reader) -> list[Button]:
    """What somebody in that state does next, the likeliest first."""
    if now.on_break:
        return break_buttons(now.on_break, reader)
    if now.open_pair:
        return [clock_out_button(now.open_pair), start_break_button(now.open_pair)]
    return [clock_in_button()]


def undo_buttons(half: PairEvent, reader: Reader) -> list[Button]:
    """**Undo**, as long as the reader can take back what they entered."""
    return [undo_button(half)] if may_undo(reader.user_id, half, reader.now) else []


def undo_button(half: PairEvent) -> Button:
    """**Undo** of that clock-in or clock-out, or that it became the end of the day."""
    return undo.button(_("Undo"), Entry(half.id))


def undo_paid_button(on: Break) -> Button:
    """**Undo** of a paid break, or of its end."""
    return undo_paid.button(_("Undo"), Shown(on.user_id, on.id))


def undo_latest(now: Status, newest: Pair | None, half: PairEvent | None, reader: Reader) -> list[Button]:
    """**Undo** of what the reader entered last, shortly after: the `half` of their `newest` record that can be undone,
    or a paid break in it."""
    paid = now.last_paid
    if newest is None or newest.clock_out or paid is None or paid.in_id != newest.clock_in.id:
        return [undo_button(half)] if half else []
    entered = paid.end or paid.start
    if not may_undo(reader.user_id, entered, reader.now):
        return []
    return [undo_paid.button(_("Undo"), Shown(paid.user_id, paid.break_id))]


def shown(pair: Pair) -> ClockIn:
    """As a button carries it."""
    return ClockIn(pair.user_id, pair.clock_in.id)
