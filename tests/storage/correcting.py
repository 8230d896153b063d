"""A small workplace for tests of corrections: Marco and Rosa manage Ana, Lea is another admin."""

from __future__ import annotations

from datetime import date, timedelta

from bot.attendance import recording
from bot.attendance.recording import NewRecord, Pair
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.signature_periods import SignaturePeriod
from bot.people import teams_and_offices
from bot.permissions import Caller, Via
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from bot.workspaces.correction_ways import CorrectionWay
from storage.audit import Entry
from storage.tables import audit_entries
from storage.verify import verify
from tests.builders import ADMIN, utc, workplace
from tests.conftest import WORKSPACE
from tests.storage.raw import but_for_the_rules

ANA, BEN, MARCO, ROSA = (Caller(WORKSPACE, f"U0{name}", Via.SLACK) for name in ("ANA", "BEN", "MARCO", "ROSA"))
FIRST, LAST = date(2026, 11, 16), date(2026, 11, 22)
"""The week before the clock's."""
HOUR = timedelta(hours=1)
KINDS = parse_break_kinds("break unpaid, coffee paid 15")
NEW = NewRecord("U0ANA", utc("2026-11-19T08:00"), utc("2026-11-19T16:00"), None, None, "early", "late")
END = utc("2026-11-17T16:00")


async def staff(services: Services) -> Services:
    """Everybody, in weeks, with breaks."""
    await workplace(services.database, {one.user_id: "UTC" for one in (BEN, MARCO, ROSA)})
    await teams_and_offices.set_office(services, ADMIN, "hq", "Berlin", "UTC")
    await teams_and_offices.set_team(
        services, ADMIN, "Bakery", managers=[MARCO.user_id, ROSA.user_id], members=["U0ANA", MARCO.user_id]
    )
    await workspace_settings.change(services, ADMIN, signature_period=SignaturePeriod("week"), break_kinds=KINDS)
    return services


async def choose(services: Services, way: str, days: int | None = None) -> None:
    """The workspace's way of correcting."""
    await workspace_settings.change(services, ADMIN, corrections=CorrectionWay(way), ask_for_older_than_days=days)


async def worked(services: Services, day: str = "2026-11-17", who: Caller = ANA) -> Pair:
    """A record of that day, from 8 to 16, at the office. Entered under `direct`, by an admin."""
    new = NewRecord(who.user_id, utc(f"{day}T08:00"), utc(f"{day}T16:00"), None, "hq", "early", "late")
    return (await recording.record(services, ADMIN, new)).pair


async def found(services: Services) -> list[str]:
    """What `verify` finds."""
    faults = but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))
    return [f"{fault.rule}: {fault.what}" for fault in faults if fault.rule != "clock"]


async def entries(services: Services, since: int = 0) -> list[Entry]:
    """Of the audit, after that one."""
    ordered = audit_entries.select().where(audit_entries.c.sequence > since).order_by(audit_entries.c.sequence)
    return await services.database.read(lambda tx: [Entry(*row) for row in tx.connection.execute(ordered)])
