"""Words after `/clockin` or `/clockout` that say something else: `sick`, `lunch`, `not yet`, `?`."""

from __future__ import annotations

_I_AM = r"(?:(?:i['’]?m|i am) )?"

AWAY = (  # the words for a break must stand alone, because a lunch meeting is work
    rf"^{_I_AM}(?:(?:on|off) )?"
    r"(?:sick|ill|vacation|holidays?|pto|(?:annual |parental |maternity )?leave|(?:a |my )?day off)\b"
    rf"|^{_I_AM}(?:absent|off)$"
    rf"|^{_I_AM}(?:on |at |going (?:to|for|on) |having |taking )?(?:a |my )?"
    r"(?:(?:lunch|coffee|tea|dinner|smoke|short) ?(?:break|pause|time)|break(?: ?time)?|lunch|dinner|pause|brb)"
    r"(?: now)?$"
)
"""That somebody isn't at work. Nothing to ask about when they leave."""

NO = (
    r"^(?:(?:i['’]?m |i am )?not|(?:i )?(?:(?:do|have|will|can) ?not|(?:do|have|wo|ca)n['’]?t)|never ?mind|nope)\b"
    r"|^(?:no|wait|later)$|^no (?:not|wait)\b|^\?+$"
)
"""That nothing is to be recorded, or a call for help."""
