"""Every refusal has its sentence, for people and for programs, in every zone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot import errors
from bot.chat.refused import refused
from bot.chat.views import Text
from bot.errors import DirectoryUnavailable
from bot.permissions import Operation
from bot.slack.render import mrkdwn
from bot.wording import Reader
from bot.wording.markup import plain
from bot.wording.refusals import refusal
from storage import errors as ledger
from storage.breaks import Break
from storage.corrections import Correction, Outcome, Part
from storage.errors import Refusal, Unavailable
from storage.paid_breaks import Moment, PaidBreak
from storage.pairs import Pair, PairEvent
from storage.period_locks import PeriodLocked
from storage.signatures import Signature

EARLY, LATE = datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 11, 23, 8, 2, tzinfo=UTC)
READERS = [Reader("U0ANA", LATE), Reader("", EARLY, in_chat=False), Reader("U0ANA", EARLY, in_chat=False)]
ZONES = ["Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "UTC"]


def signing(opened: Pair, closed: Pair) -> list[Exception]:
    day = date(2026, 11, 23)
    signed = Signature("T", "s", "U0ANA", day, day, "person", "U0ANA", LATE, "slack", "", "", LATE, "U0ANA")
    approved = replace(signed, part="manager", by="U0BEN", withdrawn_by="U0BEN")
    return [
        *(PeriodLocked(whom, day, day, by, LATE) for whom, by in (("U0ANA", "U0BEN"), ("U0BEN", "U0ANA"))),
        *(PeriodLocked(whom, day, day, whom, LATE) for whom in ("U0ANA", "U0BEN")),
        errors.PeriodNotOver(day),
        *(errors.RecordsChanged(user_id, day) for user_id in ("U0ANA", "U0BEN")),
        *(errors.NotResolved(replace(pair, user_id=whom)) for pair in (opened, closed) for whom in ("U0ANA", "U0BEN")),
        *(refused(whom) for whom in ("U0ANA", "U0BEN") for refused in (ledger.OpenRecord, _not_signed)),
        *(refused(one) for one in (signed, approved) for refused in (ledger.AlreadySigned, ledger.AlreadyWithdrawn)),
    ]


def correcting(closed: Pair) -> list[Exception]:
    day = date(2026, 11, 23)
    own = Correction(
        "T", "c", "U0ANA", "change", "in", closed, closed, day, day, "<!here>", "U0ANA", LATE, "slack", "yes", LATE
    )
    theirs = replace(
        own, asked_by="U0BEN", person_answer=None, person_at=None, employer_answer="yes", employer_by="U0BEN"
    )
    objected = replace(theirs, person_answer="no", person_at=LATE, account="<!here>")
    outcomes: list[Outcome] = ["applied", "applied-without-agreement", "refused", "withdrawn"]
    done = [
        replace(one, outcome=what, done_at=LATE, done_by=by)
        for one in (own, theirs)
        for what in outcomes
        for by in ("U0ANA", "U0BEN")
    ]
    done += [replace(own, employer_answer="no", outcome="refused", done_by=by) for by in ("U0ANA", "U0BEN")]
    parts: list[Part] = ["person", "employer"]
    return [
        *(errors.NeedsCorrection(part, "U0BEN", kind) for part in parts for kind in ("add", "break")),
        *(errors.ConsentNeeded(one) for one in (own, theirs)),
        *(ledger.AlreadyAnswered(one) for one in (objected, replace(objected, user_id="U0BEN"), *done)),
        *(ledger.AlreadyAsked(one) for one in (own, theirs)),
        *(ledger.CorrectionWaiting("U0ANA", one) for one in (None, own)),
        ledger.UnknownCorrection("<!here>"),
        errors.OwnCorrection(own),
        errors.NotYourWord("U0BEN"),
        errors.NotACorrection(replace(closed, clock_out=None)),
        errors.WordsNotKept(),
        errors.ConsentTooEarly(theirs),
        errors.NotReadable("corrections", "<!here>"),
        errors.NotReadable("days", "<!here>"),
    ]


def _not_signed(user_id: str) -> Exception:
    return errors.NotSignedYet(user_id, date(2026, 11, 30))


def every_refusal(zone_name: str) -> list[Exception]:
    zone = ZoneInfo(zone_name)
    half = PairEvent("in", LATE, LATE, "U0BEN", "api", zone_name, comment="<!channel>")
    opened = Pair("T", "U0ANA", date(2026, 11, 23), half)
    closed = Pair(
        "T", "U0ANA", date(2026, 11, 23), half, PairEvent("out", LATE, LATE, "U0BEN", "api", zone_name), LATE, "U0X"
    )
    began = Moment(LATE, LATE, "U0BEN", "api")
    on = Break(closed, "lunch", False, "out", LATE, LATE, "U0BEN")
    noon, day = time(12), date(2026, 11, 23)
    return [
        ledger.OutcomeUnknown("lost"),
        ledger.AlreadyClockedIn(opened),
        ledger.AlreadyDeleted(closed),
        errors.AlreadyUndone(closed),
        errors.BackBeforeBreak(LATE, EARLY, zone),
        errors.LeftBeforeBack(LATE, EARLY, zone),
        *(
            ledger.BreakInTheWay(PaidBreak("T", "b", "U0ANA", "in", "coffee", began, end), closed)
            for end in (None, began)
        ),
        ledger.BreakIsOver(),
        errors.OnABreak(on),
        errors.AlreadyOnABreak(on),
        *(errors.NotOnABreak("U0ANA", *state) for state in ((opened, opened), (None, closed), (None, None))),
        errors.NotOnABreak("U0ANA", None, replace(closed, out_break="lunch")),
        errors.BreakTooLong(361),
        errors.NotInOpenRecord(opened, EARLY),
        errors.UnknownBreakKind("<!here>", kinds=["lunch", "break"]),
        ledger.NotInsideRecord(closed),
        errors.NotReadable("signature period", "<!here>"),
        *signing(opened, closed),
        *correcting(closed),
        errors.BatchRefused([ledger.UnknownOffice("hq"), None], ()),
        *(errors.Forbidden(operation, whom) for operation in Operation for whom in ("U0ANA", "U0BEN", None)),
        errors.EnteredBySomebodyElse("U0BEN"),
        errors.ForgottenClockOut(opened),
        errors.InFuture(LATE, EARLY, zone),
        errors.InvalidText("has 2,001 characters, so shorten it to 2,000"),
        errors.KeyReused("<!here>"),
        ledger.UnknownWebhook("<!here>"),
        errors.InvalidWebhook("begins with http, which others on the way can read. Use https"),
        errors.NoSuchWorkDate(date.max),
        errors.InvalidRecord('"<!here>" has no start, so add one'),
        errors.NotReadable("expiry", "<!here>"),
        errors.NoSuchTime(day, noon, zone),
        errors.NotThatOffset(day, noon, zone, [LATE]),
        errors.NotACommand("<!here>", command="/attendance", line="<!here> now"),
        errors.NotACommand("<!here>", line="<!here> now"),
        errors.NotACommand("<!here>", ["report"], command="/attendance", line="<!here> now"),
        errors.NotACommand("<!here>", ["in", "mine"], line="<!here> <!channel>"),
        errors.EndsBeforeItBegins("<!here>", ["2026-10-01 to 2026-10-31"]),
        errors.NotADay("<!here>", ["1 Nov", "11 Jan"]),
        errors.NotATeam("<!here>", ["<Bakery & Sons>"]),
        errors.HiddenTeam("<!here>"),
        errors.NotADateRange("<!here>"),
        errors.NotADateRange("<!here>", ["last week"]),
        errors.NotATime("<!here>"),
        errors.NotATime("<!here>", command="/clockin"),
        errors.NotANote("<!here>", before="yesterday", command="/attendance add"),
        *(errors.NotAnEmployee(whom, kind) for kind in ("bot", "guest", "deactivated") for whom in ("U0ANA", "U0BEN")),
        errors.NotReadable("weekly time", "<!here>"),
        errors.TooManySheets(200),
        errors.NotReadable("working hours", "<!here>"),
        errors.NotReadable("hours", "<!here>"),
        errors.NotReadable("years", "<!here>"),
        errors.NotFullMembers({"U0GUS": ("<!here> Gus", "guest"), "U0OLD": ("Old", "deactivated")}),
        *(errors.RoleBeyondPerson("U0BEN", role) for role in ("manager", "admin")),
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
        errors.NotAnOffice("<!here>", offices=["<Head & Office>"]),
        errors.NotAnOffice("<!here>", ["Head"], offices=["Head"]),
        errors.NotAnOffice("<!here>"),
        errors.NotAPerson("<!here>", command="/clockin"),
        errors.TwoPeople("<!here>", command="/clockin"),
        ledger.NotClockedIn("U0ANA", None),
        ledger.NotClockedIn("U0BEN", closed),
        ledger.NotClockedIn("U0BEN", opened),
        ledger.NotDeleted(opened),
        errors.NotUnderstood("<!here>"),
        errors.OutdatedButton(),
        errors.DayAhead(day),
        errors.OtherWorkspace("U0X"),
        errors.OutNotAfterIn(LATE, EARLY, zone),
        ledger.Overlap(opened),
        ledger.Overlap(closed),
        errors.RepeatedTime(day, noon, zone, [EARLY, LATE]),
        errors.SameStartAndEnd(noon),
        errors.InTheAfternoon(time(5, 30), time(17, 30)),
        errors.NotDuringTheDay(day, None),
        errors.NotDuringTheDay(day, (EARLY, LATE, zone)),
        errors.NothingToCut(EARLY, LATE, zone, True),
        errors.NothingToCut(EARLY, LATE, zone, False),
        errors.LongerThanPaid("<!here>", 15),
        errors.TooLateForBreak(EARLY, LATE, zone),
        errors.NoReason(),
        errors.NothingToUndo(),
        ledger.WasChanged(closed),
        ledger.ChangeUndone(closed),
        errors.NothingToChange(closed),
        errors.NotAChange(closed),
        errors.WentOn(closed),
        *(
            errors.BeyondToken(of, date(1970, 1, 1), date(2026, 11, 23))
            for of in ("people", "days", "details", "anything else")
        ),
        *(errors.InvalidReach(of) for of in ("people", "both", "days", "reason", "expiry")),
        errors.TooLateToUndo(),
        errors.TooLong(EARLY, LATE, zone),
        errors.TooOld(None),
        errors.TooOld(1),
        errors.TooOld(4),
        ledger.UnknownEvent("<!here>"),
        ledger.UnknownOffice("<!here>"),
        ledger.UnknownToken("token"),
        ledger.UnknownUser("<!here>"),
        errors.UnknownZone("<!here>"),
        errors.UnknownCountry("<!here>"),
        errors.UnknownCountry("<!here>", ["Germany", "Ghana"]),
        errors.UnknownRegion("Germany", "<!here>", ["BE", "BY"]),
        errors.UnknownRegion("Japan", "<!here>", []),
        errors.RegionWithoutCountry("<!here>"),
        errors.NotAnOwnDay("<!here>"),
        errors.NotAnOwnDay("2026-12-24 half <!here>", is_twice=True),
        errors.WorkDateTooFar(day, LATE),
        Unavailable("database is locked"),
        DirectoryUnavailable("users.info"),
        errors.TokenRefused("invalid_auth"),
    ]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("reader", READERS)
def test_every_refusal_has_a_sentence_that_notifies_nobody(reader: Reader, zone: str) -> None:
    for error in every_refusal(zone):
        sentence = refusal(error, reader)
        assert plain(sentence)[-1] in ".?", type(error)
        assert "<!" not in mrkdwn(sentence)


BANNED = re.compile(
    r"\b(?:was written|is told|put right|mend|anew|whoever|kindly|deed|may not|still to come|stands? in|by itself"
    r"|such as|is no|are no|unresolved|forgotten|meanwhile)\b|PRODUCT",
    re.IGNORECASE,
)
ADVICE = re.compile(
    r"\?$|\b(?:Bring|Try|Type|Use|Ask|Choose|Change|Check|Open|Enter|Fix|Tell|Clock|Managers|admins|Start)\b"
    r"|\b(?:so shorten|so leave|so add|use|needs|[Pp]lease try)\b"
)
SAYS_IT_ALL = (errors.InFuture,)
"""`17:00 hasn't happened yet. It's 09:02.`"""


@pytest.mark.parametrize("reader", READERS[:1])
def test_every_refusal_says_what_happened_and_one_thing_to_do(reader: Reader) -> None:
    for error in every_refusal("America/New_York"):
        message = refused(error, reader)
        first, *others = message.pieces
        assert isinstance(first, Text)
        said = plain(first.text)
        assert said.startswith("⚠️ ")
        assert not BANNED.search(said), said
        sentences = re.split(r"(?<=[.?!])\s+(?=[A-Z@\"])", said.removeprefix("⚠️ "))
        assert len(sentences) <= 3, said
        assert others or ADVICE.search(said) or isinstance(error, SAYS_IT_ALL), said


def test_programs_get_sentences_without_signs() -> None:
    for error in every_refusal("UTC"):
        assert not plain(refusal(error, READERS[1])).startswith("⚠️")


def test_the_example_for_a_missing_clock_out_names_the_person() -> None:
    (forgotten,) = (one for one in every_refusal("UTC") if isinstance(one, errors.ForgottenClockOut))
    assert mrkdwn(refusal(forgotten, Reader("U0ANA", LATE, zone="UTC"))) == (
        "You didn't clock out on Mon 23 Nov (in since 08:02). When did you leave? Type it like `/clockout at 17:30`."
    )
    assert mrkdwn(refusal(forgotten, Reader("U0BEN", LATE))) == (
        "<@U0ANA> didn't clock out on Mon 23 Nov (in since 08:02, UTC). When did they leave? "
        "Type it like /clockout <@U0ANA> at 17:30."
    )
    assert plain(refusal(forgotten, Reader("U0BEN", LATE, in_chat=False))) == (
        "U0ANA didn't clock out on Mon 23 Nov (in since 08:02, UTC). When did they leave? "
        'Type it like "/clockout at 17:30".'
    )


@pytest.mark.parametrize(
    ("kind", "you", "another"),
    [
        ("guest", "Guest accounts can't clock in.", "<@U0BEN> has a guest account"),
        ("bot", "Bots can't clock in.", "<@U0BEN> is a bot"),
        ("deactivated", "Your account is deactivated.", "<@U0BEN>'s account is deactivated."),
    ],
)
def test_accounts_that_can_not_clock_in_read_why(kind: str, you: str, another: str) -> None:
    reader = READERS[0]
    assert mrkdwn(refusal(errors.NotAnEmployee("U0ANA", kind), reader)).startswith(you)
    assert mrkdwn(refusal(errors.NotAnEmployee("U0BEN", kind), reader)).startswith(another)


def test_no_refusal_is_left_out() -> None:
    def kinds(kind: type[Exception]) -> set[type[Exception]]:
        return {kind} | {deeper for inner in kind.__subclasses__() for deeper in kinds(inner)}

    tried = {type(error) for error in every_refusal("UTC")}
    assert kinds(Refusal) - tried == {Refusal}
