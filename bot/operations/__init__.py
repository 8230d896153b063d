"""Metrics, backups, copies and checks of the ledger."""
