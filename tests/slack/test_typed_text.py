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
        ("<!channel> <#C0GENERAL|general> <https://example.com|here>", "<!channel> #general here"),
        ("in <#C0GENERAL>", "in #C0GENERAL"),
        ("<#C0GENERAL|>, <#G0SECRET|secret>", "#C0GENERAL, #secret"),
        ("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"),
        ("<http://example.com|example.com>, <HTTP://X.DE>", "example.com, HTTP://X.DE"),
        ("call <mailto:ana@example.com|ana@example.com>", "call ana@example.com"),
        ("<mailto:ana@example.com>", "ana@example.com"),
        ("<tel:+4930123456|030 123456> <tel:112>", "030 123456 112"),
        ("<https://example.com|a &lt;b&gt; | c>", "a <b> | c"),
        ("&lt;https://example.com|here&gt;", "<https://example.com|here>"),
        ("<javascript:alert(1)|here>", "<javascript:alert(1)|here>"),
        ("<#general>", "<#general>"),
        ("<https://example.com|&lt;@U0BEN&gt;>", "<@U0BEN>"),
    ],
)
def test_slacks_notation_becomes_what_was_typed(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed
