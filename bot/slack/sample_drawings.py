"""What the bot shows, drawn from sample records: a message or form for each word, and the Home tab. `attendance doctor`
has Slack check them."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.chat.features import router
from bot.chat.home import home
from bot.chat.refused import refused
from bot.chat.routing import Ask
from bot.chat.views import Files, Form, Message
from bot.people import profiles, teams_and_offices
from bot.people.user_groups import Group
from bot.permissions import Caller, Via
from bot.runtime.services import Profile, Services
from bot.slack import forms, render
from bot.slack.home import view_of
from bot.wording import Reader
from bot.workspaces.served_workspaces import ensure_workspace
from storage.database import open_database
from storage.errors import Refusal

WORKSPACE, ADMIN, ANA, ZONE = "T0SAMPLE", "U0ADMIN", "U0ANA", "Europe/Berlin"
MAKES_FILES = {"mine"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """`name` is the word that is typed, `argument` what blocks.validate calls it: `message` or `view`."""

    name: str
    argument: str
    payload: Any


async def sample_drawings() -> list[Drawing]:
    """Draws them for an admin, from a ledger in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="attendance-sample-") as folder:
        database = await open_database(f"sqlite:///{Path(folder) / 'sample.db'}")
        try:
            services = Services(database, _Directory())
            await _write_sample(services)
            return await _drawn(services)
        finally:
            await database.close()


async def _write_sample(services: Services) -> None:
    """A team with a record of yesterday and somebody who is in."""
    admin, now = Caller(WORKSPACE, ADMIN, Via.SLACK), services.database.clock()
    await ensure_workspace(services, WORKSPACE)
    await profiles.look_up_profile(services, WORKSPACE, ADMIN)
    await teams_and_offices.set_office(services, admin, "berlin", "Berlin", ZONE)
    await teams_and_offices.set_team(services, admin, "Bakery", [ADMIN], [ANA])
    began = now - timedelta(days=1, hours=8)
    await recording.record(services, admin, NewRecord(ANA, began, began + timedelta(hours=8), None, "berlin", "sample"))
    await recording.clock_in(services, admin, ANA, office_id="berlin", comment="sample")


async def _drawn(services: Services) -> list[Drawing]:
    chat = _Chat()
    ask = Ask(
        services, Caller(WORKSPACE, ADMIN, Via.SLACK), Reader(ADMIN, services.database.clock(), zone=ZONE), "", chat
    )
    handlers = {run: word for word, run in router().words.items() if word not in MAKES_FILES}
    drawn = []
    for word in sorted(handlers.values(), key=lambda word: word == "undo"):  # what others entered
        try:
            outcome = await router().typed(ask, word)
        except Refusal as error:  # a word that needs more is drawn as what it is refused with
            outcome = refused(error, ask.reader)
        if isinstance(outcome, Form):
            drawn.append(Drawing(word, "view", forms.form(outcome).to_dict()))
        elif outcome is not None:
            drawn.append(_message(word, outcome))
    drawn += [_message("post", posted) for posted in chat.posted]
    return [*drawn, Drawing("Home tab", "view", view_of(await home(ask)).to_dict())]


def _message(name: str, message: Message) -> Drawing:
    return Drawing(name, "message", {"blocks": render.answer(message).payload["blocks"]})


class _Directory:
    """Knows everybody."""

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        is_admin = user_id == ADMIN
        return Profile(workspace_id, user_id, user_id, ZONE, is_admin, False, False, False, now)


@dataclass
class _Chat:
    """Keeps what is posted."""

    posted: list[Message] = field(default_factory=list)

    async def post_here(self, message: Message) -> None:
        self.posted.append(message)

    async def direct(self, message: Message) -> None:
        self.posted.append(message)

    async def tell(self, text: Markup) -> None:
        pass

    async def send(self, files: Files) -> None:
        pass

    async def place(self) -> str | None:
        return None

    async def groups(self) -> Sequence[Group] | None:
        return [Group("S0BAKERY", "Bakery")]

    async def group_members(self, workspace_id: str, group_id: str) -> Collection[str]:
        return [ANA]
