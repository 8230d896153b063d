"""A use case: a function that works in a transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, Generic, ParamSpec, TypeVar

from bot.people.profiles import with_unknown_users_looked_up
from bot.permissions import Caller
from bot.runtime.services import Services
from storage.database import Transaction

P = ParamSpec("P")
T = TypeVar("T")


class UseCase(Generic[P, T]):
    """Calls the function in a transaction of its own. `within` is the function, for a transaction that does more."""

    def __init__(self, within: Callable[Concatenate[Transaction, Caller, P], T]) -> None:
        self.within = within
        self.__doc__ = within.__doc__

    async def __call__(self, services: Services, caller: Caller, *asked: P.args, **named: P.kwargs) -> T:
        """Runs in one transaction. Looks up unknown people first."""

        def write(tx: Transaction) -> T:
            return self.within(tx, caller, *asked, **named)

        return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.write(write))
