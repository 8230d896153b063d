"""Tokens of the practice service: those that it signs for the bot, and forged ones."""

import json
import time
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://api.botframework.com"


@lru_cache
def _key(kid: str) -> rsa.RSAPrivateKey:
    """Made once for all tests: that takes longer than most of them."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Signer:
    """Signs with one key. `endorsements` says for which chats the key is good."""

    def __init__(self) -> None:
        self.endorsements: list[str] | None = ["msteams"]
        self.rotate("key-1")

    def rotate(self, kid: str) -> None:
        """Signs with a new key from now on."""
        self.key, self.kid = _key(kid), kid

    def listed(self) -> dict[str, Any]:
        """The key as it is published."""
        public: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        found = public | {"kid": self.kid, "use": "sig", "alg": "RS256"}
        return found if self.endorsements is None else found | {"endorsements": self.endorsements}

    def token(self, app_id: str, service_url: str, *, stolen_name: str = "", kid: str = "", **claims: Any) -> str:
        """A token for the bot. The rest makes a forged one: by another key under the name of a good one
        (`stolen_name`), by a key of that name, with other claims, or without those that are None.

        By the machine's clock, as tokens are checked by it.
        """
        now = int(time.time())
        all_claims = {
            "iss": ISSUER,
            "aud": app_id,
            "nbf": now - 1,
            "iat": now - 1,
            "exp": now + 3600,
            "serviceurl": service_url,
        } | claims
        kept = {name: value for name, value in all_claims.items() if value is not None}
        key = _key("stranger's") if stolen_name or kid else self.key
        return jwt.encode(kept, key, algorithm="RS256", headers={"kid": stolen_name or kid or self.kid})
