"""`python -m benchmarks.many_workspaces`: one PostgreSQL with 100,000 workspaces in it. What does each cost the others?

Written past the code, with triggers off: what is measured is what the bot does again and again among so many.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from random import Random
from statistics import median

import psycopg

from benchmarks.serving import NobodyElse
from bot import anchors, attendance, erasing, groups, notices, reminders, reports
from bot.access import Caller, Role, Via
from bot.errors import DirectoryUnavailable
from bot.installations import Credentials, InstalledWorkspaces
from bot.ranges import DateRange
from bot.sealing import Sealer
from bot.services import Services
from storage.database import Database, open_database
from tests.postgresql_server import serving

WORKSPACES = int(os.environ.get("MANY_WORKSPACES") or 100_000)
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

FILL = f"""
INSERT INTO workspaces (workspace_id, zone, met_at)
    SELECT 'T' || w, 'Europe/Berlin', now() FROM generate_series(1, {WORKSPACES}) w;
SET session_replication_role = replica;
INSERT INTO people (workspace_id, user_id, name, zone, chat_admin, guest, bot, deactivated, refreshed_at)
    SELECT 'T' || w, 'U' || p, 'Person ' || p, 'Europe/Berlin', p = 1, false, false, false, now()
    FROM generate_series(1, {WORKSPACES}) w, generate_series(1, 20) p;
INSERT INTO pairs (workspace_id, user_id, work_date, in_id, in_at, in_recorded_at, in_by, in_via, in_zone,
                   out_id, out_at, out_recorded_at, out_by, out_via, out_zone)
    SELECT 'T' || w, 'U' || p, (now() - interval '1 day')::date, w || '-' || p || '-in', now() - interval '32 hours',
           now() - interval '32 hours', 'U' || p, 'slack', 'Europe/Berlin', w || '-' || p || '-out',
           now() - interval '24 hours', now() - interval '24 hours', 'U' || p, 'slack', 'Europe/Berlin'
    FROM generate_series(1, {WORKSPACES}) w, generate_series(1, 10) p;
INSERT INTO pairs (workspace_id, user_id, work_date, in_id, in_at, in_recorded_at, in_by, in_via, in_zone)
    SELECT 'T' || w, 'U' || p, now()::date, w || '-' || p || '-open', now() - interval '1 hour' * at, now(),
           'U' || p, 'slack', 'Europe/Berlin'
    FROM generate_series(1, {WORKSPACES}) w, generate_series(1, 10) p,
         LATERAL (SELECT CASE WHEN w %% 100 = 0 AND p = 1 THEN 12 ELSE 3 END AS at) a;
INSERT INTO settings (workspace_id, name, value)
    SELECT 'T' || w, name, 'yes' FROM generate_series(1, {WORKSPACES}, 100) w,
         (VALUES ('reminders'), ('anchor_to_people')) n (name);
INSERT INTO outbox (workspace_id, message_id, recipient, text, due_at, created_at, attempts, kind)
    SELECT 'T' || w, 'M' || w, 'U1', 'hello', now() + interval '1 hour', now(), 0, 'text'
    FROM generate_series(1, {WORKSPACES}, 10) w;
INSERT INTO installations (workspace_id, sealed, installed_by, installed_at)
    SELECT 'T' || w, %(sealed)s, 'U1', now() FROM generate_series(1, {WORKSPACES}) w;
SET session_replication_role = origin;
ANALYZE;
"""


def main() -> None:
    """Prints what it found."""
    sealer = Sealer(KEY)
    with serving() as server:
        name, begun = server.database(), time.perf_counter()
        with server.connected(name) as connection, psycopg.ClientCursor(connection) as cursor:
            cursor.execute(FILL, {"sealed": Credentials("xoxb-1").sealed(sealer)})
            (size,) = connection.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone() or ()
        took = time.perf_counter() - begun
        people = 20 * WORKSPACES
        print(f"{WORKSPACES} workspaces, {people} people, {people} pairs: {size}, written in {took:.0f} s.", flush=True)
        asyncio.run(_measured(server.url(name), sealer))


async def _measured(url: str, sealer: Sealer) -> None:
    database = await open_database(url)
    try:
        await _measure(database, InstalledWorkspaces(database, sealer, _nothing_to_renew))
    finally:
        await database.close()


async def _measure(database: Database, installed: InstalledWorkspaces) -> None:
    services = Services(database, NobodyElse())
    chance = Random(1)
    some = [f"T{chance.randint(1, WORKSPACES)}" for _ in range(200)]
    served = await installed.served()
    for told, look in (
        ("what is due in the outbox, each second", notices.with_due),
        ("reminders and questions, each minute", reminders.where_something_may_be_due),
        ("anchors, each five minutes", anchors.where_switched_on),
        ("what is old, each hour", erasing.with_something_old),
        ("user groups, each six hours", groups.where_followed),
    ):
        found = await database.read(look)
        print(f"look for {told}: {await _ms(partial(database.read, look))}, finds {len(found)} workspaces")
    print(f"the list of all {len(served)} that are served: {await _ms(installed.served)}")
    due = sorted(await database.read(reminders.where_something_may_be_due))[:200]
    for told, visit, where in (
        ("reminders", partial(reminders.look, services), due),
        ("renewal of tokens, each ten minutes", installed.renew, some),
        ("a clock-in", partial(_clock_in, services), some),
        ("a month's report", partial(_report, services), some),
    ):
        print(f"{told}, in one workspace: {await _each_ms(visit, list(dict.fromkeys(where)))}")


async def _clock_in(services: Services, workspace_id: str) -> None:
    user_id = "U15"
    await attendance.clock_in(services, Caller(workspace_id, user_id, Via.SLACK, Role.EMPLOYEE), user_id)


async def _report(services: Services, workspace_id: str) -> None:
    today = services.database.clock().date()
    asked = DateRange(today - timedelta(days=30), today)
    await reports.worked_time(services, Caller(workspace_id, "U1", Via.SLACK, Role.ADMIN), asked)


async def _nothing_to_renew(refresh_token: str) -> Credentials:
    raise DirectoryUnavailable("nothing expires here")


async def _ms(work: Callable[[], Awaitable[object]]) -> str:
    return f"{median([await _timed(work) for _ in range(7)]):.1f} ms"


async def _each_ms(visit: Callable[[str], Awaitable[object]], where: list[str]) -> str:
    """One after the other, each workspace once."""
    return f"{median([await _timed(partial(visit, workspace_id)) for workspace_id in where]):.2f} ms"


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
