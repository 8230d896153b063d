"""What Schemathesis is told besides the specification: likely moments, and the rules that no schema can say."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext, Response
from schemathesis.openapi.checks import RejectedPositiveData

NEAR, ANY = range(2026, 2027), range(2, 9998)  # the ledger of the test lives in 2026
DATES = st.sampled_from([NEAR, ANY]).flatmap(lambda years: st.dates(date(years.start, 1, 1), date(years.stop, 12, 31)))
MOMENTS = st.tuples(DATES, st.times()).map(lambda both: f"{both[0]}T{both[1].isoformat()}Z")
RULES = re.compile(
    r"is (after endDate|before startDate)"
    r"|hasn't happened yet|isn't later than (the start|their clock-in)|lasts 24 hours at most"
    r"|is more than a day away from the clock-in"
    r"|can't be of a day before 1970"
)
"""What two parameters, or a parameter and the ledger, are to each other; and the first day, which no schema can say."""

BY_KIND = re.compile(r"is missing|isn't (for a new record|whose record it is)")
"""What a correction needs depends on its kind."""

schemathesis.openapi.format("date", DATES.map(str))
schemathesis.openapi.format("date-time", MOMENTS)


@schemathesis.hook
def filter_failure(context: HookContext, failure: object, case: Case[Any], response: Response) -> bool:
    """A well-formed request may still be refused by those rules, and for nothing else."""
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    rules = (RULES, BY_KIND) if case.operation.label == "POST /corrections" else (RULES,)
    return not all(any(rule.search(error["reason"]) for rule in rules) for error in response.json()["errors"])
