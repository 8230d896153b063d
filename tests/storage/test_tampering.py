"""Tampering by the role that serves, with the real clock: the database refuses it, or `verify` finds it.

Each row of the table is tried in a transaction of its own, looked at in it, and undone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.calendar.ranges import DateRange
from bot.people import admins, archive, profiles, reading_tokens, teams_and_offices, tokens
from bot.people.reading_tokens import NewReader
from bot.permissions import Caller, ReadingRole, Role, Via
from bot.runtime.services import Profile, Services
from storage import audit, outbox
from storage.audit import Action, Entry
from storage.database import Transaction, open_database
from storage.pairs import Pair, PairEvent, pair_of_row, to_audit_fields
from storage.tables import pairs
from storage.verify import verify
from tests.builders import ADMIN, claim_due, workplace
from tests.conftest import WORKSPACE
from tests.postgresql_server import Server

ANA, BEN, GUS, LEO, MARCO = "U0ANA", "U0BEN", "U0GUS", "U0LEO", "U0MARCO"
"""Gus is a guest, Leo has left, and Marco manages Ben."""
NOW = datetime.now(UTC)
MORNING = (NOW - timedelta(days=3)).replace(hour=8, minute=0, second=0, microsecond=0)

Attack = Callable[["Intruder"], None]


@dataclass
class Intruder:
    """Whoever has the password of the role that serves: writes what they like, and hashes entries rightly."""

    connection: Connection

    def does(self, *statements: str) -> None:
        for statement in statements:
            self.connection.execute(text(statement))

    def record_of(self, user_id: str, *, deleted: bool = False) -> Pair:
        """The person's first record."""
        found = map(pair_of_row, self.connection.execute(select(pairs).where(pairs.c.user_id == user_id)))
        return next(pair for pair in found if (pair.deleted_at is not None) == deleted and pair.clock_out)

    def enters(
        self,
        action: Action,
        subject: str,
        facts: dict[str, Any],
        *,
        actor: str = BEN,
        via: Via = Via.SLACK,
        ago: timedelta = timedelta(),
    ) -> None:
        """Appends an entry with the right hash, dated so long ago."""
        head = self.connection.execute(text("SELECT sequence, hash FROM audit_heads")).one()
        text_, private, salt = audit.split_private_fields(facts)
        at = datetime.now(UTC) - ago
        entry = Entry(
            WORKSPACE,
            head.sequence + 1,
            at,
            actor,
            via.value,
            action.value,
            subject,
            text_,
            head.hash,
            "",
            private,
            salt,
        )
        entry = replace(entry, hash=audit.digest(entry))
        names = ", ".join(Entry.__slots__)
        marks = ", ".join(f":{name}" for name in Entry.__slots__)
        values = {name: getattr(entry, name) for name in Entry.__slots__}
        self.connection.execute(text(f"INSERT INTO audit_entries ({names}) VALUES ({marks})"), values)

    def says(self, action: Action, pair: Pair, **how: Any) -> None:
        """Appends an entry about a record."""
        self.enters(action, pair.clock_in.id, json.loads(audit.canonical(to_audit_fields(pair))), **how)

    def adds(self, pair: Pair) -> None:
        """Writes a new record."""
        row = to_audit_fields(pair)
        self.connection.execute(
            text(f"INSERT INTO pairs ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})"), row
        )


def sql(*statements: str) -> Attack:
    return lambda intruder: intruder.does(*statements)


BENS = "user_id = 'U0BEN' AND out_id IS NOT NULL AND deleted_at IS NULL"
DELETED = "deleted_at IS NOT NULL"
LAST = "sequence = (SELECT max(sequence) FROM audit_entries)"


def made_up(recorded_ago: timedelta = timedelta()) -> Pair:
    """A record of Ben's that never was."""
    at = datetime.now(UTC) - recorded_ago
    start = MORNING - timedelta(days=4)
    halves = [PairEvent(f"made-up-{hour}", start + timedelta(hours=hour), at, BEN, "slack", "UTC") for hour in (0, 1)]
    return Pair(WORKSPACE, BEN, start.date(), halves[0], halves[1])


def shorter_and_said(intruder: Intruder) -> None:
    """The hours cut, and an entry of long ago that says that Ben clocked out then."""
    pair = intruder.record_of(BEN)
    assert pair.clock_out
    cut = replace(pair, clock_out=replace(pair.clock_out, at=pair.clock_in.at + timedelta(hours=1)))
    intruder.says(Action.CLOCK_OUT, cut)
    intruder.does(f"UPDATE pairs SET out_at = in_at + interval '1 hour' WHERE {BENS}")


def said(action: Action, *, ago: timedelta = timedelta(), actor: str = BEN, **changes: Any) -> Attack:
    """An entry about Ben's record."""
    return lambda intruder: intruder.says(action, replace(intruder.record_of(BEN), **changes), ago=ago, actor=actor)


def deleted(by: str = BEN, at: timedelta = timedelta(), actor: str = BEN, **facts: str) -> Attack:
    """Ben's record, by an entry as well."""

    def attack(intruder: Intruder) -> None:
        gone = replace(intruder.record_of(BEN), deleted_at=datetime.now(UTC) - at, deleted_by=by)
        told = json.loads(audit.canonical(to_audit_fields(gone))) | facts
        intruder.enters(Action.DELETE, gone.clock_in.id, told, actor=actor)
        values = {"at": gone.deleted_at, "by": by}
        intruder.connection.execute(text(f"UPDATE pairs SET deleted_at = :at, deleted_by = :by WHERE {BENS}"), values)

    return attack


def created(recorded_ago: timedelta, *, ago: timedelta = timedelta(), **how: Any) -> Attack:
    def attack(intruder: Intruder) -> None:
        pair = made_up(recorded_ago)
        intruder.adds(pair)
        intruder.says(how.pop("action", Action.CREATE), pair, ago=ago, **how)

    return attack


def entered(action: Action, subject: str, facts: dict[str, Any], **how: Any) -> Attack:
    return lambda intruder: intruder.enters(action, subject, facts, **how)


def appointed_now(intruder: Intruder) -> None:
    intruder.enters(Action.CHANGE_ROLE, BEN, {"appointed_now": True}, actor=ADMIN.user_id, via=Via.CLI)
    intruder.does(
        f"INSERT INTO appointed_admins SELECT workspace_id, subject, actor, at FROM audit_entries WHERE {LAST}"
    )


def together(*attacks: Attack) -> Attack:
    def attack(intruder: Intruder) -> None:
        for one in attacks:
            one(intruder)

    return attack


def again(
    sequence: str = "sequence + 1", at: str = "clock_timestamp()", previous: str = "hash", own: str = "hash"
) -> Attack:
    """The last entry once more, with another place, time or hash."""
    return sql(
        f"INSERT INTO public.audit_entries SELECT workspace_id, {sequence}, {at}, actor, via, action, subject, facts,"
        f" {previous}, {own} FROM public.audit_entries"
        " WHERE sequence = (SELECT max(sequence) FROM public.audit_entries)"
    )


TOKEN = (
    "INSERT INTO tokens (workspace_id, token_id, digest, user_id, role, created_at)"
    " VALUES ('T0PRACTICE', 'mine', 'known to me', 'U0BEN', 'admin', now())"
)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OLD = {"entries": 1, "before": (NOW - 800 * DAY).isoformat(), "keep_records_for_years": 1}

ROWS: dict[str, Attack] = {
    "hours are cut": sql(f"UPDATE pairs SET out_at = in_at + interval '1 hour' WHERE {BENS}"),
    "a clock-in is moved": sql(f"UPDATE pairs SET in_at = in_at + interval '1 hour' WHERE {BENS}"),
    "a day is another": sql(f"UPDATE pairs SET work_date = work_date + 1 WHERE {BENS}"),
    "a record is somebody else's": sql(f"UPDATE pairs SET user_id = 'U0ANA' WHERE {BENS}"),
    "a clock-in is by somebody else": sql(f"UPDATE pairs SET in_by = 'U0ANA' WHERE {BENS}"),
    "a clock-out is by somebody else": sql(f"UPDATE pairs SET out_by = 'U0ANA' WHERE {BENS}"),
    "a clock-in was entered at another time": sql(f"UPDATE pairs SET in_recorded_at = in_at WHERE {BENS}"),
    "a clock-out was entered at another time": sql(f"UPDATE pairs SET out_recorded_at = out_at WHERE {BENS}"),
    "a zone is another": sql(f"UPDATE pairs SET in_zone = 'Asia/Tokyo' WHERE {BENS}"),
    "an office is another": sql(f"UPDATE pairs SET in_office_id = 'hq' WHERE {BENS}"),
    "a way is another": sql(f"UPDATE pairs SET out_via = 'form' WHERE {BENS}"),
    "a comment is another": sql(f"UPDATE pairs SET in_comment = 'late again' WHERE {BENS}"),
    "a comment is gone": sql(f"UPDATE pairs SET in_comment = NULL WHERE {BENS}"),
    "an address is added": sql(f"UPDATE pairs SET out_ip = '192.0.2.1' WHERE {BENS}"),
    "a record is deleted": sql(f"UPDATE pairs SET deleted_at = now(), deleted_by = 'U0BEN' WHERE {BENS}"),
    "a deleted record is restored": sql(f"UPDATE pairs SET deleted_at = NULL, deleted_by = NULL WHERE {DELETED}"),
    "somebody else deleted it": sql(f"UPDATE pairs SET deleted_by = 'U0BEN' WHERE {DELETED}"),
    "it was deleted at another time": sql(f"UPDATE pairs SET deleted_at = now() WHERE {DELETED}"),
    "an open record is ended": sql(
        "UPDATE pairs SET out_id = 'x', out_at = now(), out_recorded_at = now(), out_by = user_id, out_via = 'slack',"
        " out_zone = 'UTC' WHERE out_id IS NULL"
    ),
    "an ended record is opened": sql(
        "UPDATE pairs SET out_id = NULL, out_at = NULL, out_recorded_at = NULL, out_by = NULL, out_via = NULL,"
        f" out_zone = NULL WHERE {BENS}"
    ),
    "a clock-out starts a break": sql(f"UPDATE pairs SET out_break = 'lunch' WHERE {BENS}"),
    "a record takes the place of another": sql(
        f"UPDATE pairs SET replaces_id = (SELECT in_id FROM pairs WHERE {DELETED}) WHERE {BENS}"
    ),
    "a record is said to be replaced": sql(f"UPDATE pairs SET replaced_by_id = 'x' WHERE {DELETED}"),
    "a paid break is added": sql(
        "INSERT INTO paid_breaks SELECT workspace_id, 'mine', user_id, in_id, 'coffee', in_at, now(), user_id, 'slack',"
        f" out_at, now(), user_id, 'slack' FROM pairs WHERE {BENS}"
    ),
    "a remark is added": sql(
        "INSERT INTO remarks VALUES ('T0PRACTICE', 'mine', 'U0BEN', '2026-11-23', 'break', 0, 'busy', 'U0BEN', now(),"
        " 'slack')"
    ),
    "a record is added": lambda intruder: intruder.adds(made_up()),
    "records are removed": sql("DELETE FROM pairs"),
    "records are emptied": sql("TRUNCATE pairs CASCADE"),
}
ENTRIES: dict[str, Attack] = {
    "an actor is another": sql("UPDATE audit_entries SET actor = 'U0ANA' WHERE sequence = 3"),
    "facts are others": sql("UPDATE audit_entries SET facts = '{}' WHERE sequence = 3"),
    "a comment is gone from an entry": sql(
        "UPDATE audit_entries SET private = NULL, salt = NULL WHERE private IS NOT NULL"
    ),
    "a comment of an entry is another": sql("UPDATE audit_entries SET private = '{}' WHERE private IS NOT NULL"),
    "the last entry is removed": sql(f"DELETE FROM audit_entries WHERE {LAST}"),
    "entries are emptied": sql("TRUNCATE audit_entries"),
    "the head is removed": sql("DELETE FROM audit_heads"),
    "the head has another hash": sql("UPDATE audit_heads SET hash = repeat('1', 64)"),
    "the head goes back": sql(
        "UPDATE audit_heads h SET sequence = a.sequence, hash = a.hash FROM audit_entries a"
        " WHERE a.sequence = h.sequence - 1"
    ),
    "an entry follows another than the last": again(previous="repeat('1', 64)"),
    "an entry leaves a gap": again("sequence + 2"),
    "an entry stands where one is": again("sequence", previous="previous_hash"),
    "an entry has a hash of its own": again(own="repeat('1', 64)"),
    "the chain begins later": sql(
        "INSERT INTO audit_starts SELECT workspace_id, sequence, hash FROM audit_entries WHERE sequence = 2"
    ),
    "the chain begins later, by an entry": together(
        entered(Action.ERASE_OLD, "2:x:", OLD, actor="", via=Via.SYSTEM),
        sql("INSERT INTO settings VALUES ('T0PRACTICE', 'keep_records_for_years', '1')"),
        sql("INSERT INTO audit_starts VALUES ('T0PRACTICE', 2, 'x')"),
    ),
    "an erasure is said of what is young": entered(Action.ERASE_OLD, "2:x:", OLD | {"before": NOW.isoformat()}),
}
FORGED: dict[str, Attack] = {
    "hours are cut, and Ben is said to have clocked out so": shorter_and_said,
    "a clock-out of long ago": said(Action.CLOCK_OUT, ago=24 * DAY),
    "a clock-out of two minutes ago": said(Action.CLOCK_OUT, ago=2 * MINUTE),
    "a deletion that is still to come": said(Action.DELETE, ago=-60 * MINUTE),
    "a second clock-out": said(Action.CLOCK_OUT),
    "a second creation": said(Action.CREATE),
    "a clock-in of a record that was created whole": said(Action.CLOCK_IN, clock_out=None),
    "a restored record that was not deleted": said(Action.RESTORE),
    "a deletion of which the record knows nothing": said(Action.DELETE, deleted_at=NOW, deleted_by=BEN),
    "another day": said(Action.RESTORE, work_date=MORNING.date() - DAY),
    "a deletion in another's name": deleted(by=ANA),
    "a deletion that Ben is said to have made": deleted(by=BEN, actor=MARCO),
    "a deletion of an hour ago": deleted(at=60 * MINUTE),
    "an undo of what somebody else entered": deleted(by=MARCO, actor=MARCO, undone="clock-in"),
    "an undo of an end of day that was none": deleted(undone="end-day"),
    "an undo of nothing that there is": deleted(undone="everything"),
    "a record that was entered last week": created(7 * DAY),
    "a record that was entered last week, by an entry of then": created(7 * DAY, ago=7 * DAY),
    "a record that somebody else entered": created(timedelta(), actor=MARCO),
    "a record that came another way": created(timedelta(), via=Via.FORM),
    "a record that replaces one that nobody changed": created(timedelta(), action=Action.CHANGE),
    "a record that begins with its clock-out": created(timedelta(), action=Action.CLOCK_OUT),
    "a record that begins with its restoration": created(timedelta(), action=Action.RESTORE),
    "an entry without facts": entered(Action.DELETE, "x", {}),
    "an entry about a record that is none": entered(Action.CREATE, "x", {"in_id": "x"}),
    "an admin, appointed last week": entered(Action.CHANGE_ROLE, BEN, {"appointed_now": True}, ago=7 * DAY),
    "a token that was made last week": together(
        sql(TOKEN), entered(Action.CREATE_TOKEN, "mine", {"user_id": BEN, "role": "admin"}, ago=7 * DAY)
    ),
    "a token that says another role": together(
        sql(TOKEN), entered(Action.CREATE_TOKEN, "mine", {"user_id": BEN, "role": "employee", "name": None})
    ),
}
RIGHTS: dict[str, Attack] = {
    "an admin of the chat": sql("UPDATE people SET chat_admin = true WHERE user_id = 'U0BEN'"),
    "an admin of the chat no more": sql("UPDATE people SET chat_admin = false WHERE user_id = 'U0MARCO'"),
    "somebody who left is back": sql("UPDATE people SET deactivated = false WHERE user_id = 'U0LEO'"),
    "a guest is a full member": sql("UPDATE people SET guest = false WHERE user_id = 'U0GUS'"),
    "a member has left": sql("UPDATE people SET deactivated = true WHERE user_id = 'U0BEN'"),
    "somebody is a bot": sql("UPDATE people SET bot = true WHERE user_id = 'U0BEN'"),
    "an admin is appointed": sql("INSERT INTO appointed_admins VALUES ('T0PRACTICE', 'U0BEN', 'U0ADMIN', now())"),
    "an admin is dismissed": sql("DELETE FROM appointed_admins"),
    "a token is made": sql(TOKEN),
    "a token reaches further": sql("UPDATE tokens SET role = 'admin' WHERE user_id = 'U0LEO'"),
    "a token is somebody else's": sql("UPDATE tokens SET user_id = 'U0BEN' WHERE user_id = 'U0LEO'"),
    "a token has another secret": sql("UPDATE tokens SET digest = 'known to me' WHERE user_id = 'U0LEO'"),
    "a token lives longer": sql("UPDATE tokens SET expires_at = NULL WHERE expires_at IS NOT NULL"),
    "a reader sees more": sql("UPDATE tokens SET role = 'inspector' WHERE role = 'representative'"),
    "a reader sees everyone": sql("UPDATE tokens SET reads_people = NULL WHERE reads_people IS NOT NULL"),
    "a reader sees others": sql("UPDATE tokens SET reads_people = '[\"U0ANA\"]' WHERE reads_people IS NOT NULL"),
    "a reader sees earlier days": sql("UPDATE tokens SET reads_from = '2020-01-01' WHERE reads_from IS NOT NULL"),
    "a reader sees later days": sql("UPDATE tokens SET reads_until = '2027-01-01' WHERE reads_until IS NOT NULL"),
    "a reader has another reason": sql("UPDATE tokens SET reason = 'none' WHERE reason IS NOT NULL"),
    "a token becomes a reader's": sql(
        "UPDATE tokens SET role = 'inspector', reason = 'mine', reads_from = '2020-01-01', reads_until = '2027-01-01'"
        " WHERE user_id = 'U0LEO'"
    ),
    "a revoked token lives": sql("UPDATE tokens SET revoked_at = NULL WHERE revoked_at IS NOT NULL"),
    "a manager is added": sql("INSERT INTO team_people VALUES ('T0PRACTICE', 'Support', 'U0BEN', 'manager')"),
    "a manager is gone": sql("DELETE FROM team_people WHERE part = 'manager' AND team = 'Support'"),
    "an archived team is back": sql("UPDATE teams SET archived_at = NULL WHERE name = 'Old'"),
    "somebody is in a user group": sql("INSERT INTO group_members VALUES ('T0PRACTICE', 'S0NIGHT', 'U0LEO')"),
    "somebody is in a user group no more": sql("DELETE FROM group_members"),
}
MESSAGES: dict[str, Attack] = {
    "a message that waits is removed": sql("DELETE FROM outbox WHERE sent_at IS NULL"),
    "a message that waits says something else": sql("UPDATE outbox SET facts = '{}' WHERE sent_at IS NULL"),
    "a message that waits is of another kind": sql("UPDATE outbox SET kind = 'text' WHERE sent_at IS NULL"),
    "a message goes to somebody else": sql("UPDATE outbox SET recipient = 'U0KEI' WHERE sent_at IS NULL"),
    "what was sent says something else": sql("UPDATE outbox SET facts = '{}' WHERE sent_at IS NOT NULL"),
    "what was sent is sent again, as something else": sql(
        "UPDATE outbox SET facts = '{}', sent_at = NULL WHERE sent_at IS NOT NULL"
    ),
}
ANY_TIME = (
    "CREATE OR REPLACE FUNCTION is_dated_now(dated timestamptz, began timestamptz) RETURNS boolean LANGUAGE sql"
    " AS 'SELECT true'"
)
RULES: dict[str, Attack] = {
    "triggers are off": sql("ALTER TABLE pairs DISABLE TRIGGER ALL"),
    "triggers are off for the session": sql("SET session_replication_role = replica"),
    "a trigger is dropped": sql("DROP TRIGGER audit_entries_are_dated ON audit_entries"),
    "a trigger is added": sql(
        "CREATE TRIGGER mine BEFORE UPDATE ON pairs FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "a constraint is dropped": sql("ALTER TABLE pairs DROP CONSTRAINT out_after_in"),
    "any time is now": sql(ANY_TIME),
    "a function of one's own is found first": together(
        sql(ANY_TIME.replace("is_dated_now", "pg_temp.is_dated_now"), "SET LOCAL search_path = pg_temp, public"),
        again(at="clock_timestamp() - interval '1 day'"),
    ),
    "tables of one's own are found first": sql(
        "CREATE TEMP TABLE audit_starts AS SELECT 'T0PRACTICE' AS workspace_id, 1000000::bigint AS sequence",
        "CREATE TEMP TABLE audit_entries (LIKE public.audit_entries)",
        "SET LOCAL search_path = pg_temp, public",
        "DELETE FROM public.pairs",
    ),
    "an operator of one's own": sql(
        "CREATE FUNCTION public.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'"
    ),
}
ATTACKS = ROWS | ENTRIES | FORGED | RIGHTS | MESSAGES | RULES

REFUSED = ("23", "42501")
"""The codes of a broken rule, and of a right that the role doesn't have."""

NEITHER: dict[str, Attack] = {
    "a deletion, dated now, in another's name": deleted(by=BEN, actor=BEN),
    "a new record, dated now, in another's name": created(timedelta()),
    "an admin, appointed now in an admin's name": appointed_now,
    "a message in the bot's name": sql(
        "INSERT INTO outbox (workspace_id, message_id, recipient, due_at, created_at, queued_at, attempts, kind, facts)"
        " VALUES ('T0PRACTICE', 'x', 'U0BEN', now(), now(), now(), 0, 'text', '{\"text\": \"Come to my office\"}')"
    ),
    "a message that is said to have been sent": sql("UPDATE outbox SET sent_at = now() WHERE sent_at IS NULL"),
    "an office's zone": sql("UPDATE offices SET zone = 'Asia/Tokyo'"),
    "an office's country": sql("UPDATE offices SET country = 'JP'"),
    "an office's own day": sql("INSERT INTO own_days VALUES ('T0PRACTICE', 'hq', '2026-12-24', 'whole', 'mine')"),
    "working conditions": sql("INSERT INTO working_conditions VALUES ('T0PRACTICE', 'U0BEN', NULL, false, true)"),
}
"""What neither does. A witness outside of the database tells of entries that were added."""


async def _prepare(url: str) -> None:
    database = await open_database(url)
    services = await workplace(database, dict.fromkeys((ANA, BEN, MARCO), "UTC"))
    try:
        await _fill(services)
        assert await database.read(lambda tx: list(verify(tx.connection))) == []
    finally:
        await database.close()


async def _fill(services: Services) -> None:
    def meet(tx: Transaction) -> None:
        for user_id, kind in ((GUS, "guest"), (LEO, "deactivated"), (MARCO, "chat_admin")):
            flags: dict[str, Any] = {name: name == kind for name in ("chat_admin", "guest", "bot", "deactivated")}
            profiles.save_profile(tx, Profile(WORKSPACE, user_id, user_id, None, **flags, refreshed_at=tx.now))

    await teams_and_offices.set_office(services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    leo = Profile(WORKSPACE, LEO, LEO, None, False, False, False, False, NOW)
    await services.database.write(lambda tx: profiles.save_profile(tx, leo))
    await tokens.create(services, ADMIN, LEO, Role.EMPLOYEE, "door", expires=timedelta(days=9))
    await tokens.create(services, ADMIN, BEN, Role.EMPLOYEE, "old")
    await services.database.write(meet)
    week = DateRange(date(2026, 11, 16), date(2026, 11, 22))
    visit = NewReader(ReadingRole.REPRESENTATIVE, MARCO, [BEN], week, lives=7, reason="a visit")
    await reading_tokens.create(services, ADMIN, visit)
    (old,) = [token for token in await tokens.all_of(services, ADMIN) if token.name == "old"]
    await tokens.revoke(services, ADMIN, old.token_id)
    await admins.appoint(services, ADMIN, ANA)
    for name in ("Support", "Old"):
        await teams_and_offices.set_team(services, ADMIN, name, [MARCO], [BEN], ["S0NIGHT"], read_group=_read_group)
    await archive.archive_team(services, ADMIN, "Old")
    ben = Caller(WORKSPACE, BEN, Via.SLACK, Role.EMPLOYEE)
    for day in (0, 1):
        start = MORNING + timedelta(days=day)
        new = NewRecord(BEN, start, start + timedelta(hours=8), in_comment="early")
        pair = (await recording.record(services, ben, new)).pair
    await recording.delete(services, ADMIN, pair.clock_in.id)
    await recording.clock_in(services, Caller(WORKSPACE, MARCO, Via.SLACK, Role.ADMIN), ANA)

    def send_one(tx: Transaction) -> None:
        (message, *_) = claim_due(tx, WORKSPACE, tx.now + timedelta(minutes=1))
        outbox.sent(tx.connection, message, None, tx.now)

    await services.database.write(send_one)


async def _read_group(workspace_id: str, group_id: str) -> list[str]:
    return [BEN]


@pytest.fixture(scope="module")
def ledger(postgresql: Server) -> Iterator[str]:
    """The address, for the role that serves."""
    name = postgresql.database()
    asyncio.run(_prepare(postgresql.url(name)))
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture
def intruder(ledger: str) -> Iterator[Intruder]:
    engine = create_engine(make_url(ledger).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        yield Intruder(connection)
        connection.rollback()
    engine.dispose()


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_it_is_refused_or_found(intruder: Intruder, attack: Attack) -> None:
    assert _is_refused(attack, intruder) or list(verify(intruder.connection)) != []


def _is_refused(attack: Attack, intruder: Intruder) -> bool:
    try:
        attack(intruder)
    except DBAPIError as error:
        if not getattr(error.orig, "sqlstate", "").startswith(REFUSED):
            raise
        return True
    return False


@pytest.mark.parametrize("attack", NEITHER.values(), ids=NEITHER.keys())
def test_neither_refused_nor_found_is_what_the_security_page_says(intruder: Intruder, attack: Attack) -> None:
    attack(intruder)
    assert list(verify(intruder.connection)) == []
