"""Microsoft Teams: verified requests, answers in time, drawing views as cards, people, sending."""
