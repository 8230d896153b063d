"""Work dates, ranges of days, working hours and typed times: pure, they ask no ledger."""

from bot.calendar.time_zones import use_newest

TIME_ZONES = use_newest()
"""Chosen before any module here reads a zone."""
