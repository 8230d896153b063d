"""The sentence for each refusal: what was wrong, and what to do. In all of them nothing was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot import errors
from bot.calendar.typed import without_ids
from bot.calendar.worktime import zone_named
from bot.wording import (
    Reader,
    clock_in_day,
    clock_with_zone,
    day,
    day_and_span,
    duration,
    moment,
    since,
    zone_label,
)
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import code, mention, sentence
from storage import errors as ledger
from storage.pairs import PairEvent


def refusal(refused: Exception, reader: Reader) -> Markup:
    """The sentence. Raises TypeError for what is no refusal."""
    for kind, say in _SENTENCES.items():
        if isinstance(refused, kind):
            return say(refused, reader)
    raise TypeError(f"no sentence for {type(refused).__name__}") from refused


def _already_clocked_in(refused: ledger.AlreadyClockedIn, reader: Reader) -> Markup:
    pair = refused.open_pair
    you = reader.is_you(pair.user_id)
    said = _("You are already in {since}.") if you else _("{who} is already in {since}.")
    return sentence(said, who=mention(pair.user_id), since=since(pair.clock_in, reader))


def _not_clocked_in(refused: ledger.NotClockedIn, reader: Reader) -> Markup:
    you, who = reader.is_you(refused.user_id), mention(refused.user_id)
    if refused.last and not refused.last.clock_out:
        again = since(refused.last.clock_in, reader)
        if you:
            return sentence(_("This clock-in has ended already. You are in again {since}."), since=again)
        return sentence(_("This clock-in has ended already. {who} is in again {since}."), who=who, since=again)
    said = [sentence(_("You are not clocked in.") if you else _("{who} is not clocked in."), who=who)]
    if refused.last and refused.last.clock_out:
        said.append(sentence(_("The last clock-out was {time}."), time=_at(refused.last.clock_out, reader)))
    if you:
        said.append(sentence(_("Type {command} to begin."), command=code("/clockin")))
    return Markup(" ").join(said)


def _overlap(refused: ledger.Overlap, reader: Reader) -> Markup:
    said = _("This overlaps another record: {record}. A person's records can't overlap.")
    return sentence(said, record=day_and_span(refused.other, reader))


def _already_deleted(refused: ledger.AlreadyDeleted, reader: Reader) -> Markup:
    pair = refused.pair
    zone = pair.clock_in.zone
    return sentence(
        _("{by} deleted this record already, at {time}."),
        by=mention(pair.deleted_by or ""),
        time=moment(pair.deleted_at or reader.now, zone_named(zone), reader),
    )


def _forbidden(refused: errors.Forbidden, reader: Reader) -> Markup:
    whom: Markup | str = _("others")
    if refused.user_id is not None and reader.in_chat:
        whom = _("yourself") if reader.is_you(refused.user_id) else mention(refused.user_id)
    said = {
        "clock in and out": _("You may not clock {whom} in or out: managers may for their teams, admins for everyone."),
        "add a record": _("You may not add a record for {whom}: managers may for their teams, admins for everyone."),
        "see events and reports": _(
            "You may not see the records of {whom}: managers may for their teams, admins for everyone."
        ),
        "delete and restore": _(
            "You may not delete or restore this record: managers may for their teams but not their own, "
            "admins for everyone."
        ),
        "undo an entry of the last minutes": _("You can only undo what you entered for yourself."),
    }
    otherwise = _("Only admins may change teams, offices, settings, tokens and webhooks.")
    return sentence(said.get(refused.operation, otherwise), whom=whom)


def _not_an_employee(refused: errors.NotAnEmployee, reader: Reader) -> Markup:
    kind = _kind(refused.kind)
    if reader.is_you(refused.user_id):
        return sentence(_("You are {kind} in this workspace: working hours are kept for its full members."), kind=kind)
    said = _("{who} is {kind} in this workspace, and has no working hours here.")
    return sentence(said, who=mention(refused.user_id), kind=kind)


def _not_full_members(refused: errors.NotFullMembers, reader: Reader) -> Markup:
    named = ", ".join(f"{name} ({_kind(kind)})" for name, kind in refused.people.values())
    return sentence(_("{people} can't be chosen: only full members of this workspace can."), people=named)


def _kind(kind: str) -> str:
    return {"bot": _("a bot"), "guest": _("a guest"), "deactivated": _("deactivated")}[kind]


def _invalid_name(refused: errors.InvalidName, reader: Reader) -> Markup:
    said = {
        "team": _("A team's name has 1 to {longest} characters, on one line."),
        "office": _("An office's name has 1 to {longest} characters, on one line."),
        "office id": _(
            "An office id has up to {longest} letters, digits, dots, - or _, and no spaces. For example hq."
        ),
        "token": _("A token's name has 1 to {longest} characters, on one line."),
    }[refused.what]
    return sentence(said, longest=refused.longest)


def _in_future(refused: errors.InFuture, reader: Reader) -> Markup:
    return sentence(
        _("{time} is still to come: it is {now} now."),
        time=moment(refused.at, refused.zone, reader),
        now=moment(refused.now, refused.zone, reader),
    )


def _out_not_after_in(refused: errors.OutNotAfterIn, reader: Reader) -> Markup:
    out_at, in_at = (moment(at, refused.zone, reader) for at in (refused.out_at, refused.in_at))
    said = _("The end ({end}) has to be later than the start ({start}).")
    return sentence(said, end=out_at, start=in_at)


def _too_long(refused: errors.TooLong, reader: Reader) -> Markup:
    return sentence(
        _("From {start} that would be {length}: a record lasts at most 24 hours."),
        start=moment(refused.in_at, refused.zone, reader),
        length=duration(refused.out_at - refused.in_at),
    )


def _too_old(refused: errors.TooOld, reader: Reader) -> Markup:
    said = ngettext(
        "It is older than the year for which records are kept.",
        "It is older than the {years} years for which records are kept.",
        refused.years,
    )
    return sentence(said, years=refused.years)


def _forgotten(refused: errors.ForgottenClockOut, reader: Reader) -> Markup:
    pair = refused.pair
    said = _("In since {day} at {time}. When did {who} leave? Type it, as in {example}.")
    who, example = mention(pair.user_id), code("/clockout at 17:30")
    if reader.is_you(pair.user_id):
        said = _("In since {day} at {time}. When did you leave? Type it, as in {example}.")
    elif reader.in_chat:
        example = Markup("/clockout {} at 17:30").format(who)  # not as code, in which a mention can't be relied on
    time = clock_with_zone(pair.clock_in, reader)
    return sentence(said, day=day(clock_in_day(pair), reader), time=time, who=who, example=example)


def _no_such_time(refused: errors.NoSuchTime, reader: Reader) -> Markup:
    said = _("{time} did not exist on {day} in {zone}: the clocks jumped over it.")
    return sentence(said, time=f"{refused.time:%H:%M}", day=day(refused.day, reader), zone=zone_label(refused.zone))


def _not_that_offset(refused: errors.NotThatOffset, reader: Reader) -> Markup:
    meant = [code(f"{refused.time:%H:%M}{_offset(at, refused.zone)}") for at in refused.instants]
    return sentence(
        _("The clocks in {zone} were otherwise on {day}: type {meant}."),
        zone=zone_label(refused.zone),
        day=day(refused.day, reader),
        meant=sentence(_(" or ")).join(meant),
    )


def _repeated_time(refused: errors.RepeatedTime, reader: Reader) -> Markup:
    first, second = (f"{at.astimezone(refused.zone):%H:%M}{_offset(at, refused.zone)}" for at in refused.instants)
    return sentence(
        _(
            "{time} came twice on {day} in {zone}: the clocks went back. "
            "Type {first} for the first or {second} for the second."
        ),
        time=f"{refused.time:%H:%M}",
        day=day(refused.day, reader),
        zone=zone_label(refused.zone),
        first=code(first),
        second=code(second),
    )


def _not_an_office(refused: errors.NotAnOffice, reader: Reader) -> Markup:
    if refused.command.startswith("/attendance"):
        advice = _("Type the office last, as in {example}.")
        example = code(f"{refused.command} last week in OFFICE")
    else:
        advice = _("To begin a comment with “in”, put it in quotes: {example}.")
        example = code(f'{refused.command} "in a hurry"')
    return sentence(
        _("There is no office {words}. Offices: {offices}. {advice}"),
        words=_quoted(refused.words),
        offices=", ".join(refused.offices) or _("none yet"),
        advice=sentence(advice, example=example),
    )


def _not_a_time(refused: errors.NotATime, reader: Reader) -> Markup:
    if not refused.command:  # in a form
        said = _("{words} is not a time of day. Type it as in {example}.")
        return sentence(said, words=_quoted(refused.words), example=code("8:30"))
    return sentence(
        _(
            "{words} is not a time of day. Type it as in {example}. "
            "To begin a comment with “at”, put it in quotes: {quoted}."
        ),
        words=_quoted(refused.words),
        example=code(f"{refused.command} at 8:30"),
        quoted=code(f'{refused.command} "at last"'),
    )


def _not_a_person(refused: errors.NotAPerson, reader: Reader) -> Markup:
    return sentence(
        _(
            "I can't tell who {words} is. Type {example} and the first letters of a name, then choose one person from "
            "the list. To begin a comment with “@”, put it in quotes: {quoted}."
        ),
        words=_quoted(refused.words),
        example=code(f"{refused.command} @"),
        quoted=code(f'{refused.command} "@home"'),
    )


def _not_a_range(refused: errors.NotADateRange, reader: Reader) -> Markup:
    examples = ("yesterday", "last week", "2026-10", "2026-10-01 2026-10-31")
    return sentence(
        _("{words} is not a range of days. Try {examples}: {command}."),
        words=_quoted(refused.words),
        examples=Markup(", ").join(map(code, examples)),
        command=code((refused.command or "/attendance report") + " last week"),
    )


def _not_a_command(refused: errors.NotACommand, reader: Reader) -> Markup:
    return sentence(
        _("I don't know {words}. Try {example}, or {help} for all of it."),
        words=_quoted(refused.words),
        example=code("/attendance report last week"),
        help=code("/attendance help"),
    )


def _work_date_too_far(refused: errors.WorkDateTooFar, reader: Reader) -> Markup:
    said = _("{day} is more than a day away from the clock-in at {time} UTC.")
    return sentence(said, day=day(refused.work_date, reader), time=f"{refused.in_at:%Y-%m-%d %H:%M}")


def _not_readable(refused: errors.NotReadable, reader: Reader) -> Markup:
    said, *examples = {
        "working hours": (
            _("{words} are no working hours. Write days and times like this: {example}."),
            "mon-fri 09:00-17:00",
        ),
        "weekly time": (_("{words} is no time of the week. Write it like this: {example}."), "mon 09:00"),
        "hours": (_("{words} is no number of hours. Write one up to 24, such as {example}, or {other}."), "10", "no"),
        "years": (
            _(
                "{words} is no number of years. Write a whole one up to 100, such as {example}, or {other} to keep "
                "records for good."
            ),
            "4",
            "no",
        ),
        "expiry": (
            _("{words} is no day to come. Write one such as {example}, or a number of days such as {other}."),
            "2027-01-31",
            "90",
        ),
    }[refused.kind]
    return sentence(said, words=_quoted(refused.words), example=code(examples[0]), other=code(examples[-1]))


def _batch_refused(refused: errors.BatchRefused, reader: Reader) -> Markup:
    wrong = sum(row is not None for row in refused.rows)
    said = _("Nothing was written: {wrong} of {count} records are refused.")
    return sentence(said, wrong=f"{wrong:,}", count=f"{len(refused.rows):,}")


def _name_taken(refused: ledger.NameTaken, reader: Reader) -> Markup:
    said = {
        ("office", False): _("There's already an office {name}. Choose another name, or change that one."),
        ("office", True): _("There's an archived office {name}. Bring it back, or choose another name."),
        ("office id", False): _("There's already an office with the id {name}. Choose another id."),
        ("office id", True): _("There's an archived office with the id {name}. Bring it back, or choose another id."),
        ("team", False): _("There's already a team {name}. Choose another name, or change that one."),
        ("team", True): _("There's an archived team {name}. Bring it back, or choose another name."),
    }[refused.what, refused.is_archived]
    return sentence(said, name=_quoted(refused.name))


def _outcome_unknown(refused: ledger.OutcomeUnknown, reader: Reader) -> Markup:
    if not reader.in_chat:
        return sentence(
            _("The database went out of reach while this was being written: look whether it was before you try again.")
        )
    return sentence(
        _(
            "The records went out of reach while this was being written, and nobody can say yet whether it was. "
            "Look before you try again: {command}."
        ),
        command=code("/attendance events"),
    )


def _says(message: Callable[[], str], *names: str) -> Callable[[Exception, Reader], Markup]:
    """A sentence whose facts are these attributes of the refusal, as they are."""

    def say(refused: Exception, reader: Reader) -> Markup:
        return sentence(message(), **{name: getattr(refused, name) for name in names})

    return say


_SENTENCES: dict[type[Exception], Callable[..., Markup]] = {
    ledger.AlreadyClockedIn: _already_clocked_in,
    ledger.NotClockedIn: _not_clocked_in,
    ledger.Overlap: _overlap,
    ledger.AlreadyDeleted: _already_deleted,
    ledger.NotDeleted: _says(lambda: _("This record is not deleted (any more).")),
    errors.Forbidden: _forbidden,
    errors.NotAnEmployee: _not_an_employee,
    errors.OtherWorkspace: _says(
        lambda: _(
            "Working hours are kept here for members of this workspace only. Ask an admin to install the bot in yours."
        )
    ),
    errors.InFuture: _in_future,
    errors.OutNotAfterIn: _out_not_after_in,
    errors.TooLong: _too_long,
    errors.TooOld: _too_old,
    errors.ForgottenClockOut: _forgotten,
    errors.TooLateToUndo: _says(
        lambda: _("You can only undo within ten minutes. Ask your manager or an admin to correct it.")
    ),
    errors.EnteredBySomebodyElse: lambda refused, reader: sentence(
        _("You can't undo this: {who} entered part of it. Ask them to correct it."), who=mention(refused.by)
    ),
    errors.WorkDateTooFar: _work_date_too_far,
    errors.NoSuchTime: _no_such_time,
    errors.NotThatOffset: _not_that_offset,
    errors.RepeatedTime: _repeated_time,
    errors.SameStartAndEnd: _says(lambda: _("The end has to differ from the start.")),
    errors.InvalidText: _says(lambda: _("The comment {why}."), "why"),
    ledger.UnknownUser: _says(lambda: _("I know nobody with the id {user_id} here."), "user_id"),
    ledger.ArchivedOffice: _says(
        lambda: _("The office {office_id} is archived. Choose another one, or ask an admin to bring it back."),
        "office_id",
    ),
    ledger.UnknownOffice: _says(lambda: _("There is no office {office_id}."), "office_id"),
    ledger.UnknownEvent: _says(lambda: _("There is no such record (any more).")),
    ledger.UnknownToken: _says(lambda: _("There is no living token {token_id}."), "token_id"),
    ledger.UnknownWebhook: _says(lambda: _("There is no webhook {webhook_id}."), "webhook_id"),
    errors.InvalidWebhook: _says(lambda: _("The address {why}."), "why"),
    errors.InvalidRecord: _says(lambda: "{why}.", "why"),
    errors.KeyReused: _says(
        lambda: _("The Idempotency-Key {key} was used for another request in the last 24 hours."), "key"
    ),
    errors.UnknownZone: _says(lambda: _("{name} is not a time zone. Use a name such as Europe/Berlin."), "name"),
    errors.BatchRefused: _batch_refused,
    errors.TooManySheets: _says(
        lambda: _(
            "A workbook with a sheet for each person holds at most {most} people. Ask for fewer, or for one sheet."
        ),
        "most",
    ),
    errors.NotReadable: _not_readable,
    errors.NotFullMembers: _not_full_members,
    errors.NotAppointed: lambda refused, reader: sentence(
        _("{who} was not appointed here. Slack's own admins stay admins."), who=mention(refused.user_id)
    ),
    errors.UnknownGroup: _says(lambda: _("Slack has no user group with the id {group_id} here."), "group_id"),
    errors.InvalidName: _invalid_name,
    ledger.NameTaken: _name_taken,
    errors.IsArchived: lambda refused, reader: sentence(
        _("{name} is archived. Bring it back first."), name=_quoted(refused.name)
    ),
    ledger.UnknownTeam: lambda refused, reader: sentence(
        _("There's no team {name}. Check its name."), name=_quoted(refused.name)
    ),
    errors.ChangedMeanwhile: lambda refused, reader: sentence(
        _("Somebody else changed {name} meanwhile. Open the form again to see it as it is now."),
        name=_quoted(refused.name),
    ),
    errors.NotAnOffice: _not_an_office,
    errors.NotATime: _not_a_time,
    errors.NotAPerson: _not_a_person,
    errors.EndsBeforeItBegins: lambda refused, reader: sentence(
        _("{words} ends before it begins: write the earlier day first."), words=_quoted(refused.words)
    ),
    errors.NotADateRange: _not_a_range,
    errors.NotACommand: _not_a_command,
    errors.NotUnderstood: lambda refused, reader: sentence(
        _("I can't read {words}. Type {command} for examples."),
        words=_quoted(refused.words),
        command=code("/attendance help"),
    ),
    ledger.OutcomeUnknown: _outcome_unknown,
    ledger.Unavailable: _says(
        lambda: _("The records can't be reached right now. Nothing was written: try again soon.")
    ),
    errors.DirectoryUnavailable: _says(
        lambda: _("Slack can't be asked who this is right now. Nothing was written: try again in a minute.")
    ),
}


def _at(half: PairEvent, reader: Reader) -> str:
    return moment(half.at, zone_named(half.zone), reader)


def _offset(at: datetime, zone: ZoneInfo) -> str:
    text = f"{at.astimezone(zone):%z}"
    return f"{text[:3]}:{text[3:5]}"


def _quoted(words: str) -> str:
    typed = without_ids(words)
    shown = typed if len(typed) <= 80 else typed[:79] + "…"
    return f"“{shown}”"
