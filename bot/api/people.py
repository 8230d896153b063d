"""People, offices and teams. People in GoodDay's format (https://www.goodday.work/developers/api-v2/users)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

from aiohttp import web

from bot.api.answers import Office, Team, User
from bot.api.handling import Door
from bot.api.reading_tokens import note_read, note_read_of_nobodys
from bot.attendance.noted_reads import What
from bot.people import directory_listing
from bot.people.directory_listing import Person


async def users(door: Door, request: web.Request) -> web.Response:
    """Answers the people whose records the token may see. Fields that the bot doesn't know are null."""
    await note_read(door, request, What.PEOPLE)
    found = await directory_listing.visible_people(door.services, await door.caller(request))
    return web.json_response(text=await asyncio.to_thread(_as_json, found))


def _as_json(found: Iterable[Person]) -> str:
    """Encodes person by person: one call for ten thousand would hold up every other request."""
    return f"[{', '.join(json.dumps(_user(person)) for person in found)}]"


def _user(person: Person) -> User:
    return {
        "id": person.user_id,
        "name": person.name,
        "primaryEmail": None,
        "companyRole": None,
        "isAdmin": person.is_admin,
        "reportsToUserId": person.reports_to,
        "momentCreated": None,
    }


async def offices(door: Door, request: web.Request) -> web.Response:
    """Answers every office of the workspace; archived ones are marked."""
    await note_read_of_nobodys(door, request, What.OFFICES)
    found = await directory_listing.all_offices(door.services, await door.caller(request))
    answer: list[Office] = [
        {
            "id": one.office_id,
            "name": one.name,
            "zone": one.zone,
            "country": one.country,
            "region": one.region,
            "archived": one.archived_at is not None,
        }
        for one in found
    ]
    return web.json_response(answer)


async def teams(door: Door, request: web.Request) -> web.Response:
    """Answers the teams that the token's user manages or belongs to. Admins get all."""
    found = await directory_listing.visible_teams(door.services, await door.caller(request))
    answer: list[Team] = [
        {"name": team.name, "managerUserIds": sorted(team.managers), "memberUserIds": sorted(team.members)}
        for team in found
    ]
    return web.json_response(answer)
