"""Sentences for what can't be signed, and for what a signature locks."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from bot import errors
from bot.wording import Reader, day, days
from bot.wording.catalogue import _
from bot.wording.markup import code, mention, sentence
from bot.wording.refusal_parts import Sentences, way_to_ask
from storage import errors as ledger
from storage.period_locks import PeriodLocked


def _period_locked(refused: PeriodLocked, reader: Reader) -> Markup:
    period, own = days(refused.first, refused.last, reader), reader.is_you(refused.user_id)
    if reader.is_you(refused.by):
        said = _("You approved {who}'s records of {period}, so they can't change. Type {command} to reopen the period.")
        if own:
            said = _(
                "You approved your records of {period}, so they can't change. Type {command} to reopen the period."
            )
    elif own:
        said = _("{by} approved your records of {period}, so they can't change. Ask for a change with {command}.")
    elif reader.in_chat:  # who may change somebody else's records may open their periods
        said = _(
            "{by} approved {who}'s records of {period}, so they can't change. Type {command} to reopen the period."
        )
    else:
        said = _("{by} approved {who}'s records of {period}, so they can't change. Ask {by} to reopen the period.")
    command = way_to_ask(reader) if own and not reader.is_you(refused.by) else _way_to_period(refused, reader)
    return sentence(said, by=mention(refused.by), who=mention(refused.user_id), period=period, command=command)


def _way_to_period(refused: PeriodLocked, reader: Reader) -> Markup:
    command = reader.command(f"sign {refused.first}")
    if reader.is_you(refused.user_id) or not reader.in_chat:
        return code(command)
    return Markup("{} {}").format(command, mention(refused.user_id))  # not as code: a mention in it isn't drawn


def _not_over(refused: errors.PeriodNotOver, reader: Reader) -> Markup:
    said = _("This period isn't over yet. Try again from {day} on.")
    return sentence(said, day=day(refused.last + timedelta(days=1), reader))


def _not_resolved(refused: errors.NotResolved, reader: Reader) -> Markup:
    pair = refused.pair
    you, when = reader.is_you(pair.user_id), day(pair.work_date, reader)
    if pair.clock_out:
        said = _("You're still on a break that began on {day}. Clock in or end your day, then sign.")
        if not you:
            said = _("{who} is still on a break that began on {day}. Try again when it's over.")
    else:
        said = _("You didn't clock out on {day}. Enter that time, then sign.")
        if not you:
            said = _("{who} didn't clock out on {day}. Enter that time first.")
    return sentence(said, who=mention(pair.user_id), day=when)


def _open_record(refused: ledger.OpenRecord, reader: Reader) -> Markup:
    said = _("You're clocked in on a day of this period. Clock out, then sign.")
    if not reader.is_you(refused.user_id):
        said = _("{who} is clocked in on a day of this period. Clock them out first.")
    return sentence(said, who=mention(refused.user_id))


def _records_changed(refused: errors.RecordsChanged, reader: Reader) -> Markup:
    said = _("Your records changed after this was shown. Look at them again.")
    if not reader.is_you(refused.user_id):
        said = _("{who}'s records changed after this was shown. Look at them again.")
    return sentence(said, who=mention(refused.user_id))


def _not_signed_yet(refused: errors.NotSignedYet, reader: Reader) -> Markup:
    said = _("{who} hasn't signed this period as it is now. Ask them, or approve it without them from {day} on.")
    if reader.is_you(refused.user_id):
        said = _("You haven't signed this period as it is now. Type {command} to sign it first.")
    command = code(reader.command("sign"))
    return sentence(said, who=mention(refused.user_id), day=day(refused.since, reader), command=command)


def _already_signed(refused: ledger.AlreadySigned, reader: Reader) -> Markup:
    one = refused.signature
    by_you = reader.is_you(one.by)
    if one.part == "person":
        said = _("You've already signed this period. Type {command} to see it.")
        if not by_you:
            said = _("{by} has already signed this period. Type {command} to see it.")
    else:
        said = _("You've already approved this period. Type {command} to see it.")
        if not by_you:
            said = _("{by} has already approved this period. Type {command} to see it.")
    return sentence(said, by=mention(one.by), command=code(reader.command(f"sign {one.first_day}")))


def _already_withdrawn(refused: ledger.AlreadyWithdrawn, reader: Reader) -> Markup:
    one = refused.signature
    by = one.withdrawn_by or ""
    said = _("You've already taken this signature back. Type {command} to see the period.")
    if not reader.is_you(by):
        said = _("{by} has already taken this signature back. Type {command} to see the period.")
    return sentence(said, by=mention(by), command=code(reader.command(f"sign {one.first_day}")))


SENTENCES: Sentences = {
    PeriodLocked: _period_locked,
    errors.PeriodNotOver: _not_over,
    errors.NotResolved: _not_resolved,
    errors.RecordsChanged: _records_changed,
    errors.NotSignedYet: _not_signed_yet,
    ledger.OpenRecord: _open_record,
    ledger.AlreadySigned: _already_signed,
    ledger.AlreadyWithdrawn: _already_withdrawn,
}
