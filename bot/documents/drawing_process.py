"""The process that draws one document: reads a pickled call, writes the pickled result or exception. Imports nothing
else, so that it starts fast."""

from __future__ import annotations

import os
import pickle
import resource
import sys

MOST_SECONDS = 300  # of the processor
MOST_MEMORY = 1 << 30  # bytes of address space
POLITE = 5  # how much less of the processor it gets than the server: a third, where both want it


def main() -> None:
    """Draws, and ends."""
    os.nice(POLITE)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints isn't the answer
    answer: tuple[bool, object]
    try:
        work, args, named = pickle.load(sys.stdin.buffer)  # noqa: S301  # from the server, which started this
        answer = (True, work(*args, **named))
    except Exception as error:
        answer = (False, error)
    with answers:
        answers.write(pickle.dumps(answer))


if __name__ == "__main__":
    main()
