"""`/inspect`: the page for inspectors and representatives, and what only it asks for: what the token reads, whether the
records are whole, and a person's file.

The page holds nothing of anybody. Its token is typed in, and sent by its script in a header, never in a cookie.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.api import inspection_data
from bot.api.events import moment
from bot.api.handling import Door
from bot.api.inspection_data import PRIVATE
from bot.api.problems import answered, invalid
from bot.api.reading_tokens import note_read, note_read_of_nobodys, reading_caller
from bot.api.schema import Span, read_span
from bot.api.verification import Progress, Verification, Verified
from bot.attendance.noted_reads import What
from bot.calendar.ranges import DateRange
from bot.documents import paper, personal_file
from bot.documents.drawing import draw
from bot.permissions import reach_of
from bot.wording.catalogue import reads_in
from bot.wording.languages import language_accepted
from bot.wording.replaced_names import replaced
from storage import people

PAGE = Path(__file__).parent / "inspect"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def register(app: web.Application, door: Door) -> None:
    """Adds the page and its requests."""
    app.router.add_get("/inspect", partial(_file_of_page, PAGE / "index.html"))
    app.router.add_get("/inspect/page.js", partial(_file_of_page, PAGE / "page.js"))
    app.router.add_get("/inspect/table.js", partial(_file_of_page, PAGE / "table.js"))
    app.router.add_get("/inspect/words.js", partial(_file_of_page, PAGE / "words.js"))
    app.router.add_get("/inspect/page.css", partial(_file_of_page, PAGE / "page.css"))
    inspection_data.register(app, door)
    verification = Verification(door.services.database)
    app.on_shutdown.append(lambda _: verification.close())
    app.router.add_get("/inspect/token", answered(partial(_token, door)))
    app.router.add_get("/inspect/verification", answered(partial(_verification, door, verification)))
    app.router.add_get("/inspect/file", answered(partial(_file, door), "file"))


async def _file_of_page(path: Path, request: web.Request) -> web.StreamResponse:
    return web.FileResponse(path, headers=HEADERS)


async def _token(door: Door, request: web.Request) -> web.Response:
    """What the token reads, and until when it works."""
    caller = await reading_caller(door, request)
    reach, token = reach_of(caller), caller.token
    assert reach is not None
    assert token is not None
    assert token.expires_at is not None
    zone = await door.services.database.read(lambda tx: people.workspace_zone(tx.connection, caller.workspace_id))
    told = {
        "role": token.role,
        "startDate": reach.first.isoformat(),
        "endDate": reach.last.isoformat(),
        "userIds": None if reach.user_ids is None else sorted(reach.user_ids),
        "reason": reach.reason,
        "expires": moment(token.expires_at),
        "timeZone": zone,
    }
    return web.json_response(told, headers=PRIVATE)


async def _verification(door: Door, verification: Verification, request: web.Request) -> web.StreamResponse:
    """Whether the records keep the rules and the audit trail is complete: lines of JSON, first how far the check has
    come, and last the result."""
    caller = await reading_caller(door, request)
    await note_read_of_nobodys(door, request, What.VERIFICATION)
    answer = web.StreamResponse(headers={**PRIVATE, "Content-Type": "application/x-ndjson"})
    async with aclosing(verification.of(caller)) as steps:
        async for step in steps:
            if not answer.prepared:
                await answer.prepare(request)
            await answer.write(json.dumps(_step(step)).encode() + b"\n")
    await answer.write_eof()
    return answer


def _step(step: Progress | Verified) -> dict[str, Any]:
    if isinstance(step, Progress):
        return {"passed": step.passed, "of": step.of}
    return {
        "moment": moment(step.at),
        "holds": step.holds,
        "entries": step.entries,
        "head": step.head,
        "problems": step.problems,
        "otherProblems": step.others,
    }


async def _file(door: Door, request: web.Request) -> web.Response:
    """A person's file as PDF, in the language of the browser; `replaced=true`: with codes in place of names and ids."""
    caller = await reading_caller(door, request)
    asked = read_span(Span, request.query)
    if asked.people is None or len(asked.people) != 1:
        raise invalid([("userId", "must name one person")])
    days = DateRange(asked.first, asked.last)
    await note_read(door, request, What.FILE, asked.people, days)
    own = await personal_file.gather_for_reader(door.services, caller, asked.people[0], days)
    if request.query.get("replaced") == "true":
        assert caller.token is not None
        own = personal_file.without_names(own, partial(replaced, caller.token.token_id))
    reads_in(language_accepted(request.headers.get("Accept-Language", "")))
    with tempfile.TemporaryDirectory(prefix="attendance-file-") as folder:
        pdf = Path(folder) / "file.pdf"
        await draw(paper.write_pdf, await asyncio.to_thread(personal_file.as_paper, own), pdf)
        body = await asyncio.to_thread(pdf.read_bytes)
    return web.Response(body=body, content_type="application/pdf", headers=PRIVATE)
