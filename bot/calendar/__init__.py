"""Work dates, ranges of days, working hours and typed times. Pure: nothing here reads the database."""

from bot.calendar.time_zones import use_newest

TIME_ZONES = use_newest()
"""Set before any module here reads a zone."""
