"""The bot, broken on purpose: it takes no heed of idempotency keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.cli import main
from bot.once import Once, Work

T = TypeVar("T")


def heedless(self: Once, work: Work[T], render: Callable[[T], str | None]) -> Work[T]:
    return work


Once.guard = heedless  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
