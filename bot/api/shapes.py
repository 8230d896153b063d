"""The shapes of answers, with examples of each."""

from __future__ import annotations

import json
from typing import Any

from bot.api.events import KEYS
from bot.api.problems import TITLES
from bot.api.reports import KEYS as REPORT_KEYS

Schema = dict[str, Any]


def _object(properties: dict[str, Schema], description: str = "") -> Schema:
    told: Schema = {"description": description} if description else {}
    return told | {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}$",
    "description": "UTC without an offset, six digits of microseconds.",
}
_OF_EVENT: dict[str, Schema] = dict.fromkeys(KEYS, TEXT_OR_NULL) | {
    "id": {
        "type": "string",
        "description": "Opaque; in the order in which they were written, but for imported ones, which keep theirs.",
    },
    "linkedAttendanceEventId": {
        "type": ["string", "null"],
        "description": "The other event of the pair, in both directions; null on an open clock-in.",
    },
    "userId": {"type": "string", "description": "Whose event it is."},
    "createByUserId": {
        "type": "string",
        "description": "Who wrote it; `cli:…` where it was brought in at the command line.",
    },
    "date": DAY | {"description": "The work date: the local day of the clock-in."},
    "momentCreated": MOMENT,
    "timestamp": MOMENT,
    "ipAddress": {"type": ["string", "null"], "description": "The caller's; null for what was made in Slack."},
    "type": {"type": "string", "enum": ["CLOCK-IN", "CLOCK-OUT"]},
}
EVENT = _object(_OF_EVENT, "An attendance event: half a pair.")
DELETED_EVENT = _object(
    _OF_EVENT | {"momentDeleted": MOMENT, "deletedByUserId": TEXT_OR_NULL}, "A deleted event, where asked for."
)
CALLS = {
    "attendance.clocked-in": "Somebody clocked in",
    "attendance.clocked-out": "Somebody clocked out",
    "attendance.created": "A whole record was added",
    "attendance.deleted": "A record was deleted",
    "attendance.restored": "A deleted record was restored",
}
CALL = _object(
    {
        "id": {"type": "string", "description": "Of this call."},
        "type": {"type": "string", "enum": [*CALLS], "description": "What happened."},
        "time": MOMENT,
        "workspace": TEXT,
        "attendanceEvents": _array(
            {"anyOf": [{"$ref": "#/components/schemas/Event"}, {"$ref": "#/components/schemas/DeletedEvent"}]}
        )
        | {"description": "Both events of the record as they stood then; one while it is open."},
    },
    "What a registered address is told.",
)
EVENT_REF: Schema = {"$ref": "#/components/schemas/Event"}
EVENT_OR_DELETED: Schema = {"anyOf": [EVENT_REF, {"$ref": "#/components/schemas/DeletedEvent"}]}
EVENT_OR_NULL: Schema = {"anyOf": [EVENT_REF, {"type": "null"}]}
BOTH = _object({"clockIn": EVENT_REF, "clockOut": EVENT_REF})
BOTH_OR_OPEN = _object({"clockIn": EVENT_REF, "clockOut": EVENT_OR_NULL})
PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457, with a code to switch on.",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": {"type": "string", "enum": list(TITLES)},
        "errors": _array(_object({"parameter": TEXT, "reason": TEXT})),
        "conflictingEventId": TEXT_OR_NULL | {"description": "The event in the way."},
        "results": {
            "type": "array",
            "items": {"anyOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "null"}]},
            "description": "Of a refused batch: what speaks against each record, null where nothing does.",
        },
        "reference": TEXT,
    },
    "required": ["type", "title", "status", "detail", "code"],
}
RESULTS = _object(
    {
        "created": COUNT,
        "refused": COUNT,
        "results": _array(
            {
                "anyOf": [
                    _object({"status": {"const": 200}, "clockIn": EVENT_REF, "clockOut": EVENT_REF}),
                    {"$ref": "#/components/schemas/Problem"},
                ]
            }
        ),
    }
)
CHANGES = _array(
    _object(
        {
            "action": {"enum": ["clock-in", "clock-out", "create", "delete", "restore"]},
            "moment": MOMENT,
            "byUserId": TEXT,
            "via": {"enum": ["slack", "api", "form", "cli", "system"]},
            "clockIn": EVENT_REF,
            "clockOut": EVENT_OR_NULL,
        },
        "A change, and the pair as it stood afterwards.",
    )
)
_OF_WEBHOOK: dict[str, Schema] = {"id": TEXT, "url": TEXT, "createByUserId": TEXT, "momentCreated": MOMENT}
WEBHOOKS = _array(_object(_OF_WEBHOOK))
NEW_WEBHOOK = _object(_OF_WEBHOOK | {"secret": {"type": "string", "description": "Signs the calls. Shown this once."}})
ROWS = _array(
    _object(
        dict.fromkeys(REPORT_KEYS, COUNT)
        | {
            "startDate": DAY,
            "endDate": DAY,
            "userId": TEXT,
            "name": TEXT,
            "workedHours": {"type": "number", "minimum": 0},
            "breakSeconds": {"type": ["integer", "null"], "minimum": 0},
        }
    )
)
USERS = _array(
    _object(
        {
            "id": TEXT,
            "name": TEXT,
            "primaryEmail": TEXT_OR_NULL,
            "companyRole": TEXT_OR_NULL,
            "isAdmin": {"type": "boolean"},
            "reportsToUserId": TEXT_OR_NULL,
            "momentCreated": TEXT_OR_NULL,
        }
    )
)
OFFICES = _array(_object({"id": TEXT, "name": TEXT, "zone": {"type": "string", "description": "IANA name."}}))
TEAMS = _array(_object({"name": TEXT, "managerUserIds": _array(TEXT), "memberUserIds": _array(TEXT)}))

_IN = "01a20ad1-7f0c-7d51-9a39-0f6f2f6f3c11"
_OUT = "01a20c89-0b5e-7c3a-8c1e-5b8e7b0b8e42"
OPENED: dict[str, Any] = {
    "id": _IN,
    "linkedAttendanceEventId": None,
    "userId": "U012ANA",
    "createByUserId": "U012ADA",
    "officeId": "hq",
    "date": "2026-11-20",
    "momentCreated": "2026-11-20T08:00:00.561027",
    "timestamp": "2026-11-20T08:00:00.561027",
    "ipAddress": "192.0.2.1",
    "type": "CLOCK-IN",
    "comment": "good morning",
}
CLOSED = [
    OPENED | {"linkedAttendanceEventId": _OUT},
    OPENED
    | {"id": _OUT, "linkedAttendanceEventId": _IN, "type": "CLOCK-OUT", "comment": None}
    | dict.fromkeys(("momentCreated", "timestamp"), "2026-11-20T16:30:00.000000"),
]
DELETED = [event | {"momentDeleted": "2026-11-20T17:00:00.000000", "deletedByUserId": "U012ADA"} for event in CLOSED]
A_CALL = {
    "id": "01a20c90-6a3e-7f00-9d0a-52d1f6f3b7aa",
    "type": "attendance.clocked-out",
    "time": "2026-11-20T17:00:00.000000",
    "workspace": "T012AB3CD",
    "attendanceEvents": CLOSED,
}
CREATED = {"clockIn": CLOSED[0], "clockOut": CLOSED[1]}
SOME_RESULTS = {
    "created": 1,
    "refused": 1,
    "results": [
        {"status": 200} | CREATED,
        {
            "type": "about:blank",
            "title": TITLES["unknown-user"][1],
            "status": 404,
            "detail": "I know nobody with the id U012NOBODY here.",
            "code": "unknown-user",
        },
    ],
}
SOME_CHANGES = [
    {"action": "create", "moment": "2026-11-20T17:00:00.000000", "byUserId": "U012ADA", "via": "api"} | CREATED
]
SOME_ROWS = [
    dict(
        zip(
            REPORT_KEYS,
            ("2026-11-01", "2026-11-30", "U012ANA", "Ana Silva", 575_100, 159.75, 20, 40, 54_000, 1, 0, 0),
            strict=True,
        )
    )
]
SOME_WEBHOOKS = [
    {
        "id": _IN,
        "url": "https://example.com/attendance",
        "createByUserId": "U012ADA",
        "momentCreated": "2026-11-20T08:00:00.000000",
    }
]
A_NEW_WEBHOOK = SOME_WEBHOOKS[0] | {"secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
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
SOME_OFFICES = [{"id": "hq", "name": "Berlin Mitte", "zone": "Europe/Berlin"}]
SOME_TEAMS = [{"name": "Support", "managerUserIds": ["U012MARCO"], "memberUserIds": ["U012ANA", "U012BEN"]}]


def _csv(keys: tuple[str, ...], row: dict[str, Any]) -> str:
    cells = ("" if row[key] is None else str(row[key]) for key in keys)
    return f"{','.join(keys)}\r\n{','.join(cells)}\r\n"


EVENTS_CSV = _csv(KEYS, CLOSED[0])
EVENTS_NDJSON = f"{json.dumps(CLOSED[0])}\n"
ROWS_CSV = _csv(REPORT_KEYS, SOME_ROWS[0])
ROWS_NDJSON = f"{json.dumps(SOME_ROWS[0])}\n"
