"""The ledger: tables, constraints, and the functions that read and write them. Knows nothing of Slack or HTTP."""
