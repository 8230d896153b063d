"""Every refusal has its sentence, for people and for programs, in every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot import errors
from bot.errors import DirectoryUnavailable
from bot.permissions import Operation
from bot.slack.render import mrkdwn
from bot.wording import Reader
from bot.wording.markup import plain
from bot.wording.refusals import refusal
from storage import errors as ledger
from storage.errors import Refusal, Unavailable
from storage.pairs import Pair, PairEvent

EARLY, LATE = datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 11, 23, 8, 2, tzinfo=UTC)
READERS = [Reader("U0ANA", LATE), Reader("", EARLY, in_chat=False), Reader("U0ANA", EARLY, in_chat=False)]
ZONES = ["Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "UTC"]


def every_refusal(zone_name: str) -> list[Exception]:
    zone = ZoneInfo(zone_name)
    half = PairEvent("in", LATE, LATE, "U0BEN", "api", zone_name, comment="<!channel>")
    opened = Pair("T", "U0ANA", date(2026, 11, 23), half)
    closed = Pair(
        "T", "U0ANA", date(2026, 11, 23), half, PairEvent("out", LATE, LATE, "U0BEN", "api", zone_name), LATE, "U0X"
    )
    noon, day = time(12), date(2026, 11, 23)
    return [
        ledger.OutcomeUnknown("lost"),
        ledger.AlreadyClockedIn(opened),
        ledger.AlreadyDeleted(closed),
        errors.BatchRefused([ledger.UnknownOffice("hq"), None], ()),
        *(errors.Forbidden(operation, whom) for operation in Operation for whom in ("U0ANA", "U0BEN", None)),
        errors.EnteredBySomebodyElse("U0BEN"),
        errors.ForgottenClockOut(opened),
        errors.InFuture(LATE, EARLY, zone),
        errors.InvalidText("is too long"),
        errors.KeyReused("<!here>"),
        ledger.UnknownWebhook("<!here>"),
        errors.InvalidWebhook("<!here>"),
        errors.InvalidRecord("<!here>"),
        errors.NotReadable("expiry", "<!here>"),
        errors.NoSuchTime(day, noon, zone),
        errors.NotThatOffset(day, noon, zone, [LATE]),
        errors.NotACommand("<!here>", "/attendance"),
        errors.EndsBeforeItBegins("<!here>"),
        errors.NotADateRange("<!here>", ""),
        errors.NotATime("<!here>", "/clockin"),
        *(errors.NotAnEmployee(whom, kind) for kind in ("bot", "guest", "deactivated") for whom in ("U0ANA", "U0BEN")),
        errors.NotReadable("weekly time", "<!here>"),
        errors.TooManySheets(200),
        errors.NotReadable("working hours", "<!here>"),
        errors.NotReadable("hours", "<!here>"),
        errors.NotReadable("years", "<!here>"),
        errors.NotFullMembers({"U0GUS": ("<!here> Gus", "guest"), "U0OLD": ("Old", "deactivated")}),
        errors.NotAppointed("U0BEN"),
        errors.UnknownGroup("<!here>"),
        *(errors.InvalidName(what, 40) for what in ("team", "office", "office id", "token")),
        *(
            ledger.NameTaken(what, "<!here>", is_archived)
            for what in ("team", "office", "office id")
            for is_archived in (False, True)
        ),
        errors.IsArchived("<!here>"),
        ledger.UnknownTeam("<!here>"),
        ledger.ArchivedOffice("<!here>"),
        errors.ChangedMeanwhile("<!here>"),
        errors.NotAnOffice("<!here>", "/clockin", ["<Head & Office>"]),
        errors.NotAnOffice("<!here>", "/attendance report", []),
        errors.NotAPerson("<!here>", "/clockin"),
        ledger.NotClockedIn("U0ANA", None),
        ledger.NotClockedIn("U0BEN", closed),
        ledger.NotClockedIn("U0BEN", opened),
        ledger.NotDeleted(opened),
        errors.NotUnderstood("<!here>", "/attendance"),
        errors.OtherWorkspace("U0X"),
        errors.OutNotAfterIn(LATE, EARLY, zone),
        ledger.Overlap(opened),
        ledger.Overlap(closed),
        errors.RepeatedTime(day, noon, zone, [EARLY, LATE]),
        errors.SameStartAndEnd(noon),
        errors.TooLateToUndo(),
        errors.TooLong(EARLY, LATE, zone),
        errors.TooOld(1),
        errors.TooOld(4),
        ledger.UnknownEvent("<!here>"),
        ledger.UnknownOffice("<!here>"),
        ledger.UnknownToken("token"),
        ledger.UnknownUser("<!here>"),
        errors.UnknownZone("<!here>"),
        errors.WorkDateTooFar(day, LATE),
        Unavailable("database is locked"),
        DirectoryUnavailable("users.info"),
        errors.TokenRefused("invalid_auth"),
    ]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("reader", READERS)
def test_every_refusal_has_a_sentence_that_calls_nobody(reader: Reader, zone: str) -> None:
    for refused in every_refusal(zone):
        sentence = refusal(refused, reader)
        assert plain(sentence)[-1] in ".?", type(refused)
        assert "<!" not in mrkdwn(sentence)


def test_whoever_may_end_anothers_forgotten_clock_in_is_told_how_to_type_it() -> None:
    (forgotten,) = (one for one in every_refusal("UTC") if isinstance(one, errors.ForgottenClockOut))
    since = "In since Mon 23 Nov at 08:02 (UTC)."
    assert mrkdwn(refusal(forgotten, Reader("U0ANA", LATE))) == (
        f"{since} When did you leave? Type it, as in `/clockout at 17:30`."
    )
    assert mrkdwn(refusal(forgotten, Reader("U0BEN", LATE))) == (
        f"{since} When did <@U0ANA> leave? Type it, as in /clockout <@U0ANA> at 17:30."
    )
    assert plain(refusal(forgotten, Reader("U0BEN", LATE, in_chat=False))) == (
        f'{since} When did U0ANA leave? Type it, as in "/clockout at 17:30".'
    )


@pytest.mark.parametrize(
    ("kind", "you", "another"),
    [
        ("guest", "You are a guest", "<@U0BEN> is a guest"),
        ("bot", "You are a bot", "<@U0BEN> is a bot"),
        ("deactivated", "You are deactivated", "<@U0BEN> is deactivated"),
    ],
)
def test_who_is_no_employee_is_told_why(kind: str, you: str, another: str) -> None:
    reader = READERS[0]
    assert mrkdwn(refusal(errors.NotAnEmployee("U0ANA", kind), reader)) == (
        f"{you} in this workspace: working hours are kept for its full members."
    )
    assert mrkdwn(refusal(errors.NotAnEmployee("U0BEN", kind), reader)) == (
        f"{another} in this workspace, and has no working hours here."
    )


def test_no_refusal_is_left_out() -> None:
    def kinds(kind: type[Exception]) -> set[type[Exception]]:
        return {kind} | {deeper for inner in kind.__subclasses__() for deeper in kinds(inner)}

    tried = {type(refused) for refused in every_refusal("UTC")}
    assert kinds(Refusal) - tried == {Refusal}
