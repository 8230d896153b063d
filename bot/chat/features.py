"""Every feature."""

from __future__ import annotations

from functools import cache

from bot.chat.ask_for_change import ask_for_change
from bot.chat.breaks import breaks
from bot.chat.change_notices import change_notices
from bot.chat.change_record import change_record
from bot.chat.clocking import clocking
from bot.chat.correction_card import corrections
from bot.chat.correction_forms import correction_forms
from bot.chat.correction_notices import correction_notices
from bot.chat.did_you_mean import did_you_mean
from bot.chat.events import events
from bot.chat.exporting import exporting
from bot.chat.findings import findings
from bot.chat.fix_day import fix_day
from bot.chat.help_text import help_text
from bot.chat.history import history
from bot.chat.home import home_page
from bot.chat.language import language
from bot.chat.left_or_back import left_or_back
from bot.chat.log_channel import log_channel
from bot.chat.offices import offices
from bot.chat.own_file import own_file
from bot.chat.period_ends import period_ends
from bot.chat.pinned_buttons import pinned_buttons
from bot.chat.reading_tokens import reading_tokens
from bot.chat.reminders import reminders
from bot.chat.report import report
from bot.chat.requests import requests
from bot.chat.routing import Router
from bot.chat.seals import seals
from bot.chat.settings import settings
from bot.chat.setup_notices import setup_notices
from bot.chat.signature_notices import signature_notices
from bot.chat.signing import signing
from bot.chat.signing_team import signing_team
from bot.chat.statements import statements
from bot.chat.status import status
from bot.chat.teams import teams
from bot.chat.tokens import tokens
from bot.chat.typed_back import typed_breaks
from bot.chat.typed_clocking import typed_clocking
from bot.chat.typed_record import add_record
from bot.chat.undoing import undo_last
from bot.chat.waiting_clock_in import waiting_clock_in
from bot.chat.weekly_summary import weekly_summary
from bot.chat.who import who
from bot.chat.working_conditions import working_conditions


@cache
def router() -> Router:
    """All features joined, once: they are the same for everybody."""
    return Router(
        [
            clocking,
            breaks,
            left_or_back,
            typed_clocking,
            typed_breaks,
            waiting_clock_in,
            undo_last,
            findings,
            add_record,
            status,
            report,
            exporting,
            own_file,
            events,
            change_record,
            fix_day,
            ask_for_change,
            requests,
            corrections,
            correction_forms,
            history,
            signing,
            signing_team,
            statements,
            period_ends,
            home_page,
            who,
            pinned_buttons,
            teams,
            offices,
            settings,
            working_conditions,
            tokens,
            reading_tokens,
            help_text,
            did_you_mean,
            reminders,
            language,
            weekly_summary,
            log_channel,
            change_notices,
            signature_notices,
            correction_notices,
            seals,
            setup_notices,
        ]
    )
