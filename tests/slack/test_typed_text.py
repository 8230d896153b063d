"""What Slack makes of what people type, read back."""

from __future__ import annotations

import pytest

from bot.slack.typed_text import as_typed


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("in hq", "in hq"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("<@U0BEN|ben> at 8:30", "@[U0BEN|ben] at 8:30"),
        ("<@U0BEN>", "@[U0BEN|]"),
        ("<@W0BEN> and <@U0ANA>", "@[W0BEN|] and @[U0ANA|]"),
        ("&lt;@U0BEN&gt;", "<@U0BEN>"),
        ("<@x>", "<@x>"),
        ("<!subteam^S0BAKERY|@bakery> hi", "@bakery hi"),
        ("<!subteam^S0BAKERY>", "@S0BAKERY"),
        (
            "<!channel> <#C0GENERAL|general> <https://example.com|here>",
            "<!channel> <#C0GENERAL|general> <https://example.com|here>",
        ),
    ],
)
def test_slacks_notation_becomes_what_was_typed(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed
