"""The attendance bot: use cases, permissions, time zones and sentences, with one door for Slack and one for
programs."""
