"""The pages that say how an installation went."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Sequence

from slack_bolt.response import BoltResponse

from bot.slack import sentences
from bot.wording.catalogue import reader_language

_STYLE = "body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1rem}"
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def page(status: int, title: str, sentence: str, *, again: bool = False) -> BoltResponse:
    """A page in the browser's language, which loads nothing and runs no script."""
    language = reader_language().tag
    title, sentence, label = (html.escape(text, quote=False) for text in (title, sentence, sentences.AGAIN()))
    link = f'<p><a href="/slack/install">{label}</a></p>' if again else ""
    body = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>'
        f"<main><h1>{title}</h1><p>{sentence}</p>{link}</main>"
    )
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",  # the address contains a code
        "Cache-Control": "no-store",
    }
    return BoltResponse(status=status, body=body, headers=headers)
