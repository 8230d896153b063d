"""The attendance bot: use cases, permissions, zones and sentences, with a door for Slack and one for programs."""
