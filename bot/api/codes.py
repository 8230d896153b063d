"""Each error code, with its status and title."""

from __future__ import annotations

TITLES = {
    "invalid-parameter": (400, "A parameter is missing, malformed or contradictory"),
    "unauthenticated": (401, "No valid token"),
    "forbidden": (403, "This token may not do that"),
    "unknown-user": (404, "Unknown user"),
    "unknown-office": (404, "Unknown office"),
    "unknown-break-kind": (404, "Unknown kind of break"),
    "unknown-event": (404, "Unknown attendance event"),
    "unknown-webhook": (404, "Unknown webhook"),
    "not-found": (404, "Not found"),
    "method-not-allowed": (405, "Method not allowed"),
    "already-clocked-in": (409, "Already clocked in"),
    "not-clocked-in": (409, "Not clocked in"),
    "not-on-a-break": (409, "Not on a break"),
    "already-on-a-break": (409, "Already on a break"),
    "idempotency-key-reused": (409, "This Idempotency-Key belongs to another request"),
    "overlap": (409, "The time overlaps another record"),
    "period-locked": (409, "The period is approved and closed"),
    "not-deleted": (409, "The record isn't deleted"),
    "record-changed": (409, "The record was changed"),
    "batch-refused": (409, "The batch was refused"),
    "forgotten-clock-out": (409, "The clock-in is more than 24 hours old"),
    "too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "Unsupported content type"),
    "rate-limited": (429, "Too many long answers, batches or large requests at once"),
    "internal-error": (500, "Something went wrong on our side"),
    "unavailable": (503, "Temporarily unavailable"),
}
