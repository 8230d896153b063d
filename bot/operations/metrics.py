"""Metrics of a running bot, for Prometheus at `GET /metrics`.

They contain no person and no workspace. The ledger is asked at most every 15 seconds, however often they are read.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from storage.database import Database
from storage.errors import Unavailable
from storage.ledger_counts import LedgerCounts, count

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
ASKED_EVERY_SECONDS = 15.0
PATIENCE_SECONDS = 2.0
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
BATCHES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The figures of one running bot."""

    def __init__(self, database: Database) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # when each began to count: as many lines again, which nobody draws
        self.registry = CollectorRegistry(auto_describe=False)
        self._database = database
        self._ledger = _Ledger(database)
        self._asking = asyncio.Lock()
        ProcessCollector(registry=self.registry)
        self.registry.register(self._ledger)
        self._requests = Counter(
            "attendance_http_requests", "Answers, by route and status.", ["method", "route", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._durations = Histogram(
            "attendance_http_request_seconds", "Until the answer was ready, by route.", ["method", "route"],
            registry=self.registry, buckets=SECONDS,
        )  # fmt: skip
        self._messages = Counter(
            "attendance_messages", "Messages of the outbox, by chat and what became of each try.", ["door", "outcome"],
            registry=self.registry,
        )  # fmt: skip
        self.slack = DoorMetrics(self.registry, self._messages, "slack", "Slack")
        self._calls = Counter(
            "attendance_webhook_calls", "Calls of webhooks, by what became of each try.", ["outcome"],
            registry=self.registry,
        )  # fmt: skip
        for outcome in ("taken", "failed", "given-up"):
            self._calls.labels(outcome)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts an answer. `route` is the pattern, for example `/attendance-events/{id}`, never the address."""
        self._requests.labels(method, route, status).inc()
        self._durations.labels(method, route).observe(seconds)

    @cached_property
    def teams(self) -> DoorMetrics:
        """Shown only once Teams is served."""
        return DoorMetrics(self.registry, self._messages, "teams", "Microsoft Teams")

    def call(self, outcome: str) -> None:
        """Counts a try to call a webhook: "sent" (shown as "taken"), "failed" or "given-up"."""
        self._calls.labels("taken" if outcome == "sent" else outcome).inc()

    async def exposition(self) -> bytes:
        """The text for Prometheus."""
        async with self._asking:
            await self._ledger.ask_if_long_ago()
        return generate_latest(self.registry)


class DoorMetrics:
    """The figures of one chat."""

    def __init__(self, registry: CollectorRegistry, messages: Counter, door: str, chat: str) -> None:
        self._messages, self._door = messages, door
        for outcome in ("sent", "failed", "given-up", "not-reached"):
            messages.labels(door, outcome)
        self._acknowledgements = Histogram(
            f"attendance_{door}_acknowledgement_seconds",
            f"Until what {chat} sent was acknowledged, of the 3 seconds that people wait, by kind.", ["kind"],
            registry=registry, buckets=SECONDS,
        )  # fmt: skip
        self._bugs = Counter(
            f"attendance_{door}_bugs", f"People in {chat} who were told a reference, of a log line.", registry=registry,
        )  # fmt: skip

    @contextmanager
    def acknowledging(self, kind: str) -> Iterator[None]:
        """Measures the time until what the chat sent is acknowledged. `kind` is for example "command" or "action"."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._acknowledgements.labels(kind).observe(time.perf_counter() - started)

    def message(self, outcome: str) -> None:
        """Counts a try to send a message: "sent", "failed", "given-up" or "not-reached"."""
        self._messages.labels(self._door, outcome).inc()

    def bug(self) -> None:
        """Counts an error that a person saw. Errors of the API count by their status, 500."""
        self._bugs.inc()


class _Ledger(Collector):
    """Metrics from the ledger. `storage` counts, and knows nothing about Prometheus."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._census: LedgerCounts | None = None
        self._asked_at = -math.inf

    async def ask_if_long_ago(self) -> None:
        """Asks the ledger, unless it was asked a moment ago."""
        now = time.monotonic()
        if now - self._asked_at < ASKED_EVERY_SECONDS:
            return
        self._asked_at = now
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self._census = await self._database.read(lambda tx: count(tx.connection, tx.now))
        except (Unavailable, TimeoutError):
            self._census = None

    def collect(self) -> Iterable[Metric]:
        census = self._census
        up = "Whether the ledger could be read when last asked."
        yield Gauge("attendance_database_up", up, float(census is not None))
        if census is not None:
            yield Gauge("attendance_open_clock_ins", "Clock-ins that have no clock-out yet.", census.open_clock_ins)
            yield Gauge("attendance_outbox_messages", "Messages that wait to be sent.", census.waiting)
            due = "Age of the oldest message that is due."
            yield Gauge("attendance_outbox_age_seconds", due, census.oldest_due_seconds)
            yield Gauge("attendance_webhook_calls_waiting", "Calls of webhooks that wait.", census.calls_waiting)
            yield Gauge(
                "attendance_webhook_calls_age_seconds", "Age of the oldest of those.", census.oldest_call_seconds
            )
        figures = self._database.figures()
        yield Gauge("attendance_database_connections", "Connections or threads that may work at once.", figures.pool)
        yield Gauge("attendance_database_connections_in_use", "Those at work.", figures.in_use)
        yield Gauge("attendance_write_queue", "Writes that wait for their turn.", figures.queued)
        tasks = "Tasks of the event loop: requests, answers under way, rounds."
        yield Gauge("attendance_tasks", tasks, len(asyncio.all_tasks()))
        retried = "What was tried again at the server's word."
        yield CounterMetricFamily("attendance_database_retries", retried, figures.retries)
        batches = dict(figures.batches)  # the writer thread goes on
        buckets = [(str(float(most)), sum(n for size, n in batches.items() if size <= most)) for most in BATCHES]
        buckets.append(("+Inf", sum(batches.values())))
        writes = sum(size * n for size, n in batches.items())
        yield HistogramMetricFamily("attendance_write_batch_size", "Writes that shared a commit.", buckets, writes)
