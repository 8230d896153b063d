"""The sentence for each refusal: what happened, and one thing to do about it."""

from __future__ import annotations

from markupsafe import Markup

from bot.wording import (
    Reader,
    admin_refusals,
    break_refusals,
    correction_refusals,
    record_refusals,
    signature_refusals,
    typed_refusals,
)

_SENTENCES = {
    **record_refusals.SENTENCES,
    **break_refusals.SENTENCES,
    **correction_refusals.SENTENCES,
    **signature_refusals.SENTENCES,
    **typed_refusals.SENTENCES,
    **admin_refusals.SENTENCES,
}


def refusal(refused: Exception, reader: Reader) -> Markup:
    """The sentence. Raises TypeError for anything else."""
    for kind in type(refused).__mro__:
        if kind in _SENTENCES:
            return _SENTENCES[kind](refused, reader)
    raise TypeError(f"no sentence for {type(refused).__name__}") from refused
