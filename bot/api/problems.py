"""Turns refusals into answers: RFC 9457 problems with a `code` for programs."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC
from typing import Unpack

import structlog
from aiohttp import web

from bot import errors, wording
from bot.api import answers
from bot.api.codes import TITLES
from bot.attendance.idempotency import AlreadyAnswered
from bot.errors import DirectoryUnavailable
from bot.runtime import tracing
from bot.wording.markup import plain
from bot.wording.refusals import refusal
from storage import errors as ledger
from storage.breaks import Break
from storage.errors import Refusal, Unavailable
from storage.period_locks import PeriodLocked

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_CODES: Mapping[type[Exception], str] = {
    errors.BeyondToken: "forbidden",
    errors.Forbidden: "forbidden",
    errors.KeyReused: "idempotency-key-reused",
    errors.NotAnEmployee: "forbidden",
    errors.NeedsCorrection: "consent-needed",
    errors.NotYourWord: "forbidden",
    errors.UnknownBreakKind: "unknown-break-kind",
    ledger.NotDeleted: "not-deleted",
    ledger.UnknownCorrection: "unknown-correction",
    ledger.UnknownOffice: "unknown-office",
    ledger.UnknownUser: "unknown-user",
    ledger.UnknownWebhook: "unknown-webhook",
    PeriodLocked: "period-locked",
}
"""Of refusals whose sentence says it all. The others also name an event or a parameter."""


class Problem(Exception):
    """An answer other than 200. `facts` are added to the standard members."""

    def __init__(
        self, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **facts: Unpack[answers.Facts]
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.headers, self.facts = code, detail, dict(headers or {}), facts


def invalid(errors: Sequence[tuple[str, str]], detail: str | None = None) -> Problem:
    """400 with every fault: the parameter, and why. Without `detail`, the faults make one."""
    named: list[answers.Fault] = [{"parameter": parameter, "reason": reason} for parameter, reason in errors]
    detail = detail or "; ".join(f"{parameter} {reason}" for parameter, reason in errors)
    return Problem("invalid-parameter", detail, errors=named)


def answered(handler: Handler, operation: str = "") -> Handler:
    """Turns whatever the handler raises into a problem. Handlers never catch."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await _refused(handler, request, operation)
        except Exception:
            # The caller gets a reference; the log line under it has the details.
            reference = tracing.reference()
            log.exception("request-failed", reference=reference, path=request.path)
            return response(Problem("internal-error", f"Please report this reference: {reference}"))

    return handle


async def _refused(handler: Handler, request: web.Request, operation: str) -> web.StreamResponse:
    try:
        return await handler(request)
    except AlreadyAnswered as replayed:
        return web.json_response(text=replayed.answer, headers={"Idempotency-Replayed": "true"})
    except Problem as problem:
        return response(problem)
    except (Refusal, Unavailable, DirectoryUnavailable) as error:
        if not isinstance(error, Refusal):
            log.warning("not-done", kind=type(error).__name__, reason=str(error), path=request.path)
        return response(problem_of(error, operation))


def response(problem: Problem) -> web.Response:
    """The answer itself."""
    body = members(problem)
    octets = json.dumps(body).encode()  # not `text`, to which aiohttp would add a charset: it has none
    kind = "application/problem+json"
    return web.Response(body=octets, status=body["status"], content_type=kind, headers=problem.headers)


def members(problem: Problem) -> answers.Problem:
    """RFC 9457's members, the code and the facts. From 500 on, also the reference of the log line."""
    status, title = TITLES[problem.code]
    body: answers.Problem = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": problem.detail,
        "code": problem.code,
        **problem.facts,
    }
    if status >= 500:
        body["reference"] = tracing.reference()
    return body


def problem_of(error: Exception, operation: str) -> Problem:
    """The problem for a refusal. `operation` decides which parameters it names."""
    detail = plain(refusal(error, wording.ANY_READER))
    if code := _CODES.get(type(error)):
        return Problem(code, detail)
    match error:
        case ledger.AlreadyClockedIn():
            return Problem("already-clocked-in", detail, conflictingEventId=error.open_pair.clock_in.id)
        case ledger.NotClockedIn():
            last = error.last.clock_out if error.last else None
            return Problem("not-clocked-in", detail, conflictingEventId=last.id if last else None)
        case errors.NotOnABreak() if error.open_pair:
            return Problem("not-on-a-break", detail, conflictingEventId=error.open_pair.clock_in.id)
        case errors.NotOnABreak():
            last = error.last.clock_out if error.last else None
            return Problem("not-on-a-break", detail, conflictingEventId=last.id if last else None)
        case errors.AlreadyOnABreak():
            return Problem("already-on-a-break", detail, conflictingEventId=_event_of(error.on))
        case errors.OnABreak():
            return Problem("not-clocked-in", detail, conflictingEventId=_event_of(error.on))
        case errors.BreakTooLong():
            return invalid([("minutes", detail)], detail)
        case errors.InvalidText():
            return invalid([("comment", error.why)], detail)
        case ledger.Overlap():
            return Problem("overlap", detail, conflictingEventId=error.other.clock_in.id)
        case errors.ForgottenClockOut():
            since = f"{error.pair.clock_in.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
            detail = f"The clock-in is from {since}, more than 24 hours ago. Send timestampUtc with the time they left."
            return Problem("forgotten-clock-out", detail, conflictingEventId=error.pair.clock_in.id)
        case ledger.WasChanged():
            return Problem("record-changed", detail, conflictingEventId=error.pair.replaced_by)
        case ledger.ChangeUndone():
            return Problem("record-changed", detail, conflictingEventId=error.pair.replaces)
        case ledger.AlreadyAsked() if not error.is_same:
            return Problem("correction-waiting", detail, correctionId=error.correction.correction_id)
        case errors.ConsentNeeded() | ledger.AlreadyAsked() | errors.ConsentTooEarly():
            return Problem("consent-needed", detail, correctionId=error.correction.correction_id)
        case ledger.AlreadyAnswered():
            return Problem("already-answered", detail, correctionId=error.correction.correction_id)
        case errors.OwnCorrection():
            return Problem("forbidden", detail, correctionId=error.correction.correction_id)
        case errors.NotACorrection():
            return invalid([("clockOutTimestampUtc", detail)], detail)
        case errors.WordsNotKept():
            return invalid([("text", detail)], detail)
        case errors.NoReason():
            return invalid([("reason", detail)], detail)
        case errors.NotADateRange():
            return invalid([("range", detail)], detail)
        case ledger.UnknownEvent() | ledger.AlreadyDeleted():
            return Problem("unknown-event", "There is no attendance event with this id. It may have been deleted.")
        case errors.InvalidWebhook():
            return invalid([("url", error.why)], detail)
        case Unavailable() | DirectoryUnavailable():
            return Problem("unavailable", detail, headers={"Retry-After": "5"})
    return invalid([(parameter, detail) for parameter in _parameters(error, operation)], detail)


def _event_of(on: Break) -> str:
    """The event at which the break began; of a paid one, the clock-in of the record around it."""
    return on.pair.clock_in.id if on.is_paid else on.id


def _parameters(error: Exception, operation: str) -> list[str]:
    if operation in ("restore", "answer"):
        return ["id"]
    if operation not in ("create", "change", "ask"):
        return ["timestampUtc"]
    match error:
        case errors.WorkDateTooFar():
            return ["date"]
        case errors.InFuture():
            return ["clockInTimestampUtc" if error.is_clock_in else "clockOutTimestampUtc"]
        case errors.TooOld():
            return ["date", "clockInTimestampUtc"] if error.years is None else ["clockInTimestampUtc"]
    return ["clockInTimestampUtc", "clockOutTimestampUtc"]
