"""Ids of events, tokens and messages to be sent."""

import uuid_utils


def new_id() -> str:
    """A UUIDv7 as text: opaque to whoever reads it, yet later ids sort after earlier ones (PRODUCT.md section 2)."""
    return str(uuid_utils.uuid7())
