"""Draws messages and forms for a tenant, with the names of the people and channels in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.chat import views
from bot.msteams import forms, render
from bot.msteams.sizes import as_json
from bot.msteams.text_runs import Names, named_in
from bot.runtime.services import Services
from bot.wording.catalogue import _
from storage import msteams, people
from storage.database import Transaction
from storage.msteams import Channel


async def message(services: Services, workspace_id: str, shown: views.Message, *, reader: str = "") -> dict[str, Any]:
    """What the connector sends. `reader`: the only one who sees it; empty if several do."""
    return with_card(await card(services, workspace_id, shown, reader))


async def card(services: Services, workspace_id: str, shown: views.Message, reader: str = "") -> dict[str, Any]:
    """The card alone, for the answer to a press."""
    names = await _names(services, workspace_id, named_in(shown.pieces))
    return as_json(render.card(shown, names, reader=reader))


def with_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """A message that is this card."""
    return render.message(card, card["fallbackText"])


async def dialog(
    services: Services,
    workspace_id: str,
    form: views.Form,
    *,
    entries: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    opener: str = "",
) -> dict[str, Any]:
    """What a dialog shows: its title and its card."""
    names = await _names(services, workspace_id, named_in(form.body))
    return _in_dialog(form.title, forms.dialog(form, names, entries=entries, errors=errors, opener=opener))


async def message_in_dialog(
    services: Services, workspace_id: str, shown: views.Message, title: str = ""
) -> dict[str, Any]:
    """The same with a message in the form's place."""
    return _in_dialog(title, await card(services, workspace_id, shown))


def _in_dialog(title: str, card: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": title, "card": render.attachment(card)}


async def _names(services: Services, workspace_id: str, ids: Collection[str]) -> Names:
    """What these people and channels are called, as far as that is known."""
    if not ids:
        return {}

    def read(tx: Transaction) -> Names:
        known = people.get_many(tx.connection, workspace_id, ids)
        others = [msteams.find_channel(tx.connection, workspace_id, one) for one in ids if one not in known]
        names = {user_id: profile.name for user_id, profile in known.items()}
        return names | {one.conversation_id: _name(tx, workspace_id, one) for one in others if one}

    return await services.database.read(read)


def _name(tx: Transaction, workspace_id: str, channel: Channel) -> str:
    """Teams often tells only the id of a channel, and what its team is called."""
    if channel.name or channel.team_id is None:
        return channel.name or _("a group chat")
    team = msteams.find_channel(tx.connection, workspace_id, channel.team_id)
    return _("a channel of {team}").format(team=team.name) if team and team.name else channel.conversation_id
