"""Ten thousand messages: what is looked for is found without walking through all of them, and is the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.practice.model import GENERAL
from bot.practice.workspace import Workspace

PLACES = st.sampled_from([GENERAL, "D0ANA", "D0BEN"])
READERS = st.sampled_from(["U0ANA", "U0BEN"])


@settings(max_examples=60, deadline=None)
@given(
    posts=st.lists(st.tuples(PLACES, st.none() | READERS), max_size=25),
    deleted=st.sets(st.integers(0, 24)),
    reader=READERS,
    place=PLACES,
    count=st.integers(1, 6),
)
def test_the_newest_are_the_last_of_all_and_the_changed_are_those_that_changed(
    posts: list[tuple[str, str | None]], deleted: set[int], reader: str, place: str, count: int
) -> None:
    workspace = Workspace(bot_url="")
    made = [workspace.post(channel, "U0BOT", str(n), None, only) for n, (channel, only) in enumerate(posts)]
    version = workspace.version
    gone = [message for n, message in enumerate(made) if n in deleted]
    for message in gone:
        workspace.delete(message)
    if made:
        workspace.edit(made[0], "other", [])

    seen = workspace.visible_to(reader, place)
    assert seen == [message for message in workspace.visible_to(reader) if message.channel_id == place]
    newest = workspace.newest(reader, place, count)
    assert newest == seen[-count:]
    assert workspace.newest(reader, place, count, before=newest[0].ts if newest else None) == seen[-2 * count : -count]
    assert {message.ts for message in workspace.changed_since(version)} == {m.ts for m in [*gone, *made[:1]]}
    assert len(workspace.changed_since(0)) == len(made)
    for message in made:
        assert workspace.message(message.channel_id, message.ts) is (None if message.deleted else message)


async def test_of_ten_thousand_the_newest_are_at_hand(workspace: Workspace) -> None:
    for number in range(10_000):
        workspace.post(GENERAL, "U0BOT", f"Message {number}")
    newest = workspace.newest("U0ANA", GENERAL, 50)
    assert [message.text for message in newest] == [f"Message {number}" for number in range(9_950, 10_000)]
    assert workspace.last("U0ANA") is newest[-1]
    with pytest.raises(LookupError):
        workspace.last("U0ANA", "D0ANA")
