"""`GET /inspect` in a browser: an inspector types the token, reads, checks and downloads."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from bot.attendance import corrections, signatures
from bot.attendance.wanted_records import Wanted
from bot.calendar.signature_periods import SignaturePeriod
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from bot.workspaces.correction_ways import CorrectionWay
from storage import audit
from storage.database import Database, Transaction
from storage.verify import Fault
from tests.api.conftest import ADA, ANA, BEN, MARCO, Client
from tests.builders import NobodyElse, utc
from tests.conftest import WORKSPACE
from tests.practice.test_page import barriers

DAYS = "startDate=2026-11-01&endDate=2026-11-30"
PHONE = {"width": 375, "height": 740}


@pytest.fixture
def engine() -> str:
    return "sqlite"  # what it reads is tested on both engines in test_reading_tokens.py


async def noted(behind: Database) -> list[str]:
    def read(tx: Transaction) -> list[str]:
        return [json.loads(one.facts)["read"] for one in audit.entries(tx.connection) if one.action == "read"]

    return await behind.read(read)


async def enter(page: Page, api: Client, who: str = "inspector") -> None:
    await page.goto(f"{api.address}/inspect")
    await page.get_by_label("Access token").fill(api.tokens[who])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Choose a person and days, then Show.")


async def test_by_keyboard_an_inspector_reads_records_and_their_changes(
    page: Page, api: Client, behind: Database
) -> None:
    await api.create(ANA, clockInComment="<b>at the doctor's</b>")
    gone = (await api.create(ANA, date="2026-11-19", clockInTimestampUtc="2026-11-19T08:00:00",
                             clockOutTimestampUtc="2026-11-19T09:00:00")).body  # fmt: skip
    await api.delete(gone["clockIn"]["id"])
    await api.create(BEN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    await enter(page, api)
    await expect(page.get_by_label("Person")).to_be_focused()
    for _ in range(20):
        if await page.evaluate("document.activeElement.textContent") == "Show":
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    rows = page.get_by_role("region", name="Records").locator("tbody tr")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(1)).to_contain_text("<b>at the doctor's</b>")
    await expect(rows.nth(1)).to_contain_text("by Ada Clarke")
    await expect(rows.nth(0)).to_have_class("gone")
    await rows.nth(0).get_by_role("button").press("Enter")
    changes = page.get_by_role("region", name="Change history").locator("tbody tr")
    await expect(changes).to_have_count(2)
    await expect(changes.nth(1).locator("td")).to_have_text(
        [
            "23 Nov 2026, 08:02",
            "Ada Clarke",
            "Deleted",
            "API, token payroll",
            re.compile("19 Nov"),
            re.compile("19 Nov"),
            "",
            "",
            "",
        ]
    )
    await expect(page.get_by_role("region", name="Worked time").locator("tbody tr")).to_have_count(1)
    await expect(page.get_by_role("region", name="Findings")).to_contain_text("None in these days.")
    assert {re.sub(r"(https?://[^/]+).*", r"\1", url) for url in asked} == {api.address}
    assert not any("att_read" in url for url in asked)
    assert await page.context.cookies() == []
    assert await page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert await noted(behind) == [
        *("people", "offices", "changes", "records", "worked time", "findings", "signatures", "changes")
    ]


async def test_an_inspector_checks_the_records_and_downloads_them(
    page: Page, api: Client, behind: Database, tmp_path: Path
) -> None:
    await api.create(ANA)
    await enter(page, api)

    await page.get_by_role("button", name="Check the records").click()
    await expect(page.get_by_role("region", name="Check of the records")).to_contain_text("No problems found.")
    async with page.expect_download() as csv:
        await page.get_by_role("button", name="Download CSV").click()
    async with page.expect_download() as pdf:
        await page.get_by_role("button", name="Download PDF").click()

    await (await csv.value).save_as(tmp_path / "records.csv")
    await (await pdf.value).save_as(tmp_path / "file.pdf")
    assert (tmp_path / "records.csv").read_text().count("CLOCK-") == 2
    assert (tmp_path / "file.pdf").read_bytes().startswith(b"%PDF")
    assert (await pdf.value).suggested_filename == "attendance 2026-11-01 to 2026-11-30.pdf"
    assert (await noted(behind))[2:] == ["verification", "records", "file"]


async def test_a_changed_record_says_who_changed_it_when_and_why(page: Page, api: Client) -> None:
    made = (await api.create(ANA)).body["clockIn"]["id"]
    body = {"clockOutTimestampUtc": "2026-11-20T17:10:00", "reason": "The <i>train</i> was late"}
    assert (await api.call("PATCH", f"/attendance-events/{made}", who="manager", json=body)).status == 200
    await enter(page, api)
    await page.get_by_role("button", name="Show", exact=True).click()

    rows = page.get_by_role("region", name="Records").locator("tbody tr")
    await expect(rows).to_have_count(2)
    now = page.get_by_role("region", name="Records").locator("tbody tr:not(.gone)")
    await expect(now).to_contain_text("Changed 23 Nov 2026, 08:02 by Marco Rossi: The <i>train</i> was late")
    former = page.get_by_role("region", name="Records").locator("tbody tr.gone")
    await expect(former).to_contain_text("Replaced: changes")
    await now.get_by_role("button").click()
    changes = page.get_by_role("region", name="Change history")
    await expect(changes.locator("tbody tr").last).to_contain_text("Marco Rossi")
    await expect(changes.locator("tbody tr").last).to_contain_text("The <i>train</i> was late")


async def test_a_change_without_the_persons_agreement_stands_beside_their_words(
    page: Page, api: Client, behind: Database
) -> None:
    made = (await api.create(ANA)).body["clockIn"]["id"]
    services = Services(behind, NobodyElse())
    operator = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)
    await workspace_settings.change(services, operator, corrections=CorrectionWay.BOTH)
    ana, marco = (Caller(WORKSPACE, who, Via.SLACK) for who in (ANA, MARCO))
    wanted = Wanted(out_at=utc("2026-11-20T15:00"))
    asked = await corrections.ask_to_change(services, marco, made, wanted, "You left at four")
    await corrections.answer(services, ana, asked.correction_id, "no", "I left at <i>five</i>")
    await corrections.apply(services, marco, asked.correction_id)
    await enter(page, api)
    await page.get_by_role("button", name="Show", exact=True).click()

    now = page.get_by_role("region", name="Records").locator("tbody tr:not(.gone)")
    said = "Changed 23 Nov 2026, 08:02 by Marco Rossi, without the person's agreement: You left at four"
    await expect(now).to_contain_text(said)
    await expect(now).to_contain_text("The person says: I left at <i>five</i>")
    await now.get_by_role("button").click()
    changes = page.get_by_role("region", name="Change history")
    said = "The person didn't agree. They say: I left at <i>five</i>"
    await expect(changes.locator("tbody tr").last).to_contain_text(said)


async def test_signatures_and_what_became_of_them_are_on_the_page(page: Page, api: Client, behind: Database) -> None:
    await api.create(ANA)
    services = Services(behind, NobodyElse())
    operator = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)
    await workspace_settings.change(services, operator, signature_period=SignaturePeriod("week"))
    week = date(2026, 11, 16), date(2026, 11, 22)
    ana, marco = (Caller(WORKSPACE, who, Via.SLACK) for who in (ANA, MARCO))
    await signatures.sign(services, ana, *week)
    approved = await signatures.approve(services, marco, ANA, *week)
    await signatures.withdraw(services, marco, approved.signature_id, "Thursday is missing")
    await api.create(ANA, date="2026-11-19", clockInTimestampUtc="2026-11-19T08:00:00",
                     clockOutTimestampUtc="2026-11-19T09:00:00")  # fmt: skip
    await enter(page, api)
    await page.get_by_role("button", name="Show", exact=True).click()

    rows = page.get_by_role("region", name="Signatures").locator("tbody tr")
    when, hours = "23 Nov 2026, 08:02", "8\N{NO-BREAK SPACE}h 0\N{NO-BREAK SPACE}min"
    period = "2026-11-16 to 2026-11-22"
    await expect(rows.nth(0).locator("td")).to_have_text(
        [period, "Ana Silva", "Signed", "Ana Silva", when, hours, "Records changed after it"]
    )
    await expect(rows.nth(1).locator("td")).to_have_text(
        [
            period,
            "Ana Silva",
            "Approved",
            "Marco Rossi",
            when,
            hours,
            f"Taken back by Marco Rossi, {when}: Thursday is missing",
        ]
    )


async def test_codes_take_the_place_of_names_on_demand(page: Page, api: Client, tmp_path: Path) -> None:
    await api.create(ANA)
    await enter(page, api)
    await page.get_by_role("button", name="Show", exact=True).click()
    records = page.get_by_role("region", name="Records").locator("tbody tr")
    await expect(records).to_contain_text("Ana Silva")

    await page.get_by_label("Codes instead of names").check()
    await expect(records.locator("td").nth(1)).to_have_text(re.compile(r"Person [0-9A-F]{6}"))
    code = await records.locator("td").nth(1).text_content() or ""
    async with page.expect_download() as pdf:
        await page.get_by_role("button", name="Download PDF").click()
    await (await pdf.value).save_as(tmp_path / "file.pdf")

    shown = await page.inner_text("body")
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "file.pdf").pages)
    for hidden in ("Ana Silva", "Ada Clarke", ANA, ADA):
        assert hidden not in shown
        assert hidden not in text
    assert code in text
    await page.get_by_label("Codes instead of names").uncheck()
    await expect(records).to_contain_text("Ana Silva")


async def test_the_pdf_is_in_the_language_of_the_browser(api: Client, tmp_path: Path) -> None:
    await api.create(ANA)
    headers = {"Authorization": f"Bearer {api.tokens['inspector']}", "Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}
    async with api.http.get(f"{api.address}/inspect/file?{DAYS}&userId={ANA}", headers=headers) as answer:
        (tmp_path / "file.pdf").write_bytes(await answer.read())
    text = " ".join("".join(page.extract_text() for page in PdfReader(tmp_path / "file.pdf").pages).split())
    assert "Summe: 8 h" in text
    assert "01.11.2026 bis 30.11.2026 · erstellt" in text


async def test_a_long_check_says_how_far_it_is(page: Page, api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()

    def slowly(connection: Connection, passed: Callable[[], None]) -> Iterator[Fault]:
        passed()
        await_only(asyncio.to_thread(goes_on.wait))
        yield from ()

    monkeypatch.setattr("bot.api.verification.verify", slowly)
    monkeypatch.setattr("bot.api.verification.rows_to_pass", lambda connection: 4)
    await enter(page, api)
    await page.get_by_role("button", name="Check the records").click()
    await expect(page.get_by_role("status")).to_have_text("Checking: 25 % so far.")
    goes_on.set()
    await expect(page.get_by_role("region", name="Check of the records")).to_contain_text("No problems found.")


async def test_a_representative_sees_no_comments_findings_and_changes(page: Page, api: Client) -> None:
    await api.create(ANA, clockInComment="at the doctor's")
    await enter(page, api, "representative")
    await page.get_by_role("button", name="Show", exact=True).click()

    await expect(page.get_by_role("region", name="Records").locator("tbody tr")).to_have_count(1)
    assert "doctor" not in await page.content()
    await expect(page.get_by_role("region", name="Findings")).to_be_hidden()
    await expect(page.get_by_role("region", name="Signatures")).to_be_hidden()
    await expect(page.get_by_role("button", name=re.compile("Changes"))).to_have_count(0)


@pytest.mark.parametrize("token", ["att_read_made_up", "a b", "pässword"])
async def test_a_wrong_token_is_said_in_words(page: Page, api: Client, token: str) -> None:
    await page.goto(f"{api.address}/inspect")
    await page.get_by_label("Access token").fill(token)
    await page.get_by_role("button", name="Open").click()
    await expect(page.get_by_role("status")).to_contain_text("This token doesn't work.")


async def test_a_token_of_a_program_opens_nothing(page: Page, api: Client) -> None:
    await page.goto(f"{api.address}/inspect")
    await page.get_by_label("Access token").fill(api.tokens["admin"])
    await page.get_by_role("button", name="Open").click()
    await expect(page.get_by_role("status")).to_have_text(
        "This page is for tokens that only read. Ask an admin for one."
    )


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 900}])
async def test_it_has_no_serious_barrier_and_nothing_moves(page: Page, api: Client, size: Any) -> None:
    await api.create(ANA, clockInComment="a long comment " * 20)
    await page.set_viewport_size(size)
    await page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => {"
        " if (!one.hadRecentInput) window.moved += one.value; })).observe({type: 'layout-shift', buffered: true})"
    )
    await page.goto(f"{api.address}/inspect")
    assert await barriers(page) == []
    await enter(page, api)
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.get_by_role("region", name="Records").locator("tbody tr")).to_have_count(1)
    await page.get_by_role("button", name=re.compile("Changes")).click()
    await expect(page.get_by_role("region", name="Change history").locator("tbody tr")).to_have_count(1)
    assert await barriers(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("window.moved") < 0.1


async def test_nothing_else_may_run_on_it_or_frame_it(api: Client) -> None:
    for path in ("", "/page.js", "/table.js", "/words.js", "/page.css"):
        async with api.http.get(f"{api.address}/inspect{path}") as page:
            assert page.status == 200
            policy = page.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self';")
            assert "frame-ancestors 'none'" in policy
            assert "Set-Cookie" not in page.headers
            assert page.headers["Referrer-Policy"] == "no-referrer"


async def test_a_problem_with_somebody_else_is_only_counted(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = [(await api.create(whom)).body["clockIn"]["id"] for whom in (ANA, BEN)]
    faults = [
        Fault("T0PRACTICE", "rule 2", ana, "overlaps"),
        Fault("T0PRACTICE", "rule 2", ben, "overlaps"),
        Fault("T0PRACTICE", "audit chain", "entry 3", "was changed"),
        Fault("T0OTHER", "rule 2", ben, "overlaps"),
    ]
    monkeypatch.setattr("bot.api.verification.verify", lambda connection, passed: faults)
    found = (await api.call("GET", "/inspect/verification", who="inspector")).body
    assert (found["holds"], found["otherProblems"]) == (False, 1)
    assert [one.partition(": ")[2] for one in found["problems"]] == [
        f"The record of Ana Silva ({ANA}) on 2026-11-20 overlaps. [rule 2, {ana}]",
        "Audit entry 3 was changed. [audit chain, entry 3]",
    ]


async def test_its_file_is_of_one_person_within_the_tokens_days(api: Client) -> None:
    for query, status in ((DAYS, 400), (f"{DAYS}&userId={BEN}", 403), ("startDate=2026-11-01", 400)):
        assert (await api.call("GET", f"/inspect/file?{query}", who="inspector")).status == status, query
