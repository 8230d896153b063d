"""Everything that is wrong with a form, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from storage.errors import Refusal


class FormFaults(Exception):
    """Refusals by the field at which each is shown. Nothing was written."""

    def __init__(self, refusals: Mapping[str, Refusal]) -> None:
        super().__init__(", ".join(refusals))
        self.refusals = refusals


class Check:
    """Collects refusals field by field, so that people can correct all of them at once."""

    def __init__(self) -> None:
        self.found: dict[str, Refusal] = {}

    @contextmanager
    def at(self, field: str) -> Iterator[None]:
        """Keeps the first refusal of each field."""
        try:
            yield
        except Refusal as refusal:
            self.found.setdefault(field, refusal)

    def done(self) -> None:
        """Raises FormFaults if any field is wrong."""
        if self.found:
            raise FormFaults(self.found)
