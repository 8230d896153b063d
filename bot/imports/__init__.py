"""Records from other systems, read from files or the GoodDay API, and written under the rules of the ledger."""
