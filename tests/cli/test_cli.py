"""The command line: what commands print, where, and how they end."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import wording
from bot.attendance import corrections, recording, remarks, signatures
from bot.calendar.signature_periods import SignaturePeriod
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.workspaces import workspace_settings
from storage.database import open_database
from tests.builders import ADMIN, caller, utc, workplace
from tests.command_line import environment_of, run, run_process, until_it_lives
from tests.conftest import ROOT, Clock
from tests.faults.replicas import Replica

WEEK = date(2024, 7, 15), date(2024, 7, 21)


@pytest.fixture
async def environment(tmp_path: Path, migrated_file: Path) -> AsyncIterator[dict[str, str]]:
    """The practice workspace, and the settings that lead to it and to an empty ledger."""
    workspace = Workspace(bot_url="")
    shutil.copy(migrated_file, tmp_path / "attendance.db")
    async with serve(workspace) as slack:
        yield environment_of(workspace, slack, tmp_path)


def cells(table: str) -> list[list[str]]:
    """A printed table, cell by cell."""
    return [re.split(r" {2,}", line.strip()) for line in table.splitlines()]


async def test_a_token_is_printed_alone_stored_as_a_digest_listed_and_revoked(
    environment: dict[str, str], tmp_path: Path
) -> None:
    made = await run(
        environment, tmp_path, "token", "create", "--user", "U0ANA", "--role", "employee", "--name", "payroll"
    )
    assert (made.returncode, made.stderr) == (0, "")
    (secret,) = made.stdout.splitlines()
    assert secret.startswith("att_")
    assert secret.encode() not in (tmp_path / "attendance.db").read_bytes()
    listed = await run(environment, tmp_path, "token", "list")
    titles, row = cells(listed.stdout)
    assert titles == ["id", "acts for", "role", "name", "made by", "created (UTC)"]
    assert row[1:5] == ["Ana Silva (U0ANA)", "employee", "payroll", f"cli:{getpass.getuser()}"]
    assert secret not in listed.stdout
    token_id = listed.stdout.splitlines()[1].split()[0]
    assert (await run(environment, tmp_path, "token", "revoke", token_id)).stdout == "Revoked.\n"
    again = await run(environment, tmp_path, "token", "revoke", token_id)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"There's no active token {token_id}. Check the list of tokens.\n"


async def test_a_token_for_an_inspector_names_what_it_reads(environment: dict[str, str], tmp_path: Path) -> None:
    await run(environment, tmp_path, "admin", "add", "U0ADA")
    create = ("token", "create", "--user", "U0ADA", "--role", "inspector", "--people", "U0ANA,U0BEN")
    days = ("--from", "2026-10-01", "--until", "2026-10-31")
    made = await run(environment, tmp_path, *create, *days, "--days", "7", "--reason", "a visit")
    assert (made.returncode, made.stderr) == (0, "")
    assert re.fullmatch(r"att_read_[A-Za-z0-9_-]{43}\n", made.stdout)
    listed = (await run(environment, tmp_path, "token", "list")).stdout
    assert "2026-10-01..2026-10-31 of U0ANA,U0BEN: a visit" in listed
    for words, told in (
        ((*create, *days), "--role inspector also needs --reason."),
        ((*create[:6], "--reason", "x"), "--role inspector also needs --people, --from, --until."),
        ((*create, *days, "--reason", "x", "--days", "31"), "--days: 31 doesn't fit. Use a number from 1 to 30."),
        ((*create, *days, "--reason", "x", "--expires", "90"), "--expires isn't for this role. Use --days."),
        ((*create, "--from", "1 Oct", "--until", "x", "--reason", "x"), "1 Oct isn't a day. Type it like 2027-05-01."),
        (("token", "create", "--user", "U0ADA", "--role", "admin", "--days", "3"), "don't go with --role admin."),
    ):
        wrong = await run(environment, tmp_path, *words)
        assert (wrong.returncode, wrong.stdout) == (2, ""), words
        assert told in wrong.stderr


async def test_a_token_can_expire(environment: dict[str, str], tmp_path: Path) -> None:
    create = ("token", "create", "--user", "U0ANA", "--role", "employee")
    assert (await run(environment, tmp_path, *create, "--expires", "2127-01-31")).returncode == 0
    assert "2127-02-01 00:00" in (await run(environment, tmp_path, "token", "list")).stdout
    wrong = await run(environment, tmp_path, *create, "--expires", "tomorrow")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith('"tomorrow" can\'t be the last day.')


async def test_a_webhook_is_added_listed_looked_into_and_removed(environment: dict[str, str], tmp_path: Path) -> None:
    added = await run(environment, tmp_path, "webhook", "add", "https://93.184.215.14/hook")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", added.stdout), "the secret alone"
    (webhook_id,) = re.findall(r"[0-9a-f-]{36}", added.stderr)
    listed = await run(environment, tmp_path, "webhook", "list")
    assert (webhook_id in listed.stdout, "https://93.184.215.14/hook" in listed.stdout) == (True, True)
    assert added.stdout.strip() not in listed.stdout
    log = await run(environment, tmp_path, "webhook", "log", webhook_id)
    assert (log.returncode, len(log.stdout.splitlines())) == (0, 1)
    nothing = await run(environment, tmp_path, "webhook", "resend", webhook_id)
    assert nothing.stdout == "There's nothing to send again. Calls that wait are tried again automatically.\n"
    private = await run(environment, tmp_path, "webhook", "add", "https://10.0.0.1/")
    assert (private.returncode, private.stdout) == (1, "")
    assert private.stderr == ("The address is in a private network. To allow it, set ATTENDANCE_WEBHOOKS_MAY_REACH.\n")
    assert (await run(environment, tmp_path, "webhook", "remove", webhook_id)).stdout == "Removed.\n"


async def test_records_are_imported_from_files_and_from_an_api_like_goodday(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "old.csv").write_text(
        "User id,Clock-in (Europe/Berlin),Clock-out (Europe/Berlin)\n"
        "gd-ana,2026-11-02 09:00,2026-11-02 17:00\n"
        "gd-ana,2026-11-02 16:00,2026-11-02 18:00\n"
        "\x1b[31m,2026-11-02 09:00,2026-11-02 17:00\n"
    )
    (tmp_path / "people.csv").write_text("there,here\ngd-ana,U0ANA\nU0ADA,U0ADA\n")
    csv = ("import", "csv", "old.csv", "--people", "people.csv")
    dry = await run(environment, tmp_path, *csv, "--dry-run")
    assert (dry.returncode, dry.stdout) == (1, "1 would be imported, 0 already there, 2 refused.\n")
    made = await run(environment, tmp_path, *csv)
    assert (made.returncode, made.stdout) == (1, "1 imported, 0 already there, 2 refused.\n")
    assert made.stderr == dry.stderr
    assert made.stderr.splitlines() == [
        "line 3: U0ANA already has a record on Mon 2 Nov 2026, 09:00 to 17:00 (Berlin). "
        "Change the times, or fix that record first.",
        "line 4: The user id is missing.",
    ]
    token = (await run(environment, tmp_path, "token", "create", "--user", "U0ADA", "--role", "admin")).stdout.strip()
    elsewhere = environment | {"ATTENDANCE_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    assert (await run(elsewhere, tmp_path, "migrate")).stdout.startswith("Created ")
    replica = Replica(environment, tmp_path)
    await replica.start()
    try:
        from_api = ("import", "goodday", "--range", "2026", "--api", f"{replica.address}/2.0")
        asked = await run(elsewhere | {"GOODDAY_API_TOKEN": token}, tmp_path, *from_api)
        assert (asked.stderr, asked.stdout) == ("", "1 imported, 0 already there, 0 refused.\n")
        wrong = await run(elsewhere | {"GOODDAY_API_TOKEN": "wrong"}, tmp_path, *from_api)
        assert (wrong.returncode, wrong.stdout) == (1, "")
        assert (
            wrong.stderr == f"{replica.address}/2.0 answered with status 401 for 2026-01-01. Check --token and --api.\n"
        )
    finally:
        await replica.kill()
    assert (await run(elsewhere, tmp_path, "verify")).returncode == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("csv", "latin.csv"),
            'latin.csv isn\'t UTF-8 text. Save it as UTF-8 (in Excel: "CSV UTF-8") and try again.',
        ),
        (("csv", "nowhere.csv"), "I can't read nowhere.csv (No such file or directory). Check the path."),
        (("csv", "latin.csv", "--people", "people.csv"), "people.csv, row 2: this needs two ids"),
        (("goodday",), "Give either a file, or --range to fetch the records from GoodDay."),
        (("goodday", "--range", "2026"), "GoodDay's API token is missing"),
    ],
)
async def test_an_unreadable_import_ends_with_a_sentence(
    environment: dict[str, str], tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    (tmp_path / "latin.csv").write_bytes("User id,Größe".encode("latin-1"))
    (tmp_path / "people.csv").write_text("gd-1,U0ANA\ngd-2,ben\n")
    ended = await run(environment, tmp_path, "import", *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(told)


@pytest.mark.parametrize("command", ["report", "export"])
async def test_an_unknown_range_is_a_usage_error(environment: dict[str, str], tmp_path: Path, command: str) -> None:
    made = await run(environment, tmp_path, "office", "set", "hq", "--name", "Berlin", "--zone", "Europe/Berlin")
    assert made.returncode == 0
    for words, told in (
        ("soon", 'I don\'t know "soon".'),
        ("2026-11-20..2026-11-10", "ends before it begins"),
    ):
        ended = await run(environment, tmp_path, command, words)
        assert (ended.returncode, ended.stdout, told in ended.stderr) == (2, "", True)


async def test_offices_and_teams_are_archived_and_brought_back(environment: dict[str, str], tmp_path: Path) -> None:
    await run(environment, tmp_path, "office", "set", "hq", "--name", "Berlin", "--zone", "Europe/Berlin")
    await run(environment, tmp_path, "team", "set", "Night shift", "--manager", "U0MARCO")

    office = await run(environment, tmp_path, "office", "archive", "hq")
    team = await run(environment, tmp_path, "team", "archive", "Night shift")

    assert office.stdout == "Office hq (Berlin) is archived. Bring it back with: attendance office restore hq\n"
    assert team.stdout == ("Team Night shift is archived. Bring it back with: attendance team restore 'Night shift'\n")
    assert "Berlin (archived)" in (await run(environment, tmp_path, "office", "list")).stdout
    assert "Night shift (archived)" in (await run(environment, tmp_path, "team", "list")).stdout
    assert (await run(environment, tmp_path, "verify")).returncode == 0
    assert (await run(environment, tmp_path, "office", "restore", "hq")).stdout == "Office hq (Berlin) is in use.\n"
    assert (await run(environment, tmp_path, "team", "restore", "Night shift")).stdout == (
        "Team Night shift is in use.\n"
    )
    unknown = await run(environment, tmp_path, "team", "archive", "Day")
    assert (unknown.returncode, 'There\'s no team "Day"' in unknown.stderr) == (1, True)


async def test_an_office_has_a_country_and_days_of_its_own(environment: dict[str, str], tmp_path: Path) -> None:
    office = ("office", "set", "hq", "--name", "Oslo", "--zone", "Europe/Oslo")
    made = await run(environment, tmp_path, *office, "--country", "no")
    assert made.stdout == "Saved office hq: Oslo, Europe/Oslo, Norway.\n"
    assert (await run(environment, tmp_path, *office)).stdout == made.stdout, "what isn't named stays"
    half = await run(environment, tmp_path, "office", "day", "hq", "2026-12-24", "half", "Christmas Eve")
    assert half.stdout == "2026-12-24 is half a day off at hq: Christmas Eve.\n"
    await run(environment, tmp_path, "office", "day", "hq", "2026-12-25", "none")
    listed = cells((await run(environment, tmp_path, "office", "days", "hq", "2026")).stdout)
    assert listed[0] == ["day", "free", "holiday"]
    assert listed[-2:] == [
        ["2026-12-24", "Thu", "half", "Christmas Eve"],
        ["2026-12-26", "Sat", "whole", "Second Day of Christmas"],
    ]
    await run(environment, tmp_path, "office", "day", "hq", "2026-12-25", "--remove")
    assert "2026-12-25" in (await run(environment, tmp_path, "office", "days", "hq", "2026")).stdout
    unknown = await run(environment, tmp_path, "office", "days", "hq", "2200")
    assert unknown.stderr == "The public holidays of 2200 aren't known. These are the office's own days.\n"
    refused = await run(environment, tmp_path, "office", "day", "hq", "24.12.2026", "half", "x")
    assert (refused.returncode, refused.stderr.partition(". ")[0]) == (1, 'I couldn\'t read "24.12.2026 half x"')

    everywhere = await run(environment, tmp_path, "settings", "set", "--country", "Germany", "--region", "BY")
    assert ["country", "DE"] in cells(everywhere.stdout)
    without = await run(environment, tmp_path, "settings", "set", "--country", "none")
    assert [row for row in cells(without.stdout) if row[0] in ("country", "region")] == [
        ["country", "none"],
        ["region", "none"],
    ]
    elsewhere = await run(environment, tmp_path, *office, "--country", "none")
    assert elsewhere.stdout == "Saved office hq: Oslo, Europe/Oslo.\n"


async def test_what_working_time_rules_ask_about_a_person(environment: dict[str, str], tmp_path: Path) -> None:
    await run(environment, tmp_path, "settings", "set", "--zone", "UTC")
    made = await run(environment, tmp_path, "person", "set", "U0ANA", "--adult-from", "2097-05-01", "--night-worker")
    assert made.stdout == "Ana Silva (U0ANA): young worker until Tue 30 Apr 2097 · night worker.\n"
    listed = await run(environment, tmp_path, "person", "list")
    assert cells(listed.stdout)[1] == ["Ana Silva (U0ANA)", "2097-05-01", "yes"]
    wrong = await run(environment, tmp_path, "person", "set", "U0ANA", "--adult-from", "soon")
    assert (wrong.returncode, wrong.stderr) == (1, "soon isn't a day. Type it like 2027-05-01, or use no.\n")


async def test_a_team_an_office_a_report_and_a_verification(environment: dict[str, str], tmp_path: Path) -> None:
    office = await run(environment, tmp_path, "office", "set", "hq", "--name", "Berlin", "--zone", "Europe/Berlin")
    assert office.stdout == "Saved office hq: Berlin, Europe/Berlin.\n"
    team = await run(environment, tmp_path, "team", "set", "Support", "--manager", "U0MARCO", "--member", "U0ANA")
    assert team.stdout == "Saved team Support: 1 manager, 1 member.\n"
    listed = (await run(environment, tmp_path, "team", "list")).stdout
    assert cells(listed) == [
        ["team", "managers", "members"],
        ["Support", "Marco Rossi (U0MARCO)", "Ana Silva (U0ANA)"],
    ]
    assert "Europe/Berlin" in (await run(environment, tmp_path, "office", "list")).stdout
    report = await run(environment, tmp_path, "report", "last", "week", "--user", "U0ANA")
    assert (report.returncode, report.stdout.split(" of ")[0]) == (0, "There are no records")
    whole = await run(environment, tmp_path, "verify")
    assert whole.returncode == 0
    assert whole.stdout == "No problems found. Every record keeps the rules, and the audit trail is complete.\n"
    printed = await run(environment, tmp_path, "verify", "--anchor")
    assert printed.stderr == whole.stdout
    (anchored,) = printed.stdout.splitlines()
    assert (await run(environment, tmp_path, "verify", "--against", anchored)).returncode == 0
    other = await run(environment, tmp_path, "verify", "--against", f"{anchored[:-1]}x")
    assert (other.returncode, "isn't the one that was anchored" in other.stdout) == (1, True)
    assert other.stdout.endswith("\n1 problem found.\n")
    assert (await run(environment, tmp_path, "verify", "--against", "nonsense")).returncode == 2
    with closing(sqlite3.connect(tmp_path / "attendance.db")) as raw:
        raw.execute("DROP TRIGGER audit_entries_are_not_changed")
        raw.execute("UPDATE audit_entries SET actor = 'nobody' WHERE sequence = 1")
        raw.commit()
    broken = await run(environment, tmp_path, "verify")
    assert broken.returncode == 1
    assert "T0PRACTICE: Audit entry 1 was changed: " in broken.stdout


async def test_erase_counts_every_kind_of_words_before_and_after(environment: dict[str, str], tmp_path: Path) -> None:
    clock, ana, first, last = Clock(datetime(2024, 7, 22, 8, tzinfo=UTC)), caller("U0ANA"), *WEEK
    database = await open_database(environment["ATTENDANCE_DATABASE_URL"], clock=clock)
    services = await workplace(database, {"U0ANA": "UTC"})
    await workspace_settings.change(services, ADMIN, signature_period=SignaturePeriod("week"))
    worked = []
    for day in range(15, 19):
        new = recording.NewRecord("U0ANA", utc(f"2024-07-{day}T06:00"), utc(f"2024-07-{day}T08:00"), in_comment="late")
        worked.append((await recording.record(services, ana, new)).pair)
    for why in ("Tuesday is wrong", "Friday is missing"):
        signed = await signatures.sign(services, ana, first, last)
        await signatures.withdraw(services, ana, signed.signature_id, why)
    await remarks.remark(services, ana, first, {"break": 0}, "the oven was on")
    for pair in worked[:3]:
        await corrections.ask_to_remove(services, ana, pair.clock_in.id, "I was ill")
    await database.close()
    erase = ("erase", "--user", "U0ANA")

    would = (await run(environment, tmp_path, *erase, "--dry-run")).stdout.strip()
    erased = (await run(environment, tmp_path, *erase)).stdout.strip()
    again = (await run(environment, tmp_path, *erase, "--dry-run")).stdout.strip()

    counts = would.removeprefix("This would erase the texts of U0Ana (U0ANA): ")
    assert re.fullmatch(
        r"4 records, 1 remarks, 3 corrections, 2 reasons, [1-9]\d* messages, 0 stored answers\.", counts
    )
    assert erased == f"Erased the texts of U0ANA: {counts}"
    assert "0 records, 0 remarks, 0 corrections, 0 reasons, " in again
    with closing(sqlite3.connect(tmp_path / "attendance.db")) as raw:
        ((facts,),) = raw.execute("SELECT facts FROM audit_entries WHERE action = 'erase'")
    kept = json.loads(facts)
    assert ", ".join(f"{kept[name]} {name}" for name in ("records", "remarks", "corrections", "reasons")) in counts
    assert f"{kept['messages']} messages, {kept['answers']} stored answers" in counts


async def test_verify_says_whose_record_is_wrong_and_how(environment: dict[str, str], tmp_path: Path) -> None:
    database = await open_database(environment["ATTENDANCE_DATABASE_URL"])
    services = await workplace(database, {"U0ANA": "Europe/Berlin"})
    new = recording.NewRecord("U0ANA", utc("2024-07-15T06:00"), utc("2024-07-15T08:00"))
    pair = (await recording.record(services, ADMIN, new)).pair
    await database.close()
    with closing(sqlite3.connect(tmp_path / "attendance.db")) as raw:
        for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {trigger}")
        raw.execute("PRAGMA ignore_check_constraints = 1")
        raw.execute("UPDATE pairs SET work_date = '2024-07-20'")
        raw.commit()
    lines = (await run(environment, tmp_path, "verify")).stdout.splitlines()
    told = [line for line in lines if not line.endswith("[database, rules]")]
    assert told.pop() == f"{len(lines) - 1} problems found."
    in_id = pair.clock_in.id
    assert told == [
        "The database file is damaged: CHECK constraint failed in pairs. [file, integrity check]",
        f"T0PRACTICE: The record of U0Ana (U0ANA) on 2024-07-20 counts for 2024-07-20, more than a day from its "
        f"clock-in. [rule 6, {in_id}]",
        f"T0PRACTICE: The record of U0Ana (U0ANA) on 2024-07-20 isn't what the audit trail says (in work_date). "
        f"[rule 8, {in_id}]",
    ]


async def test_a_report_shows_breaks_who_is_in_and_which_clock_outs_are_missing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    clock = Clock(datetime(2024, 7, 15, 20, tzinfo=UTC))
    database = await open_database(environment["ATTENDANCE_DATABASE_URL"], clock=clock)
    services = await workplace(database, {"U0ANA": "Europe/Berlin", "U0BEN": "Europe/Berlin"})
    for start, end in (("06:00", "08:00"), ("08:30", "10:00")):
        new = recording.NewRecord("U0ANA", utc(f"2024-07-15T{start}"), utc(f"2024-07-15T{end}"))
        await recording.record(services, ADMIN, new)
    await recording.clock_in(services, ADMIN, "U0ANA", at=utc("2024-07-15T11:00"))
    clock.now = datetime.now(UTC)
    ben = (await recording.clock_in(services, ADMIN, "U0BEN")).pair
    await database.close()

    range_ = ("2024-07-15", "to", f"{clock.now + timedelta(days=1):%Y-%m-%d}")
    whole = (await run(environment, tmp_path, "report", *range_)).stdout.splitlines()
    missing = "U0Ana (U0ANA) is missing a clock-out: in since Mon 15 Jul 2024, 13:00."
    here = wording.Reader("", clock.now, in_chat=False, zone="Europe/Berlin")
    still_in = f"U0Ben (U0BEN) is still in {wording.since_day(ben, here)}. The total leaves that out."
    assert whole[0].endswith(" · 2 people · times in Berlin")
    assert whole[1] == "Total: 3 h 30 min"
    assert whole[-2:] == [still_in, missing]
    of_ana = (await run(environment, tmp_path, "report", "2024-07-15", "--user", "U0ANA")).stdout
    assert cells(of_ana)[3:6] == [
        ["first", "last", "entered"],
        ["day", "in", "out", "worked", "breaks", "later"],
        ["Mon 15 Jul 2024", "08:00", "missing", "3 h 30 min", "1 h 30 min", "3"],
    ]
    assert of_ana.splitlines()[-1] == missing
    await run(environment, tmp_path, "office", "set", "hq", "--name", "Berlin", "--zone", "Europe/Berlin")
    at_hq = await run(environment, tmp_path, "report", "2024-07-15", "--user", "U0ANA", "--office", "hq")
    assert at_hq.stdout.startswith("There are no records of Mon 15 Jul 2024 · Berlin."), "Ana named no office"
    assert "Mon 15 Jul 2024, 13:00" not in at_hq.stdout


async def test_a_backup_is_made_and_brought_back_verified(environment: dict[str, str], tmp_path: Path) -> None:
    await run(environment, tmp_path, "office", "set", "hq", "--name", "Berlin", "--zone", "Europe/Berlin")
    made = await run(environment, tmp_path, "backup", "copy.db")
    assert (made.returncode, made.stdout, made.stderr) == (0, "Backup written to copy.db.\n", "")
    again = await run(environment, tmp_path, "backup", "copy.db")
    assert (again.returncode, again.stderr) == (2, "copy.db exists already. Choose a new file name for the backup.\n")
    occupied = await run(environment, tmp_path, "restore", "copy.db")
    assert (occupied.returncode, "exists already" in occupied.stderr) == (2, True)
    elsewhere = environment | {"ATTENDANCE_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    back = await run(elsewhere, tmp_path, "restore", "copy.db")
    assert (back.returncode, back.stdout.splitlines()[0]) == (0, "Restored from copy.db.")
    assert "Europe/Berlin" in (await run(elsewhere, tmp_path, "office", "list")).stdout


async def test_a_process_writes_rows_alone_to_stdout_and_sentences_to_stderr_and_ends_with_its_code(
    environment: dict[str, str], tmp_path: Path
) -> None:
    await run(environment, tmp_path, "office", "set", "hq", "--name", "Zürich", "--zone", "Europe/Zurich")
    database = await open_database(environment["ATTENDANCE_DATABASE_URL"])
    services = await workplace(database, {"U0ANA": "Europe/Zurich"})
    new = recording.NewRecord("U0ANA", utc("2024-07-15T06:00"), utc("2024-07-15T08:00"), in_comment="früh")
    await recording.record(services, ADMIN, new)
    await database.close()

    as_csv = await run_process(environment, tmp_path, "export", "2024-07-15")
    refused = await run_process(environment, tmp_path, "export", "soon")
    workbook = await run_process(environment, tmp_path, "export", "2024-07-15", "--format", "xlsx")

    assert (as_csv.returncode, as_csv.stderr) == (0, b"")
    assert "früh" in as_csv.stdout.decode()
    assert as_csv.stdout.count(b"\r\n") == 2
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert 'I don\'t know "soon".' in refused.stderr.decode()
    assert (workbook.returncode, workbook.stderr, workbook.stdout[:2]) == (0, b"", b"PK")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("token", "create", "--user", "ana", "--role", "admin"), "ana isn't a user id"),
        (
            ("token", "create", "--user", "U0NOBODY", "--role", "admin"),
            "There's nobody with the id U0NOBODY here. Check the id.",
        ),
        (
            ("token", "create", "--user", "U0ANA", "--role", "admin"),
            'U0ANA isn\'t an admin. Run "attendance admin add U0ANA" first, or lower --role.',
        ),
        (
            ("token", "create", "--user", "U0ANA", "--role", "manager"),
            'U0ANA doesn\'t manage a team. Use "attendance team set" first, or lower --role.',
        ),
        (("team", "set", "Support", "--member", "U0NOBODY"), "There's nobody with the id U0NOBODY here. Check the id."),
        (("office", "set", "hq", "--name", "x", "--zone", "Berlin"), '"Berlin" isn\'t a time zone.'),
    ],
)
async def test_a_mistake_ends_with_a_sentence(
    environment: dict[str, str], tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    ended = await run(environment, tmp_path, *words)
    assert ended.returncode in (1, 2)
    assert ended.stdout == ""
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_wrong_settings_stop_the_start_with_a_line_each_and_show_no_secret(tmp_path: Path) -> None:
    wrong = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "ATTENDANCE_DATABASE_URL": "mysql://u:hunter2@host/db",
        "ATTENDANCE_PORT": "many",
        "ATTENDANCE_TRUSTED_PROXIES": "10.0.0.0/99",
        "ATTENDANCE_LOG_LEVEL": "loud",
        "SLACK_BOT_TOKEN": "hunter2",
    }
    ended = await run(wrong, tmp_path, "serve")
    assert ended.returncode == 2
    assert "ATTENDANCE_PORT is wrong. Use a number up to 65535, for example 3000.\n" in ended.stderr
    assert "ATTENDANCE_LOG_LEVEL is wrong. Use debug, info, warning or error.\n" in ended.stderr
    named = [line.split()[0] for line in ended.stderr.splitlines()]
    assert sorted(named) == sorted([*(name for name in wrong if "_" in name), "SLACK_SIGNING_SECRET"])
    assert "hunter2" not in ended.stderr


async def test_a_token_that_slack_refuses_stops_the_start(environment: dict[str, str], tmp_path: Path) -> None:
    ended = await run(environment | {"SLACK_BOT_TOKEN": "xoxb-revoked"}, tmp_path, "serve")
    assert (ended.returncode, "xoxb-revoked" in ended.stderr) == (2, False)
    assert ended.stderr.startswith("Slack refused SLACK_BOT_TOKEN (invalid_auth). Copy it again")


async def test_a_foreign_database_stops_the_start_and_is_left_as_it_was(
    environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "attendance.db"
    path.write_text("Dear diary, " * 100)
    ended = await run(environment, tmp_path, "serve")
    assert (ended.returncode, "isn't a readable SQLite database" in ended.stderr) == (2, True)
    assert path.read_text() == "Dear diary, " * 100


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_serve_stops_cleanly_on_a_signal(
    environment: dict[str, str], tmp_path: Path, stop: signal.Signals
) -> None:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    served = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        env=environment | {"ATTENDANCE_PORT": str(port)},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    await asyncio.to_thread(until_it_lives, f"http://127.0.0.1:{port}/healthz", served)
    taken = await run(environment | {"ATTENDANCE_PORT": str(port)}, tmp_path, "serve")
    assert (taken.returncode, "is in use" in taken.stderr) == (2, True)
    served.send_signal(stop)
    _, told = await asyncio.to_thread(served.communicate, timeout=10)
    assert served.returncode == 0
    zones, serving = told.splitlines()
    assert "time-zones" in zones
    assert serving == (
        f"Serving at http://127.0.0.1:{port} (Slack posts to http://127.0.0.1:{port}/slack/events). Stop with Ctrl+C."
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["attendance.db"]


async def test_a_team_follows_a_group_of_slack_and_has_hours_of_its_own(
    environment: dict[str, str], tmp_path: Path
) -> None:
    team = ("team", "set", "Bakers", "--manager", "U0MARCO", "--group", "S0BAKERY", "--hours")
    made = await run(environment, tmp_path, *team, "Mon – Fri 6:00 to 14:00")
    assert (made.stderr, made.stdout) == (
        "",
        "Saved team Bakers: 1 manager, 0 members, following S0BAKERY, working mon-fri 06:00-14:00.\n",
    )
    assert cells((await run(environment, tmp_path, "team", "list")).stdout) == [
        ["team", "managers", "groups", "hours"],
        ["Bakers", "Marco Rossi (U0MARCO)", "S0BAKERY", "mon-fri 06:00-14:00"],
    ]
    report = await run(environment, tmp_path, "report", "last", "week", "--user", "U0BEN")
    assert (report.returncode, report.stderr) == (0, ""), "the group's people were met"
    unknown = await run(environment, tmp_path, "team", "set", "Ghosts", "--group", "S0GHOST")
    assert (unknown.returncode, unknown.stderr) == (1, "There's no user group S0GHOST here. Choose another one.\n")
    wrong = await run(environment, tmp_path, *team, "nine to five")
    assert (wrong.returncode, 'I couldn\'t read "nine to five" as working hours.' in wrong.stderr) == (1, True)
    guest = await run(environment, tmp_path, "team", "set", "Bakers", "--manager", "U0GUS")
    assert guest.stderr == "Gus Weber (guest) can't be chosen. Choose full members of this workspace.\n"


async def test_options_that_are_not_named_keep_a_teams_values_and_no_clears_them(
    environment: dict[str, str], tmp_path: Path
) -> None:
    team = ("team", "set", "Bakery")
    await run(environment, tmp_path, *team, "--member", "U0ANA", "--member", "U0BEN", "--hours", "mon-fri 06:00-14:00")
    for words, said in (
        (("--manager", "U0MARCO"), "1 manager, 2 members, working mon-fri 06:00-14:00"),
        (("--member", "U0ANA"), "1 manager, 1 member, working mon-fri 06:00-14:00"),
        (("--hours", "no"), "1 manager, 1 member"),
        (("--member", "no"), "1 manager, 0 members"),
        (("--manager", "no"), "0 managers, 0 members"),
    ):
        assert (await run(environment, tmp_path, *team, *words)).stdout == f"Saved team Bakery: {said}.\n"
    mixed = await run(environment, tmp_path, *team, "--member", "no", "--member", "U0ANA")
    assert (mixed.returncode, "no isn't a user id" in mixed.stderr) == (1, True)


async def test_every_setting_is_made_and_taken_back(environment: dict[str, str], tmp_path: Path) -> None:
    made = await run(
        environment,
        tmp_path,
        *("settings", "set", "--zone", "Europe/Berlin", "--working-hours", "mon-fri 9:00-17:00", "--reminders"),
        *("--country", "Germany", "--region", "Bayern", "--agreements", 'day 600 "TV"; DE break_block 10 "BV Y §2"'),
        *("--break-kinds", "lunch unpaid 30, coffee paid", "--signature-period", "week", "--ask-to-sign"),
        *("--corrections", "request", "--ask-for-older-than-days", "7"),
        *("--translated-csv", "--ask-after", "7,5", "--weekly-summary", "Monday 9:00", "--log-channel", "C0LOG"),
        *("--log-comments", "--anchor-channel", "C0SEALS", "--anchor-to-people", "--keep-records-for-years", "4"),
    )
    assert made.stderr == ""
    listed = await run(environment, tmp_path, "settings", "list")
    assert listed.stdout == made.stdout
    assert dict(line.strip().split(None, 1) for line in listed.stdout.splitlines()[1:]) == {
        "zone": "Europe/Berlin",
        "country": "DE",
        "region": "BY",
        "break-kinds": "lunch unpaid 30, coffee paid",
        "signature-period": "week",
        "ask-to-sign": "yes",
        "corrections": "request",
        "ask-for-older-than-days": "7",
        "language": "no",
        "translated-csv": "yes",
        "agreements": 'day 600 "TV"; DE break_block 10 "BV Y §2"',
        "anchor-channel": "C0SEALS",
        "anchor-to-people": "yes",
        "log-channel": "C0LOG",
        "log-comments": "yes",
        "keep-records-for-years": "4",
        "working-hours": "mon-fri 09:00-17:00",
        "reminders": "yes",
        "ask-after": "7.5",
        "weekly-summary": "mon 09:00",
    }
    taken = await run(
        environment,
        tmp_path,
        *("settings", "set", "--working-hours", "no", "--no-reminders", "--ask-after", "no", "--weekly-summary", ""),
        *("--country", "none", "--agreements", "no", "--break-kinds", "no"),
        *("--signature-period", "no", "--no-ask-to-sign", "--no-translated-csv"),
        *("--corrections", "direct", "--ask-for-older-than-days", "no"),
        *(
            "--log-channel",
            "no",
            "--no-log-comments",
            "--anchor-channel",
            "",
            "--no-anchor-to-people",
            "--keep-records-for-years",
            "no",
        ),
    )
    zone, *values = [line.strip().split(None, 1)[1] for line in taken.stdout.splitlines()[1:]]
    assert (zone, sorted(values)) == (
        "Europe/Berlin",
        ["break unpaid, lunch unpaid", "direct", "month", *["no"] * 14, "none", "none"],
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--zone", "Berlin"), '"Berlin" isn\'t a time zone.'),
        (("--working-hours", "always"), 'I couldn\'t read "always" as working hours.'),
        (("--ask-after", "soon"), 'I couldn\'t read "soon" as a number of hours.'),
        (("--keep-records-for-years", "0"), 'I couldn\'t read "0" as a number of years.'),
        (("--corrections", "never"), 'I couldn\'t read "never" as a way of correcting records.'),
        (("--ask-for-older-than-days", "some"), 'I couldn\'t read "some" as a number of days.'),
        (("--weekly-summary", "noon"), 'I couldn\'t read "noon" as a time of the week.'),
        (("--log-channel", "general"), "general isn't a channel id"),
    ],
)
async def test_an_unreadable_setting_changes_nothing(
    environment: dict[str, str], tmp_path: Path, words: tuple[str, str], told: str
) -> None:
    refused = await run(environment, tmp_path, "settings", "set", "--reminders", *words)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(told)


async def test_admins_are_appointed_listed_and_dismissed(environment: dict[str, str], tmp_path: Path) -> None:
    assert (await run(environment, tmp_path, "admin", "add", "U0ANA")).stdout == "Ana Silva (U0ANA) is an admin now.\n"
    assert (await run(environment, tmp_path, "admin", "add", "U0ADA")).returncode == 0
    assert cells((await run(environment, tmp_path, "admin", "list")).stdout) == [
        ["admin", "how"],
        ["Ada Clarke (U0ADA)", "in the chat, added here"],
        ["Ana Silva (U0ANA)", "added here"],
    ]
    gone = await run(environment, tmp_path, "admin", "remove", "U0ANA")
    assert gone.stdout == "Ana Silva (U0ANA) is no longer an admin here.\n"
    again = await run(environment, tmp_path, "admin", "remove", "U0ANA")
    assert (again.returncode, again.stderr) == (
        1,
        "U0ANA wasn't appointed here. Change the workspace's own admins in its settings.\n",
    )
    guest = await run(environment, tmp_path, "admin", "add", "U0GUS")
    assert (guest.returncode, guest.stderr) == (
        1,
        "Gus Weber (guest) can't be chosen. Choose full members of this workspace.\n",
    )
    assert (await run(environment, tmp_path, "admin", "add", "ana")).stderr.startswith("ana isn't a user id")
    assert (await run(environment, tmp_path, "verify")).returncode == 0
