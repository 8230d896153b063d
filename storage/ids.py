"""Ids of events, tokens and messages to be sent."""

import uuid_utils


def new_id() -> str:
    """A UUIDv7 as text. Later ids sort after earlier ones."""
    return str(uuid_utils.uuid7())
