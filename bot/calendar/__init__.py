"""Work dates, ranges of days, working hours and typed times: pure, they ask no ledger."""
