"""The shape of Slack's ids (docs.slack.dev/reference/objects)."""

from __future__ import annotations

import re

from bot.people.ids import USER_IDS
from storage.people import Platform

USER_ID = USER_IDS[Platform.SLACK]
WORKSPACE_ID = re.compile(r"T[A-Z0-9]{1,30}", re.ASCII)
DIRECT_MESSAGE = re.compile(r"D[A-Z0-9]+", re.ASCII)
CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]+", re.ASCII)
GROUP_ID = re.compile(r"S[A-Z0-9]{1,30}", re.ASCII)
