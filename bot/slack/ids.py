"""The shape of Slack's ids (docs.slack.dev/reference/objects)."""

from __future__ import annotations

import re

USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)
WORKSPACE_ID = re.compile(r"T[A-Z0-9]{1,30}", re.ASCII)
DIRECT_MESSAGE = re.compile(r"D[A-Z0-9]+", re.ASCII)
CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]+", re.ASCII)
GROUP_ID = re.compile(r"S[A-Z0-9]{1,30}", re.ASCII)
