"""What Schemathesis is told besides the specification: likely moments, and the rules that no schema can say."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext, Response
from schemathesis.openapi.checks import RejectedPositiveData

MOMENTS = st.datetimes(datetime(2026, 11, 16), datetime(2026, 11, 24)) | st.datetimes(
    datetime(2, 1, 1), datetime(9998, 12, 31)
)
RULES = re.compile(
    r"contradicts userIds?|is (after endDate|before startDate)"
    r"|is still to come|has to be later than the start|lasts at most 24 hours|is more than a day away from the clock-in"
)
"""What two parameters, or a parameter and the ledger, are to each other (PRODUCT.md section 3, rules 3, 5 and 6)."""

schemathesis.openapi.format("date", MOMENTS.map(lambda at: at.date().isoformat()))
schemathesis.openapi.format("date-time", MOMENTS.map(lambda at: at.replace(tzinfo=UTC).isoformat()))


@schemathesis.hook
def filter_failure(context: HookContext, failure: object, case: Case, response: Response) -> bool:
    """A well-formed request may still be refused by those rules, and for nothing else."""
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    return not all(RULES.search(error["reason"]) for error in response.json()["errors"])
