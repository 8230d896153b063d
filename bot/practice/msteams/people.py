"""The people of the practice tenant, who are also those of the practice workspace of Slack."""

from dataclasses import dataclass
from typing import Any

APP_ID = "b0700000-0000-4000-8000-000000000001"
TENANT_ID = "7e4a0000-0000-4000-8000-000000000001"
ELSEWHERE = "7e4a0000-0000-4000-8000-000000000002"
"""Another tenant, which guests come from."""


@dataclass(frozen=True, slots=True)
class Person:
    """`user_id` is the Entra object id, `handle` the mail name, `tz` what their client is set to."""

    user_id: str
    name: str
    handle: str
    tz: str = "Europe/Berlin"
    locale: str = "en-GB"
    is_guest: bool = False

    @property
    def teams_id(self) -> str:
        """How this bot knows them in Teams. Another bot knows them by another id."""
        return f"29:1{self.user_id.replace('-', '')}"

    @property
    def upn(self) -> str:
        """The user principal name. A guest's has their mail address at home in it."""
        return f"{self.handle}_elsewhere.example#EXT#@practice.example" if self.is_guest else self.mail

    @property
    def mail(self) -> str:
        return f"{self.handle}@{'elsewhere' if self.is_guest else 'practice'}.example"

    @property
    def tenant_id(self) -> str:
        return ELSEWHERE if self.is_guest else TENANT_ID


ANA = Person("a0000000-0000-4000-8000-0000000000a1", "Ana Silva", "ana")
MARCO = Person("a0000000-0000-4000-8000-0000000000a2", "Marco Rossi", "marco")
ADA = Person("a0000000-0000-4000-8000-0000000000a3", "Ada Clarke", "ada", "Europe/London")
GUS = Person("a0000000-0000-4000-8000-0000000000a4", "Gus Weber", "gus", is_guest=True)
BEN = Person("a0000000-0000-4000-8000-0000000000a5", "Ben Fischer", "ben")
NORA = Person("a0000000-0000-4000-8000-0000000000a6", "Nora Jones", "nora", "America/New_York", "en-US")
KEI = Person("a0000000-0000-4000-8000-0000000000a7", "Kei Tanaka", "kei", "Asia/Tokyo")

PEOPLE: tuple[Person, ...] = (ANA, MARCO, ADA, GUS, BEN, NORA, KEI)


def as_member(person: Person) -> dict[str, Any]:
    """Somebody in a roster. Teams calls guests `user` too, as Microsoft itself saw."""
    given, _, surname = person.name.partition(" ")
    return {
        "id": person.teams_id,
        "name": person.name,
        "objectId": person.user_id,
        "givenName": given,
        "surname": surname,
        "email": person.mail,
        "userPrincipalName": person.upn,
        "tenantId": person.tenant_id,
        "userRole": "user",
    }
