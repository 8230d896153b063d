"""Signs what a person's client keeps for the bot and hands back with a form or for a file."""

from __future__ import annotations

import hashlib
import hmac

from bot.msteams.activities import Activity


class Signer:
    """Signs for one person in one tenant, with a key made from the bot's secret."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"kept by clients\0" + secret.encode()).digest()

    def signed(self, text: str, activity: Activity) -> str:
        """For the person of the activity."""
        return f"{self._signature(text, activity)} {text}"

    def opened(self, signed: str, activity: Activity) -> str:
        """Empty for what the bot didn't sign for the person of the activity."""
        signature, _space, text = signed.partition(" ")
        is_ours = hmac.compare_digest(signature.encode(), self._signature(text, activity).encode())
        return text if is_ours else ""

    def _signature(self, text: str, activity: Activity) -> str:
        whole = "\n".join((activity.tenant_id, activity.user_id, text))
        return hmac.new(self._key, whole.encode(), hashlib.sha256).hexdigest()
