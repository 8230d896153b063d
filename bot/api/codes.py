"""The codes of problems that programs can switch on, each with its status and title."""

from __future__ import annotations

TITLES = {
    "invalid-parameter": (400, "A parameter is missing, malformed or contradictory"),
    "unauthenticated": (401, "No valid token"),
    "forbidden": (403, "The token's role does not reach that person or operation"),
    "unknown-user": (404, "Unknown user"),
    "unknown-office": (404, "Unknown office"),
    "unknown-event": (404, "Unknown attendance event"),
    "unknown-webhook": (404, "Unknown webhook"),
    "not-found": (404, "No such address"),
    "method-not-allowed": (405, "Not that method at this address"),
    "already-clocked-in": (409, "Already clocked in"),
    "not-clocked-in": (409, "Not clocked in"),
    "idempotency-key-reused": (409, "The same key with another request"),
    "overlap": (409, "The time overlaps another record"),
    "not-deleted": (409, "The record is not deleted"),
    "batch-refused": (409, "Nothing was written, for rows were refused"),
    "forgotten-clock-out": (409, "The clock-in is older than 24 hours: say when it ended"),
    "too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "The body is of a kind that is not read here"),
    "rate-limited": (429, "Too much at once"),
    "internal-error": (500, "Something went wrong here"),
    "unavailable": (503, "The records can't be reached"),
}
