"""The bot, broken on purpose: it takes no heed of idempotency keys."""

from __future__ import annotations

from bot.attendance.idempotency import Once, T, Work
from bot.cli.main import main


def heedless(self: Once, work: Work[T]) -> Work[T]:
    return work


Once.guard = heedless  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
