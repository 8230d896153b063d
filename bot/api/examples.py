"""Examples of all answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from bot.api.codes import TITLES

_IN, _OUT = "01a20ad1-7f0c-7d51-9a39-0f6f2f6f3c11", "01a20c89-0b5e-7c3a-8c1e-5b8e7b0b8e42"
_CAME, _LEFT, _LATER = "2026-11-20T08:00:00.561027", "2026-11-20T16:30:00.000000", "2026-11-20T17:00:00.000000"
OPENED: dict[str, Any] = {
    "id": _IN,
    "linkedAttendanceEventId": None,
    "userId": "U012ANA",
    "createByUserId": "U012ADA",
    "officeId": "hq",
    "date": "2026-11-20",
    "momentCreated": _CAME,
    "timestamp": _CAME,
    "ipAddress": "192.0.2.1",
    "type": "CLOCK-IN",
    "comment": "good morning",
}
_ENDED = {"type": "CLOCK-OUT", "comment": "done", "momentCreated": _LEFT, "timestamp": _LEFT}
CLOSED = [
    OPENED | {"linkedAttendanceEventId": _OUT},
    OPENED | {"id": _OUT, "linkedAttendanceEventId": _IN} | _ENDED,
]
DELETED = [event | {"momentDeleted": _LATER, "deletedByUserId": "U012ADA"} for event in CLOSED]
A_CALL = {
    "id": "01a20c90-6a3e-7f00-9d0a-52d1f6f3b7aa",
    "type": "attendance.clocked-out",
    "time": _LATER,
    "workspace": "T012AB3CD",
    "attendanceEvents": CLOSED,
}
RESTORED = {"clockIn": CLOSED[0], "clockOut": CLOSED[1]}
CREATED = {
    "clockIn": CLOSED[0] | {"timestamp": "2026-11-20T08:00:00.000000", "momentCreated": _LATER, "comment": "on site"},
    "clockOut": CLOSED[1] | {"momentCreated": _LATER},
}


A_CORRECTION = {
    "id": "01a20d10-2c40-7b7e-8f0e-4f9a1f6f3c33",
    "kind": "change",
    "userId": "U012ANA",
    "eventId": _IN,
    "reason": "The train was late",
    "before": {
        "date": "2026-11-20",
        "clockInTimestampUtc": _CAME,
        "clockOutTimestampUtc": _LEFT,
        "officeId": "hq",
        "clockInComment": "good morning",
        "clockOutComment": "done",
    },
    "after": {
        "date": "2026-11-20",
        "clockInTimestampUtc": _CAME,
        "clockOutTimestampUtc": _LATER,
        "officeId": "hq",
        "clockInComment": "good morning",
        "clockOutComment": "done",
    },
    "askedByUserId": "U012ANA",
    "personAnswer": "yes",
    "employerAnswer": None,
    "personText": None,
    "employerText": None,
    "outcome": None,
    "resultEventId": None,
    "momentCreated": _LATER,
}
AN_APPLIED_CORRECTION = A_CORRECTION | {
    "employerAnswer": "yes",
    "outcome": "applied",
    "resultEventId": "01a20d11-71aa-7c11-9d0a-52d1f6f3b7aa",
}
A_WITHDRAWN_CORRECTION = A_CORRECTION | {"outcome": "withdrawn"}


def problem(code: str, detail: str | None = None) -> dict[str, Any]:
    """An example problem with this code."""
    status, title = TITLES[code]
    return {"type": "about:blank", "title": title, "status": status, "detail": detail or title, "code": code}


_UNKNOWN = problem("unknown-user", "There's nobody with the id U012NOBODY here. Check the id.")
SOME_RESULTS = {"created": 1, "refused": 1, "results": [{"status": 200} | CREATED, _UNKNOWN]}
_PAYROLL = {"id": "01a20ad1-7f0c-7d51-9a39-0f6f2f6f3c11", "name": "payroll", "createByUserId": "U012ADA"}
SOME_CHANGES = [
    {"action": "create", "moment": _LATER, "byUserId": "U012ADA", "via": "api", "token": _PAYROLL, "reason": None}
    | {"correction": None}
    | CREATED
]
SOME_ROWS = [
    {
        "startDate": "2026-11-01",
        "endDate": "2026-11-30",
        "userId": "U012ANA",
        "name": "Ana Silva",
        "workedSeconds": 575_100,
        "workedHours": 159.75,
        "days": 20,
        "records": 40,
        "breakSeconds": 54_000,
        "enteredLater": 1,
        "stillIn": 0,
        "unresolved": 0,
        "statedBreakSeconds": 36_000,
        "paidBreakSeconds": 9_000,
    }
]
SOME_FINDINGS = [
    {
        "userId": "U012ANA",
        "date": "2026-11-20",
        "rule": "break",
        "measuredMinutes": 30,
        "askedMinutes": 45,
        "article": "ArbZG §4 s. 1",
        "remark": "The customer's line was down",
    }
]
A_WEBHOOK = {"id": _IN, "url": "https://example.com/attendance", "createByUserId": "U012ADA", "momentCreated": _CAME}
A_NEW_WEBHOOK = A_WEBHOOK | {"secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
SOME_USERS = [
    {
        "id": "U012ANA",
        "name": "Ana Silva",
        "primaryEmail": None,
        "companyRole": None,
        "isAdmin": False,
        "reportsToUserId": "U012MARCO",
        "momentCreated": None,
    }
]
SOME_OFFICES = [
    {
        "id": "hq",
        "name": "Berlin Mitte",
        "zone": "Europe/Berlin",
        "country": "DE",
        "region": "BE",
        "archived": False,
    }
]
SOME_TEAMS = [{"name": "Support", "managerUserIds": ["U012MARCO"], "memberUserIds": ["U012ANA", "U012BEN"]}]
