"""Logging: one line for each event, as text for people or JSON for machines. Never tokens, never comments."""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.types import Processor

from bot.runtime import tracing

_OURS = ("bot", "storage")  # libraries would print payloads at debug
_SECRET = re.compile(r"""(\bxox[a-z][.-]|\bxapp-|\batt_(?=[\w-]{43})|\bticket=|\bhooks\.slack\.com/)[^\s"'\\&<>)]+""")


def configure(level: str, form: str) -> None:
    """Sets up structlog and the standard library's logging alike. `level` as in settings, `form` "text" or "json"."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        tracing.add_request_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    look: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Discreet(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *look]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _OURS:
        logging.getLogger(name).setLevel(root.level)
    root.setLevel(max(logging.WARNING, root.level))
    logging.getLogger("aiohttp.server").addFilter(_is_http)


def _is_http(record: logging.LogRecord) -> bool:
    """Anybody can send what isn't HTTP. That isn't our error, and aiohttp's log would quote it."""
    error = record.exc_info[1] if record.exc_info else None
    return type(error).__module__ != "aiohttp.http_exceptions"


class _Discreet(structlog.stdlib.ProcessorFormatter):
    """Hides tokens and secret addresses in the finished line, because libraries put them into errors and tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1***", super().format(record))
