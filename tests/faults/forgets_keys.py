"""The bot, broken on purpose: it takes no heed of idempotency keys."""

from __future__ import annotations

from bot.cli import main
from bot.once import Once, T, Work


def heedless(self: Once, work: Work[T]) -> Work[T]:
    return work


Once.guard = heedless  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
