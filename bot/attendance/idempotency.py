"""Exactly once: a request repeated with its Idempotency-Key gets the first one's answer, and has no second effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bot.errors import KeyReused
from bot.permissions import Caller
from bot.runtime.services import Services
from storage import idempotency
from storage.database import Transaction

T = TypeVar("T")
Work = Callable[[Transaction], T]


class AlreadyAnswered(Exception):
    """The request was done before; `answer` is what it was answered then, to the byte."""

    def __init__(self, answer: str) -> None:
        super().__init__("replayed")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request that its sender may repeat: `key` is the sender's, `request` a digest of what is asked.

    Keys belong to the token's user, and live for 24 hours. A refused request has no effect, so it is tried anew.
    """

    caller: Caller
    key: str
    request: str
    render: Callable[[Any], str | None]
    """The answer that a repeat gets. None: it is not kept, and a repeat is a new request."""

    def services(self, services: Services) -> Services:
        """The same services, whose `write` happens once, and raises Replayed or KeyReused."""
        return replace(services, wrap=self.guard)

    def guard(self, work: Work[T]) -> Work[T]:
        """`work`, made to happen once. Raises Replayed, or KeyReused for another request under the same key."""

        def write(tx: Transaction) -> T:
            whose = (tx.connection, self.caller.workspace_id, self.caller.user_id, self.key)
            while not idempotency.claim(*whose, self.request):
                if before := idempotency.find(*whose, tx.now):
                    request, answer = before
                    if request != self.request:
                        raise KeyReused(self.key)
                    raise AlreadyAnswered(answer)
            result = work(tx)
            if (told := self.render(result)) is None:
                idempotency.forget(*whose)
            else:
                idempotency.remember(*whose, told, tx.now)
            return result

        return write
