"""The bot, broken on purpose: it ignores idempotency keys."""

from __future__ import annotations

from bot.attendance.idempotency import IdempotentRequest, T, Work
from bot.cli.main import main


def heedless(self: IdempotentRequest, work: Work[T]) -> Work[T]:
    return work


IdempotentRequest.guard = heedless  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
