"""Wraps every request, from Slack and to the API: its id, its metrics, and closing connections when the program
ends."""

from __future__ import annotations

import asyncio
import logging
import re
import time

import structlog
from aiohttp import web, web_response

from bot.api.problems import Handler
from bot.api.requests import Networks, from_trusted_proxy
from bot.operations.metrics import CONTENT_TYPE, Metrics
from bot.runtime import tracing
from bot.runtime.answering import Answering
from bot.wording.catalogue import begin_reading

log = structlog.get_logger(__name__)

HEADER = "X-Request-Id"
_ID = re.compile(r"[\w.:/+=-]{1,64}", re.ASCII)
_NOBODY_LISTENS = 499  # nginx's status for a caller who hung up


def install_request_logging(
    app: web.Application, metrics: Metrics, trusted_proxies: Networks, stopping: asyncio.Event, answering: Answering
) -> None:
    """The outermost middleware, which sees every answer. Serves `/metrics`.

    Once `stopping` is set, every answer closes its connection, so that clients find another replica.
    """

    # aiohttp's own names its version and Python's. It's set here for answers to what isn't HTTP too.
    setattr(web_response, "SERVER_SOFTWARE", "attendance")  # noqa: B010  # a plain assignment isn't typed

    def mark(answer: web.StreamResponse, request_id: str) -> None:
        answer.headers[HEADER] = request_id
        if stopping.is_set():
            answer.force_close()

    @web.middleware
    async def watched(request: web.Request, handler: Handler) -> web.StreamResponse:
        started, status = time.perf_counter(), _NOBODY_LISTENS
        begin_reading()  # a connection brings requests of many
        request_id = _given(request, trusted_proxies) or tracing.new_id()
        with tracing.request(request_id), answering.request():
            try:
                response = await _answered(handler, request)
                status = response.status
                if not response.prepared:
                    mark(response, request_id)
                return response
            except web.HTTPException as error:  # aiohttp's way to answer, for example with 404
                status = error.status
                mark(error, request_id)
                raise
            finally:
                seconds = time.perf_counter() - started
                metrics.answered(request.method, route := _route(request), status, seconds)
                if _IS_DEBUGGED.isEnabledFor(logging.DEBUG):
                    log.debug("answered", method=request.method, route=route, status=status, seconds=round(seconds, 4))

    async def figures(request: web.Request) -> web.Response:
        return web.Response(body=await metrics.exposition(), headers={"Content-Type": CONTENT_TYPE})

    app.middlewares.insert(0, watched)
    app.router.add_get("/metrics", figures)


async def _answered(handler: Handler, request: web.Request) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        reference = tracing.reference()
        log.exception("request-failed", reference=reference, path=request.path)
        return web.Response(text=f"Something went wrong here. Reference: {reference}", status=500)


def _given(request: web.Request, trusted_proxies: Networks) -> str | None:
    given = request.headers.get(HEADER)
    if given and _ID.fullmatch(given) and from_trusted_proxy(request, trusted_proxies):
        return given
    return None


def _route(request: web.Request) -> str:
    """The pattern of the address. With addresses themselves, anybody could add metrics by guessing."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


_IS_DEBUGGED = logging.getLogger(__name__)
