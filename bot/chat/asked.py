"""The answer to somebody who has asked for a correction. The request itself comes as a message of its own."""

from __future__ import annotations

from bot.attendance.corrections import Correction
from bot.chat.views import Message, Text
from bot.wording import Reader
from bot.wording import corrections as words
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence


def asked(made: Correction, reader: Reader) -> Message:
    """`✅ Sent to your managers. Tue 24 Nov, 09:00 – 17:00 → 09:00 – 18:10 (+1:10). I'll tell you when they answer.`"""
    said = _("✅ <b>Sent to your managers.</b> {change}. I'll tell you when they answer.")
    if not reader.is_you(made.user_id):
        said = _("✅ <b>Sent to {who}.</b> {change}. I'll tell you when they answer.")
    text = sentence(said, who=mention(made.user_id), change=words.wanted(made, reader))
    return Message([Text(text)])
