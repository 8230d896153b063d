"""A request repeated with its Idempotency-Key gets the first answer, and has no second effect.

Rights are asked again: who may not do it any more to everyone in the answer does not get to see it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bot import permissions
from bot.errors import KeyReused
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import idempotency
from storage.database import Transaction

T = TypeVar("T")
Work = Callable[[Transaction], T]


class AlreadyAnswered(Exception):
    """The request was done before. `answer` is the first answer, byte by byte."""

    def __init__(self, answer: str) -> None:
        super().__init__("replayed")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request that its sender may repeat. `key` is the sender's, `request` a digest of the request.

    Keys belong to the token's user and live for 24 hours. A refused request has no effect, so it runs again.
    """

    caller: Caller
    key: str
    request: str
    render: Callable[[Any], str | None]
    """Makes the answer that a repeat gets. None: a repeat is a new request."""
    operation: Operation | None = None
    """What it does to the records of those whose `userId` is in the answer. None: the answer shows no records."""

    def services(self, services: Services) -> Services:
        """The same services, but `write` happens once. It raises AlreadyAnswered, Forbidden or KeyReused."""
        return replace(services, wrap=self.guard)

    def guard(self, work: Work[T]) -> Work[T]:
        """`work`, made to happen once. Raises AlreadyAnswered, Forbidden where the caller may not do it any more, or
        KeyReused for another request with the same key, and for any once the answer was erased."""

        def write(tx: Transaction) -> T:
            whose = (tx.connection, self.caller.workspace_id, self.caller.user_id, self.key)
            while not idempotency.claim(*whose, self.request):
                if before := idempotency.find(*whose, tx.now):
                    request, answer = before
                    if request not in (self.request, idempotency.ERASED) or answer == idempotency.ERASED:
                        raise KeyReused(self.key)
                    if self.operation:
                        shown = sorted(set(_user_ids_in(json.loads(answer))))
                        permissions.require_for_all(tx, self.caller, self.operation, shown)
                    raise AlreadyAnswered(answer)
            result = work(tx)
            if (told := self.render(result)) is None:
                idempotency.forget(*whose)
            else:
                idempotency.remember(*whose, told, tx.now)
            return result

        return write


def _user_ids_in(answer: Any) -> Iterator[str]:
    if isinstance(answer, list):
        for one in answer:
            yield from _user_ids_in(one)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            yield from [value] if name == "userId" else _user_ids_in(value)
